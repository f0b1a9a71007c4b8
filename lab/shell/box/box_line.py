"""A line above an experiment that says what holds for as long as it stands there, with buttons to end it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, Glyph

__all__ = ["BoxLine"]


class BoxLine(Refreshing, QWidget):
    """An icon, a sentence that is cut where there is no room for it, one thing to open, and one press that ends it."""

    opened = Signal()
    ended = Signal()

    def __init__(self, icon: str, open_words: str, end_words: str, parent: QWidget) -> None:
        """open_words: of the button that opens more, "" for none."""
        super().__init__(parent)
        self._icon, self._said, self._careful = icon, "", False
        self._glyph = Glyph(icon, "accent_text", 16)
        self._text = kind(QLabel(), "small")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.open_button = Button(open_words, "link", height=26)
        self.end_button = Button(end_words, "outline", "x", height=26)
        for button in (self.open_button, self.end_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the experiment
        self.open_button.clicked.connect(self.opened)
        self.end_button.clicked.connect(self.ended)
        frame = kind(QFrame(self), "note")
        self._around = QHBoxLayout(self)
        self._around.addWidget(frame)
        self._row = QHBoxLayout(frame)
        for part in (self._glyph, self._text, self.open_button, self.end_button):
            self._row.addWidget(part, int(part is self._text))
        self.open_button.setVisible(bool(open_words))
        self.hide()
        self.relook()

    def say(self, text: str, careful: bool = False, more: str = "") -> None:
        """Show a sentence; `careful` marks a warning, `more` is added for who points at it."""
        self._said, self._careful = text, careful
        self._glyph.set_face("triangle-alert" if careful else self._icon, "warn" if careful else "accent_text")
        self.setToolTip("\n".join(part for part in (text, more) if part))
        self.setAccessibleName(text)
        self._cut()

    @property
    def text(self) -> str:
        """The whole sentence."""
        return self._said

    @property
    def careful(self) -> bool:
        """Whether it is a warning."""
        return self._careful

    def relook(self) -> None:
        px = look().px
        self.setFixedHeight(px(42))
        self._around.setContentsMargins(0, px(6), 0, 0)
        self._row.setContentsMargins(px(12), 0, px(6), 0)
        self._row.setSpacing(px(8))
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._row.activate()
        self._cut()

    def _cut(self) -> None:
        room = max(self._text.width(), 40)
        self._text.setText(self._text.fontMetrics().elidedText(self._said, Qt.TextElideMode.ElideRight, room))
