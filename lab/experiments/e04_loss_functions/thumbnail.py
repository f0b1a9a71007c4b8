"""The card on the home page: a line, five points, and the square of every miss, one of them far larger than
the rest. In plain Python: the home page is painted before NumPy is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

__all__ = ["paint"]

POINTS = ((1.2, 3.0), (3.2, 1.9), (5.0, 4.6), (6.9, 3.4), (9.6, 8.0))
SLOPE, INTERCEPT = 0.42, 1.35
WIDE, HIGH = 11.6, 9.2


@card
def paint(painter: QPainter, rect: QRectF, palette: Any) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QPen

    unit = min(rect.width() / WIDE, rect.height() / HIGH)
    left = rect.left() + (rect.width() - WIDE * unit) / 2

    def at(x: float, y: float) -> QPointF:
        return QPointF(left + x * unit, rect.bottom() - (y + 0.2) * unit)

    fill = QColor(palette.categories[1])
    fill.setAlpha(56)
    for x, y in POINTS:
        miss = y - (SLOPE * x + INTERCEPT)
        corner = at(x, y), at(x - miss, y - miss)
        painter.setPen(QPen(QColor(palette.categories[1]), 1.3))
        painter.setBrush(fill)
        painter.drawRect(QRectF(*corner).normalized())
    painter.setPen(QPen(QColor(palette.categories[0]), 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(at(0.2, SLOPE * 0.2 + INTERCEPT), at(11.4, SLOPE * 11.4 + INTERCEPT))
    for x, y in POINTS:
        last = (x, y) == POINTS[-1]
        painter.setPen(QPen(QColor("#FFFFFF"), 1.6 if last else 1.1))
        painter.setBrush(QColor(palette.ball if last else palette.categories[0]))
        radius = unit * (0.42 if last else 0.3)
        painter.drawEllipse(at(x, y), radius, radius)
