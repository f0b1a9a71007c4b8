"""Pictures that paint themselves, on screen and on paper, and lists whose rows are pressed or walked by keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.canvas.paper import paper

__all__ = ["HELD", "NOWHERE", "Cell", "Painted", "PaintedList"]

HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier  # keys of the window, not of a picture
Cell = tuple[int, Any]  # a row, and which part of it
NOWHERE: Cell = (-1, -1)


class Painted(Described, Refreshing, QWidget):
    """A picture that takes all the room there is. Left and right are data in it, never mirrored."""

    AIR = (12, 0, -12, -8)  # pixels around it on paper: left, top, right, bottom
    TITLE: str | None = None  # what stands above it on paper; None: its name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def make_interactive(self) -> None:
        """Follow the pointer, and the keys."""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        """Paint all of it into `room`; `live`: on screen, with what is under the pointer or the keys."""
        raise NotImplementedError

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.paint(painter, QRectF(self.rect()), look(), True)
        painter.end()

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the picture on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self.accessibleName() if self.TITLE is None else self.TITLE) as (room, light):
            painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            self.paint(painter, room.adjusted(*self.AIR), light, False)


class PaintedList(Painted):
    """A picture of rows: one is under the pointer, one under the keys, and a press or Return on it does something."""

    KEYS: Mapping[Qt.Key, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at, self._near = 0, NOWHERE
        self.make_interactive()

    # ---- hooks

    def count(self) -> int:
        """How many rows the keys walk along."""
        raise NotImplementedError

    def cell_at(self, at: QPointF) -> Cell:
        """What lies under a pixel, or NOWHERE."""
        raise NotImplementedError

    def press(self, cell: Cell) -> None:
        """A cell was pressed."""
        raise NotImplementedError

    def enter(self, row: int) -> None:
        """Return was pressed on a row."""
        self.press((row, -1))

    def pressable(self, cell: Cell) -> bool:
        """Whether a press there does something."""
        return cell[0] >= 0

    def tip(self, cell: Cell) -> str | None:
        """What is said of a cell; None: the tooltip is not by cells."""
        return None

    def row_words(self, row: int) -> str:
        """What is said of a row under the keys."""
        return self.tip((row, -1)) or ""

    # ---- mouse and keys

    def _say_tip(self, cell: Cell) -> None:
        if (text := self.tip(cell)) is not None:
            self.setToolTip(text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self.cell_at(event.position())
        if near != self._near:
            self._near = near
            self.setCursor(Qt.CursorShape.PointingHandCursor) if self.pressable(near) else self.unsetCursor()
            self._say_tip(near)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._near = NOWHERE
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and self.pressable(cell):
            self._at = cell[0]
            self.press(cell)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, count = Qt.Key(event.key()), self.count()
        if event.modifiers() & HELD or not count:
            event.ignore()
        elif key in self.KEYS:
            self._at = min(max(self._at + self.KEYS[key], 0), count - 1)
            self._say_tip((self._at, -1))
            self.tell(self.row_words(self._at))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._at < count:
            self.enter(self._at)
        else:
            event.ignore()

    # ---- painting

    def marked(self, row: int) -> bool:
        """Whether a row is under the pointer or the keys."""
        return row == self._near[0] or (self.hasFocus() and row == self._at)

    def paint_mark(self, p: QPainter, now: Look, body: QRectF, row: int, corner: int = 5) -> None:
        """The ground of a row under the pointer or the keys."""
        if self.marked(row):
            ring = self.hasFocus() and row == self._at
            p.setPen(QPen(now.color("focus"), 1.6) if ring else Qt.PenStyle.NoPen)
            p.setBrush(now.color("hover"))
            p.drawRoundedRect(body, now.px(corner), now.px(corner))
