"""The card on the home page: points, the line through them, and the sticks that make it the best. A real fit,
but in plain Python: the home page is painted before NumPy is loaded."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

__all__ = ["POINTS", "best_line", "paint"]

POINTS = (
    *((0.10, 0.24), (0.18, 0.20), (0.27, 0.40), (0.36, 0.30), (0.45, 0.52)),
    *((0.55, 0.46), (0.63, 0.66), (0.73, 0.58), (0.82, 0.84), (0.90, 0.74)),
)
"""Places in the picture, x to the right and y up, both from 0 to 1."""


@cache
def best_line() -> tuple[float, float]:
    """Slope and intercept of least squares."""
    n = len(POINTS)
    mean_x, mean_y = sum(x for x, _y in POINTS) / n, sum(y for _x, y in POINTS) / n
    slope = sum((x - mean_x) * (y - mean_y) for x, y in POINTS) / sum((x - mean_x) ** 2 for x, _y in POINTS)
    return slope, mean_y - slope * mean_x


def paint(painter: QPainter, rect: QRectF, palette: Any) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QLineF, QPointF, Qt
    from PySide6.QtGui import QColor, QPainter, QPen

    slope, intercept = best_line()

    def at(x: float, y: float) -> QPointF:
        return QPointF(rect.left() + x * rect.width(), rect.bottom() - y * rect.height())

    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(rect, QColor(palette.sunken))
    painter.setPen(QPen(QColor(palette.ball), max(1.2, 0.014 * rect.height())))
    for x, y in POINTS:
        painter.drawLine(QLineF(at(x, y), at(x, slope * x + intercept)))
    thick, round_cap = max(2.0, 0.024 * rect.height()), Qt.PenCapStyle.RoundCap
    painter.setPen(QPen(QColor(palette.categories[0]), thick, Qt.PenStyle.SolidLine, round_cap))
    painter.drawLine(QLineF(at(0.04, slope * 0.04 + intercept), at(0.96, slope * 0.96 + intercept)))
    painter.setPen(QPen(QColor(palette.sunken), 1.4))
    painter.setBrush(QColor(palette.text2))
    radius = 0.042 * rect.height()
    for x, y in POINTS:
        painter.drawEllipse(at(x, y), radius, radius)
    painter.restore()
