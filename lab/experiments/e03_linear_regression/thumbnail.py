"""The card on the home page: a row of points that rises, one far out that does not, the best line through all
of them, and dashed the line without it. Real fits, but in plain Python: the home page is painted before
NumPy is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

__all__ = ["LEVER", "POINTS", "best_line", "paint"]

Point = tuple[float, float]
POINTS: tuple[Point, ...] = (
    *((0.10, 0.22), (0.16, 0.34), (0.23, 0.33), (0.29, 0.48)),
    *((0.36, 0.47), (0.42, 0.63), (0.49, 0.62), (0.55, 0.78)),
)
"""Places in the picture, x to the right and y up, both from 0 to 1."""
LEVER: Point = (0.90, 0.42)


@cache
def best_line(points: Sequence[Point]) -> tuple[float, float]:
    """Slope and intercept of least squares."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _y in points) / n, sum(y for _x, y in points) / n
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _y in points)
    return slope, mean_y - slope * mean_x


@card
def paint(painter: QPainter, rect: QRectF, palette: Any) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QLineF, QPointF, Qt
    from PySide6.QtGui import QColor, QPen

    def at(x: float, y: float) -> QPointF:
        return QPointF(rect.left() + x * rect.width(), rect.bottom() - y * rect.height())

    def line(points: tuple[Point, ...], end: float) -> QLineF:
        slope, intercept = best_line(points)
        return QLineF(at(0.04, slope * 0.04 + intercept), at(end, slope * end + intercept))

    high = rect.height()
    dashed = QPen(QColor(palette.text3), max(1.4, 0.016 * high))
    dashed.setDashPattern([3.0, 2.4])
    painter.setPen(dashed)
    painter.drawLine(line(POINTS, 0.70))
    slope, intercept = best_line((*POINTS, LEVER))
    painter.setPen(QPen(QColor(palette.ball), max(1.2, 0.014 * high)))
    for x, y in (*POINTS, LEVER):
        painter.drawLine(QLineF(at(x, y), at(x, slope * x + intercept)))
    round_cap = Qt.PenCapStyle.RoundCap
    painter.setPen(QPen(QColor(palette.categories[0]), max(2.0, 0.024 * high), Qt.PenStyle.SolidLine, round_cap))
    painter.drawLine(line((*POINTS, LEVER), 0.96))
    painter.setPen(QPen(QColor(palette.sunken), 1.4))
    painter.setBrush(QColor(palette.text2))
    for x, y in POINTS:
        painter.drawEllipse(at(x, y), 0.042 * high, 0.042 * high)
    painter.setPen(QPen(QColor("#FFFFFF"), 1.8))
    painter.setBrush(QColor(palette.ball))
    painter.drawEllipse(at(*LEVER), 0.062 * high, 0.062 * high)
