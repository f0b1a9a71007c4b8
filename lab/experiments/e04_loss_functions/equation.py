"""The line as a formula whose two numbers can be typed, the loss beside it, and a way to the best line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e04_loss_functions.frame import LossFrame
from lab.kit.numbers import show_short, typed_number
from widgets.base.layouts import hbox
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.controls.number_field import NumberField
from widgets.text.readout import Readout

__all__ = ["Equation"]


class Equation(Refreshing, QWidget):
    """ŷ = w·x + b. `changed` carries both numbers, `asked` the name of a number to explain."""

    changed = Signal(float, float)
    asked = Signal(str)
    noted = Signal(str)
    best_asked = Signal()
    own_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = (0.1, 1.0)
        self._y, self._x = kind(QLabel("ŷ ="), "h3"), kind(QLabel("· x +"), "h3")
        self._end = kind(QLabel(""), "h3")
        self.slope = NumberField(typed_number, show_short, self._slope_stepped)
        self.intercept = NumberField(typed_number, show_short, self._intercept_stepped)
        self.slope.setAccessibleName(_("Slope w of the line"))
        self.intercept.setAccessibleName(_("Intercept b of the line"))
        self.loss = Readout("loss", _("loss"))
        self.best = Button(_("Best line"), "outline", height=28)
        self.best.setToolTip(_("Takes the line to the least loss there is."))
        self.own = Button(_("Own data…"), "plain", height=28)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a formula reads the same in every language
        self._row = hbox(
            self._y, self.slope, self._x, self.intercept, self._end, self.loss, None, self.best, self.own, on=self
        )
        for field in (self.slope, self.intercept):
            field.committed.connect(self._typed)
            field.message.connect(self.noted)
            field.noted.connect(self.noted)
        self.loss.asked.connect(self.asked)
        self.best.clicked.connect(self.best_asked)
        self.own.clicked.connect(self.own_asked)
        self.relook()

    def show_frame(self, frame: LossFrame) -> None:
        """The two numbers and the loss; never emits."""
        w0, w1, b0, b1 = frame.points.weights
        self._steps = ((w1 - w0) / 200, (b1 - b0) / 200)
        self.slope.set_value(frame.line[0])
        self.intercept.set_value(frame.line[1])
        squash = frame.loss.squash
        self._y.setText("p = σ(" if squash else "ŷ =")
        self._end.setText(")" if squash else "")
        total = None if frame.blind else frame.judged.total
        text = "—" if total is None else f"{show_number(total, 3)} {frame.unit}".strip()
        self.loss.set_value(text, "" if total is None else repr(total))
        for field in (self.slope, self.intercept):
            field.setEnabled(not frame.blind)
        self.best.setEnabled(frame.best is not None and not frame.blind)

    def _slope_stepped(self, value: float, count: float) -> float:
        return value + count * self._steps[0]

    def _intercept_stepped(self, value: float, count: float) -> float:
        return value + count * self._steps[1]

    def _typed(self, _value: float) -> None:
        self.changed.emit(self.slope.value(), self.intercept.value())

    def relook(self) -> None:
        self._row.setSpacing(look().px(6))
        for field in (self.slope, self.intercept):
            field.setFixedWidth(look().px(74))
