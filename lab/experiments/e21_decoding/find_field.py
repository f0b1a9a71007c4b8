"""The field above the bars: what is typed into it is looked for among all tokens, and Enter writes it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from lab.core.text import _
from lab.experiments.e21_decoding.settings import read_signs

__all__ = ["FindField"]

LONGEST = 200  # characters


class FindField(QLineEdit):
    """A line. `wanted` says what is looked for now, `taken` that Enter was pressed, `gone_on` that Down was."""

    wanted = Signal(str)
    taken = Signal(str)
    gone_on = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tight", True)
        self.setMaxLength(LONGEST)
        self.setPlaceholderText(_("Find, type"))
        self.setAccessibleName(_("Find a token, or type what comes next"))
        tip = _("Look for any token. Enter writes the first that is found, or your text where none is; Esc clears it.")
        self.setToolTip(tip)
        self.setAccessibleDescription(tip)
        self.textChanged.connect(self._changed)

    def sought(self) -> str:
        """What is looked for."""
        return read_signs(self.text())

    def _changed(self, _text: str) -> None:
        self.wanted.emit(self.sought())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.text():
                self.taken.emit(self.sought())
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key == Qt.Key.Key_Down:
            self.gone_on.emit()
        else:
            super().keyPressEvent(event)
