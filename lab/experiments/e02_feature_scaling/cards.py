"""The head of a column as a card: its name and unit, its scaler as chips, and its numbers."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from lab.core.text import _
from lab.experiments.e02_feature_scaling.figures import Figures
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.experiments.e02_feature_scaling.settings import SCALER_NAMES
from lab.experiments.e02_feature_scaling.words import unavailable
from widgets.base.layouts import hbox, heading
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.chips import ChipRow

__all__ = ["ColumnCard"]


class ColumnCard(Refreshing, QFrame):
    """`chosen` carries the control and the scaler, `requested` a metric."""

    chosen = Signal(str, str)
    requested = Signal(str)

    def __init__(self, column: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind(self, "card")
        self._column = column
        self.title = heading()
        self.unit = kind(QLabel(), "label")
        self.chips = ChipRow(tuple(SCALER_NAMES), tuple(_(name) for name in SCALER_NAMES.values()), settled=True)
        self.chips.set_compact(True)
        self.chips.setAccessibleName(_("Scaler of column {n}").format(n=column + 1))
        self.figures = Figures(column)
        head = hbox((self.title, 1), self.unit)
        self._box = QVBoxLayout(self)
        self._box.addLayout(head)
        self._box.addWidget(self.chips)
        self._box.addWidget(self.figures)
        self.chips.chosen.connect(self._choose)
        self.figures.requested.connect(self.requested)
        self.relook()

    def show_frame(self, frame: ScalingFrame) -> None:
        """The column of this frame."""
        name, unit = _(frame.sheet.names[self._column]), frame.column_unit(self._column)
        self.title.setText(name)
        self.unit.setText(unit)
        self.figures.set_name(f"{name} ({unit})" if unit else name)
        control = f"scaler_{self._column + 1}"
        refused = unavailable(frame).get(control, ())
        self.chips.set_chosen(getattr(frame.params, control))
        self.chips.chip("log").setEnabled("log" not in refused)
        self.figures.show_frame(frame)

    def set_compact(self, compact: bool) -> None:
        """On a small screen the name stands above the numbers, in the line of what they are called."""
        self.title.setVisible(not compact)
        self.unit.setVisible(not compact)
        self.figures.set_compact(compact)

    def _choose(self, scaler: str) -> None:
        self.chosen.emit(f"scaler_{self._column + 1}", scaler)

    def relook(self) -> None:
        px = look().px
        self._box.setContentsMargins(px(7), px(5), px(7), px(4))
        self._box.setSpacing(px(3))
