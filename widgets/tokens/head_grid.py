"""Small pictures in rows and columns, such as all heads of a model: one is chosen, some are struck out, some marked.

A press chooses, a double-click (or Enter) asks for that one alone, Delete switches it, and the right button or the
menu key ask for its menu. All pictures come as one array
of shades and are coloured in one go; they are painted once and kept until they change.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.base.words import _
from widgets.canvas.cached_background import CachedBackground
from widgets.canvas.callouts import Callout, box_of, paint_callouts
from widgets.canvas.colormap import one_sided_lut
from widgets.canvas.paper import paper

__all__ = ["HeadGrid"]

_KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_CENTRE = Qt.AlignmentFlag.AlignCenter
Place = tuple[int, int]


class HeadGrid(Described, Refreshing, QWidget):
    """Pictures in rows and columns. Places in signals are row and column from 0; −1, −1 is none."""

    pressed = Signal(int, int)
    doubled = Signal(int, int)  # a double-click, or Enter
    toggled = Signal(int, int)  # Delete
    menu_requested = Signal(int, int, QPoint)  # the right button or the menu key; where on the screen
    hovered = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shades = np.zeros((0, 0, 1, 1), np.uint8)
        self._chosen: Place = (-1, -1)
        self._near: Place = (-1, -1)
        self._off: frozenset[Place] = frozenset()
        self._marked: frozenset[Place] = frozenset()
        self._titles = ("", "", "")
        self._readout = ""
        self._ground = CachedBackground(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # ---- what the caller says

    def set_pictures(self, shades: np.ndarray) -> None:
        """Show `shades` [R, C, H, W] uint8, 0 for the paper. Raises ValueError for another shape or type."""
        if shades.ndim != 4 or shades.dtype != np.uint8:
            raise ValueError(f"shades must be [R, C, H, W] uint8, got {shades.shape} {shades.dtype}")
        if shades is not self._shades:
            self._shades = shades
            self._ground.is_new()

    def pictures(self) -> np.ndarray:
        """The shades that are shown, [R, C, H, W]."""
        return self._shades

    def set_marks(self, chosen: Place, off: Collection[Place] = (), marked: Collection[Place] = ()) -> None:
        """The chosen picture, those that are struck out, and those with a dot."""
        new = (chosen, frozenset(off), frozenset(marked))
        if new != (self._chosen, self._off, self._marked):
            self._chosen, self._off, self._marked = new
            self.update()
            if self.hasFocus():
                self.tell(self.words_of(chosen))

    def words_of(self, place: Place) -> str:
        """A picture in words: its row and column, counted from 1, and whether it is struck out or marked."""
        if not self._there(place):
            return ""
        row, column = self._titles[1] or _("row"), self._titles[2] or _("column")
        words = [f"{row} {place[0] + 1}", f"{column} {place[1] + 1}"]
        words += [_("struck out")] if place in self._off else []
        words += [_("marked")] if place in self._marked else []
        return ", ".join(words)

    def summary(self) -> str:
        rows, columns = self._shades.shape[:2]
        parts = [_("{rows} rows, {columns} columns.").format(rows=rows, columns=columns)]
        if chosen := self.words_of(self._chosen):
            parts.append(_("Chosen: {picture}.").format(picture=chosen))
        if self._off:
            parts.append(_("Struck out: {n}.").format(n=len(self._off)))
        return " ".join(parts) if rows else ""

    def chosen(self) -> Place:
        """The chosen place."""
        return self._chosen

    def set_titles(self, title: str, rows: str = "", columns: str = "") -> None:
        """Read as the widget's name; what rows and columns are."""
        if (title, rows, columns) != self._titles:
            self._titles = (title, rows, columns)
            self.setAccessibleName(title)
            self._ground.is_new()

    def set_readout(self, text: str) -> None:
        """A line beside the picture under the pointer, usually in answer to `hovered`; "" takes it away."""
        if text != self._readout:
            self._readout = text
            self.update()

    def place_rect(self, row: int, column: int) -> QRectF:
        """The rectangle of a picture in pixels of this widget."""
        return self._spot(QRectF(self.rect()), look(), row, column)

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the grid on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self._titles[0]) as (room, light):
            self._paint_ground(painter, room, light)
            self._paint_marks(painter, room, light)

    # ---- geometry

    def _frame(self, room: QRectF, now: Look) -> tuple[float, float, float, float]:
        """Left, top, and the pitch across and down; pictures are square where there is room for that."""
        rows, columns = self._shades.shape[:2]
        left = room.left() + now.px(34 if self._titles[1] else 20)
        top = room.top() + now.px(32 if self._titles[2] else 18)
        across, down = (room.right() - left) / max(1, columns), (room.bottom() - top) / max(1, rows)
        side = min(across, down)
        return left, top, min(across, 1.3 * side), min(down, 1.3 * side)

    def _spot(self, room: QRectF, now: Look, row: int, column: int) -> QRectF:
        left, top, across, down = self._frame(room, now)
        gap = max(1.5, 0.045 * min(across, down))
        return QRectF(left + column * across + gap, top + row * down + gap, across - 2 * gap, down - 2 * gap)

    def _place_at(self, at: QPointF) -> Place:
        left, top, across, down = self._frame(QRectF(self.rect()), look())
        rows, columns = self._shades.shape[:2]
        row, column = int((at.y() - top) // down), int((at.x() - left) // across)
        return (row, column) if 0 <= row < rows and 0 <= column < columns else (-1, -1)

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, room = look(), QRectF(self.rect())
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground.lay(painter, lambda ground: self._paint_ground(ground, room, now))
        self._paint_marks(painter, room, now)
        if self._readout and self._near[0] >= 0:
            spot = self.place_rect(*self._near)
            sentence = Callout(spot.center().x(), spot.center().y(), self._readout, now.palette.raised,
                           now.palette.text, now.px(16))  # fmt: skip
            paint_callouts(painter, [sentence], now, room, [box_of(spot)])
        painter.end()

    def _paint_ground(self, p: QPainter, room: QRectF, now: Look) -> None:
        rows, columns, high, wide = self._shades.shape
        lut = one_sided_lut(now.palette)
        for row in range(rows):
            band = np.ascontiguousarray(self._shades[row].transpose(1, 0, 2).reshape(high, columns * wide))
            rgba = np.ascontiguousarray(lut[band])
            image = QImage(rgba.data, columns * wide, high, 4 * columns * wide, QImage.Format.Format_RGBX8888)
            for column in range(columns):
                spot = self._spot(room, now, row, column)
                p.drawImage(spot, image, QRectF(column * wide, 0, wide, high))
                p.setPen(QPen(now.color("line"), 1))
                p.drawRect(spot)
        self._paint_numbers(p, room, now)

    def _paint_numbers(self, p: QPainter, room: QRectF, now: Look) -> None:
        """Rows and columns are counted from 1."""
        rows, columns = self._shades.shape[:2]
        left, top, across, down = self._frame(room, now)
        p.setFont(now.font("caption", 500))
        p.setPen(now.color("text2"))
        line = now.px(16)
        for column in range(columns):
            p.drawText(QRectF(left + column * across, top - line - 1, across, line), _CENTRE, str(column + 1))
        for row in range(rows):
            spot = QRectF(left - now.px(20), top + row * down, now.px(18), down)
            p.drawText(spot, _CENTRE, str(row + 1))
        p.setPen(now.color("text3"))
        if self._titles[2]:
            p.drawText(QRectF(left, room.top(), columns * across, line), _CENTRE, self._titles[2])
        if self._titles[1]:
            p.save()
            p.translate(room.left() + now.px(7), top + rows * down / 2)
            p.rotate(-90)
            p.drawText(QRectF(-200, -line / 2, 400, line), _CENTRE, self._titles[1])
            p.restore()

    def _paint_marks(self, p: QPainter, room: QRectF, now: Look) -> None:
        for place in self._off:
            if self._there(place):
                spot = self._spot(room, now, *place)
                p.fillRect(spot, now.color("surface", 170))
                p.setPen(QPen(now.color("bad"), 2 * now.line_weight))
                p.drawLine(spot.topLeft(), spot.bottomRight())
                p.drawLine(spot.topRight(), spot.bottomLeft())
        for place in self._marked:
            if self._there(place):
                spot = self._spot(room, now, *place)
                p.setPen(QPen(now.color("surface"), 1.5))
                p.setBrush(now.color("good"))
                p.drawEllipse(QPointF(spot.right() - now.px(6), spot.top() + now.px(6)), now.px(4), now.px(4))
        p.setBrush(Qt.BrushStyle.NoBrush)
        if self._there(self._near) and self._near != self._chosen:
            p.setPen(QPen(now.color("edge"), 2))
            p.drawRect(self._spot(room, now, *self._near))
        if self._there(self._chosen):
            spot = self._spot(room, now, *self._chosen)
            for color, width in (("#FFFFFF", 5.0), (now.palette.ball, 2.8)):
                p.setPen(QPen(now.color(color), width * now.line_weight))
                p.drawRoundedRect(spot, 3, 3)

    def _there(self, place: Place) -> bool:
        rows, columns = self._shades.shape[:2]
        return 0 <= place[0] < rows and 0 <= place[1] < columns

    # ---- mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self._place_at(event.position())
        if near != self._near:
            self._near = near
            self.setCursor(Qt.CursorShape.PointingHandCursor) if near[0] >= 0 else self.unsetCursor()
            self.hovered.emit(*near)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        if self._near[0] >= 0:
            self._near = (-1, -1)
            self.hovered.emit(-1, -1)
            self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place[0] >= 0:
            self.pressed.emit(*place)
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place[0] >= 0:
            self.doubled.emit(*place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, (rows, columns) = Qt.Key(event.key()), self._shades.shape[:2]
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if not rows or held:
            event.ignore()
        elif key in _KEYS:
            down, across = _KEYS[key]
            row = min(max(self._chosen[0] + down, 0), rows - 1)
            self.pressed.emit(row, min(max(self._chosen[1] + across, 0), columns - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._there(self._chosen):
            self.doubled.emit(*self._chosen)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._there(self._chosen):
            self.toggled.emit(*self._chosen)
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self._chosen if by_key else self._place_at(QPointF(event.pos()))
        if not self._there(place):
            event.ignore()
            return
        at = self.mapToGlobal(self.place_rect(*place).center().toPoint()) if by_key else event.globalPos()
        self.menu_requested.emit(*place, at)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(150), look().px(100))

    def sizeHint(self) -> QSize:
        return QSize(look().px(360), look().px(240))
