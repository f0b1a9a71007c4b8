"""A row of numbers to type, which opens on a double-click or F2 and closes with Escape."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

from widgets.base.layouts import hbox
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import IconButton
from widgets.controls.number_field import NumberField

__all__ = ["TypedRow"]


class TypedRow(Refreshing, QWidget):
    """`noted` carries why an entry was not taken. Who inherits writes what is typed into `name`, and has `typed`."""

    noted = Signal(str)
    WIDE = 74  # pixels of a field at 100 % text

    def __init__(self, names: Sequence[str], fields: Sequence[NumberField], close: IconButton) -> None:
        """names: what stands before each field.  close: the button at the end."""
        super().__init__()
        self.name, self.fields, self.close_button = kind(QLabel(), "label"), tuple(fields), close
        parts = (part for name, field in zip(names, self.fields) for part in (QLabel(name), field))
        self._row = hbox(self.name, *parts, close, None, on=self)
        for field in self.fields:
            field.committed.connect(self.typed)
            field.message.connect(self.noted)
        close.clicked.connect(self.hide)
        self.relook()
        self.hide()

    def typed(self, value: float) -> None:
        """A number was typed."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def relook(self) -> None:
        self._row.setSpacing(look().px(6))
        for field in self.fields:
            field.setFixedWidth(look().px(self.WIDE))
