"""The card on the home page: a row of blocks, and arcs that lead around each of them. Painted with lines only, so that
the home page needs no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

BLOCKS = 5
LIT = 2


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QPainterPath, QPen

    high, pitch = rect.height(), 0.17 * rect.width()
    middle, left = rect.top() + 0.62 * high, rect.center().x() - BLOCKS * pitch / 2
    painter.setPen(QPen(QColor(palette.text3), 0.014 * high))
    painter.drawLine(QPointF(left - 0.4 * pitch, middle), QPointF(left + (BLOCKS + 0.4) * pitch, middle))
    for block in range(BLOCKS):
        x = left + block * pitch
        box = QRectF(x + 0.2 * pitch, middle - 0.14 * high, 0.6 * pitch, 0.28 * high)
        arc = QPainterPath(QPointF(x, middle))
        arc.cubicTo(
            QPointF(x + 0.05 * pitch, middle - 0.56 * high),
            QPointF(x + 0.95 * pitch, middle - 0.56 * high),
            QPointF(x + pitch, middle),
        )
        lit = block == LIT
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(palette.ball if lit else palette.categories[0]), (0.04 if lit else 0.026) * high))
        painter.drawPath(arc)
        painter.setPen(QPen(QColor(palette.edge), 1.2))
        painter.setBrush(QColor(palette.surface))
        painter.drawRoundedRect(box, 0.02 * high, 0.02 * high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.categories[3]))
        painter.drawRoundedRect(QRectF(box.left(), box.top(), 0.3 * box.width(), box.height()), 2, 2)
