"""The card of this experiment, painted from the palette: a calm curve and a wild one through the same points."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

POINTS = ((0.08, 0.34), (0.22, 0.18), (0.36, 0.30), (0.5, 0.56), (0.64, 0.66), (0.78, 0.80), (0.92, 0.58))
CALM = ((0.03, 0.42), (0.2, 0.02), (0.42, 0.3), (0.5, 0.5), (0.62, 0.82), (0.8, 0.96), (0.97, 0.48))
OVER = 0.34  # how far the wild curve goes beyond, in parts of the card's height


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Paint the card's picture into `rect`."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QPainterPath, QPen

    def at(x: float, y: float) -> QPointF:
        return QPointF(rect.left() + x * rect.width(), rect.top() + (0.12 + 0.76 * y) * rect.height())

    painter.setBrush(Qt.BrushStyle.NoBrush)
    calm = QPainterPath(at(*CALM[0]))
    calm.cubicTo(at(*CALM[1]), at(*CALM[2]), at(*CALM[3]))
    calm.cubicTo(at(*CALM[4]), at(*CALM[5]), at(*CALM[6]))
    wild = QPainterPath(at(*POINTS[0]))
    for number, (left, right) in enumerate(pairwise(POINTS)):
        reach = OVER * (1 if number % 2 else -1) * (0.6 + 0.15 * number)
        wide = (right[0] - left[0]) / 3
        wild.cubicTo(at(left[0] + wide, left[1] + reach), at(right[0] - wide, right[1] + reach), at(*right))
    painter.setPen(QPen(QColor(palette.text3), 2.2))
    painter.drawPath(calm)
    painter.setPen(QPen(QColor(palette.categories[1]), 2))
    painter.drawPath(wild)
    painter.setPen(QPen(QColor(palette.surface), 1.4))
    painter.setBrush(QColor(palette.categories[0]))
    for x, y in POINTS:
        painter.drawEllipse(at(x, y), 4.6, 4.6)
