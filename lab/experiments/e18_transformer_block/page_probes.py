"""The Probes page: what can be read off the stream with one weighted sum, question by question and place by place."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import ProbesPage
from lab.experiments.e18_transformer_block.metrics import PROBES
from lab.experiments.e18_transformer_block.page import InsidePage
from lab.experiments.e18_transformer_block.settings import QUESTIONS
from lab.kit_qt.on_paper import OnPaper
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.base.layouts import hbox
from widgets.base.look import look
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["ProbesView"]

READOUTS = ("auc_here", "control_here", "rate", "probes_tried")


class ProbesView(InsidePage):
    """See above."""

    def __init__(self) -> None:
        super().__init__(PROBES.labels, *READOUTS)
        self._page: ProbesPage | None = None
        self.matrix, self.plot = Matrix(), Plot()
        self.plot.set_titles(_("after block"), _("AUC"), _("The marked question"))
        self.lay(self.matrix, (hbox((self.matrix, 3), (self.plot, 2)), 1), legend=True)
        self.matrix.set_writing(lambda value: show_number(value, 2))
        self.matrix.pressed.connect(self._mark)

    def show_page(self, page: ProbesPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        title = _("How well a probe reads it off, AUC: 0.5 is a guess, 1 is always right")
        self.matrix.set_titles(title, _("question"), _("after block"))
        names = [_(name) for name in QUESTIONS.values()]
        self.matrix.set_values(page.found, 0.5, 1.0, names, [str(k) for k in range(page.found.shape[1])])
        self.matrix.set_highlighted(*page.lit)
        self._apply_palette(look().palette)

    def _apply_palette(self, palette: Palette) -> None:
        page = self._page
        if page is None:
            return
        row = page.lit[0]
        places = np.arange(float(page.found.shape[1]))
        self.plot.set_limits((0.0, places[-1]), (0.3, 1.0))
        self.plot.set_lines([Line("guess", 0.5, False, palette.text3, (4, 3), _("a guess"))])
        curves = (_("probe"), page.found[row], 0), (_("shuffled"), page.control[row], 1)
        self.plot.set_series(
            [
                Series(name, places, values, palette.categories[k], DASHES[k], MARKERS[k], 2.2, points=True)
                for name, values, k in curves
            ]
        )

    def show_words(self, page: ProbesPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.matrix.set_description(sentence)
        self.plot.set_description(sentence)
        text = _("Each probe learned from {n} letters and is tried on {m} others. Shuffled: it learned wrong answers.")
        half = page.letters // 2
        self.legend.say(text.format(n=half, m=page.letters - half))
        self.say(page, sentence, PROBES.values(page))

    def _mark(self, row: int, column: int) -> None:
        if row >= 0 and column >= 0:
            self.act(Set({"question": tuple(QUESTIONS)[row], "layer": column}))

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.matrix, self.plot)

    def pictures(self) -> list[Any]:
        return [self.matrix, OnPaper(self.plot, self._apply_palette)]

    def relook(self) -> None:
        super().relook()
        self._apply_palette(look().palette)
