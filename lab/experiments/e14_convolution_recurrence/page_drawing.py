"""The page of the learner's own digit: the pad, what the CNN says of it, which pixels count, and the smallest change
that makes it another digit."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e14_convolution_recurrence.digits_run import DigitsPage
from lab.experiments.e14_convolution_recurrence.metrics import DIGITS
from lab.experiments.e14_convolution_recurrence.pad import Pad
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.plots.tiles import Tile, Tiles
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["DrawingView"]

READOUTS = ("sure", "dense_says", "distance", "target_sure")


class DrawingView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = ElidedLabel("", "strong")
        self.pad, self.why = Pad(), Tiles()
        self.why.setAccessibleName(_("Why the CNN says so"))
        self.bars = DragBars(movable=False)
        self.bars.set_titles("", _("What the CNN says; dashed: the dense network"))
        self.bars.set_range(0.0, 1.0)
        self.readouts = ReadoutRow(READOUTS, tuple(_(DIGITS.labels[name]) for name in READOUTS))
        self._column = vbox(
            self.sentence, (hbox((self.pad, 1), (self.why, 1), gap=8), 5), (self.bars, 1), self.readouts, on=self
        )
        self.pad.acted.connect(self.acted)
        self.bars.named.connect(self._aim)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: DigitsPage, _display: object) -> None:
        """Draw a frame's page."""
        read, target = page.reading, page.params.target
        self.pad.show_pad(page.pad, _("Draw a digit"))
        changed = read.small if read.changed is None else read.changed
        self.why.set_tiles(
            [
                Tile(read.small, _("what it gets"), "ink"),
                Tile(changed, _("nearest {digit}").format(digit=target), "ink"),
                Tile(read.covered, _("covered: less sure")),
                Tile(read.slope, _("more ink: surer")),
            ]
        )
        self.bars.set_bars(
            [
                Bar(
                    str(digit),
                    float(read.cnn[digit]),
                    show_number(float(read.cnn[digit]), 2) if read.cnn[digit] >= 0.01 else " ",
                    "ball" if digit == read.says else "accent",
                    ghost=float(read.wide[digit]),
                    strong=digit == target,
                )
                for digit in range(10)
            ]
        )

    def show_words(self, page: DigitsPage, sentence: str) -> None:
        """The texts and read-outs."""
        read, target = page.reading, page.params.target
        self.sentence.say(_verdict(page))
        self.why.set_description(sentence)
        self.bars.set_description(sentence)
        self.pad.pixels.set_description(sentence)
        show_metrics(self.readouts, DIGITS.values(page), dict.fromkeys(READOUTS, 2))
        self.readouts.readout("target_sure").setVisible(read.says != target)

    def _aim(self, digit: int) -> None:
        self.act(Set({"target": digit}))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.pad.pixels, self.why, self.bars]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.pad.pixels, self.why)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the pictures keep most of it."""
        self.readouts.setVisible(not low)
        self.bars.setVisible(not low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))


def _verdict(page: DigitsPage) -> str:
    read, target = page.reading, page.params.target
    if not page.measured:
        return _("It has not learned anything yet. Press Run.")
    sure = show_number(100 * float(read.cnn.max()), 2)
    head = _("The CNN reads a {digit} and is sure by {sure} %.").format(digit=read.says, sure=sure)
    if read.says == target or read.distance is None:
        return head
    if float(read.reached[target]) < 0.5:
        return f"{head} " + _("{n} small steps did not make it the digit {digit}.").format(n=read.nudges, digit=target)
    return f"{head} " + _("{n} small steps make it the digit {digit}.").format(n=read.nudges, digit=target)
