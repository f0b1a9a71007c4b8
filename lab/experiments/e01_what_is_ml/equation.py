"""The model itself, in one row: two numbers that can be typed, and how little it is."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.kit_qt.line_fields import LineFields
from widgets.base.layouts import hbox, turn
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button

__all__ = ["Equation"]


class Equation(LineFields):
    """answer = w · known + b. `changed` carries slope and intercept; `requested` the name of a number to
    explain."""

    GAP, WIDE = 7, 78

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._y, self._x, self._plus = (kind(QLabel(), "h3") for _i in range(3))
        self.slope.setToolTip(_("Slope w: how much the answer grows when x grows by 1"))
        self.intercept.setToolTip(_("Intercept b: the answer at x = 0"))
        self.scale = Button("", "chip", height=28)
        self.size_chip = Button(_("2 numbers = 16 bytes"), "chip", height=28)
        self.size_chip.setToolTip(_("The whole model: two numbers of 8 bytes each"))
        line = hbox(self._y, self.slope, self._x, self._plus, self.intercept, None)
        self._row = hbox((line, 1), hbox(None, self.scale, self.size_chip), on=self)
        self.scale.clicked.connect(self._ask_scale)
        self.size_chip.clicked.connect(self._ask_size)
        for button in (self.scale, self.size_chip):
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.relook()

    def set_narrow(self, narrow: bool) -> None:
        """Where there is little room the chips stand below the line."""
        turn(self._row, narrow)

    def show_frame(self, frame: LineFrame) -> None:
        """The line's two numbers; never emits."""
        x0, x1, y0, y1 = frame.examples.extent
        self._steps = ((y1 - y0) / (x1 - x0) / 100, (y1 - y0) / 100)
        for label, text in (
            (self._y, _(frame.examples.names[3]) + " ="),
            (self._x, "· " + _(frame.examples.names[2])),
            (self._plus, "+"),
        ):
            if label.text() != text:
                label.setText(text)
        self.slope.set_value(frame.line.slope)
        self.intercept.set_value(frame.line.intercept)
        self._show_scale(frame)

    def _show_scale(self, frame: LineFrame) -> None:
        """What the machine does to x before it learns; shown once it has begun."""
        shown = frame.step > 0 and frame.scale is not None and frame.scale.spread > 0
        self.scale.setVisible(shown)
        self.size_chip.setVisible(not shown)
        if shown and frame.scale is not None:
            mean, spread = show_number(frame.scale.mean, 3), show_number(frame.scale.spread, 3)
            self.scale.set_face(_("x scaled: (x − {m}) / {s}").format(m=mean, s=spread), "")
            slope, level = show_number(frame.scaled_slope, 3), show_number(frame.level, 3)
            message = _("The machine steps in scaled x: slope {w} there, height {h} at the mean. Shown are raw units.")
            self.scale.setToolTip(message.format(w=slope, h=level))

    def _ask_scale(self) -> None:
        self.requested.emit("scaled_slope")

    def _ask_size(self) -> None:
        self.requested.emit("model_bytes")
