"""The examples as a text that is edited: a button, and in the place of the strip a field to type and paste into."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e20_language_model_training.own_examples import (
    LONGEST_TEXT,
    own_text,
    taught,
    written_pairs,
)
from lab.kit_qt.text_box import TextBox
from widgets.base.layouts import hbox, vbox
from widgets.base.look import Refreshing, look
from widgets.controls.buttons import Button
from widgets.text.elided_label import ElidedLabel

__all__ = ["ExampleEditor"]

HIGH = 96  # pixels of the field at 100 % text


class ExampleEditor(Refreshing, QWidget):
    """A strip with a button beside it; while the examples are edited, a field takes the strip's place."""

    changed = Signal(str)  # the examples as a control holds them

    def __init__(self, strip: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own, self._style = "", "plain"
        self.strip, self.box, self.wrong = strip, TextBox(LONGEST_TEXT), ElidedLabel("", "small")
        self.button = Button(_("Edit"), "outline", height=28)
        self.button.setAccessibleName(_("Edit the examples"))
        self.button.setToolTip(_("Type or paste questions and answers of your own, one of them a line."))
        self._shown = QWidget()
        hbox((strip, 1), self.button, on=self._shown)
        vbox(self._shown, self.box, self.wrong, on=self, gap=2)
        self.button.clicked.connect(self._begin)
        self.box.taken.connect(self._taken)
        self.box.left.connect(self._left)
        self._left()
        self.relook()

    def set_examples(self, own: str, style: str) -> None:
        """What is learned from. own: as a control holds them."""
        self._own, self._style = own, style

    @property
    def open(self) -> bool:
        """Whether the examples are being edited."""
        return not self.box.isHidden()

    def _begin(self) -> None:
        self._shown.hide()
        self.box.show()
        self.box.begin(written_pairs(taught(self._own, self._style)))
        self.box.edit.setAccessibleName(_("Questions and answers, one of them a line"))
        self.wrong.say(_("One example a line: the question, the sign >, the answer. Empty it for the lab's examples."))
        self.wrong.show()

    def _taken(self, text: str) -> None:
        """The run begins again with these, or the field says what is wrong with them."""
        try:
            own = own_text(text, self._style)
        except ValueError as error:
            self.wrong.say(str(error))
            return
        before = self._own
        self._left()
        if own != before:
            self.changed.emit(own)

    def _left(self) -> None:
        self.box.hide()
        self.wrong.hide()
        self._shown.show()

    def relook(self) -> None:
        self.box.setFixedHeight(look().px(HIGH))
