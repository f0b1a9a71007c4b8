"""The card of Example, painted from the palette."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.base.colors import Palette

__all__ = ["paint"]


def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Paint the card's picture into `rect`: ever shorter steps to a line."""
    painter.fillRect(rect, QColor(palette.sunken))
    goal, width = rect.top() + 0.3 * rect.height(), 0.8 * rect.width() / 6
    painter.setPen(QPen(QColor(palette.text3), 1))
    painter.drawLine(QPointF(rect.left(), goal), QPointF(rect.right(), goal))
    painter.setPen(QPen(QColor(palette.accent), 2))
    ways = [QPointF(rect.left() + (0.6 + step) * width, goal + 0.55 * rect.height() * 0.5**step) for step in range(7)]
    painter.drawPolyline(ways)
