"""The field that opens over a node of a graph, to type its number into."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from widgets.controls.number_field import Field

__all__ = ["NodeEditor"]


class NodeEditor(Field):
    """`taken` carries what was typed, on Enter; Esc puts the field away."""

    taken = Signal(str)
    left = Signal()

    def begin(self, name: str, shown: str, text: str | None) -> None:
        """Open with a number, or with the first letter of a new one."""
        self.setAccessibleName(name)
        self.refuse("")
        self.show_text(shown)
        self.setText(shown if text is None else text)
        self.setModified(text is not None)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll() if text is None else self.setCursorPosition(len(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit(self.text())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def accept(self, text: str) -> str:
        return text
