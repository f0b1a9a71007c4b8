"""The card on the home page: words as dots, and the same step twice: from man to woman, from king to queen. Painted
with lines only, so that the home page needs no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

OTHERS = ((0.12, 0.72), (0.2, 0.8), (0.16, 0.86), (0.84, 0.2), (0.9, 0.3), (0.8, 0.32), (0.86, 0.82), (0.93, 0.74))
STEPS = (((0.24, 0.58), (0.5, 0.74)), ((0.44, 0.2), (0.7, 0.36)))


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QPen

    high = rect.height()

    def at(x: float, y: float) -> QPointF:
        return QPointF(rect.left() + x * rect.width(), rect.top() + y * high)

    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(palette.text3))
    for x, y in OTHERS:
        painter.drawEllipse(at(x, y), 0.022 * high, 0.022 * high)
    for number, (start, end) in enumerate(STEPS):
        line = QPen(QColor(palette.ball if number else palette.categories[0]), 0.03 * high)
        line.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(line)
        painter.drawLine(at(*start), at(*end))
    for number, (start, end) in enumerate(STEPS):
        for place, (x, y) in enumerate((start, end)):
            lit = number and place
            painter.setPen(QPen(QColor("#FFFFFF"), 0.014 * high))
            painter.setBrush(QColor(palette.ball if lit else palette.categories[0]))
            radius = (0.058 if lit else 0.042) * high
            painter.drawEllipse(at(x, y), radius, radius)
