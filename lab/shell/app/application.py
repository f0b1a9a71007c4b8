"""What the system asks to be opened: a double-clicked file or a lab: link, in each system's own way.

Windows names the file as an argument, Linux as an argument that may be a file: address, and macOS sends an
event to the program that is running or has just been started.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

__all__ = ["Application", "plain_target"]


def plain_target(target: str) -> str:
    """A file: address as a path; anything else as it is."""
    return QUrl(target).toLocalFile() if target.lower().startswith("file:") else target


class Application(QApplication):
    """The application, which also hears what macOS asks it to open."""

    requested = Signal(str)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent):
            self.requested.emit(event.file() or event.url().toString())
            return True
        return super().event(event)
