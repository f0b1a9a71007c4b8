"""One point as two numbers to type: what a double-click on it, or F2, opens."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from lab.core.text import _
from lab.experiments.e04_loss_functions.frame import LossFrame
from lab.kit.numbers import show_short, typed_number
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import IconButton
from widgets.controls.number_field import NumberField

__all__ = ["TypedPoint"]


class TypedPoint(Refreshing, QWidget):
    """Point 3: x [ ] y [ ]. `changed` carries its number and place, `noted` why an entry was not taken."""

    changed = Signal(int, float, float)
    noted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = -1
        self._name = kind(QLabel(), "label")
        self.x_field, self.y_field = NumberField(typed_number, show_short), NumberField(typed_number, show_short)
        self.x_field.setAccessibleName(_("x of the point"))
        self.y_field.setAccessibleName(_("y of the point"))
        self.close_button = IconButton("x", _("Close"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._name, QLabel("x"), self.x_field, QLabel("y"), self.y_field, self.close_button):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        for field in (self.x_field, self.y_field):
            field.committed.connect(self._typed)
            field.message.connect(self.noted)
        self.close_button.clicked.connect(self.hide)
        self.relook()
        self.hide()

    def open(self, number: int, frame: LossFrame) -> None:
        """Show the numbers of a point, ready to type its height."""
        self.number = number
        self.show()
        self.show_frame(frame)
        self.y_field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_frame(self, frame: LossFrame) -> None:
        """The point's numbers now; hides where there is no such point to be seen. Never emits."""
        if frame.blind or not 0 <= self.number < frame.n:
            self.number = -1
            self.hide()
            return
        self._name.setText(_("Point {n}").format(n=self.number + 1))
        self.x_field.set_value(float(frame.points.x[self.number]))
        self.y_field.set_value(float(frame.points.y[self.number]))

    def _typed(self, _value: float) -> None:
        self.changed.emit(self.number, self.x_field.value(), self.y_field.value())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def relook(self) -> None:
        self._row.setSpacing(look().px(6))
        for field in (self.x_field, self.y_field):
            field.setFixedWidth(look().px(74))
