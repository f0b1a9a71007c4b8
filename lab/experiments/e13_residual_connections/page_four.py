"""The page with the four ways: two by two, without and with norms, without and with skips, each with its loss as it
learns. All begin with the same weights and share one scale. A press on a heading opens that stack."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e13_residual_connections.stacks import WAYS, norm_of
from lab.experiments.e13_residual_connections.training import FourPage
from lab.experiments.e13_residual_connections.words import way_names
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import DASHES, Palette
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.controls.buttons import Button
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series
from widgets.text.elided_label import ElidedLabel

__all__ = ["FourView", "loss_limits"]

LEAST_STEPS = 50
LOWEST, HIGHEST = -8, 12


def loss_limits(curves: list[np.ndarray]) -> tuple[float, float]:
    """Powers of ten that hold some losses, at least from 0.01 to 1."""
    known = np.concatenate(curves)
    known = known[np.isfinite(known) & (known > 0)]
    low = math.floor(math.log10(known.min())) if len(known) else -2
    high = math.ceil(math.log10(known.max())) if len(known) else 0
    return 10.0 ** max(min(low, -2), LOWEST), 10.0 ** min(max(high, 0), HIGHEST)


class FourView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: FourPage | None = None
        self.sentence = ElidedLabel("", "strong")
        self.plots = {way: Plot() for way in WAYS}
        self.heads = {way: Button("", "plain", icon="chevron-right", height=28, icon_after=True) for way in WAYS}
        self.grid = QWidget()
        cells = {way: vbox(hbox(self.heads[way], None), (self.plots[way], 1), gap=0) for way in WAYS}
        rows = (
            hbox((cells["plain"], 1), (cells["skip"], 1), gap=8),
            hbox((cells["norm"], 1), (cells["both"], 1), gap=8),
        )
        vbox((rows[0], 1), (rows[1], 1), on=self.grid, gap=2)
        self._column = vbox(self.sentence, (self.grid, 1), on=self)
        for way, name in zip(WAYS, way_names(), strict=True):
            self.plots[way].set_titles("" if way in ("plain", "skip") else _("step"), _("loss"), "")
            self.plots[way].set_log(True, _("a loss of 0 has no place on this scale"))
            self.plots[way].setAccessibleName(name)
            self.heads[way].clicked.connect(partial(self._open, way))
        self.relook()

    def show_page(self, page: FourPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        self._apply_palette(look().palette)

    def _apply_palette(self, palette: Palette) -> None:
        if self._page is None:
            return
        past = self._page.past
        curves = [past.column(place) for place in range(len(WAYS))]
        limits, steps = loss_limits(curves), past.steps
        until = float(max(LEAST_STEPS, steps[-1]))
        for place, (way, curve) in enumerate(zip(WAYS, curves, strict=True)):
            plot = self.plots[way]
            plot.set_limits((0.0, until), limits)
            plot.set_lines([Line("guess", math.log(2.0), False, palette.text3, (2, 3), _("guessing"))])
            plot.set_series([Series("", steps, curve, palette.categories[place], DASHES[0], "", 2.4)])

    def show_words(self, page: FourPage, sentence: str) -> None:
        """The texts, with the loss in each heading."""
        self.sentence.say(_("Run: the same first weights, built four ways."))
        for way, name, loss in zip(WAYS, way_names(), page.losses, strict=True):
            text = f"{name}: {show_number(loss, 3)}"
            self.heads[way].set_face(text[:1].upper() + text[1:], "chevron-right")
            self.heads[way].setToolTip(_("Open this stack"))
            self.plots[way].set_description(f"{name}. {sentence}")

    def _open(self, way: str, *_pressed: object) -> None:
        if self._page is not None:
            skip, norm = WAYS[way]
            kind = norm_of(self._page.params) if norm else "none"
            self.act(Set({"topic": "stack", "skip": skip, "norm": kind, "view": "stack"}))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [OnPaper(plot, self._apply_palette) for plot in self.plots.values()]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.grid,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the pictures keep most of it."""
        self.sentence.setVisible(not low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._apply_palette(look().palette)
