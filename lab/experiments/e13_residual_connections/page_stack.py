"""The Stack page: one sentence on whether signal and gradient live, a button with the cure, the stack itself, and the
numbers of the marked block."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e13_residual_connections.anatomy import Anatomy
from lab.experiments.e13_residual_connections.metrics import STACK
from lab.experiments.e13_residual_connections.training import StackPage
from lab.experiments.e13_residual_connections.words import verdict
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.controls.buttons import Button
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["StackView"]

READOUTS = ("first_gradient", "last_gradient", "gradient_ratio", "spread_last")
CURE = {"skip": True, "norm": "layer"}


class StackView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = ElidedLabel("", "strong")
        self.cure = Button(_("Add skips and norms"), "outline", height=28)
        self.hint = ElidedLabel(
            _("Press an arc to switch a skip, a block to switch its norm. Drag along several."), "small"
        )
        self.anatomy = Anatomy()
        self.readouts = ReadoutRow(READOUTS, tuple(_(STACK.labels[name]) for name in READOUTS))
        head = hbox((self.sentence, 1), self.cure)
        self._column = vbox(head, self.hint, (self.anatomy, 1), self.readouts, on=self)
        self.cure.clicked.connect(self._heal)
        self.anatomy.acted.connect(self.acted)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: StackPage, _display: object) -> None:
        """Draw a frame's page."""
        self.anatomy.show_stack(page)
        whole = all(block.skip or not fits for block, fits in zip(page.blocks, page.fits, strict=True))
        self.cure.setEnabled(not (whole and all(block.norm != "none" for block in page.blocks)))

    def show_words(self, page: StackPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.sentence.say(verdict(page))
        self.anatomy.set_description(f"{sentence} {verdict(page)}")
        show_metrics(self.readouts, STACK.values(page), dict.fromkeys(READOUTS, 2))

    def _heal(self) -> None:
        self.act(Set(dict(CURE)))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.anatomy]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.anatomy,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low)
        self.hint.setVisible(not low)
        self.cure.setVisible(not narrow)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
