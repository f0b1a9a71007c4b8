"""One point as two numbers to type: what a double-click on it, or F2, opens."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal

from lab.core.text import _
from lab.kit.numbers import show_short, typed_number
from lab.kit_qt.typed_row import TypedRow
from widgets.controls.buttons import IconButton
from widgets.controls.number_field import NumberField

__all__ = ["TypedPoint"]


class TypedPoint(TypedRow):
    """Point 3: x [ ] y [ ]. `changed` carries its number and place, `noted` why an entry was not taken."""

    changed = Signal(int, float, float)

    def __init__(self) -> None:
        self.x_field, self.y_field = NumberField(typed_number, show_short), NumberField(typed_number, show_short)
        self.x_field.setAccessibleName(_("x of the point"))
        self.y_field.setAccessibleName(_("y of the point"))
        super().__init__(("x", "y"), (self.x_field, self.y_field), IconButton("x", _("Close")))
        self.number = -1

    def open(self, number: int, x: np.ndarray, y: np.ndarray) -> None:
        """Show the numbers of a point, ready to type its height. x, y: [N] of all points."""
        self.number = number
        self.show()
        self.show_points(x, y)
        self.y_field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_points(self, x: np.ndarray, y: np.ndarray) -> None:
        """The point's numbers now; hides where there is no such point. Never emits. x, y: [N] of all points in
        sight."""
        if not 0 <= self.number < len(x):
            self.number = -1
            self.hide()
            return
        self.name.setText(_("Point {n}").format(n=self.number + 1))
        self.x_field.set_value(float(x[self.number]))
        self.y_field.set_value(float(y[self.number]))

    def typed(self, _value: float) -> None:
        self.changed.emit(self.number, self.x_field.value(), self.y_field.value())
