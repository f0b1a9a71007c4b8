"""A text as it is typed into: in place of its chips while it is edited, and the next message of a chat."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from widgets.base.layouts import hbox, vbox
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.text.limited_edit import LimitedEdit

__all__ = ["TextBox"]


class _Edit(LimitedEdit):
    """Enter takes a message, Ctrl+Enter any text; Esc leaves it as it was."""

    taken, left = Signal(), Signal()

    def __init__(self, longest: int, parent: QWidget | None = None) -> None:
        super().__init__("", longest, parent)
        self.message = False
        self.setTabChangesFocus(True)
        kind(self, "code")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (control or (self.message and not shift)):
            self.taken.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class TextBox(Refreshing, QWidget):
    """A field and two buttons."""

    taken = Signal(str)
    left = Signal()

    def __init__(self, longest: int, parent: QWidget | None = None) -> None:
        """longest: how many characters there may be."""
        super().__init__(parent)
        self.edit = _Edit(longest)
        self.take_button, self.leave_button = Button(_("Done"), "outline", height=28), Button(_("Cancel"), "plain")
        buttons = vbox(self.take_button, self.leave_button, None, gap=2)
        self._row = hbox((self.edit, 1), buttons, on=self)
        self.edit.taken.connect(self._take)
        self.edit.left.connect(self.left)
        self.take_button.clicked.connect(self._take)
        self.leave_button.clicked.connect(self.left)
        self.relook()

    def begin(self, text: str, message: bool = False) -> None:
        """Let a text be edited, from its end on. message: it is the next one of a chat."""
        self.edit.message = message
        self.edit.setPlainText(text)
        self.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.edit.setPlaceholderText(_("Your next message") if message else "")
        name = _("Your next message") if message else _("The text so far")
        keys = _("Enter sends it. Esc leaves it.") if message else _("Ctrl+Enter takes it. Esc leaves it as it was.")
        self.edit.setAccessibleName(name)
        self.edit.setAccessibleDescription(keys)
        self.edit.setToolTip(keys)
        self.take_button.set_face(_("Say") if message else _("Done"), "")
        self.edit.setFocus()

    def _take(self) -> None:
        self.taken.emit(self.edit.toPlainText())

    def relook(self) -> None:
        self._row.setSpacing(look().px(6))
