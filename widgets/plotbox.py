"""Two pieces of pyqtgraph's scene in the lab's manner: who takes the mouse, and who paints."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsObject, QWidget

__all__ = ["PlotBox", "Sheet"]


class PlotBox(pg.ViewBox):
    """The lab's hands: the right button and the wheel move the window, the left takes hold of lines."""

    by_hand = Signal()
    reset = Signal()
    line_moved = Signal(str, QPointF, bool)  # name, pixel, whether it was let go

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.line_under: Callable[[QPointF], str] = lambda _at: ""
        self.holding = ""

    def wheelEvent(self, event: QEvent, axis: int | None = None) -> None:
        self.by_hand.emit()
        super().wheelEvent(event, axis)

    def mouseDragEvent(self, event: object, axis: int | None = None) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton:
            if event.isStart():
                self.holding = self.line_under(event.buttonDownScenePos())
            if self.holding:
                name = self.holding
                if event.isFinish():
                    self.holding = ""
                self.line_moved.emit(name, event.scenePos(), event.isFinish())
            return
        self.by_hand.emit()
        here, before = self.mapToView(event.pos()), self.mapToView(event.lastPos())
        self.translateBy(x=before.x() - here.x(), y=before.y() - here.y())

    def mouseClickEvent(self, event: object) -> None:
        if event.button() == Qt.MouseButton.LeftButton and event.double():
            event.accept()
            self.reset.emit()


class Sheet(QGraphicsObject):
    """The whole viewport as one item that a function paints, above or below pyqtgraph's own items."""

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
        self._paint(painter)
