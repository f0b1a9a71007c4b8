"""The Calibration page: what the model says against what comes true, and the loss at every temperature."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e24_evaluation.calibration import TEMPERATURES
from lab.experiments.e24_evaluation.metrics import CALIBRATION
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import DASHES, Palette
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["CalibrationView"]

UNIT = (0.0, 1.0)


class CalibrationView(BesidePage):
    """See above."""

    METRICS = CALIBRATION
    READOUTS = ("gap", "gap_low", "gap_high", "loss", "best_temperature", "accuracy_half")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.counts, self.losses = Plot(), Plot(), Plot()
        self.plot.set_titles(_("it said"), _("came true"), "")
        self.plot.setAccessibleName(_("What it said against what came true"))
        self.plot.set_limits(UNIT, UNIT)
        self.counts.set_titles(_("it said"), _("answers"), "")
        self.counts.setAccessibleName(_("How many answers were so sure"))
        self.losses.set_titles(_("temperature"), _("loss, nats"), "")
        self.losses.setAccessibleName(_("Loss at every temperature"))
        self.losses.line_dragged.connect(self._warmer)
        self.losses.line_dropped.connect(self._dropped)
        self.lay_beside(self.plot, self.counts, self.losses, wide=(9, 4))

    def colour(self, palette: Palette) -> None:
        page, (blue, orange) = self.page, palette.categories[:2]
        bins, ends = page.bins, np.array(UNIT)
        full = bins.counts > 0
        gaps = [
            Series("", np.array([said, said]), np.array([said, came]), orange, (), width=3.0, faint=True)
            for said, came in zip(bins.said[full].tolist(), bins.came_true[full].tolist(), strict=True)
        ]
        dots = Series(_("this model"), bins.said[full], bins.came_true[full], blue, DASHES[0], "o", points=True)
        self.plot.set_series([Series(_("as it should be"), ends, ends, palette.text3, (2, 3), faint=True), *gaps, dots])
        edges = np.repeat(bins.edges, 2)
        steps = np.concatenate([[0.0], np.repeat(bins.counts.astype(np.float64), 2), [0.0]])
        self.counts.set_limits(UNIT)
        self.counts.set_series([Series(_("answers"), edges, steps, blue, DASHES[0])])
        here = Line("temperature", float(page.params.temperature), True, palette.ball, (), _("T"), True, 0.1)
        best = Line("best", float(np.clip(page.best, *TEMPERATURES[[0, -1]])), True, palette.good, (3, 3), _("least"))
        self.losses.set_limits((0.0, float(TEMPERATURES[-1])))
        self.losses.set_lines([best, here])
        self.losses.set_series([Series(_("loss"), TEMPERATURES, page.losses, orange, DASHES[0])])

    def _warmer(self, _name: str, temperature: float) -> None:
        if self.page is not None and np.isfinite(temperature):
            found = round(float(np.clip(temperature, TEMPERATURES[0], TEMPERATURES[-1])), 2)
            if found != self.page.params.temperature:
                self.drag("temperature", Set({"temperature": found}))

    def _dropped(self, name: str, temperature: float) -> None:
        self._warmer(name, temperature)
        self.end_drag()
