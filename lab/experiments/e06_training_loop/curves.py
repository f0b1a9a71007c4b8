"""What the run has done so far: the loss of each batch, thin; the loss of each epoch; and the gradient's
length."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.text import _
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.experiments.e06_training_loop.settings import Display
from lab.experiments.e06_training_loop.words import describe
from widgets.base.colors import LIGHT, Palette, mix
from widgets.base.layouts import hbox, vbox
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.chips import Chip
from widgets.plots.plot import Line, Plot, Series

__all__ = ["Curves"]


class Curves(Refreshing, QWidget):
    """Heading, axis switch, chart."""

    log_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: LoopFrame | None = None
        self._log: bool | None = None
        self.title = QLabel(_("Loss and gradient"))
        kind(self.title, "strong")
        self.log = Chip(_("log"))
        self.log.setCheckable(True)
        self.log.setToolTip(_("Logarithmic axis: each line is ten times the one below"))
        self.log.setAccessibleName(_("Logarithmic axis"))
        self.log.clicked.connect(self.log_chosen)
        self.plot = Plot()
        self.plot.set_titles(_("update"), "", _("Loss and gradient at each update"))
        head = hbox(self.title, None, self.log)
        self._column = vbox(head, (self.plot, 1), on=self)
        self.relook()

    def show_frame(self, frame: LoopFrame, display: Display) -> None:
        """Draw what a frame remembers."""
        self._frame = frame
        if display.log_loss != self._log:
            self._log = display.log_loss
            self.plot.set_log(display.log_loss, _("{count} values of 0 are not shown"))
            self.log.setChecked(display.log_loss)
        self._apply_palette(look().palette)
        self.plot.set_description(describe(frame))

    def _apply_palette(self, palette: Palette) -> None:
        """The curves in the colours of a palette."""
        frame = self._frame
        if frame is None:
            return
        passes, loss, norm = (_finite(frame.updates[:, i]) for i in (0, 1, 2))
        blue, orange = palette.categories[:2]
        thin = mix(blue, palette.surface, 0.5)
        self.plot.set_series(
            (
                Series("‖g‖", passes, norm, mix(orange, palette.surface, 0.15), (4, 2.4), "t1", 1.3),
                Series(_("batch"), passes, loss, thin, (), "", 1.1),
                Series(
                    _("epoch"),
                    frame.epochs[:, 0],
                    _finite(frame.epochs[:, 1]),
                    blue,
                    (),
                    "o",
                    2.2,
                    False,
                    False,
                ),
            )
        )
        best = frame.samples.best_loss
        shown = best > 1e-9 and len(passes) > 0
        best_line = Line("best", best, vertical=False, color="text3", label=_("best possible"))
        self.plot.set_lines([best_line] if shown else [])
        self.plot.set_limits(y=_heights(best, loss, norm) if shown and self._log else None)

    def set_heading(self, shown: bool) -> None:
        """Without its heading the chart needs less room."""
        self.title.setVisible(shown)
        self.log.setVisible(shown)

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the chart on white, in the colours of the light theme."""
        self._apply_palette(LIGHT)
        self.plot.render_to(painter, rect)
        self._apply_palette(look().palette)

    def relook(self) -> None:
        self._column.setSpacing(look().px(2))
        self._apply_palette(look().palette)


def _heights(best: float, *curves: np.ndarray) -> tuple[float, float]:
    """What a logarithmic axis shows: a little below the best possible loss, up to a power of ten above all.
    The loss of a single sample is 0 now and then, and would else leave nothing of the rest to be seen."""
    most = max(float(np.fmax.reduce(curve, initial=best)) for curve in curves)
    return best / 30, 10.0 ** math.ceil(math.log10(most) + 0.02)


def _finite(values: np.ndarray) -> np.ndarray:
    """The values, with gaps where they are no numbers a chart could show."""
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(values) < 1e200, values, np.nan)
