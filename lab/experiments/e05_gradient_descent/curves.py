"""What happened so far, below the landscape: the loss at each step, η where it changes, how steep the place is and how
long the last step was, and the arithmetic of the step to come."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e05_gradient_descent import scenery
from lab.experiments.e05_gradient_descent.arithmetic import update_lines
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.metrics import METRICS
from lab.experiments.e05_gradient_descent.settings import Display
from lab.experiments.e05_gradient_descent.sums import Sums
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.on_paper import OnPaper
from widgets.base.colors import Palette
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.chips import Chip
from widgets.plots.plot import Plot
from widgets.text.readout import ReadoutRow

__all__ = ["Curves"]

LENGTHS = {"gradient_norm": 3, "step_length": 3}
"""The numbers beside the heading, with their digits."""


class Curves(QWidget):
    """Heading with lengths, sums, loss, and the learning rate when there is a schedule."""

    log_chosen = Signal(bool)
    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: DescentFrame | None = None
        self._display = Display()
        self._compact = False
        self.scheduled = False  # whether η changes by itself, and its curve is shown
        self.title = QLabel(_("Loss at each step"))
        kind(self.title, "strong")
        self.log = Chip(_("log"))
        self.log.setCheckable(True)
        self.log.setToolTip(_("Logarithmic axis: each line is ten times the one below"))
        self.log.setAccessibleName(_("Logarithmic loss axis"))
        self.lengths = ReadoutRow(tuple(LENGTHS), (_("slope ‖∇L‖"), _("last step ‖Δ‖")))
        self.sums = Sums()
        self.loss = Plot()
        self.loss.set_titles(_("step"), "", _("Loss at each step"))
        self.log.clicked.connect(self.log_chosen)
        self.lengths.requested.connect(self.requested)
        self.sums.requested.connect(self.requested)
        self._lay_out()

    def _lay_out(self) -> None:
        head = hbox(self.title, self.log, (self.lengths, 1))
        self._column = vbox(head, self.sums, self.loss, on=self)

    @cached_property
    def rate(self) -> Plot:
        """The learning rate, made when it first changes: a plot takes a moment to build."""
        plot = Plot()
        plot.set_titles("", "", _("Learning rate at each step"))
        plot.stand_under(self.loss)
        plot.setFixedHeight(self._rate_height())
        self._column.addWidget(plot)
        return plot

    def _rate_height(self) -> int:
        return look().px(56 if self._compact else 70)

    def show_display(self, display: Display) -> None:
        """Choose the axis."""
        if display.log_loss != self._display.log_loss:
            self.loss.set_log(display.log_loss, _("{count} losses at or below 0 are not shown"))
        self._display = display
        self.log.setChecked(display.log_loss)

    def show_frame(self, frame: DescentFrame) -> None:
        """Draw what a frame remembers."""
        self._frame = frame
        scheduled = frame.params.schedule != "constant"
        if scheduled or self.scheduled:
            self.rate.setVisible(scheduled)
        self.scheduled = scheduled
        self._apply_palette(look().palette)
        above = scenery.loss_base(frame, self._display) != 0.0
        self.title.setText(_("Loss above the lowest, at each step") if above else _("Loss at each step"))
        if scheduled:
            self.rate.set_description(_("η is {rate} now").format(rate=show_number(frame.rate, 3)))

    def describe(self, words: str) -> None:
        """Say what the loss came to."""
        self.loss.set_description(words)

    def show_sums(self, frame: DescentFrame) -> None:
        """How steep it is, how long the last step was, and the arithmetic of the step to come."""
        show_metrics(self.lengths, {name: METRICS.value(frame, name) for name in LENGTHS}, LENGTHS)
        self.sums.set_lines(update_lines(frame, "x"), update_lines(frame, "y"))

    def _apply_palette(self, palette: Palette) -> None:
        """The curves in the colours of a palette."""
        if self._frame is None:
            return
        self.loss.set_series(scenery.loss_series(self._frame, self._display, palette))
        if self.scheduled:
            self.rate.set_series(scenery.rate_series(self._frame, palette))

    def pictures(self) -> list[OnPaper]:
        """The plots in sight, for a file."""
        plots = [self.loss, self.rate] if self.scheduled else [self.loss]
        return [OnPaper(plot, self._apply_palette) for plot in plots]

    def set_space(self, low: bool, narrow: bool, compact: bool) -> None:
        """How much there is to show them in."""
        px, self._compact = look().px, compact
        self.loss.setMinimumHeight(px(72))
        self.loss.setMaximumHeight(px(72 if low else 112 if compact else 150))
        self.title.setVisible(not low)
        self.log.setVisible(not low)
        self.sums.setVisible(not low)
        self._column.setSpacing(px(4 if compact else 6))
        if self.scheduled:
            self.rate.setFixedHeight(self._rate_height())
