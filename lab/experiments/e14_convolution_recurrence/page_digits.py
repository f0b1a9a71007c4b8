"""The Digits page: the kernels as they are learned, what they make of the drawing, what the kernels of the second layer
would like to see, and what both readers get right."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e14_convolution_recurrence.digits_run import DigitsPage
from lab.experiments.e14_convolution_recurrence.metrics import DIGITS
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import DASHES, Palette
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.plots.plot import Plot
from widgets.plots.series import Series
from widgets.plots.tiles import Tile, Tiles
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["DigitsView"]

READOUTS = ("cnn_right", "dense_right", "cnn_moved", "dense_moved", "cnn_parameters", "dense_parameters")
LEAST_STEPS = 50


class DigitsView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: DigitsPage | None = None
        self.sentence = ElidedLabel("", "strong")
        self.kernels = Tiles(_("The kernels, 3 × 3 each"))
        self.maps = Tiles(_("What each makes of your digit"))
        self.wanted = Tiles(_("What excites layer 2"))
        self.plot = Plot()
        self.plot.setAccessibleName(_("Share right on new digits"))
        self.readouts = ReadoutRow(READOUTS, tuple(_(DIGITS.labels[name]) for name in READOUTS))
        self.tiles = QWidget()
        hbox((self.kernels, 1), (self.maps, 1), (self.wanted, 1), on=self.tiles, gap=8)
        self._column = vbox(self.sentence, (self.tiles, 3), (self.plot, 1), self.readouts, on=self)
        self.kernels.picked.connect(self._pick)
        self.maps.picked.connect(self._pick)
        self.wanted.picked.connect(self.wanted.set_lit)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: DigitsPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        most = float(np.abs(page.kernels).max())
        loud = float(page.maps.max()) or 1.0
        self.kernels.set_tiles([Tile(kernel, most=most) for kernel in page.kernels])
        self.maps.set_tiles([Tile(found, "", "one-sided", loud) for found in page.maps])
        self.wanted.set_tiles([Tile(picture, "", "ink") for picture in page.wanted])
        self._apply_palette(look().palette)

    def _pick(self, number: int) -> None:
        """The kernel and its map, framed together."""
        self.kernels.set_lit(number)
        self.maps.set_lit(number)

    def _apply_palette(self, palette: Palette) -> None:
        if self._page is None:
            return
        past = self._page.past
        self.plot.set_titles(_("step"), _("right"), "")
        self.plot.set_limits((0.0, float(max(LEAST_STEPS, past.steps[-1]))), (0.0, 1.0))
        names = _("CNN"), _("dense")
        self.plot.set_series(
            [
                Series(name, past.steps, past.column(place + 2), palette.categories[place], DASHES[place], "o", 2.2)
                for place, name in enumerate(names)
            ]
        )

    def show_words(self, page: DigitsPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.sentence.say(_verdict(page))
        for part in (self.kernels, self.maps, self.wanted, self.plot):
            part.set_description(sentence)
        show_metrics(self.readouts, DIGITS.values(page), dict.fromkeys(READOUTS, 3) | dict.fromkeys(READOUTS[4:], 5))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.kernels, self.maps, self.wanted, OnPaper(self.plot, self._apply_palette)]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.tiles,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the pictures keep most of it."""
        self.readouts.setVisible(not low)
        self.plot.setVisible(not low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._apply_palette(look().palette)


def _verdict(page: DigitsPage) -> str:
    if not page.measured:
        return _("Run: a CNN and a dense network learn to read the same digits.")
    cnn, wide = (show_number(100 * page.now[place], 3) for place in (2, 3))
    return _("On new digits the CNN has {cnn} % right, the dense network {dense} %.").format(cnn=cnn, dense=wide)
