"""The card on the home page: losses that fall, one for each stage of training. Painted with lines only, so that the
home page needs no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

STAGES = ((0.10, 0.42, 0.16, 0.52), (0.42, 0.68, 0.40, 0.68), (0.68, 0.92, 0.58, 0.78))
"""Where each stage begins and ends, and how high its loss is then, as shares of the card."""


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QPainterPath, QPen

    def at(x: float, y: float) -> QPointF:
        return QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height())

    painter.setBrush(Qt.BrushStyle.NoBrush)
    for number, (left, right, high, low) in enumerate(STAGES):
        painter.setPen(QPen(QColor(palette.line), 0.012 * rect.height(), Qt.PenStyle.DashLine))
        painter.drawLine(at(right, 0.14), at(right, 0.86))
        path = QPainterPath(at(left, high))
        path.cubicTo(at(left + 0.1 * (right - left), low - 0.02), at(left + 0.5 * (right - left), low), at(right, low))
        painter.setPen(QPen(QColor(palette.categories[number]), 0.04 * rect.height()))
        painter.drawPath(path)
