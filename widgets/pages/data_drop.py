"""The two ways in which data reach a picture from outside: pasted (Ctrl+V) and dropped, as a piece of a
spreadsheet or as a file. A picture is listened to from outside, so that it need not know of either."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

__all__ = ["DataDrop"]

KINDS = frozenset({".csv", ".tsv", ".txt", ".dat"})


class DataDrop(QObject):
    """Listens to `target`. `text` carries what was pasted or dropped, `file` the path of a dropped file whose name
    ends in one of `kinds`."""

    text = Signal(str)
    file = Signal(str)

    def __init__(self, target: QWidget, kinds: Collection[str] = KINDS) -> None:
        super().__init__(target)
        self._kinds = kinds
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QDropEvent):  # it enters, moves or drops
            if not _takes(event.mimeData(), self._kinds):  # others above may want it
                event.ignore()
                return True
            event.acceptProposedAction()
            if kind == QEvent.Type.Drop:
                self.take(event.mimeData())
            return True
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            return event.matches(QKeySequence.StandardKey.Paste) and self._paste()
        return False

    def _paste(self) -> bool:
        """Hand on what the clipboard holds; whether that is any text."""
        words = QGuiApplication.clipboard().text()
        if words.strip():
            self.text.emit(words)
        return bool(words.strip())

    def take(self, data: QMimeData) -> None:
        """Hand on what was dropped."""
        file = _file_of(data, self._kinds)
        if file:
            self.file.emit(file)
        elif data.hasText():
            self.text.emit(data.text())


def _takes(data: QMimeData, kinds: Collection[str]) -> bool:
    return bool(_file_of(data, kinds)) or (data.hasText() and not data.hasUrls())


def _file_of(data: QMimeData, kinds: Collection[str]) -> str:
    """The first file among the dropped of one of these kinds, "" if none is."""
    paths = (url.toLocalFile() for url in data.urls() if url.isLocalFile())
    return next((path for path in paths if Path(path).suffix.lower() in kinds), "")
