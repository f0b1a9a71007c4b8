"""The bars of the next token: an outline for what the model says, a full bar for what the filters leave of it. Each row
is as low as can be read, for as many tokens as there is room; a field above their names finds others."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from lab.kit_qt.token_bars import LOWEST, TokenBars
from widgets.base.look import look
from widgets.canvas.painted import Cell

__all__ = ["BarList"]

NAME = 92  # pixels of the token


class BarList(TokenBars):
    """`deleted` carries the number of a row: the Delete key on it."""

    deleted = Signal(int)

    HIGHEST, THICK, CHIP = 44, 18, 22
    STRONG = 1

    def __init__(self, heads: tuple[str, str], choosable: bool = True, parent: QWidget | None = None) -> None:
        """heads: what the two columns of numbers are.  choosable: whether a press on a row chooses its token."""
        super().__init__(heads, NAME, parent=parent)
        self._choosable = choosable
        self._finder: QWidget | None = None

    def set_finder(self, finder: QWidget, head: int) -> None:
        """A field above the names of the rows, in a head line of so many pixels."""
        self._finder, self._head = finder, head
        finder.setParent(self)

    def room_for(self) -> int:
        """How many rows can be read at this size."""
        return int((self.height() - look().px(self._head)) // look().px(LOWEST))

    def pressable(self, cell: Cell) -> bool:
        row, column = cell
        if row < 0:
            return False
        bar = self.bars()[row]
        return bool(bar.metrics[column]) if column >= 0 else self._choosable or bar.gathered

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bars = self.bars()
        if event.key() == Qt.Key.Key_Delete and bars and not bars[self._at].gathered:
            self.deleted.emit(self._at)
        else:
            super().keyPressEvent(event)

    def enter(self, row: int) -> None:
        cell = next((cell for cell in ((row, -1), (row, 1)) if self.pressable(cell)), None)
        if cell is not None:
            self.press(cell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._finder is not None:
            self._finder.setGeometry(0, 0, look().px(NAME), look().px(self._head) - 2)
