"""The start of the race as two weights to type: what a double-click on a ball, or F2, opens."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.experiments.e02_feature_scaling.query_row import bounded
from lab.kit_qt.typed_row import TypedRow
from widgets.controls.buttons import IconButton
from widgets.controls.number_field import NumberField

__all__ = ["FARTHEST", "StartRow"]

FARTHEST = 3.0  # how far out both races may start; the edge of the map is 1


class StartRow(TypedRow):
    """`started` carries a place of the map, `noted` why an entry was not taken."""

    started = Signal(float, float)
    WIDE = 84

    def __init__(self) -> None:
        names = ("w₁", "w₂")
        fields = [NumberField(bounded, _written) for _name in names]
        for name, field in zip(names, fields):
            field.setAccessibleName(_("Start of the race: {name}").format(name=name))
        super().__init__(names, fields, IconButton("x", _("Close"), size=16, side=26))
        self._frame: ScalingFrame | None = None
        self._side = 0

    def open(self, side: int, frame: ScalingFrame) -> None:
        """Show where the raw (0) or the scaled race (1) is, ready to be typed."""
        self._side = side
        self.show()
        self.show_frame(frame)
        self.fields[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_frame(self, frame: ScalingFrame) -> None:
        """The weights of this frame; what is being typed stays. Never emits."""
        self._frame = frame
        if not self.isHidden():
            self.name.setText((_("Start both, raw weights"), _("Start both, scaled weights"))[self._side])
            for field, weight in zip(self.fields, frame.runs[self._side].theta[:2].tolist()):
                field.set_value(weight)

    def typed(self, _value: float) -> None:
        frame = self._frame
        if frame is None:
            return
        lane = frame.prepared.lanes[self._side]
        weights = np.array([field.value() for field in self.fields])
        across, up = ((weights - lane.best[:2]) / lane.reach).tolist()
        if max(abs(across), abs(up)) > FARTHEST:
            ends = zip(lane.best[:2] - FARTHEST * lane.reach, lane.best[:2] + FARTHEST * lane.reach)
            shown = [f"{show_number(float(low), 3)} … {show_number(float(high), 3)}" for low, high in ends]
            message = _("Too far out: w₁ goes from {first}, w₂ from {second}.")
            self.noted.emit(message.format(first=shown[0], second=shown[1]))
            return
        self.noted.emit("")
        self.started.emit(across, up)


def _written(value: float) -> str:
    return show_number(value, 4)
