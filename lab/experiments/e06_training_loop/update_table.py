"""The two parameters as a small table: what they were, what the update took off, and what they are now.
The new values can be typed; a click on a change shows its arithmetic."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.kit.numbers import show_short, typed_number
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.controls.number_field import NumberField

__all__ = ["UpdateTable"]


class UpdateTable(Refreshing, QWidget):
    """Rows w and b; columns old, − η · gradient, new."""

    placed = Signal(float, float)
    requested = Signal(str)
    noted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a formula reads the same in every language
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        heads = (_("old"), "− η · " + _("gradient"), _("new"))
        self._heads = tuple(QLabel(text) for text in heads)
        for column, label in enumerate(self._heads, 1):
            kind(label, "caption").setProperty("tone", "text2")
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(label, 0, column)
        self._old = (QLabel(), QLabel())
        self.changes = (self._button("delta_w"), self._button("delta_b"))
        self.fields = (self._field(_("Weight w")), self._field(_("Bias b")))
        for row, name in enumerate(("w", "b")):
            title = QLabel(name)
            kind(title, "strong")
            self._grid.addWidget(title, row + 1, 0)
            self._old[row].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(self._old[row], row + 1, 1)
            self._grid.addWidget(self.changes[row], row + 1, 2)
            self._grid.addWidget(self.fields[row], row + 1, 3)
        self._grid.setColumnStretch(1, 2)
        self._grid.setColumnStretch(2, 4)
        self.changes[0].clicked.connect(self._ask_w)
        self.changes[1].clicked.connect(self._ask_b)
        self.relook()

    def _button(self, name: str) -> Button:
        button = Button("—", "link", height=24)
        button.setAccessibleName(_("Change of w") if name == "delta_w" else _("Change of b"))
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return button

    def _field(self, name: str) -> NumberField:
        field = NumberField(typed_number, show_short, self._stepped)
        field.setAccessibleName(name)
        field.committed.connect(self._typed)
        field.message.connect(self.noted)
        field.noted.connect(self.noted)
        return field

    @staticmethod
    def _stepped(value: float, count: float) -> float:
        return value + 0.1 * count

    def show_frame(self, frame: LoopFrame) -> None:
        """The numbers of a frame; never emits."""
        m = frame.memory
        move = m.move
        olds = (None, None) if move is None else (move.w, move.b)
        slopes = (None, None) if move is None else (move.gw, move.gb)
        for row, (old, slope) in enumerate(zip(olds, slopes)):
            self._old[row].setText(show_number(old, 4))
            text = "—"
            if move is not None and slope is not None:
                shown = show_number(slope, 3)
                text = f"− {show_short(move.rate)} · " + (f"({shown})" if shown.startswith("−") else shown)
            self.changes[row].set_face(text, "")
            self.changes[row].setEnabled(move is not None)
        for field, value in zip(self.fields, (m.w, m.b)):
            field.set_value(value)

    def _typed(self, _value: float) -> None:
        self.placed.emit(self.fields[0].value(), self.fields[1].value())

    def _ask_w(self) -> None:
        self.requested.emit("delta_w")

    def _ask_b(self) -> None:
        self.requested.emit("delta_b")

    def relook(self) -> None:
        self._grid.setHorizontalSpacing(look().px(8))
        self._grid.setVerticalSpacing(look().px(2))
        for field in self.fields:
            field.setFixedWidth(look().px(92))
