"""The query to type, in the raw numbers of both columns, and what the marks of the scatter plots mean."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import Parsed, show_number
from lab.core.text import _
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.experiments.e02_feature_scaling.sheets import LARGEST
from lab.kit.numbers import typed_number
from widgets.base.layouts import hbox, heading
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.number_field import NumberField

__all__ = ["QueryRow", "bounded"]

WIDE = 96  # pixels of a field at 100 % text: 2.420·10⁹ is the area of a flat in mm²


class QueryRow(Refreshing, QWidget):
    """`moved` carries the query in the table's own units, `noted` how an entry was read."""

    moved = Signal(float, float)
    noted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: ScalingFrame | None = None
        self.fields = NumberField(bounded, _written), NumberField(bounded, _written)
        self.names = kind(QLabel(), "label"), kind(QLabel(), "label")
        self.key = heading(style="small")
        for field in self.fields:
            field.committed.connect(self._typed)
            field.noted.connect(self.noted)
            field.message.connect(self.noted)
        pairs = zip(self.names, self.fields)
        self._row = hbox(*(part for pair in pairs for part in pair), (self.key, 1), on=self)
        self.relook()

    def show_frame(self, frame: ScalingFrame) -> None:
        """The query of this frame; what is being typed stays."""
        self._frame = frame
        for j, (label, field) in enumerate(zip(self.names, self.fields)):
            name = _(frame.sheet.names[j])
            label.setText(f"? {name}" if j == 0 else name)
            field.setAccessibleName(_("Query: {name}").format(name=name))
            field.set_value(float(frame.query_point[0][j]))
        summary = _("▲ {label} · hollow: test row").format(label=_(frame.sheet.label_name))
        self.key.setText(summary)
        self.key.setToolTip(summary)

    def _typed(self, _value: float) -> None:
        if self._frame is not None:
            first, second = (field.value() for field in self.fields)
            self.noted.emit("")
            self.moved.emit(first / self._frame.sheet.factor(self._frame.params.unit), second)

    def relook(self) -> None:
        self._row.setSpacing(look().px(6))
        for field in self.fields:
            field.setFixedWidth(look().px(WIDE))


def bounded(text: str) -> Parsed:
    """A typed number that can be computed with. Raises ValueError with a sentence."""
    return typed_number(text, LARGEST)


def _written(value: float) -> str:
    """A number for a field: whole where it is whole."""
    return show_number(int(value), 6) if value == int(value) and abs(value) < 1e6 else show_number(value, 4)
