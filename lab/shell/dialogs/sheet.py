"""A sheet: an ordinary dialog in our look, closed with Esc."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from lab.core.text import _
from lab.shell.context import Context
from widgets.base.look import Refreshing, look
from widgets.base.roles import be_heading
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button

__all__ = ["Sheet"]


class Sheet(Refreshing, QDialog):
    """A title, a body that scrolls when it must, and Close."""

    def __init__(self, window: Context, title: str, width: int, height: int) -> None:
        super().__init__(window.window())
        self._window, self._size = window, (width, height)
        self.setWindowTitle(title)
        self._title = kind(QLabel(title), "h2")
        be_heading(self._title, 1)
        self.body = QVBoxLayout()
        self._inner = QWidget()
        self._inner.setProperty("kind", "clear")
        self._inner.setLayout(self.body)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inner)
        self._scroll.setAccessibleName(title)  # it can be scrolled with the keyboard
        self.foot = QHBoxLayout()
        self.foot.addStretch(1)
        self.close_button = Button(_("Close"), "primary")
        self.close_button.clicked.connect(self.accept)
        self.foot.addWidget(self.close_button)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self._scroll, 1)
        self._column.addLayout(self.foot)
        self.relook()

    def open(self) -> None:
        self._fit()
        super().open()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        """As high as what is in it, as far as the window has room."""
        self._column.activate()
        inner, margins = self._inner, self._column.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        content = max(inner.heightForWidth(width), inner.sizeHint().height())
        around = margins.top() + margins.bottom() + 2 * self._column.spacing()
        around += self._title.sizeHint().height() + self.foot.sizeHint().height()
        self.resize(self.width(), min(content + around, self._window.window().height() - 40))

    def relook(self) -> None:
        px = look().px
        self._column.setContentsMargins(px(20), px(16), px(20), px(16))
        self._column.setSpacing(px(12))
        self.body.setContentsMargins(px(4), px(2), px(8), px(2))
        self.body.setSpacing(px(10))
        room = self._window.window().size()
        self.resize(min(px(self._size[0]), room.width() - 40), min(px(self._size[1]), room.height() - 40))
        if self.isVisible():
            self._fit()
