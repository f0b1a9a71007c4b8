"""The Foretell page: what each training came to over how large it was, the straight line through the first ones, and
the learner's bet on the next."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e25_capstone.loss_page import LossPage
from lab.experiments.e25_capstone.scaling import FITTED, ScalingPage
from lab.experiments.e25_capstone.scaling_facts import SCALING
from lab.experiments.e25_capstone.words import duration
from widgets.base.colors import Palette
from widgets.base.layouts import vbox
from widgets.plots.plot import Line, Points, Series

__all__ = ["ScalingView"]

BET = "bet"
STEP = 200  # a dragged bet is rounded to one part of so many
AIR = 0.12  # of the range, above and below
ASIDE = 0.12  # powers of ten beside the smallest and the largest training


class ScalingView(LossPage):
    """See above."""

    METRICS, READOUTS = SCALING, ("foretold", "became", "bet", "bet_off", "beyond_miss")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot.set_log(True)
        self.plot.set_powers(True)
        self.plot.setAccessibleName(_("What each training came to"))
        self._column = vbox(self.sentence, self.report, (self.plot, 1), self.readouts, on=self)
        self.plot.line_dropped.connect(self._dropped)
        self.relook()

    def colour(self, palette: Palette) -> None:
        page = self.page
        if page is None:
            return
        sizes = np.log10([one.grown for one in page.planned])
        low, high = self._range(page)
        name = _("parameters") if page.params.grows == "model" else _("tokens read")
        self.plot.set_titles(name, _("held-out loss, nats a token"), "")
        self.plot.set_limits((float(sizes[0]) - ASIDE, float(sizes[-1]) + ASIDE), (low, high))
        self.plot.set_series(_curves(page, sizes, palette))
        self.plot.set_points(_clouds(page, sizes, palette, high))
        self.plot.set_lines(_bets(page, palette, low, high))

    @staticmethod
    def _range(page: ScalingPage) -> tuple[float, float]:
        """Around all that is measured and foretold; before that, around what such models usually reach."""
        told = [page.foretold(k) for k in range(len(page.planned))]
        seen = [*page.results.tolist(), *(value for value in told if value is not None)]
        seen += [] if page.bet is None else [page.bet]
        guess = math.log(page.planned[0].plan.vocab_size)
        if not seen:
            return 0.4 * guess, 1.1 * guess
        low, high = min(seen), max(seen)
        low, high = min(low, 0.88 * high), 1.04 * high
        return low - AIR * (high - low), high + AIR * (high - low)

    def told(self, page: ScalingPage) -> str:
        text = _("{title}. Six trainings. Time left here: {time}.")
        return text.format(title=page.title, time=duration(page.seconds_left))

    def _dropped(self, _name: str, value: float) -> None:
        self.act(Set({"bet": round(value * STEP) / STEP}))


def _curves(page: ScalingPage, sizes: Any, palette: Palette) -> list[Series]:
    """What the trainings came to, and the line through the first of them."""
    done = len(page.results)
    curves = [Series(_("it became"), sizes[:done], page.results, palette.categories[1], (), "o", 2.0, points=True)]
    if page.line is not None:
        told = np.array([page.foretold(k) for k in range(len(page.planned))], np.float64)
        curves.append(Series(_("foretold"), sizes, told, palette.categories[0], (5, 3), "d", 1.8))
    return curves


def _clouds(page: ScalingPage, sizes: Any, palette: Palette, high: float) -> list[Points]:
    """How the training under way comes down."""
    course = page.course[page.course[:, 0] == page.now]
    losses = course[course[:, 2] <= high, 2]
    if not len(losses):
        return []
    return [Points(_("under way"), np.full(len(losses), sizes[page.now]), losses, palette.categories[1], "o", 5.0)]


def _bets(page: ScalingPage, palette: Palette, low: float, high: float) -> list[Line]:
    """The bet: a line that can be dragged until the training begins."""
    if page.bet is None and page.now < FITTED:
        return []
    place = page.bet if page.bet is not None else float(page.results[-1])
    label = _("your bet: {n}").format(n=show_number(place, 4)) if page.bet is not None else _("drag: your bet")
    color = palette.categories[2]
    return [Line(BET, min(max(place, low), high), False, color, (3, 3), label, movable=not page.settled)]
