"""Cards of the gallery, with thumbnails that are painted live."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from widgets.base.look import look
from widgets.text.card import Card, CardGrid

__all__ = ["cards"]


def cards() -> CardGrid:
    """Three cards: done, under way and current, untouched."""
    made = [
        Card("fit", "3  Linear regression", _paint_line, "3, Linear regression, done"),
        Card("hill", "5  Gradient descent", _paint_curve, "5, Gradient descent, step 3 of 5"),
        Card("loop", "13  Residual connections and normalisation", _paint_line),
    ]
    made[0].set_state("Done", 1.0)
    made[1].set_state("Step 3 of 5", 0.6, current=True)
    made[2].set_state("12 min")
    return CardGrid(made)


def _paint_line(painter: QPainter, rect: QRectF) -> None:
    now = look()
    painter.setPen(QPen(now.color(now.palette.categories[1]), now.px(2.6)))
    painter.drawLine(_at(rect, 0.1, 0.82), _at(rect, 0.9, 0.2))
    painter.setPen(QPen(now.color("sunken"), 1))
    painter.setBrush(now.color(now.palette.categories[0]))
    for n in range(9):
        centre = _at(rect, 0.14 + 0.09 * n, 0.79 - 0.07 * n + 0.05 * (-1) ** n)
        painter.drawEllipse(centre, now.px(3.2), now.px(3.2))


def _paint_curve(painter: QPainter, rect: QRectF) -> None:
    now = look()
    painter.setPen(QPen(now.color(now.palette.categories[0]), now.px(2.6)))
    points = [_at(rect, 0.1 + 0.8 * n / 40, 0.15 + 2.6 * (n / 40 - 0.5) ** 2) for n in range(41)]
    painter.drawPolyline(QPolygonF(points))
    painter.setPen(QPen(now.color("#FFFFFF"), now.px(2)))
    painter.setBrush(now.color("ball"))
    painter.drawEllipse(points[9], now.px(7), now.px(7))


def _at(rect: QRectF, x: float, y: float) -> QPointF:
    return QPointF(rect.x() + x * rect.width(), rect.y() + y * rect.height())
