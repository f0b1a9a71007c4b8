"""The line along the foot: what is happening, in words; whether it is saved; the text size.

The words are the frame's own description. At rest, screen readers hear them too: the last ones, once, after what the
picture itself tells of a cursor that keys have moved. What the window has to say in passing takes the place of the
words while it stands.
"""

from __future__ import annotations

from PySide6.QtCore import QTime, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from lab.core.text import _
from lab.shell.text_label import text_label
from widgets.base.accessible import announce
from widgets.base.look import Refreshing, look
from widgets.controls.buttons import Glyph

__all__ = ["StatusLine"]

ANNOUNCE_MS = 400  # without another sentence before one is said aloud


class StatusLine(Refreshing, QWidget):
    speaking = Signal(bool)  # whether something else than the words stands in it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Glyph("wifi-off", "text3", 14)
        self._text = text_label(_("Works offline. Nothing leaves this computer."), "caption", "text3")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._saved_icon = Glyph("check", "good", 14)
        self._saved = text_label("", "caption", "text3")
        self._size = text_label("", "caption", "text3")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._saved_icon)
        self._row.addWidget(self._saved)
        self._row.addWidget(self._size)
        self._told, self.speaks = False, False
        self._speakers: list[QWidget] = []
        self._said = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._say)
        self._saved_icon.hide()
        self.relook()

    def show_text(self, text: str, aloud: bool = False) -> None:
        """Say what is happening; aloud for a screen reader, if asked, once no other text has come for a while."""
        self._told = bool(text)
        self._icon.setVisible(not text and not self.speaks)
        self._text.setText(text or _("Works offline. Nothing leaves this computer."))
        self._text.setToolTip(text)
        self._text.setAccessibleName(text)
        if text and aloud:
            self._rest.start(ANNOUNCE_MS)
        else:
            self._rest.stop()

    def _say(self) -> None:
        if self.text != self._said:
            self._said = self.text
            announce(self._text, self._said)

    def take(self, speaker: QWidget) -> None:
        """Give a widget a place, which it has in the stead of the words while it is shown."""
        self._speakers.append(speaker)
        self._row.insertWidget(2, speaker, 1)

    def give_way(self) -> None:
        """A widget that has a place was shown or hidden."""
        speaks = any(not speaker.isHidden() for speaker in self._speakers)
        if speaks != self.speaks:
            self.speaks = speaks
            self._text.setVisible(not speaks)
            self._icon.setVisible(not speaks and not self._told)
            self.speaking.emit(speaks)

    @property
    def text(self) -> str:
        return self._text.text()

    def show_saved(self, saved: bool, why: str = "") -> None:
        """The session was written just now, or could not be, and why."""
        self._saved_icon.setVisible(True)
        self._saved_icon.set_face("check" if saved else "triangle-alert", "good" if saved else "warn")
        now = QTime.currentTime().toString("HH:mm")
        words = _("Saved {time}").format(time=now) if saved else _("Not saved: {why}").format(why=why)
        self._saved.setText(words)

    def relook(self) -> None:
        px = look().px
        self.setFixedHeight(px(26))
        self._row.setContentsMargins(px(18), 0, px(18), px(4))
        self._row.setSpacing(px(7))
        self._size.setText(_("Text {n} %").format(n=round(look().scale * 100)))
