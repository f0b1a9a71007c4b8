"""The card on the home page: two hills, one above and one below, and the line that parts them. Painted with boxes only,
so that the home page needs no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

HEIGHTS = (0.1, 0.25, 0.5, 0.8, 1.0, 0.85, 0.6, 0.35, 0.15, 0.08)
LINE = 0.52


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QPen

    count = len(HEIGHTS) + 4
    wide, high = 0.86 * rect.width() / count, 0.36 * rect.height()
    left, middle = rect.left() + 0.07 * rect.width(), rect.center().y()
    painter.setPen(Qt.PenStyle.NoPen)
    for place, height in enumerate(HEIGHTS):
        painter.setBrush(QColor(palette.categories[0]))
        painter.drawRect(QRectF(left + (place + 4) * wide, middle - height * high, 0.84 * wide, height * high))
        painter.setBrush(QColor(palette.categories[1]))
        painter.drawRect(QRectF(left + place * wide, middle, 0.84 * wide, height * high))
    painter.setPen(QPen(QColor(palette.text), 0.02 * rect.height()))
    at = rect.left() + LINE * rect.width()
    painter.drawLine(QPointF(at, middle - 1.15 * high), QPointF(at, middle + 1.15 * high))
