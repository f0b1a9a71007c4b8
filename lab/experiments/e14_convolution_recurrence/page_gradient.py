"""The Blame page: how much of the last answer's gradient is still there at every step of the sequence, on a scale of
powers of ten, beside what ρ alone would leave."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e14_convolution_recurrence.memory_run import MemoryPage
from lab.experiments.e14_convolution_recurrence.metrics import MEMORY, first_over_last
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import DASHES, Palette
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.plots.plot import Plot
from widgets.plots.series import Series
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["GradientView"]

READOUTS = ("left", "power", "radius", "right", "loss", "gradient")
LOWEST, HIGHEST = 1e-12, 1e12


class GradientView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: MemoryPage | None = None
        self.sentence = ElidedLabel("", "strong")
        self.blame, self.losses = Plot(), Plot()
        self.blame.setAccessibleName(_("Blame at every step of the sequence"))
        self.losses.setAccessibleName(_("Loss while it learns"))
        self.blame.set_titles(_("step of the sequence"), _("blame, as a share of the last"), "")
        self.blame.set_log(True, _("a blame of 0 has no place on this scale"))
        self.losses.set_titles(_("step of training"), _("loss"), "")
        self.readouts = ReadoutRow(READOUTS, tuple(_(MEMORY.labels[name]) for name in READOUTS))
        self._column = vbox(self.sentence, (self.blame, 3), (self.losses, 1), self.readouts, on=self)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: MemoryPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        self._apply_palette(look().palette)

    def _apply_palette(self, palette: Palette) -> None:
        page = self._page
        if page is None:
            return
        count, last = len(page.x), float(page.blame[-1])
        steps = np.arange(1.0, count + 1)
        share = page.blame / last if last > 0 else np.full(count, np.nan)
        powers = page.params.radius ** np.arange(count - 1.0, -1.0, -1.0)
        self.blame.set_limits((1.0, float(count)), _decades(share, powers))
        drawn = [Series(_("blame"), steps, share, palette.categories[1], DASHES[0], "o", 2.6, points=count < 30)]
        if page.params.cell == "rnn" and page.looks is None:
            drawn.append(Series(_("ρ alone"), steps, powers, palette.text3, (2, 3), "", 1.8))
        self.blame.set_series(drawn)
        past = page.past
        losses = past.column(0)
        known = losses[np.isfinite(losses)]
        self.losses.set_limits((0.0, float(max(50, past.steps[-1]))), (0.0, max(2.0, float(known.max(initial=0.0)))))
        self.losses.set_series([Series(_("loss"), past.steps, losses, palette.categories[0], DASHES[0], "o", 2.0)])

    def show_words(self, page: MemoryPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.sentence.say(_verdict(page))
        self.blame.set_description(f"{sentence} {_verdict(page)}")
        self.losses.set_description(sentence)
        show_metrics(self.readouts, MEMORY.values(page), dict.fromkeys(READOUTS, 3))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [OnPaper(self.blame, self._apply_palette), OnPaper(self.losses, self._apply_palette)]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.blame,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low)
        self.losses.setVisible(not low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._apply_palette(look().palette)


def _decades(*curves: np.ndarray) -> tuple[float, float]:
    """Powers of ten that hold some curves, at least from 0.1 to 10."""
    known = np.concatenate(curves)
    known = known[np.isfinite(known) & (known > 0)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (1.0, 1.0)
    ends = 10.0 ** np.floor(np.log10(low)), 10.0 ** np.ceil(np.log10(high))
    return max(LOWEST, min(0.1, float(ends[0]))), min(HIGHEST, max(10.0, float(ends[1])))


def _verdict(page: MemoryPage) -> str:
    left, count = first_over_last(page), len(page.x) - 1
    if left is None:
        return _("No blame reaches the last step.")
    numbers = {"n": count, "left": show_number(left, 2)}
    if left < 0.01:
        return _("It fades: {n} steps back {left} of the blame is left.").format(**numbers)
    if left > 100:
        return _("It explodes: {n} steps back the blame is {left} times as large.").format(**numbers)
    return _("It arrives: {n} steps back there is {left} times the blame.").format(**numbers)
