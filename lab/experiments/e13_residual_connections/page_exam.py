"""The Test page: one build, three gates, fifty blocks each; their losses on the way to the goal."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e13_residual_connections.challenges import BUDGET, WANTED
from lab.experiments.e13_residual_connections.metrics import EXAM
from lab.experiments.e13_residual_connections.page_four import loss_limits
from lab.experiments.e13_residual_connections.settings import ACTIVATIONS
from lab.experiments.e13_residual_connections.training import EXAM_GATES, ExamPage
from lab.experiments.e13_residual_connections.words import build_name
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["ExamView"]

READOUTS = tuple(f"{gate}_loss" for gate in EXAM_GATES)


class ExamView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: ExamPage | None = None
        self.sentence = ElidedLabel("", "strong")
        self.plot = Plot()
        self.plot.set_titles(_("step"), _("loss"), _("50 blocks with each gate"))
        self.plot.set_log(True, _("a loss of 0 has no place on this scale"))
        self.readouts = ReadoutRow(READOUTS, tuple(_(EXAM.labels[name]) for name in READOUTS))
        self._column = vbox(self.sentence, (self.plot, 1), self.readouts, on=self)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: ExamPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        self._apply_palette(look().palette)

    def _apply_palette(self, palette: Palette) -> None:
        if self._page is None:
            return
        past, names = self._page.past, [_(ACTIVATIONS[gate]) for gate in EXAM_GATES]
        curves: list[np.ndarray] = [past.column(place) for place in range(len(EXAM_GATES))]
        low, high = loss_limits(curves)
        self.plot.set_limits((0.0, float(max(BUDGET, past.steps[-1]))), (min(low, 1e-3), high))
        self.plot.set_lines([Line("goal", WANTED, False, palette.good, (4, 3), _("goal 0.01"))])
        series = [
            Series(name, past.steps, curve, palette.categories[place], DASHES[place], MARKERS[place], 2.2)
            for place, (name, curve) in enumerate(zip(names, curves, strict=True))
        ]
        self.plot.set_series(series)

    def show_words(self, page: ExamPage, sentence: str) -> None:
        """The texts and read-outs."""
        text = _("Choose a build, then Run. Now: {build}.").format(build=build_name(page.params))
        self.sentence.say(text)
        self.plot.set_description(sentence)
        show_metrics(self.readouts, EXAM.values(page), dict.fromkeys(READOUTS, 3))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [OnPaper(self.plot, self._apply_palette)]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.plot,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._apply_palette(look().palette)
