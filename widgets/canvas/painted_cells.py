"""Pictures of rows of cells: the pointer and the arrow keys read one, and what is said of it stands beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets.base.look import Look
from widgets.canvas.callouts import Callout, paint_callouts
from widgets.canvas.painted import HELD, Painted

__all__ = ["PaintedCells"]

NOTHING = (-1, -1)
_KEYS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class PaintedCells(Painted):
    """Who inherits says `lengths`, `spot_of` and `words_of`, and calls `paint_pointed` once its cells are painted."""

    AIR = (12, 0, -12, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._near = NOTHING
        self.make_interactive()

    # ---- hooks

    def lengths(self) -> Sequence[int]:
        """How many cells each row has."""
        raise NotImplementedError

    def spot_of(self, row: int, number: int) -> QRectF:
        """The rectangle of a cell in pixels of this widget."""
        raise NotImplementedError

    def words_of(self, row: int, number: int) -> str:
        """What is said of a cell."""
        raise NotImplementedError

    # ---- mouse and keys

    def pointed(self) -> tuple[int, int]:
        """The row and the cell under the pointer or the keys, (−1, −1) for none."""
        return self._near

    def point(self, row: int = -1, number: int = -1) -> None:
        """Point at a cell; at none where that is not there."""
        lengths = self.lengths()
        near = (row, number) if 0 <= row < len(lengths) and 0 <= number < lengths[row] else NOTHING
        if near != self._near:
            self._near = near
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cells = ((row, number) for row, length in enumerate(self.lengths()) for number in range(length))
        self.point(*next((cell for cell in cells if self.spot_of(*cell).contains(event.position())), NOTHING))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.point()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, lengths = _KEYS.get(Qt.Key(event.key())), self.lengths()
        if step is None or not lengths or event.modifiers() & HELD:
            event.ignore()
            return
        row, number = (self._near[0] + step[0], self._near[1] + step[1]) if self._near != NOTHING else (0, 0)
        row = min(max(row, 0), len(lengths) - 1)
        self.point(row, min(max(number, 0), lengths[row] - 1))
        self.tell(self.words_of(*self._near))

    # ---- painting

    def paint_pointed(self, p: QPainter, now: Look) -> None:
        """A frame around the cell that is pointed at, and what is said of it."""
        if self._near == NOTHING:
            return
        spot = self.spot_of(*self._near)
        p.setPen(QPen(now.color("focus"), 2.2))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawRoundedRect(spot.adjusted(-1, -1, 1, 1), now.px(6), now.px(6))
        words, at = self.words_of(*self._near), spot.center()
        said = Callout(at.x(), at.y(), words, now.palette.raised, now.palette.text, now.px(20))
        paint_callouts(p, [said], now, QRectF(self.rect()), [(spot.left(), spot.top(), spot.right(), spot.bottom())])
