"""The card on the home page: ten lemonade days, the line through them with its two dots, and the error
sticks. Real numbers, in plain Python: the home page is painted before NumPy is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lab.experiments.e01_what_is_ml.tables import LEMONADE, SEEN
from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

__all__ = ["best_line", "paint"]

X0, X1, Y0, Y1 = 14.5, 36.5, 10.0, 92.0
HANDLES = (16.6, 34.4)


def best_line() -> tuple[float, float]:
    """Slope and intercept of least squares through the ten seen days."""
    days = LEMONADE[:SEEN]
    mean_x, mean_y = (sum(day[i] for day in days) / len(days) for i in (0, 1))
    together = sum((x - mean_x) * (y - mean_y) for x, y in days)
    slope = together / sum((x - mean_x) ** 2 for x, _y in days)
    return slope, mean_y - slope * mean_x


@card
def paint(painter: QPainter, rect: QRectF, palette: Any) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QPen

    def at(x: float, y: float) -> QPointF:
        across, down = (x - X0) / (X1 - X0), (Y1 - y) / (Y1 - Y0)
        return QPointF(rect.left() + across * rect.width(), rect.top() + down * rect.height())

    def pen(color: str, width: float) -> QPen:
        return QPen(QColor(color), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)

    slope, intercept = best_line()
    unit = rect.height() / 110
    painter.setPen(pen(palette.bad, 1.6 * unit))
    for x, y in LEMONADE[:SEEN]:
        painter.drawLine(at(x, y), at(x, slope * x + intercept))
    painter.setPen(pen(palette.text, 2.4 * unit))
    painter.drawLine(at(X0, slope * X0 + intercept), at(X1, slope * X1 + intercept))
    painter.setPen(pen(palette.surface, 1.2 * unit))
    painter.setBrush(QColor(palette.categories[0]))
    for x, y in LEMONADE[:SEEN]:
        painter.drawEllipse(at(x, y), 4.2 * unit, 4.2 * unit)
    painter.setPen(pen("#FFFFFF", 1.9 * unit))
    painter.setBrush(QColor(palette.ball))
    for handle in HANDLES:
        painter.drawEllipse(at(handle, slope * handle + intercept), 6.8 * unit, 6.8 * unit)
