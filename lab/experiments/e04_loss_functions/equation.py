"""The line as a formula whose two numbers can be typed, the loss beside it, and a way to the best line."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e04_loss_functions.frame import LossFrame
from lab.kit.naming import named_line
from lab.kit_qt.line_fields import LineFields
from widgets.base.layouts import hbox, turn
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.text.readout import Readout

__all__ = ["Equation"]

ROOMY = 690  # pixels at 100 % text, below which a view scrolls


class Equation(LineFields):
    """ŷ = w·x + b. `changed` carries both numbers, `requested` the name of a number to explain."""

    best_requested = Signal()
    own_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._y, self._x = kind(QLabel("ŷ ="), "h3"), kind(QLabel("· x +"), "h3")
        self._end = kind(QLabel(""), "h3")
        self.loss = Readout("loss", _("loss"))
        self.best = Button(_("Best line"), "outline", height=28)
        self.best.setToolTip(_("Takes the line to the least loss there is."))
        self.own = Button(_("Own data…"), "plain", height=28)
        self._line = hbox(self._y, self.slope, self._x, self.intercept, self._end)
        self._line.addStretch(0)  # alone in its line, it stands where words begin
        self._buttons = hbox(None, self.best, self.own)
        self._rest = hbox(self.loss, (self._buttons, 1))
        self._row = hbox(self._line, (self._rest, 1), on=self)
        self._narrow = False
        self.loss.requested.connect(self.requested)
        self.best.clicked.connect(self.best_requested)
        self.own.clicked.connect(self.own_requested)
        self.relook()

    def set_narrow(self, narrow: bool) -> None:
        """Where there is little room the loss and the buttons stand below the line."""
        self._narrow = narrow
        self._fit()

    def _fit(self) -> None:
        """Where a view scrolls, and names of the data or other words make the line too long, they stand there too."""
        line, loss, buttons = (part.minimumSize().width() for part in (self._line, self.loss, self._buttons))
        loss = max(loss, self.loss.minimumSizeHint().width())
        wanted = line + loss + buttons + self._row.spacing() + self._rest.spacing()
        scrolls = self.width() < look().px(ROOMY) or look().scale > 1
        turn(self._row, self._narrow or (scrolls and wanted > self.width()))
        turn(self._rest, loss + self._rest.spacing() + buttons > self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_frame(self, frame: LossFrame) -> None:
        """The two numbers and the loss; never emits."""
        w0, w1, b0, b1 = frame.points.weights
        self._steps = ((w1 - w0) / 200, (b1 - b0) / 200)
        self.slope.set_value(frame.line[0])
        self.intercept.set_value(frame.line[1])
        squash = frame.loss.squash
        x, y = named_line(*frame.points.names)
        self._y.setText("p = σ(" if squash else f"{y} =")
        self._x.setText(f"· {x} +")
        self._end.setText(")" if squash else "")
        total = None if frame.blind else frame.judged.total
        text = "—" if total is None else f"{show_number(total, 3)} {frame.unit}".strip()
        self.loss.set_value(text, "" if total is None else repr(total))
        for field in (self.slope, self.intercept):
            field.setEnabled(not frame.blind)
        self.best.setEnabled(frame.best is not None and not frame.blind)
        self._fit()
