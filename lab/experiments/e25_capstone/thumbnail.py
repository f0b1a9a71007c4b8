"""The card on the home page: a loss that comes down a ladder, and lines of writing. Painted with plain shapes, so that
the home page needs no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

RUNGS = (0.24, 0.44, 0.58, 0.68)
FALL = ((0.0, 0.06), (0.04, 0.34), (0.1, 0.5), (0.22, 0.62), (0.45, 0.72), (0.7, 0.79), (1.0, 0.84))
WORDS = ((0.10, 0.05, 0.14), (0.06, 0.17, 0.09), (0.16, 0.08, 0.11))


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QPainterPath, QPen

    left, wide = rect.left() + 0.08 * rect.width(), 0.46 * rect.width()
    top, high = rect.top() + 0.08 * rect.height(), 0.84 * rect.height()
    painter.setPen(QPen(QColor(palette.text3), 0.008 * rect.height(), Qt.PenStyle.DashLine))
    for rung in RUNGS:
        painter.drawLine(QPointF(left, top + rung * high), QPointF(left + wide, top + rung * high))
    path = QPainterPath(QPointF(left, top + FALL[0][1] * high))
    for x, y in FALL[1:]:
        path.lineTo(QPointF(left + x * wide, top + y * high))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(palette.categories[1]), 0.026 * rect.height()))
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    begin, pitch = rect.left() + 0.62 * rect.width(), 0.19 * rect.height()
    for row, words in enumerate(WORDS):
        x, y = begin, rect.top() + 0.24 * rect.height() + row * pitch
        painter.setBrush(QColor(palette.categories[0] if row else palette.text3))
        for word in words:
            painter.drawRoundedRect(QRectF(x, y, word * rect.width(), 0.09 * rect.height()), 3, 3)
            x += (word + 0.025) * rect.width()
