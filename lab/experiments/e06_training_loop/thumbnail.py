"""The card on the home page: the loop as a ring of five stations, one of them lit, around the falling
loss. The loss is that of a real loop of 26 updates, in plain Python: the home page is painted before
NumPy is loaded."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

__all__ = ["losses", "paint"]

STATIONS, HIGHLIGHTED = 5, 3


@cache
def losses(updates: int = 26, rate: float = 0.08) -> tuple[float, ...]:
    """The batch losses of a line that learns y = 2.5x + 1 from three samples at a time."""
    w = b = 0.0
    found = []
    for step in range(updates):
        batch = [math.sin(2.4 * (3 * step + i)) * 1.6 for i in range(3)]
        misses = [w * x + b - 2.5 * x - 1.0 - 0.35 * math.cos(17 * x) for x in batch]
        found.append(sum(miss * miss for miss in misses) / 3)
        w -= rate * sum(2 * miss * x for miss, x in zip(misses, batch)) / 3
        b -= rate * sum(2 * miss for miss in misses) / 3
    return tuple(found)


@card
def paint(painter: QPainter, rect: QRectF, palette: Any) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QPainterPath, QPen

    unit = rect.height() / 110
    middle, radius = QPointF(rect.left() + 0.29 * rect.width(), rect.center().y()), 36 * unit

    def pen(color: str, width: float) -> QPen:
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        return QPen(QColor(color), width * unit, Qt.PenStyle.SolidLine, cap, join)

    def station(number: float) -> QPointF:
        turn = 2 * math.pi * number / STATIONS - math.pi / 2
        return QPointF(middle.x() + radius * math.cos(turn), middle.y() + radius * math.sin(turn))

    painter.setPen(pen(palette.edge, 2.2))
    painter.drawEllipse(middle, radius, radius)
    for number in range(STATIONS):
        at, highlighted = station(number), number == HIGHLIGHTED
        painter.setPen(pen("#FFFFFF" if highlighted else palette.edge, 2.0))
        painter.setBrush(QColor(palette.ball if highlighted else palette.surface))
        size = (8.5 if highlighted else 6.5) * unit
        painter.drawEllipse(at, size, size)
    room = QRectF(rect.left() + 0.56 * rect.width(), rect.top() + 20 * unit, 0.37 * rect.width(), 70 * unit)
    painter.setPen(pen(palette.line, 1.2))
    painter.drawLine(room.bottomLeft(), room.bottomRight())
    painter.drawLine(room.bottomLeft(), room.topLeft())
    values = losses()
    curve = QPainterPath()
    for number, value in enumerate(values):
        x = room.left() + room.width() * number / (len(values) - 1)
        y = room.bottom() - room.height() * min(1.0, math.sqrt(value / max(values)))
        curve.lineTo(x, y) if number else curve.moveTo(x, y)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(palette.categories[0], 2.4))
    painter.drawPath(curve)
