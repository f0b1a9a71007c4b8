"""The Significance page: by how much B was ahead in each redraw of the questions, sorted into columns."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e24_evaluation.metrics import SIGNIFICANCE
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import DASHES, Palette
from widgets.plots.bars import Bar
from widgets.plots.draggable_bars import DragBars
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["SignificanceView", "columns"]

COLUMNS = 40


def columns(gains: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Redraws by how far B was ahead: the edges of columns as wide as whole questions, [K + 1], and how many, [K].

    gains: [R], shares of `count` questions.
    """
    ahead = np.rint(gains * count).astype(np.int64)
    low, high = (int(ahead.min()), int(ahead.max())) if ahead.size else (-5, 5)
    wide = max(1, -(-(high - low + 1) // COLUMNS))
    edges = np.arange(low, high + wide + 1, wide) - 0.5
    return edges / count, np.histogram(ahead, edges)[0]


class SignificanceView(BesidePage):
    """See above."""

    METRICS = SIGNIFICANCE
    READOUTS = ("gain", "gain_low", "gain_high", "ahead", "chance", "needed")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.bars = Plot(), DragBars(movable=False)
        self.plot.set_titles(_("B ahead by, % of the questions"), _("redraws"), "")
        self.plot.setAccessibleName(_("By how much B is ahead in each redraw"))
        self.bars.set_titles(_("questions, by who was right"), _("Who was right"))
        self.lay_beside(self.plot, self.bars, wide=(8, 4))

    def colour(self, palette: Palette) -> None:
        page, (blue, orange) = self.page, palette.categories[:2]
        edges, counts = columns(page.gains, page.table.count)
        x = 100 * np.repeat(edges, 2)
        y = np.concatenate([[0.0], np.repeat(counts.astype(np.float64), 2), [0.0]])
        reach = max(float(np.abs(x).max()), 0.1)
        self.plot.set_limits((-reach, reach), None if counts.any() else (0.0, 1.0))
        lines = [Line("none", 0.0, True, palette.text2, (), "")]
        if page.span is not None:
            names = (_("95 %"), "")
            lines += [
                Line(f"end{k}", 100 * end, True, palette.ball, (4, 3), names[k]) for k, end in enumerate(page.span)
            ]
        self.plot.set_lines(lines)
        self.plot.set_series([Series(_("redraws"), x, y, blue, DASHES[0])])
        table = page.table
        named = (
            (_("both"), table.both, palette.text3),
            ("A", table.first_only, blue),
            ("B", table.second_only, orange),
            (_("none"), table.neither, palette.text3),
        )
        self.bars.set_range(0.0, float(max(1, *(count for _name, count, _color in named))))
        self.bars.set_bars([Bar(name, float(count), str(count), color) for name, count, color in named])
