"""The whole of a plot's viewport as one item that a function paints, above or below pyqtgraph's own items."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsObject, QWidget

__all__ = ["PlotLayer"]


class PlotLayer(QGraphicsObject):
    """Paints by `paint`, at `depth` in the pile of items."""

    def __init__(self, paint: Callable[[QPainter], None], depth: float) -> None:
        super().__init__()
        self._paint = paint
        self._room = QRectF(0, 0, 1, 1)
        self.setZValue(depth)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def fill(self, room: QRectF) -> None:
        """Cover `room`."""
        self.prepareGeometryChange()
        self._room = room

    def boundingRect(self) -> QRectF:
        return self._room

    def paint(self, painter: QPainter, _option: object, _widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        try:
            self._paint(painter)
        except Exception:  # the second one that leaves an item while its view paints ends the program
            sys.excepthook(*sys.exc_info())
