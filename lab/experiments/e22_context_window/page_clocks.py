"""The Clocks page: RoPE's clocks with query and key, and the score against the distance."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e22_context_window.clocks import Clocks
from lab.experiments.e22_context_window.metrics import POSITIONS
from lab.experiments.e22_context_window.page import NumbersPage
from lab.experiments.e22_context_window.positions import DISTANCES
from widgets.base.colors import DASHES, Palette
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["ClocksView"]


class ClocksView(NumbersPage):
    """See above."""

    METRICS = POSITIONS
    READOUTS = ("score", "distance", "slowest")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clocks, self.plot = Clocks(), Plot()
        self.plot.set_titles(_("distance m − n"), _("score"), "")
        self.plot.setAccessibleName(_("Score against distance"))
        self.clocks.acted.connect(self.acted)
        self.plot.line_dragged.connect(self._far)
        self.plot.line_dropped.connect(self._dropped)
        self.lay_out(self.clocks, self.plot, share=2)

    def colour(self, palette: Palette) -> None:
        page = self.page
        self.clocks.show_clocks(page)
        away = page.m - page.n
        self.plot.set_limits((0.0, float(DISTANCES - 1)))
        shown = 0 <= away < DISTANCES
        line = Line("distance", float(away), True, palette.ball, (), _("here"), movable=True, step=1.0)
        self.plot.set_lines([line] if shown else [])
        distances = np.arange(float(DISTANCES))
        self.plot.set_series([Series(_("score"), distances, page.scores, palette.accent, DASHES[0], "")])

    def _far(self, _name: str, distance: float) -> None:
        if self.page is not None:
            m = self.page.n + round(min(max(distance, 0.0), DISTANCES - 1.0))
            if m != self.page.m:
                self.drag("distance", Set({"m": m, "n": self.page.n}))

    def _dropped(self, name: str, distance: float) -> None:
        self._far(name, distance)
        self.end_drag()
