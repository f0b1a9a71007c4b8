"""What is shown while a large model is being opened: how far it is."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QProgressBar, QWidget

from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import Waiting
from lab.kit_qt.paged import Page
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.text.elided_label import ElidedLabel

__all__ = ["WaitingView"]


class WaitingView(Page):
    """A sentence and a bar."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.bar = ElidedLabel("", "strong"), QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("How far SmolLM2 is opened"))
        self._column = vbox(self.text, self.bar, on=self)
        self._column.addStretch(1)
        self.relook()

    def show_page(self, page: Waiting, _display: object) -> None:
        """Draw a frame's page."""
        self.bar.setValue(round(100 * page.share))

    def show_words(self, _page: Waiting, sentence: str) -> None:
        """What is going on."""
        self.text.say(sentence)

    def pictures(self) -> list[Any]:
        """Nothing is exported of it."""
        return []

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.bar,)

    def set_space(self, _low: bool, _narrow: bool) -> None:
        """It is small."""

    def relook(self) -> None:
        self.bar.setFixedHeight(look().px(6))
        self._column.setSpacing(look().px(8))
