"""Cards at the foot of the window: never modal, closed by hand, by what comes next or when they have been read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from lab.shell.box.notice import Notice
from widgets.base.look import Refreshing, look

__all__ = ["FootCard", "Toast", "reading_ms"]

PASSING = ("good", "info")  # the tones of what need not be acted upon
STATUS_AND_RUN_BAR = 108  # pixels at 100 %; what runs an experiment is never under a card


class FootCard(Refreshing, QFrame):
    """Stands in the middle above the run bar, whatever size the window takes."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.column = QVBoxLayout(self)
        window.installEventFilter(self)
        self.hide()

    def appear(self) -> None:
        self.place()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def place(self) -> None:
        window, px = self._window, look().px
        width = min(px(520), window.width() - px(48))
        self.setFixedWidth(width)
        height = self.height_for(width)
        foot = window.height() - px(STATUS_AND_RUN_BAR)
        self.setGeometry((window.width() - width) // 2, max(0, foot - height), width, height)

    def height_for(self, width: int) -> int:
        return max(self.heightForWidth(width), self.sizeHint().height())

    def relook(self) -> None:
        if self.isVisible():
            self.place()


def reading_ms(text: str) -> int:
    """How long a text stands so that a slow reader can read it: 5 s, and 80 ms for each character."""
    return 5000 + 80 * len(text)


class Toast(FootCard):
    """Says how something went. What went well goes away by itself, unless the mouse or the keyboard is on it; what
    did not stays until it is closed."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.notice = Notice(self)
        self.notice.closed.connect(self.hide)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(self.notice)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self._read)

    def say(self, tone: str, word: str, text: str) -> None:
        self.notice.say(tone, word, text)
        self._end.stop()
        if tone in PASSING:
            self._end.start(reading_ms(f"{word} {text}"))
        self.appear()

    def _read(self) -> None:
        focused = self.window().focusWidget()
        if self.underMouse() or (focused is not None and self.isAncestorOf(focused)):
            self._end.start()
        else:
            self.hide()

    def height_for(self, width: int) -> int:
        return max(self.notice.heightForWidth(width), self.notice.minimumSizeHint().height())
