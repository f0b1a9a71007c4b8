"""The landscape as a map and as a block. Besides the start, every ball can be taken by the hand; a ball
needs no ring to be found, so its handle is drawn only while the pointer or the keys are on it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QResizeEvent

from widgets.base.look import Look
from widgets.canvas.stage import Stage
from widgets.canvas.viewport import Viewport
from widgets.surfaces.surface import Surface
from widgets.surfaces.terrain import Terrain

__all__ = ["Block", "Hill", "QuietHandles"]


class QuietHandles(Stage):
    """A stage whose handles named in `quiet` are drawn only while they are in use."""

    quiet: frozenset[str] = frozenset()

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        whole = self._handles
        busy = {self._held, self._near, self._current if self.hasFocus() else ""} if live else set()
        self._handles = {n: h for n, h in whole.items() if n not in self.quiet or n in busy}
        try:
            super().paint_moving(painter, view, look, live)
        finally:
            self._handles = whole


class Hill(QuietHandles, Terrain):
    """The map; `resized` tells when arrows have to be measured again."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class Block(QuietHandles, Surface):
    """The block."""
