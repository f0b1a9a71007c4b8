"""The page of √d: how queries and keys of d random numbers spread their scores, what the softmax makes of ten of them,
and how much is left to be learned by, with and without the division. The width is dragged in the curve."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.metrics import METRICS
from lab.experiments.e17_attention.page import Page
from lab.experiments.e17_attention.scaling import KEYS, ScaleReport
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.words import two
from lab.kit_qt.metric_row import show_metrics
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["ScaleView"]

KINDS = ("raw", "scaled")
LOW = 440  # pixels at 100 % text, below which the ten weights give way
PARTS = ("std", "largest", "entropy", "room")


class ScaleView(Page):
    """Two histograms, two rows of ten weights, one pair of curves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spread, self.curve = Plot(), Plot()
        self.titles = {name: ElidedLabel() for name in KINDS}
        self.weights = {name: Matrix() for name in KINDS}
        labels = (_("spread"), _("largest weight"), _("entropy"), "Σp(1−p)")
        self.readouts = {name: ReadoutRow([f"{part}_{name}" for part in PARTS], labels) for name in KINDS}
        self.message = ElidedLabel("", "small")
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.spread.set_titles(_("score"), _("share"), _("How the scores spread"))
        self.curve.set_titles(_("doublings of d"), _("bits"), _("Entropy of ten weights"))
        self._grid = QGridLayout()
        for row, name in enumerate(KINDS):
            box = QVBoxLayout()
            box.setSpacing(look().px(2))
            box.addWidget(self.titles[name])
            box.addWidget(self.weights[name], 1)
            box.addWidget(self.readouts[name])
            self._grid.addLayout(box, row, 0)
        self._plots = hbox((self.spread, 1), (self.curve, 1))
        self._column = vbox(self._grid, (self._plots, 1), self.message, on=self)

    def _connect(self) -> None:
        self.curve.line_dragged.connect(self._drag)
        self.curve.line_dropped.connect(self._drag)
        for name in KINDS:
            self.readouts[name].requested.connect(self.requested)
            self.weights[name].set_writing(two)
            self.weights[name].setAccessibleName(_("Ten weights of one draw"))

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: AttentionFrame, _display: Display) -> None:
        """Draw a frame."""
        s = frame.scale
        if s is None:
            return
        names = tuple(f"k{j}" for j in range(1, KEYS + 1))
        for name in KINDS:
            weights = getattr(s, f"weights_{name}")
            self.weights[name].set_values(weights[None], 0.0, 1.0, (_("weight"),), names)
            self.weights[name].set_highlighted(0, int(np.argmax(weights)), lone=True)
        self._show_spread(s)
        self._show_curve(s)

    def _show_spread(self, s: ScaleReport) -> None:
        middle = (s.edges[:-1] + s.edges[1:]) / 2
        self.spread.set_series(
            (
                Series("", middle, s.counts_raw, look().palette.categories[1], (4, 2.4), ""),
                Series("", middle, s.counts_scaled, look().palette.categories[0], (), ""),
            )
        )

    def _show_curve(self, s: ScaleReport) -> None:
        x = np.log2(s.widths)
        self.curve.set_series(
            (
                Series(_("as they are"), x, s.raw_curve[:, 2], look().palette.categories[1], (4, 2.4), "t1"),
                Series(_("divided by √d"), x, s.scaled_curve[:, 2], look().palette.categories[0]),
            )
        )
        even = float(np.log2(KEYS))
        self.curve.set_limits(y=(0.0, 3.6))
        self.curve.set_lines(
            (
                Line("even", even, vertical=False, label=_("all alike: {bits}").format(bits=show_number(even, 3))),
                Line("width", float(np.log2(s.width)), color="ball", dash=(), movable=True),
            )
        )

    def show_words(self, frame: AttentionFrame, sentence: str) -> None:
        """Titles and read-outs."""
        s = frame.scale
        if s is None:
            return
        raw = _("Scores as they are: q·k with {d} numbers each").format(d=s.width)
        self.titles["raw"].say(f"▲  {raw}")
        root = show_number(float(np.sqrt(s.width)), 3)
        scaled = _("Divided by √{d} = {root}").format(d=s.width, root=root)
        self.titles["scaled"].say(f"●  {scaled}")
        metrics = METRICS.values(frame)
        for name in KINDS:
            show_metrics(self.readouts[name], metrics, {f"{part}_{name}": 3 for part in PARTS})
        message = _("Means over 400 random queries with ten keys each; the ten weights are those of draw {n}.")
        self.message.say(message.format(n=frame.params.draw))
        for part in (self.spread, self.curve, *self.weights.values()):
            part.set_description(sentence)

    # ---------------------------------------------------------------------------------------- the hand

    def _drag(self, name: str, value: float) -> None:
        if name == "width":
            self.acted.emit(Set({"d_k": int(np.clip(round(2.0**value), 1, 512))}), "width")

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return self.spread, self.curve

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.curve, self.spread, *self.weights.values()]

    def set_space(self, height: float, narrow: bool) -> None:
        """Where it is low, the ten weights give way to the curves, where it is narrow the histogram to the other."""
        turn(self._plots, narrow)
        for matrix in self.weights.values():
            matrix.setVisible(height >= LOW)

    def relook(self) -> None:
        px = look().px
        self._column.setSpacing(px(2))
        self._grid.setVerticalSpacing(px(4))
        self._plots.setSpacing(px(12))
        for matrix in self.weights.values():
            matrix.setFixedHeight(px(42))
