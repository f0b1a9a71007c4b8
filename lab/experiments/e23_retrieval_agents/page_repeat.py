"""The Repeat page: how likely a task succeeds every time when it is done k times, counted and by the formula; below it
which task succeeded in which round, and what it costs."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e23_retrieval_agents.metrics_agents import REPEAT
from lab.experiments.e23_retrieval_agents.repeating import NAMES, ROUNDS, RepeatPage
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import DASHES, Palette
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["MOST", "RepeatView"]

MOST = 10  # times that are drawn


class RepeatView(BesidePage):
    """See above."""

    METRICS = REPEAT
    READOUTS = ("rounds", "succeeds", "always", "power", "run_tokens")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.table = Plot(), Matrix()
        self.plot.set_titles(_("times in a row"), _("succeeds every time"), "")
        self.plot.setAccessibleName(_("Share of tasks that succeed so many times in a row"))
        self.plot.line_dragged.connect(self._ask_more)
        self.plot.line_dropped.connect(self._dropped)
        self.table.set_titles(_("Coloured: the task succeeded"), _("task"), _("round"))
        self.table.set_writing(_nothing)
        self.lay_beside(self.plot, below=(self.table,))

    def colour(self, palette: Palette) -> None:
        page: RepeatPage = self.page
        blue, orange = palette.categories[:2]
        times = np.arange(1, MOST + 1)
        self.plot.set_limits((1.0, float(MOST)), (0.0, 1.0))
        self.plot.set_lines([Line("times", float(page.params.times), True, palette.ball, (), _("k"), True, 1.0)])
        rows = ((_("counted"), page.always, blue), ("p^k", page.power, orange))
        drawn = [
            Series(name, times.astype(np.float64), np.array([value(k) for k in times.tolist()]), color, DASHES[row])
            for row, (name, value, color) in enumerate(rows)
        ]
        self.plot.set_series(drawn if page.rounds else [])
        self._draw_rounds(page)

    def _draw_rounds(self, page: RepeatPage) -> None:
        names = [_(name) for name in NAMES.values()]
        if page.rounds:
            costs = page.tokens.mean(axis=0).tolist()
            texts = (f"{100 * rate:.0f} %" for rate in page.rates.tolist())
            text = _("{name}: {share}, {n} tokens")
            names = [text.format(name=n, share=s, n=round(c)) for n, s, c in zip(names, texts, costs, strict=True)]
        self.table.set_ghost("" if page.rounds else _("Press Run: the table fills."))
        values = np.zeros((len(names), ROUNDS))
        values[:, : page.rounds] = page.good.T
        self.table.set_values(values, 0.0, 1.0, names, [str(number + 1) for number in range(ROUNDS)])

    def _ask_more(self, _name: str, times: float) -> None:
        if self.page is not None and np.isfinite(times):
            found = round(float(np.clip(times, 1, MOST)))
            if found != self.page.params.times:
                self.drag("times", Set({"times": found}))

    def _dropped(self, name: str, times: float) -> None:
        self._ask_more(name, times)
        self.end_drag()


def _nothing(_value: float) -> str:
    return ""
