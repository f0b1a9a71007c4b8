"""The rule as a small table to fill in: below which x, which answer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from lab.core.text import _
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.experiments.e01_what_is_ml.rules import ANSWERS
from lab.kit.numbers import show_short, typed_number
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.number_field import NumberField

__all__ = ["RuleTable"]


class RuleTable(Refreshing, QWidget):
    """Fields for the limits and the answers; `written` carries both, as tuples."""

    written = Signal(tuple, tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = (1.0, 1.0)
        self._if, self._then = (kind(QLabel(), "small") for _i in range(2))
        self._otherwise = kind(QLabel(_("otherwise")), "small")
        self.limits = [NumberField(typed_number, show_short, self._limit_stepped) for _i in range(ANSWERS - 1)]
        self.answers = [NumberField(typed_number, show_short, self._answer_stepped) for _i in range(ANSWERS)]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.addWidget(self._if, 0, 0)
        self._grid.addWidget(self._then, 0, 1)
        for row, field in enumerate((*self.limits, None), 1):
            self._grid.addWidget(field or self._otherwise, row, 0)
            self._grid.addWidget(self.answers[row - 1], row, 1)
        for field in (*self.limits, *self.answers):
            field.setMinimumWidth(1)
            field.committed.connect(self._typed)
        self._name_fields()
        self.relook()

    def _name_fields(self) -> None:
        for number, field in enumerate(self.limits, 1):
            field.setAccessibleName(_("Limit {n} of the rule").format(n=number))
        for number, field in enumerate(self.answers, 1):
            field.setAccessibleName(_("Answer {n} of the rule").format(n=number))

    def show_frame(self, frame: LineFrame) -> None:
        """The rule as it is; never emits."""
        x0, x1, y0, y1 = frame.examples.extent
        self._steps = ((x1 - x0) / 100, (y1 - y0) / 100)
        self._if.setText(_("if {x} below").format(x=_(frame.examples.names[2])))
        self._then.setText(_("then {y}").format(y=_(frame.examples.names[3])))
        for field, value in zip((*self.limits, *self.answers), (*frame.rule.limits, *frame.rule.answers)):
            field.set_value(value)

    def _typed(self, _value: float) -> None:
        limits, answers = (tuple(f.value() for f in fields) for fields in (self.limits, self.answers))
        self.written.emit(limits, answers)

    def _limit_stepped(self, value: float, count: float) -> float:
        return value + count * self._steps[0]

    def _answer_stepped(self, value: float, count: float) -> float:
        return value + count * self._steps[1]

    def relook(self) -> None:
        self._grid.setHorizontalSpacing(look().px(6))
        self._grid.setVerticalSpacing(look().px(4))
