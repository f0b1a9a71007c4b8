"""The card on the home page: a sigmoid with its ball and tangent, and the kinked ReLU beside it. In plain Python: the
home page is painted before NumPy is loaded."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

__all__ = ["paint", "relu", "sigmoid"]

X0, X1, Y0, Y1 = -4.6, 4.6, -0.22, 1.28
BALL = 0.9
Point = tuple[float, float]


def sigmoid(x: float) -> float:
    """1/(1 + e^(−x))."""
    return 1.0 / (1.0 + math.exp(-x))


def relu(x: float) -> float:
    """A quarter of max(x, 0), so that it is as steep as the sigmoid at its steepest."""
    return max(x, 0.0) / 4.0


@cache
def _curve() -> tuple[Point, ...]:
    return tuple((x, sigmoid(x)) for x in (X0 + (X1 - X0) * i / 48 for i in range(49)))


@card
def paint(painter: QPainter, rect: QRectF, palette: Any) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QPainterPath, QPen

    def at(place: Point) -> QPointF:
        across, down = (place[0] - X0) / (X1 - X0), (Y1 - place[1]) / (Y1 - Y0)
        return QPointF(rect.left() + across * rect.width(), rect.top() + down * rect.height())

    def line(places: tuple[Point, ...], color: str, width: float, dash: tuple[float, ...] = ()) -> None:
        path = QPainterPath(at(places[0]))
        for place in places[1:]:
            path.lineTo(at(place))
        pen = QPen(QColor(color), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        if dash:
            pen.setDashPattern(dash)
        painter.strokePath(path, pen)

    for height in (0.0, 1.0):
        line(((X0, height), (X1, height)), palette.line, 1.0)
    line(((X0 + 0.5, 0.0), (0.0, 0.0), (X1 - 0.5, relu(X1 - 0.5))), palette.categories[1], 2.2, (3.0, 2.2))
    line(_curve(), palette.categories[0], 2.8)
    value = sigmoid(BALL)
    slope = value * (1 - value)
    line(tuple((BALL + t, value + slope * t) for t in (-1.5, 1.5)), palette.text2, 1.8)
    radius = 0.062 * rect.height()
    painter.setPen(QPen(QColor("#FFFFFF"), 1.8))
    painter.setBrush(QColor(palette.ball))
    painter.drawEllipse(at((BALL, value)), radius, radius)
