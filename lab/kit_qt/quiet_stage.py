"""A picture whose ball needs no ring to be found."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from widgets.base.look import Look
from widgets.canvas.stage import Stage
from widgets.canvas.viewport import Viewport

__all__ = ["QuietStage"]


class QuietStage(Stage):
    """Its handles are drawn only while the pointer or the keys are on them."""

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        whole = self._handles
        busy = {self._held, self._near, self._current if self.hasFocus() else ""} if live else set()
        self._handles = {name: handle for name, handle in whole.items() if name in busy}
        try:
            super().paint_moving(painter, view, look, live)
        finally:
            self._handles = whole
