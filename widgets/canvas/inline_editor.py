"""A number field that opens over a picture, at the thing whose number is typed, and goes when it is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from widgets.base.look import look
from widgets.controls.number_field import NumberField, Reading

__all__ = ["InlineEditor"]

WIDE, HIGH = 76, 28


class InlineEditor(QObject):
    """At most one field over `host`. `typed` carries the number, `refused` why it was not taken."""

    typed = Signal(float)
    refused = Signal(str)

    def __init__(self, host: QWidget, parse: Callable[[str], Reading], show: Callable[[float], str]) -> None:
        super().__init__(host)
        self._host, self._parse, self._show = host, parse, show
        self.field: NumberField | None = None

    def open(self, name: str, value: float, at: QPointF, text: str = "") -> None:
        """Open a field above a pixel, holding `value`, or beginning with `text` as if it had been typed."""
        self.close()
        self.field = NumberField(self._parse, self._show, parent=self._host)
        self.field.setAccessibleName(name)
        self.field.set_value(value)
        self.field.committed.connect(self._committed)
        self.field.message.connect(self.refused)
        self.field.installEventFilter(self)
        self.place(at)
        self.field.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        if text:
            self.field.clear()
            self.field.insert(text)

    def _committed(self, value: float) -> None:
        if self.field is not None:  # a field that is being taken away commits nothing
            self.typed.emit(value)

    def place(self, at: QPointF) -> None:
        """Put the field above a pixel, within the picture."""
        if self.field is not None:
            wide, high = look().px(WIDE), look().px(HIGH)
            left = min(max(at.x() - wide / 2, 0.0), max(0.0, self._host.width() - wide))
            top = min(max(at.y() - high - look().px(4), 0.0), max(0.0, self._host.height() - high))
            self.field.setGeometry(round(left), round(top), wide, high)

    def enter(self) -> None:
        """Enter was pressed, and the field has left it over: it goes, unless its entry was refused."""
        if self.field is not None and not self.field.wrong:
            self.close(refocus=True)

    def close(self, refocus: bool = False) -> None:
        """Take the field away; `refocus` gives the keyboard back to the picture."""
        field, self.field = self.field, None
        if field is not None:
            field.refuse("")
            field.hide()
            field.deleteLater()
            if refocus:
                self._host.setFocus(Qt.FocusReason.OtherFocusReason)
            self._host.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field goes on Esc, or when the focus leaves it, unless its entry was refused."""
        field = self.field
        if field is None or watched is not field:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.close(refocus=True)
            return True
        if event.type() == QEvent.Type.FocusOut and not field.wrong and not field.isModified():
            self.close()
        return False
