"""A picture as its pixels: grey, or coloured about zero, always square, with a window that slides over it.

It can be drawn on: a press and what follows are told cell by cell (`painted`), by keys with Enter at the cursor. What
lies around the picture for the window's sake (padding) is hatched, and what the window never reaches is dimmed.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.colors import Palette
from widgets.base.look import Look, Refreshing, look
from widgets.base.words import _
from widgets.canvas.cached_background import CachedBackground
from widgets.canvas.colormap import as_image, colorize, diverging_lut, lut, one_sided_lut, symmetric_range
from widgets.canvas.paper import paper
from widgets.canvas.ticks import number

__all__ = ["SCALES", "Pixels"]

SCALES = ("ink", "light", "diverging", "one-sided")
_KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
Window = tuple[int, int, int, int]  # first row, first column, rows, columns


class Pixels(Described, Refreshing, QWidget):
    """Rows by columns of pixels. Cells in signals are row and column from 0."""

    pressed = Signal(int, int)  # by a press, or while the hand drags on; also reached with the arrow keys
    painted = Signal(object)  # a list of cells, as the hand goes over them
    stroke_ended = Signal()
    requested = Signal(int, int)  # a second press, or Enter: how was it computed?

    def __init__(self, parent: QWidget | None = None, scale: str = "ink", drawable: bool = False) -> None:
        """scale: "ink" dark on paper, "light" as in a photo (both 0 to 1), "diverging" about 0, "one-sided"."""
        super().__init__(parent)
        self._ground = CachedBackground(self)
        self._values, self._scale, self._limits = np.zeros((0, 0)), scale, None  # type: np.ndarray, str, tuple[float, float] | None
        self._title, self._ghost = "", ""
        self._padding, self._unused = 0, (0, 0)
        self._window: Window | None = None
        self._lit, self._cursor = (-1, -1), (-1, -1)
        self._drawable, self._last = drawable, None  # type: bool, tuple[int, int] | None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # ---- what the caller says

    def set_values(
        self, values: np.ndarray, scale: str = "ink", lo: float | None = None, hi: float | None = None
    ) -> None:
        """Show `values` [R, C]. Without lo and hi colours span 0..1, or −m..m. Raises ValueError for other shapes or
        a scale that is not known."""
        if values.ndim != 2 or scale not in SCALES:
            raise ValueError(f"values must be [R, C] on one of {SCALES}, got shape {values.shape} on {scale!r}")
        limits = None if lo is None or hi is None else (float(lo), float(hi))
        if values is self._values and (scale, limits) == (self._scale, self._limits):
            return
        self._values, self._scale, self._limits = values, scale, limits
        self._ground.is_new()

    def values(self) -> np.ndarray:
        """What is shown."""
        return self._values

    def set_title(self, title: str) -> None:
        """A line above, which is also the widget's name."""
        if title != self._title:
            self._title = title
            self.setAccessibleName(title)
            self._ground.is_new()

    def set_ghost(self, text: str) -> None:
        """Say this in place of a picture that is not there; "" shows it."""
        if text != self._ghost:
            self._ghost = text
            self._ground.is_new()

    def set_border(self, padding: int, unused: tuple[int, int] = (0, 0)) -> None:
        """So many rows and columns of zeros around, and how many at the bottom and at the right are never reached."""
        if (padding, unused) != (self._padding, self._unused):
            self._padding, self._unused = padding, unused
            self._ground.is_new()

    def set_window(self, window: Window | None) -> None:
        """The window over the picture, counted from the picture's first cell; None takes it away."""
        if window != self._window:
            self._window = window
            self.update()

    def window_cells(self) -> Window | None:
        """Where the window is."""
        return self._window

    def set_lit(self, row: int, column: int) -> None:
        """Light one cell; −1, −1 lights none."""
        if (row, column) != self._lit:
            self._lit = (row, column)
            self.update()

    def set_drawable(self, drawable: bool) -> None:
        """Whether the hand draws, or only points."""
        self._drawable = drawable
        self.setCursor(Qt.CursorShape.CrossCursor if drawable else Qt.CursorShape.ArrowCursor)

    @property
    def drawable(self) -> bool:
        """Whether the hand draws."""
        return self._drawable

    def words_of(self, row: int, column: int) -> str:
        """A cell in words."""
        rows, columns = self._values.shape
        if not (0 <= row < rows and 0 <= column < columns):
            return ""
        words = _("row {row}, column {column}: {value}")
        return words.format(row=row + 1, column=column + 1, value=number(float(self._values[row, column])))

    def summary(self) -> str:
        if self._ghost or not self._values.size:
            return self._ghost
        rows, columns = self._values.shape
        words = _("{rows} rows, {columns} columns, from {least} to {most}.")
        ends = {"least": number(float(self._values.min())), "most": number(float(self._values.max()))}
        return words.format(rows=rows, columns=columns, **ends)

    def cell_rect(self, row: int, column: int) -> QRectF:
        """The rectangle of a cell in pixels of this widget."""
        return self._spot(self._field(QRectF(self.rect()), look()), row, column)

    def cell_at(self, at: QPointF) -> tuple[int, int]:
        """The cell at a pixel; −1, −1 beside the picture."""
        field, (rows, columns) = self._field(QRectF(self.rect()), look()), self._values.shape
        side = self._side(field)
        if not self._values.size or not side:
            return -1, -1
        row = int((at.y() - field.top()) // side) - self._padding
        column = int((at.x() - field.left()) // side) - self._padding
        return (row, column) if 0 <= row < rows and 0 <= column < columns else (-1, -1)

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the picture on white into `rect` of any painter."""
        with paper(painter, rect, self._title) as (room, light):
            self._paint(painter, self._field(room, light, titled=False), light)
            self._paint_over(painter, self._field(room, light, titled=False), light)

    # ---- painting

    def _field(self, room: QRectF, now: Look, titled: bool = True) -> QRectF:
        """Where the picture and its padding lie: square cells, as large as fit, in the middle."""
        head = now.px(20) if titled and self._title else 0
        rows, columns = (size + 2 * self._padding for size in self._values.shape)
        space = room.adjusted(2, head + 2, -2, -2)
        side = max(0.0, min(space.width() / max(1, columns), space.height() / max(1, rows)))
        field = QRectF(0, 0, side * columns, side * rows)
        field.moveCenter(space.center())
        return field

    def _side(self, field: QRectF) -> float:
        return float(field.width() / max(1, self._values.shape[1] + 2 * self._padding))

    def _spot(self, field: QRectF, row: int, column: int, rows: int = 1, columns: int = 1) -> QRectF:
        side = self._side(field)
        left = field.left() + (column + self._padding) * side
        return QRectF(left, field.top() + (row + self._padding) * side, columns * side, rows * side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, painter = look(), QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a picture is never mirrored
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field = self._field(QRectF(self.rect()), now)
        self._ground.lay(painter, lambda ground: self._paint_ground(ground, field, now))
        self._paint_over(painter, field, now)
        painter.end()

    def _paint_ground(self, p: QPainter, field: QRectF, now: Look) -> None:
        if self._title:
            p.setFont(now.font("small", 600))
            p.setPen(now.color("text"))
            head = QRectF(2, 0, self.width() - 4, now.px(20))
            text = p.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, int(head.width()))
            p.drawText(head, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, text)
        self._paint(p, field, now)

    def _paint(self, p: QPainter, field: QRectF, now: Look) -> None:
        if self._ghost or not self._values.size:
            room = QRectF(self.rect()).adjusted(2, now.px(22), -2, -2)
            p.setPen(QPen(now.color("line"), 1, Qt.PenStyle.DashLine))
            p.setBrush(now.color("sunken"))
            p.drawRoundedRect(room, now.px(4), now.px(4))
            p.setFont(now.font("small", 500))
            p.setPen(now.color("text2"))
            p.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._ghost)
            return
        rows, columns = self._values.shape
        if self._padding:
            p.fillRect(field, now.color("sunken"))
            p.fillRect(field, QBrush(now.color("edge", 120), Qt.BrushStyle.BDiagPattern))
        inner = self._spot(field, 0, 0, rows, columns)
        lo, hi = self._limits or (symmetric_range(self._values) if self._scale == "diverging" else (0.0, 1.0))
        colors = colorize(np.ascontiguousarray(self._values), _table(self._scale, now.palette), lo, hi)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        p.drawImage(inner, as_image(colors, opaque=True))
        self._paint_unused(p, field, now)
        p.setPen(QPen(now.color("line"), 1))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawRect(field)

    def _paint_unused(self, p: QPainter, field: QRectF, now: Look) -> None:
        side, (below, right) = self._side(field), self._unused
        high, wide = min(below * side, field.height()), min(right * side, field.width())
        for part in (
            QRectF(field.left(), field.bottom() - high, field.width(), high),
            QRectF(field.right() - wide, field.top(), wide, field.height() - high),
        ):
            if not part.isEmpty():
                p.fillRect(part, now.color("surface", 150))
                p.fillRect(part, QBrush(now.color("bad", 170), Qt.BrushStyle.FDiagPattern))

    def _paint_over(self, p: QPainter, field: QRectF, now: Look) -> None:
        if self._ghost or not self._values.size:
            return
        if self._window is not None:
            self._frame(p, now, self._spot(field, *self._window), now.palette.ball)
        if self._lit[0] >= 0:
            self._frame(p, now, self._spot(field, *self._lit), now.palette.ball)
        if self.hasFocus() and self._cursor[0] >= 0:
            self._frame(p, now, self._spot(field, *self._cursor), now.palette.focus)

    def _frame(self, p: QPainter, now: Look, spot: QRectF, color: str) -> None:
        least = now.px(6)
        grow = max(0.0, (least - min(spot.width(), spot.height())) / 2)
        spot = spot.adjusted(-grow, -grow, grow, grow)
        p.setBrush(Qt.BrushStyle.NoBrush)
        for ink, width in (("#FFFFFF", 5.0), (color, 2.8)):
            p.setPen(QPen(QColor(ink), width * now.line_weight))
            p.drawRoundedRect(spot, 2, 2)

    # ---- mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or cell[0] < 0:
            event.ignore()
            return
        self._cursor, self._last = (-1, -1), cell
        self._went([cell])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if self._last is not None and cell[0] >= 0 and cell != self._last:
            path = _between(self._last, cell)
            self._last = cell
            self._went(path if self._drawable else [cell])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._last is not None:
            self._last = None
            self.stroke_ended.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell[0] >= 0 and not self._drawable:
            self.requested.emit(*cell)
        elif self._drawable:
            self.mousePressEvent(event)

    def _went(self, cells: list[tuple[int, int]]) -> None:
        if self._drawable:
            self.painted.emit(cells)
        else:
            self.pressed.emit(*cells[-1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, (rows, columns) = Qt.Key(event.key()), self._values.shape
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if not self._values.size or self._ghost or held or not (key in _KEYS or key in _ENTER):
            event.ignore()
            return
        row, column = self._cursor if self._cursor[0] >= 0 else self._lit if self._lit[0] >= 0 else self._start()
        if key in _KEYS:
            down, across = _KEYS[key]
            row, column = min(max(row + down, 0), rows - 1), min(max(column + across, 0), columns - 1)
            if not self._drawable:
                self.pressed.emit(row, column)
        elif self._drawable:
            self.painted.emit([(row, column)])
            self.stroke_ended.emit()
        else:
            self.requested.emit(row, column)
        self._cursor = (row, column)
        self.tell(self.words_of(row, column))
        self.update()

    def _start(self) -> tuple[int, int]:
        rows, columns = self._values.shape
        return rows // 2, columns // 2

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def relook(self) -> None:
        self._ground.is_new()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(96), look().px(96))

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(300))


def _table(scale: str, palette: Palette) -> np.ndarray:
    if scale == "diverging":
        return diverging_lut(palette)
    if scale == "one-sided":
        return one_sided_lut(palette)
    return lut(("#000000", "#FFFFFF")) if scale == "light" else lut((palette.surface, palette.text))


def _between(first: tuple[int, int], last: tuple[int, int]) -> list[tuple[int, int]]:
    """The cells from one to another, without the first, so that a quick hand leaves no gaps."""
    count = max(abs(last[0] - first[0]), abs(last[1] - first[1]))
    shares = [n / count for n in range(1, count + 1)]
    return [
        (round(first[0] + share * (last[0] - first[0])), round(first[1] + share * (last[1] - first[1])))
        for share in shares
    ]
