"""The Paths page: the streams of the gradient, and the numbers of the marked block."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e13_residual_connections.metrics import STACK
from lab.experiments.e13_residual_connections.training import StackPage
from lab.experiments.e13_residual_connections.ways import Streams
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["PathsView"]

READOUTS = ("block", "over_skip", "through", "skip_share", "mean_blocks")


class PathsView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = ElidedLabel("", "strong")
        self.streams = Streams()
        self.readouts = ReadoutRow(READOUTS, tuple(_(STACK.labels[name]) for name in READOUTS))
        self._column = vbox(self.sentence, (self.streams, 1), self.readouts, on=self)
        self.streams.acted.connect(self.acted)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: StackPage, _display: object) -> None:
        """Draw a frame's page."""
        self.streams.show_stack(page)

    def show_words(self, page: StackPage, sentence: str) -> None:
        """The texts and read-outs."""
        text = _summary(page)
        self.sentence.say(text)
        self.streams.set_description(f"{sentence} {text}")
        show_metrics(self.readouts, STACK.values(page), dict.fromkeys(READOUTS, 3))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.streams]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.streams,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))


def _summary(page: StackPage) -> str:
    skips = sum(block.skip for block in page.blocks)
    if not skips:
        return _("Without a skip there is one way only, through all blocks. Switch Skips on.")
    mean = STACK.value(page, "mean_blocks")
    if not isinstance(mean, float):
        return _("With {n} skips there are 2 to the power {n} ways back.").format(n=skips)
    text = _("There are 2 to the power {n} ways back; the gradient took {mean} blocks on average.")
    return text.format(n=skips, mean=show_number(mean, 2))
