"""What is said in passing, such as "Saved": in the status line, never modal, closed by hand, by what comes next or when
it has been read."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from lab.shell.box.notice import LINE, Notice
from lab.shell.context import Line
from lab.shell.dialogs.speaker import Speaker

__all__ = ["Toast", "reading_ms"]

PASSING = ("good", "info")  # the tones of what need not be acted upon


def reading_ms(text: str) -> int:
    """How long a text stands so that a slow reader can read it: 5 s, and 80 ms for each character."""
    return 5000 + 80 * len(text)


class Toast(Speaker):
    """Says how something went. What went well goes away by itself, unless the mouse or the keyboard is on it; what
    did not stays until it is closed."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.notice = Notice(self, LINE)
        self.notice.closed.connect(self.hide)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.notice)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self._read)
        self.stand()

    def say(self, tone: str, word: str, text: str) -> None:
        self.notice.say(tone, word, text)
        self._end.stop()
        if tone in PASSING:
            self._end.start(reading_ms(f"{word} {text}"))
        self.show()

    def _read(self) -> None:
        focused = self.window().focusWidget()
        if self.underMouse() or (focused is not None and self.isAncestorOf(focused)):
            self._end.start()
        else:
            self.hide()
