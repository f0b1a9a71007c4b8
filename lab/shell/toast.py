"""A card at the foot of the window that says how something went; never modal, closed by hand or by what comes next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lab.shell.notice import Notice
from widgets.base.look import look

__all__ = ["Toast"]

STATUS_AND_RUN_BAR = 108


class Toast(QWidget):
    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.notice = Notice(self)
        self.notice.closed.connect(self.hide)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.notice)
        window.installEventFilter(self)
        self.hide()

    def say(self, tone: str, word: str, text: str) -> None:
        self.notice.say(tone, word, text)
        self._place()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window, px = self._window, look().px
        width = min(px(520), window.width() - px(48))
        self.setFixedWidth(width)
        height = max(self.notice.heightForWidth(width), self.notice.minimumSizeHint().height())
        foot = window.height() - px(STATUS_AND_RUN_BAR)  # what runs an experiment is never under a card
        self.setGeometry((window.width() - width) // 2, max(0, foot - height), width, height)
