"""The Bits page: the weights before and after, and how much worse the model guesses, all of it and part by part."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e24_evaluation.compress import CompressPage, part_name
from lab.experiments.e24_evaluation.metrics_models import BITS
from lab.kit.numbers import show_short
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import DASHES, Palette
from widgets.plots.bars import Bar
from widgets.plots.draggable_bars import DragBars
from widgets.plots.plot import Plot
from widgets.plots.series import Points, Series
from widgets.text.elided_label import ElidedLabel

__all__ = ["BitsView"]


FEW = 12  # parts that have a bar each


class BitsView(BesidePage):
    """See above."""

    METRICS = BITS
    READOUTS = ("share", "seven", "rmse", "zeros", "worse")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.bars, self.blocks = Plot(), DragBars(movable=False), Plot()
        self.plot.set_titles(_("weight"), _("share of the weights, %"), "")
        self.plot.setAccessibleName(_("Weights before and after"))
        self.bars.set_titles(_("perplexity, % more"), _("Rounded alone: embedding, blocks"))
        self.blocks.set_titles(_("block; 0: table"), _("rounded alone, bits a token more"), "")
        self.blocks.setAccessibleName(_("What each part costs that is rounded alone"))
        self.blocks.hide()
        self.before, self.after = ElidedLabel("", "small"), ElidedLabel("", "small")
        self.lay_beside(self.plot, self.bars, self.blocks, wide=(9, 4), foot=(self.before, self.after))

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

    def show_words(self, page: CompressPage, sentence: str) -> None:
        super().show_words(page, sentence)
        before, after = (" ".join((page.begun + sample).split()) if sample else "" for sample in page.samples)
        self.before.say(_("It writes: {text}").format(text=before))
        self.after.say(_("In {bits} bits: {text}").format(bits=page.params.bits, text=after or "…"))
        for label in (self.before, self.after):
            label.setVisible(bool(before))

    def _show_bars(self, blue: str, orange: str) -> None:
        """What each part costs alone; many parts, as points, in bits and without all of it, which would dwarf them."""
        page = self.page
        many = len(page.parts) > FEW
        self.bars.setVisible(not many)
        self.blocks.setVisible(many)
        if many:
            bits = np.array([page.more_bits(2 + k) for k in range(len(page.parts))])
            known = np.isfinite(bits)
            self.blocks.set_limits((-0.7, len(bits) - 0.3))
            self.blocks.set_points([Points("", np.flatnonzero(known).astype(np.float64), bits[known], blue, size=7.0)])
            return
        rows = [(part_name(part), 100 * page.worse_by(k), blue) for k, part in enumerate(page.parts)]
        if rows:
            rows = [(_("all"), math.nan if page.worse is None else 100 * page.worse, orange), *rows]
        heights = [height for _name, height, _color in rows if math.isfinite(height)]
        low, high = min([0.0, *heights]), max([0.1, *heights])
        self.bars.set_range(1.1 * low, 1.1 * high)
        self.bars.set_bars([_bar(*row) for row in rows])


def _bar(name: str, height: float, color: str) -> Bar:
    """A bar; one that is not known yet has no height."""
    known = math.isfinite(height)
    text = show_short(round(height, 1), 3) if known else "–"
    return Bar(name, height if known else 0.0, text, color)
