"""A card of its own window that stands beside what it explains, and leaves the main window usable."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from widgets.base.look import Refreshing, look

__all__ = ["ToolCard"]


class ToolCard(Refreshing, QDialog):
    """A dialog that leaves the window usable and stands beside what it explains."""

    def __init__(self, window: QWidget, title: str) -> None:
        super().__init__(window, Qt.WindowType.Tool)
        self.setWindowTitle(title)
        self.column = QVBoxLayout(self)
        self.relook()

    def open_at(self, box: QWidget) -> None:
        self.fit()
        corner = box.mapToGlobal(QPoint(look().px(70), look().px(60)))
        room = box.screen().availableGeometry().adjusted(8, 0, -8, -48)  # less frame and title bar
        self.resize(self.size().boundedTo(room.size()))
        self.move(
            max(room.left(), min(corner.x(), room.right() + 1 - self.width())),
            max(room.top(), min(corner.y(), room.bottom() + 1 - self.height())),
        )
        self.show()
        self.raise_()
        self.activateWindow()

    def fit(self) -> None:
        """The size it opens with."""
        self.adjustSize()

    def relook(self) -> None:
        px = look().px
        self.column.setContentsMargins(px(18), px(14), px(18), px(14))
        self.column.setSpacing(px(10))
