"""What is said in passing, such as "Saved": in the status line, never modal, closed by hand, by what comes next or when
it has been read."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lab.shell.box.notice import LINE, Notice

__all__ = ["Line", "Toast", "reading_ms"]

PASSING = ("good", "info")  # the tones of what need not be acted upon


class Line(Protocol):
    """The line in which it stands, in the stead of what is there otherwise."""

    def take(self, speaker: QWidget) -> None: ...
    def give_way(self, speaks: bool) -> None: ...


def reading_ms(text: str) -> int:
    """How long a text stands so that a slow reader can read it: 5 s, and 80 ms for each character."""
    return 5000 + 80 * len(text)


class Toast(QWidget):
    """Says how something went. What went well goes away by itself, unless the mouse or the keyboard is on it; what
    did not stays until it is closed."""

    speaking = Signal(bool)

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.hide()
        self._line = line
        self.notice = Notice(self, LINE)
        self.notice.closed.connect(self.hide)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.notice)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self._read)
        line.take(self)

    def say(self, tone: str, word: str, text: str) -> None:
        self.notice.say(tone, word, text)
        self._end.stop()
        if tone in PASSING:
            self._end.start(reading_ms(f"{word} {text}"))
        self.show()
        self.speaking.emit(True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._line.give_way(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.isHidden():  # and not only the window that it stands in
            self._line.give_way(False)
            self.speaking.emit(False)

    def _read(self) -> None:
        focused = self.window().focusWidget()
        if self.underMouse() or (focused is not None and self.isAncestorOf(focused)):
            self._end.start()
        else:
            self.hide()
