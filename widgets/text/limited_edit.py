"""A plain text field that takes no more than so many characters, and says when it is full."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from widgets.controls.undo_keys import is_left

__all__ = ["LimitedEdit"]


class LimitedEdit(QPlainTextEdit):
    """`most`: characters, counted as Qt counts them, where an emoji is two; 0 for as many as there are.

    What goes beyond is left out at the end of what was just typed, pasted or dropped; text that was there before is
    never cut, not even one that was set and is too long already.
    """

    filled = Signal(bool)  # whether no more fits

    def __init__(self, text: str = "", most: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.most = most
        self._came = (0, 0)  # where the last change ends, and how many characters it brought
        self._full = self.is_full()
        self._cutting = False
        self.document().contentsChange.connect(self._note)
        self.textChanged.connect(self._hold)

    def event(self, event: QEvent) -> bool:
        if is_left(event, self.document().isUndoAvailable(), self.document().isRedoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def is_full(self) -> bool:
        return bool(self.most) and self._count() >= self.most

    def _count(self) -> int:
        return self.document().characterCount() - 1  # the last paragraph's end is counted, too

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop as much as fits: a clipboard of many megabytes is not even laid out."""
        if not self.most or not source.hasText():
            super().insertFromMimeData(source)
            return
        cursor = self.textCursor()
        chosen = cursor.selectionEnd() - cursor.selectionStart()
        fitting = QMimeData()
        fitting.setText(source.text()[: max(0, self.most - self._count() + chosen) + 1])  # one more: it is told
        super().insertFromMimeData(fitting)

    def _note(self, position: int, _removed: int, added: int) -> None:
        self._came = (min(position + added, self._count()), added)

    def _hold(self) -> None:
        """Take back what went beyond the limit."""
        if self._cutting or not self.most:
            return
        end, added = self._came
        beyond = min(self._count() - self.most, added, end)
        if beyond > 0:
            self._cutting = True
            self._cut(end - beyond, end)
            self._cutting = False
        if self.is_full() != self._full:
            self._full = self.is_full()
            self.filled.emit(self._full)

    def _cut(self, start: int, end: int) -> None:
        cursor = QTextCursor(self.document())
        cursor.joinPreviousEditBlock()
        cursor.setPosition(end)
        cursor.setPosition(min(start + 2, end), QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        while cursor.position() > start:  # an emoji goes whole, although it is two
            cursor.deletePreviousChar()
        cursor.endEditBlock()
