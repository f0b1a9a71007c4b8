"""What stands in the status line for a while, in the stead of its words."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.shell.context import Line

__all__ = ["Speaker"]


class Speaker(QWidget):
    """Hidden at first; the words of the line are away while it is shown. Who inherits calls `stand` when it is made."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line
        self.hide()

    def stand(self) -> None:
        """Take its place in the line."""
        self._line.take(self)

    def setVisible(self, visible: bool) -> None:
        """As every showing and hiding of it, but not of the line that it stands in."""
        super().setVisible(visible)
        self._line.give_way()
