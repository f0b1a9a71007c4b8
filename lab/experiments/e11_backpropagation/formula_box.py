"""The line above the graph into which any computation is typed. The graph follows every letter, as soon as what
stands there can be read; what cannot be read stays in the box and says where it stops making sense."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e11_backpropagation.settings import START, check_formula
from widgets.controls.number_field import Field

__all__ = ["FormulaBox"]


class FormulaBox(Field):
    """A formula. `written` carries one that can be read, also on the way."""

    written = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last = ""
        self.setAccessibleName(_("Formula"))
        self.setPlaceholderText(START)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a formula reads from left to right
        self.textEdited.connect(self._on_the_way)

    def show_formula(self, text: str) -> None:
        """The formula in force; what is being typed stays."""
        self._last = text
        self.show_text(text)

    def _on_the_way(self, text: str) -> None:
        """Take what can be read; leave alone what is not finished yet."""
        try:
            check_formula(text)
        except ValueError:
            return
        self.refuse("")
        self._write(text)

    def _write(self, text: str) -> None:
        if text != self._last:
            self._last = text
            self.written.emit(text)

    def accept(self, text: str) -> str:
        check_formula(text)
        self._write(text)
        return text
