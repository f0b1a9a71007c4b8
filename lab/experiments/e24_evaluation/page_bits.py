"""The Bits page: the weights before and after, and how much worse the model guesses, all of it and part by part."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e24_evaluation.metrics_models import BITS
from lab.kit.numbers import show_short
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import DASHES, Palette
from widgets.plots.bars import Bar
from widgets.plots.draggable_bars import DragBars
from widgets.plots.plot import Plot
from widgets.plots.series import Series

__all__ = ["BitsView", "part_name"]


def part_name(part: str) -> str:
    """A part of a model: E for the embedding, and the blocks counted from 1."""
    return "E" if part == "embedding" else str(int(part.removeprefix("block")) + 1)


class BitsView(BesidePage):
    """See above."""

    METRICS = BITS
    READOUTS = ("share", "seven", "rmse", "zeros", "worse")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.bars = Plot(), DragBars(movable=False)
        self.plot.set_titles(_("weight"), _("share of the weights, %"), "")
        self.plot.setAccessibleName(_("Weights before and after"))
        self.bars.set_titles(_("perplexity, % more"), _("Rounded alone: embedding, blocks"))
        self.lay_beside(self.plot, self.bars, wide=(9, 4))

    def colour(self, palette: Palette) -> None:
        page, (blue, orange) = self.page, palette.categories[:2]
        x = np.repeat(page.edges, 2)
        drawn = []
        for name, shares, color, dash in (
            (_("in {bits} bits").format(bits=page.params.bits), page.after, orange, 0),
            (_("before"), page.before, blue, 1),
        ):
            y = 100 * np.concatenate([[0.0], np.repeat(shares, 2), [0.0]])
            drawn.append(Series(name, x, y, color, DASHES[dash]))
        self.plot.set_limits((float(page.edges[0]), float(page.edges[-1])))
        self.plot.set_series(drawn)
        self._show_bars(blue, orange)

    def _show_bars(self, blue: str, orange: str) -> None:
        page = self.page
        known = bool(page.tokens)
        heights = [(_("all"), page.worse or 0.0, orange)] if page.parts else []
        heights += [(part_name(p), page.worse_by(k) if known else 0.0, blue) for k, p in enumerate(page.parts)]
        percents = [100 * height for _name, height, _color in heights]
        low, high = min([0.0, *percents]), max([0.1, *percents])
        self.bars.set_range(1.1 * low, 1.1 * high)
        self.bars.set_bars(
            [
                Bar(name, 100 * height, show_short(round(100 * height, 1), 3) if known else "–", color)
                for name, height, color in heights
            ]
        )
