"""What the dock area shows when no box is in it: one line and one button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from lab.core.text import _
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button

__all__ = ["EmptyDocks"]


class EmptyDocks(Refreshing, QWidget):
    """One line that says why it is empty here, and the way on."""

    add_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._line = kind(QLabel(self), "h3")
        self._line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._line.setWordWrap(True)
        self._open = Button(_("Open an experiment"), "primary", parent=self)
        self._open.clicked.connect(self.add_requested)
        self.setFocusProxy(self._open)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(self._line)
        self._column.addWidget(self._open, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        self.relook()

    def show_why(self, elsewhere: bool) -> None:
        """`elsewhere`: boxes are open, but all of them in windows of their own."""
        self._line.setText(
            _("Every open experiment is in its own window.") if elsewhere else _("No experiment is open.")
        )

    def relook(self) -> None:
        self._column.setSpacing(look().px(16))
        self._open.setMinimumWidth(look().px(160))
