"""The Steer page: two bars for each strength, how likely the wanted tokens become, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import Floats, SteerPage
from lab.experiments.e18_transformer_block.metrics import STEER
from lab.experiments.e18_transformer_block.page import InsidePage
from lab.experiments.e18_transformer_block.words import percent
from widgets.base.layouts import hbox
from widgets.plots.bars import Bar
from widgets.plots.draggable_bars import DragBars

__all__ = ["SteerView"]

READOUTS = ("plain_effect", "pushed_effect", "plain", "pushed_surprise")


class SteerView(InsidePage):
    """See above."""

    def __init__(self) -> None:
        super().__init__(STEER.labels, *READOUTS)
        self.effects, self.surprises = (
            DragBars(movable=False, show=lambda value: show_number(value, 2)) for _n in "ab"
        )
        self.effects.set_titles(_("chance of wanted tokens"), _("Effect: tokens that only the wanted list has"))
        self.surprises.set_titles(_("surprise, nats a token"), _("Price: surprise on the text"))
        self.lay(self.effects, (hbox((self.effects, 1), (self.surprises, 1)), 1), legend=True)

    def show_page(self, page: SteerPage, _display: object) -> None:
        """Draw a frame's page."""
        names = ["×" + show_number(strength, 2) for strength in page.strengths]
        _fill(self.effects, names, page.effects, (0.1, 1.08), lambda share: percent(share) + " %")
        _fill(self.surprises, names, page.surprises, (1.0, math.inf), lambda value: show_number(value, 2))

    def show_words(self, page: SteerPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.effects.set_description(sentence)
        self.surprises.set_description(sentence)
        tokens = " ".join(page.own[:24])
        self.legend.say(_("Only in the wanted list: {tokens}").format(tokens=tokens) if page.own else "")
        self.say(page, sentence, STEER.values(page))

    def main_picture(self) -> tuple[QWidget, ...]:
        return self.effects, self.surprises

    def pictures(self) -> list[Any]:
        return [self.effects, self.surprises]


def _fill(
    bars: DragBars, names: list[str], values: Floats, reach: tuple[float, float], show: Callable[[float], str]
) -> None:
    """A bar for each strength, as far as it is tried; the scale reaches from 0 to between two heights."""
    least, most = reach
    found = [value for value in values.tolist() if math.isfinite(value)]
    bars.set_range(0.0, min(most, 1.15 * max([least, *found])))
    bars.set_bars(
        [
            Bar(name, value, show(value) if math.isfinite(value) else "", "accent")
            for name, value in zip(names, values.tolist(), strict=True)
        ]
    )
