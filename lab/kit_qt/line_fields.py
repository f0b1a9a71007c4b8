"""The two numbers of a line, to type and to step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lab.core.text import _
from lab.kit.numbers import show_short, typed_number
from widgets.base.look import Refreshing, look
from widgets.controls.number_field import NumberField

__all__ = ["LineFields"]


class LineFields(Refreshing, QWidget):
    """Fields for slope and intercept. `changed` carries both numbers, `requested` the name of a number to explain,
    `noted` how an entry was read or why it was not taken. Who inherits lays them out in `_row`."""

    changed = Signal(float, float)
    requested = Signal(str)
    noted = Signal(str)
    GAP, WIDE = 6, 74  # pixels at 100 % text between the parts, and of a field

    _row: QHBoxLayout

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = (0.1, 1.0)  # of slope and intercept
        self.slope = NumberField(typed_number, show_short, self._slope_stepped)
        self.intercept = NumberField(typed_number, show_short, self._intercept_stepped)
        self.slope.setAccessibleName(_("Slope w of the line"))
        self.intercept.setAccessibleName(_("Intercept b of the line"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a formula reads the same in every language
        for field in (self.slope, self.intercept):
            field.committed.connect(self._typed)
            field.message.connect(self.noted)
            field.noted.connect(self.noted)

    def _slope_stepped(self, value: float, count: float) -> float:
        return value + count * self._steps[0]

    def _intercept_stepped(self, value: float, count: float) -> float:
        return value + count * self._steps[1]

    def _typed(self, _value: float) -> None:
        self.changed.emit(self.slope.value(), self.intercept.value())

    def relook(self) -> None:
        self._row.setSpacing(look().px(self.GAP))
        for field in (self.slope, self.intercept):
            field.setFixedWidth(look().px(self.WIDE))
