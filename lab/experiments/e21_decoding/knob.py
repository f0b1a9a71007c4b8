"""One control on a page: a name, a field to type into and a slider. It speaks in changes of controls."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import parse_number, show_number
from lab.core.params import Field, fields_of
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e21_decoding.settings import Params
from widgets.base.layouts import hbox, vbox
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.number_field import NumberField
from widgets.controls.slider import Slider
from widgets.controls.span import Span

__all__ = ["Knob"]

FIELDS = {field.name: field for field in fields_of(Params)}


class Knob(Refreshing, QWidget):
    """The control `name` of this experiment."""

    acted = Signal(object, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field_of: Field = FIELDS[name]
        item = self.field_of
        self._drags = 0
        label = _(item.label) + (f" {item.symbol}" if item.symbol else "")
        self.slider = Slider(Span(item.lo, item.hi, item.log, item.step, item.kind == "int"))
        self.slider.setAccessibleName(label)
        self.number = NumberField(parse_number, self._write)
        self.number.setAccessibleName(label)
        self._label = kind(QLabel(label), "small")
        head = hbox((self._label, 1), self.number)
        self._column = vbox(head, self.slider, on=self)
        self.setToolTip(_(item.tip))
        self.slider.changed.connect(self._slid)
        self.slider.released.connect(self._released)
        self.number.committed.connect(self._typed)
        self.relook()

    def show_value(self, value: float) -> None:
        """Show a value without a signal."""
        with QSignalBlocker(self.slider):
            self.slider.set_value(value)
        self.number.set_value(value)

    def _write(self, value: float) -> str:
        return f"{value:.4g}" if self.field_of.kind == "float" else show_number(round(value))

    def _act(self, value: float, gesture: str) -> None:
        item = self.field_of
        value = min(max(value, item.least), item.most)
        self.acted.emit(Set({item.name: round(value) if item.kind == "int" else round(value, 6)}), gesture)

    def _slid(self, value: float) -> None:
        self._act(value, f"{self.field_of.name}#{self._drags}")

    def _released(self, _value: float) -> None:
        self._drags += 1

    def _typed(self, value: float) -> None:
        self._act(value, "")

    def relook(self) -> None:
        self._column.setSpacing(0)
        self.number.setFixedWidth(look().px(62 if self.field_of.kind == "float" else 70))
