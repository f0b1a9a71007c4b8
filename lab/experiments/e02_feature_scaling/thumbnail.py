"""The card on the home page: a narrow ravine in which a path goes to and fro, and a round valley in which it
goes straight to the bottom. In plain Python: the home page is painted before NumPy is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

__all__ = ["paint"]

RAVINE, ROUND = (1.1, 0.44), (0.96, 0.96)  # half-axes of the rings, as shares of the largest
RINGS = (1.0, 0.76, 0.52, 0.28)
SHADES = ("#DCE6B4", "#7FBFA0", "#2F8C93", "#0A2342")
ZIGZAG = ((-0.94, -0.34), (-0.8, 0.3), (-0.66, -0.27), (-0.53, 0.24), (-0.41, -0.2), (-0.3, 0.15))
STRAIGHT = ((-0.66, -0.7), (-0.26, -0.27), (0.0, 0.0))


@card
def paint(painter: QPainter, rect: QRectF, palette: Any) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QPen

    size = min(rect.width() / 4.6, rect.height() / 2.2)
    for share, axes, path in ((0.26, RAVINE, ZIGZAG), (0.745, ROUND, STRAIGHT)):
        middle = QPointF(rect.left() + share * rect.width(), rect.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        for ring, shade in zip(RINGS, SHADES):
            painter.setBrush(QColor(shade))
            painter.drawEllipse(middle, size * ring * axes[0], size * ring * axes[1])
        spots = [QPointF(middle.x() + x * size, middle.y() + y * size) for x, y in path]
        painter.setPen(QPen(QColor("#0A2342"), size * 0.075, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(spots)
        painter.setPen(QPen(QColor("#FFFFFF"), size * 0.045, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(spots)
        painter.setPen(QPen(QColor("#FFFFFF"), size * 0.05))
        painter.setBrush(QColor(palette.ball))
        painter.drawEllipse(spots[-1], size * 0.14, size * 0.14)
