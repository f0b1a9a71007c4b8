"""The Waves page: the sines and cosines that are added to embeddings, a column for each position; a cell's formula
stands beside the pointer. Below, how alike the columns are."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e22_context_window.metrics import POSITIONS
from lab.experiments.e22_context_window.page import NumbersPage
from lab.experiments.e22_context_window.positions import ROWS, PositionsPage
from widgets.base.colors import DASHES, Palette
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["WavesView", "formula"]


def formula(page: PositionsPage, position: int, dimension: int) -> str:
    """How a cell is worked out, with its numbers."""
    p = page.params
    power = 2 * (dimension // 2) / p.d
    angle = position / p.base**power
    values = {
        "wave": "sin" if dimension % 2 == 0 else "cos",
        "row": position,
        "base": show_number(p.base, 5),
        "up": 2 * (dimension // 2),
        "d": p.d,
        "angle": show_number(angle, 3),
        "value": show_number(float(page.waves[position, dimension]), 3),
    }
    return _("{wave}({row} / {base}^({up}/{d})) = {wave}({angle}) = {value}").format(**values)


class WavesView(NumbersPage):
    """See above."""

    METRICS = POSITIONS
    READOUTS = ("wave_length", "wave_dot_1", "wave_dot_5", "wave_dot_20")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.matrix, self.plot = Matrix(scale="diverging"), Plot()
        self.matrix.set_titles(_("What is added at each position"), _("dimension"), _("position"))
        self.matrix.hovered.connect(self._read)
        self.matrix.pressed.connect(self._mark)
        self.plot.set_titles(_("position"), _("product"), "")
        self.plot.setAccessibleName(_("How alike each position is to the marked one"))
        self.lay_out(self.matrix, self.plot, share=2)

    def colour(self, palette: Palette) -> None:
        page = self.page
        rows, columns = [str(n) for n in range(page.params.d)], [str(n) for n in range(ROWS)]
        self.matrix.set_values(page.waves.T, -1.0, 1.0, rows, columns)
        self.matrix.set_highlighted(min(max(self.matrix.highlighted()[0], 0), page.params.d - 1), page.row)
        products = page.waves @ page.waves[page.row]
        self.plot.set_limits((0.0, float(ROWS - 1)))
        self.plot.set_lines([Line("row", float(page.row), True, palette.ball, (), _("here"))])
        self.plot.set_series(
            [Series(_("product"), np.arange(float(ROWS)), products, palette.accent, DASHES[0], "", points=True)]
        )

    def _read(self, dimension: int, position: int) -> None:
        known = self.page is not None and position >= 0
        self.matrix.set_readout(formula(self.page, position, dimension) if known else "")

    def _mark(self, dimension: int, position: int) -> None:
        self.matrix.set_highlighted(dimension, position)
        if self.page is not None:
            self.matrix.tell(formula(self.page, position, dimension))
            if position != self.page.n:
                self.act(Set({"n": position}))
