"""The card on the home page: a ring of one class around a heap of the other, and the bent line between them.
Painted with paths only, so that the home page needs no NumPy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF, QRectF
    from PySide6.QtGui import QPainter, QPainterPath

    from widgets.base.colors import Palette

__all__ = ["boundary", "paint"]

TURN = math.pi * (3 - math.sqrt(5))


def boundary(angle: float) -> float:
    """How far out the line lies in a direction, in parts of the card's height: a triangle with round corners."""
    return 0.27 + 0.035 * math.cos(3 * angle + 0.6) + 0.012 * math.cos(angle)


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QPen, QPolygonF

    from widgets.base.colors import mix

    high, center = rect.height(), rect.center()
    painter.fillRect(rect, QColor(mix(palette.surface, palette.categories[0], 0.3)))
    for share, blend in ((1.25, 0.12), (1.12, 0.04)):
        painter.fillPath(_ring(center, high, share), QColor(mix(palette.surface, palette.categories[0], blend)))
    for share, blend in ((1.0, 0.08), (0.85, 0.22), (0.68, 0.36)):
        painter.fillPath(_ring(center, high, share), QColor(mix(palette.surface, palette.categories[1], blend)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((palette.surface, 4.6), (palette.text, 2.0)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawPath(_ring(center, high, 1.0))
    for i in range(58):
        inside = i % 2 == 1
        far = (0.19 * math.sqrt(i / 58) if inside else 0.38 + 0.32 * (i / 58)) * high
        spot = center + QPointF(far * math.cos(i * TURN), far * math.sin(i * TURN))
        painter.setPen(QPen(QColor(palette.surface), 1.2))
        painter.setBrush(QColor(palette.categories[int(inside)]))
        radius = 0.026 * high
        if inside:
            corners = [QPointF(math.sin(a), -math.cos(a)) * 1.5 * radius for a in (0, 2.094, 4.189)]
            painter.drawPolygon(QPolygonF([spot + corner for corner in corners]))
        else:
            painter.drawEllipse(spot, radius, radius)
    _brush(painter, QRectF(rect), palette)


def _ring(center: QPointF, high: float, share: float) -> QPainterPath:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QPainterPath

    path = QPainterPath()
    for i in range(73):
        angle = 2 * math.pi * i / 72
        far = share * boundary(angle) * high
        spot = center + QPointF(far * math.cos(angle), far * math.sin(angle))
        path.lineTo(spot) if i else path.moveTo(spot)
    path.closeSubpath()
    return path


def _brush(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """The ball where the hand is."""
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QColor, QPen

    painter.setPen(QPen(QColor("#FFFFFF"), 2.2))
    painter.setBrush(QColor(palette.ball))
    spot = rect.center() + QPointF(0.31 * rect.height(), -0.1 * rect.height())
    painter.drawEllipse(spot, 0.055 * rect.height(), 0.055 * rect.height())
