"""How often a widget is painted: what has not changed need not be."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

__all__ = ["Paints"]


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, watched: QObject) -> None:
        super().__init__()
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False

    def since(self) -> int:
        """Let what is due be painted. How often it was since the last look."""
        for _turn in range(3):
            QApplication.processEvents()
        count, self.count = self.count, 0
        return count
