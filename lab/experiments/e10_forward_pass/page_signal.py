"""The page of the signal: how loud it still is behind each of many layers, by the weights as set, and by He's rule
halved, kept and doubled."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.metrics import METRICS
from lab.experiments.e10_forward_pass.numbers import two
from lab.experiments.e10_forward_pass.settings import Display
from lab.experiments.e10_forward_pass.signal import SignalReport
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.controls.chips import ChipRow
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["SignalView"]

READOUTS = ("drawn", "signal_now", "signal_last", "growth")
TRIES = {"half": ("He × ½", 0.5), "he": ("He", 1.0), "twice": ("He × 2", 2.0)}
LOWEST, HIGHEST = -12, 12  # powers of ten that are shown at most


class SignalView(Page):
    """Chips to try, a plot, a strip with the number of every layer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: ForwardFrame | None = None
        self.tries = ChipRow(tuple(TRIES), tuple(label for label, _factor in TRIES.values()), mode="many", settled=True)
        self.tries.setAccessibleName(_("Weights to try"))
        self.plot, self.strip = Plot(), Matrix(scale="diverging")
        self.plot.set_titles(_("layer"), "std", _("Spread of the signal behind each layer"))
        self.plot.set_log(True, _("a spread of 0 has no place on this scale"))
        self.strip.set_titles(_("log₁₀ of the std behind each layer: 0 is as loud as at the start"))
        self.strip.set_writing(lambda value: f"{value:.1f}".replace("-", "−") if abs(value) >= 0.05 else "0")
        self.caption = ElidedLabel("", "small")
        labels = (_("weights' spread"), _("behind this layer"), _("behind the last"), _("factor per layer"))
        self.readouts = ReadoutRow(READOUTS, labels)
        self._column = vbox(self.tries, (self.plot, 8), (self.strip, 2), self.caption, self.readouts, on=self)
        self.tries.chosen.connect(self._try)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, frame: ForwardFrame, _display: Display) -> None:
        """Draw a frame."""
        self._frame = frame
        report = frame.signal
        if report is None:
            return
        self._choose()
        self._plot(report, frame.layers_passed)
        with np.errstate(divide="ignore"):
            row = np.log10(report.std)[None]
        row = np.where(np.isfinite(row) & (np.arange(report.depth + 1) <= frame.layers_passed), row, np.nan)
        names = tuple(str(i) for i in range(report.depth + 1)) if report.depth <= 24 else ()
        self.strip.set_values(row, -6.0, 6.0, (), names)
        self.strip.set_highlighted(0, frame.layers_passed if frame.step else -1)

    def _plot(self, report: SignalReport, heard: int) -> None:
        """The curves; the axes are those of the whole way, so that they stay while the signal is on it."""
        palette, x = look().palette, np.arange(report.depth + 1, dtype=np.float64)
        there = slice(heard + 1)
        own = _("as set") if heard == report.depth else ""  # on its way the name would stand on the line of He
        series = [
            Series("He × 2", x, report.twice, palette.categories[1], (6, 3), "", 1.8),
            Series("He", x, report.he, palette.categories[0], (2, 2), "", 1.8),
            Series("He × ½", x, report.half, palette.categories[3], (1, 3), "", 1.8),
            Series(own, x[there], report.std[there], palette.ball, (), "o", 3.0, points=report.depth <= 30),
        ]
        shown = np.concatenate((report.std, report.half, report.he, report.twice))
        shown = shown[np.isfinite(shown) & (shown > 0)]
        low, high = math.floor(math.log10(shown.min())), math.ceil(math.log10(shown.max()))
        limits = 10.0 ** max(min(low, -1), LOWEST), 10.0 ** min(max(high, 1), HIGHEST)
        self.plot.set_limits((0.0, float(report.depth)), limits)
        self.plot.set_lines([Line("one", 1.0, False, palette.text3, (2, 3), "")])
        self.plot.set_series(series)

    def show_words(self, frame: ForwardFrame, sentence: str) -> None:
        """The read-outs, and what they mean."""
        metrics = METRICS.values(frame)
        show_metrics(self.readouts, metrics, dict.fromkeys(READOUTS, 3))
        growth = metrics.get("growth")
        self.caption.say(sentence if growth is None else _meaning(float(growth), frame.params.depth))
        for part in (self.plot, self.strip):
            part.set_description(sentence)

    def _choose(self) -> None:
        """The chip whose weights these are, if they are those of one."""
        if self._frame is not None:
            p = self._frame.params
            same = [name for name, (_label, factor) in TRIES.items() if p.init == "he" and p.gain == factor]
            self.tries.set_chosen(same)

    def _try(self, name: str) -> None:
        self._choose()  # which one is chosen is decided by the run
        self.act(Set({"init": "he", "gain": TRIES[name][1]}))

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.plot,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.plot, self.strip]

    def set_space(self, height: float, _narrow: bool) -> None:
        """Where there is little room the strip gives way."""
        self.strip.setVisible(height > 420)

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))
        if self._frame is not None and self._frame.signal is not None:
            self._plot(self._frame.signal, self._frame.layers_passed)


def _meaning(growth: float, depth: int) -> str:
    if growth == 0.0:
        return _("Nothing arrives: every number behind the first layer is 0.")
    factor = two(growth)
    if growth > 1.15:
        text = _("Each layer multiplies the signal by {factor}: over {n} layers it explodes.")
        return text.format(factor=factor, n=depth)
    if growth < 0.85:
        text = _("Each layer multiplies the signal by {factor}: over {n} layers it fades.")
        return text.format(factor=factor, n=depth)
    return _("Each layer multiplies the signal by {factor}: it arrives about as loud as it left.").format(factor=factor)
