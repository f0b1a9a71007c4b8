"""The Depth page: the units of every layer, and below, on a logarithmic scale, how large the gradient still is when it
reaches each of them, beside what the slopes alone would leave of it."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import exact, parse_number, show_number
from lab.core.params import fields_of
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e08_activations.badges import Badge
from lab.experiments.e08_activations.ball_plot import BallPlot
from lab.experiments.e08_activations.chain_report import DepthPage
from lab.experiments.e08_activations.fitting import FittingRow
from lab.experiments.e08_activations.metrics import DEPTH
from lab.experiments.e08_activations.settings import Display, Params
from lab.experiments.e08_activations.styles import STYLES
from lab.experiments.e08_activations.units import FEWEST, Units
from lab.kit.numbers import show_short
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import Palette
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.canvas import layers
from widgets.controls.dropdown import Dropdown
from widgets.controls.number_field import NumberField
from widgets.plots.series import Line, Series
from widgets.text.readout import Readout

__all__ = ["DepthView"]

GOAL = 1e-3
SCHEME = next(field for field in fields_of(Params) if field.name == "scheme")


class DepthView(Page):
    """A line of settings and read-outs, the units, the gradients."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: DepthPage | None = None
        self._display = Display()
        self.scheme = Dropdown(SCHEME.choices, [_(label) for label in SCHEME.choice_labels])
        self.gain = NumberField(parse_number, partial(show_short, digits=3), _larger)
        self.readouts = {
            name: Readout(name, label)
            for name, label in (
                ("first_gradient", _("first layer's gradient")),
                ("best_product", _("best slopes alone")),
                ("slope_product", _("real slopes")),
                ("accuracy", _("accuracy")),
            )
        }
        self.dead, self.locked = Badge(), Badge()
        self.units, self.gradients = Units(), BallPlot()
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.scheme.setAccessibleName(_("Weights at the start"))
        self.gain.setAccessibleName(_("Weights, times"))
        self.gradients.set_titles(_("layer"), _("gradient"), _("Gradient of each layer's weights"))
        self.gradients.set_log(True, _("a gradient of 0 has no place on this scale"))
        words, times = kind(QLabel(_("Weights")), "strong"), kind(QLabel("×"), "strong")
        self._head = FittingRow([words, self.scheme, times, self.gain], [self.dead, self.locked])
        self._line = FittingRow(list(self.readouts.values()))
        self._column = vbox(self._head, (self.units, 13), self._line, (self.gradients, 8), on=self)

    def _connect(self) -> None:
        self.scheme.chosen.connect(self._choose)
        self.gain.committed.connect(self._scale)
        for readout in self.readouts.values():
            readout.requested.connect(self.requested)

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, page: DepthPage, display: Display) -> None:
        """Draw a frame's page."""
        self._page, self._display = page, display
        self._apply_palette(look().palette)
        chart = self.gradients.chart()
        self.units.align(chart.margins.left, chart.margins.right)
        self.units.show_health(page.health, page.peak.slope)

    def show_words(self, page: DepthPage, sentence: str) -> None:
        """The texts and read-outs."""
        metrics = DEPTH.values(page)
        self.scheme.set_chosen(page.params.scheme)
        self.gain.set_value(page.params.gain)
        best = self.readouts["best_product"]
        best.label = _("best slopes, {slope} to the power {n}").format(
            slope=show_short(page.peak.slope, 3), n=page.layers
        )
        best.updateGeometry()
        for name, readout in self.readouts.items():
            readout.set_value(show_number(metrics[name], 2), exact(metrics[name]))
        for badge, state in ((self.dead, "dead"), (self.locked, "locked")):
            count = int(metrics[state] or 0)
            badge.show_state(state if count else "", count, page.health.dead.size)
        self.units.set_description(sentence)
        self.gradients.set_description(sentence)

    def _apply_palette(self, palette: Palette) -> None:
        """The gradients in the colours of a palette."""
        page = self._page
        if page is None:
            return
        numbers, style = np.arange(1.0, page.layers + 1), STYLES[page.params.function]
        color, gradients = style.color(palette), page.health.gradients
        found = [Series(_("gradient"), numbers, gradients, color, (), style.marker, 2.6, points=page.layers <= 30)]
        if self._display.bounds:
            best, real = page.alone(best=True), page.alone(best=False)
            found.append(Series(_("best slopes"), numbers, best, palette.text2, (2, 3), "", 1.8))
            found.append(Series(_("real slopes"), numbers, real, palette.text3, (6, 3, 1, 3), "", 1.8))
        shown = np.concatenate([one.y for one in found])
        shown = shown[np.isfinite(shown) & (shown > 0)]
        low = min(float(shown.min()) if len(shown) else 1e-4, GOAL / 10)
        high = max(float(shown.max()) if len(shown) else 1.0, 1.0)
        lowest, highest = math.floor(math.log10(low)), math.ceil(math.log10(high))
        heights = 10.0 ** max(lowest, -300), 10.0 ** min(highest, 300)
        self.gradients.set_limits((0.5, max(page.layers, FEWEST) + 0.5), heights)
        self.gradients.set_lines([Line("goal", GOAL, False, palette.text3, (2, 3), "10⁻³")])
        self.gradients.set_series(found)
        first = float(gradients[0])
        words = _("first layer {size}").format(size=show_number(first, 2))
        self.gradients.set_balls([layers.Ball(1.0, first, label=words)] if 0 < first < math.inf else [])

    # ---------------------------------------------------------------------------------------- the hand

    def _choose(self, scheme: str) -> None:
        self.act(Set({"scheme": scheme}))

    def _scale(self, gain: float) -> None:
        self.act(Set({"gain": min(max(gain, 1e-6), 1e6)}))

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.units,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.units, OnPaper(self.gradients, self._apply_palette)]

    def relook(self) -> None:
        px = look().px
        self._column.setSpacing(px(6))
        self.scheme.setFixedWidth(px(160))
        self.gain.setFixedWidth(px(64))
        self._apply_palette(look().palette)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the pictures keep most of it."""
        self._line.setVisible(not low)


def _larger(value: float, count: float) -> float:
    """Keys multiply: a step is a fifth more."""
    return float(f"{value * 1.2**count:.3g}")
