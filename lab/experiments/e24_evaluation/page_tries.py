"""The Tries page: the share of questions that is right within so many tries, for A and B, and beside it what the model
picks against what it writes."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e24_evaluation.metrics_tries import TRIED
from lab.experiments.e24_evaluation.tries import TRIES
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import DASHES, Palette
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["TriesView"]

UNIT = (0.0, 1.0)


class TriesView(BesidePage):
    """See above."""

    METRICS = TRIED
    READOUTS = ("some_a", "some_b", "picked", "written", "sorted_asked")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.table = Plot(), Matrix()
        self.plot.set_titles(_("tries"), _("one of them is right"), "")
        self.plot.setAccessibleName(_("Share of questions that is right within so many tries"))
        self.plot.line_dragged.connect(self._try_more)
        self.plot.line_dropped.connect(self._dropped)
        self.table.set_writing(_count)
        self.table.set_titles(_("Picked and written"), _("picked"), _("written"))
        self.lay_beside(self.plot, self.table, wide=(9, 4))

    def colour(self, palette: Palette) -> None:
        page, (blue, orange) = self.page, palette.categories[:2]
        tries = np.arange(1.0, TRIES + 1)
        self.plot.set_limits((1.0, float(TRIES)), UNIT)
        lines = [Line("tries", float(page.params.tries), True, palette.ball, (), _("k"), True, 1.0)]
        if page.asked:
            share = float(page.picked.mean())
            lines.append(Line("picked", share, False, palette.good, (3, 3), _("picked of four")))
        self.plot.set_lines(lines)
        drawn = [
            Series(name, tries, page.right_within(model), color, DASHES[model])
            for model, (name, color) in enumerate((("A", blue), ("B", orange)))
        ]
        self.plot.set_series(drawn if page.asked else [])
        named = (_("right"), _("wrong"))
        self.table.set_ghost("" if page.asked else _("Press Run: the table fills."))
        self.table.set_values(page.table.astype(np.float64), 0.0, float(max(1, page.asked)), named, named)

    def _try_more(self, _name: str, tries: float) -> None:
        if self.page is not None and np.isfinite(tries):
            found = round(float(np.clip(tries, 1, TRIES)))
            if found != self.page.params.tries:
                self.drag("tries", Set({"tries": found}))

    def _dropped(self, name: str, tries: float) -> None:
        self._try_more(name, tries)
        self.end_drag()


def _count(number: float) -> str:
    return f"{number:.0f}"
