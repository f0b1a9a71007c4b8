"""The card of this experiment: a stream that two halves read and add to. Qt is imported when it is painted, so that the
home page needs no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QPen

    wide, high = rect.width(), rect.height()
    low, top = rect.top() + 0.74 * high, rect.top() + 0.32 * high
    painter.setPen(QPen(QColor(palette.accent), 0.05 * high))
    painter.drawLine(QPointF(rect.left() + 0.06 * wide, low), QPointF(rect.right() - 0.06 * wide, low))
    for half in range(2):
        left = rect.left() + (0.12 + 0.42 * half) * wide
        box = QRectF(left + 0.03 * wide, top - 0.17 * high, 0.28 * wide, 0.34 * high)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(palette.text3), 0.02 * high))
        painter.drawLine(QPointF(left, low), QPointF(left, top))
        painter.drawLine(QPointF(left, top), QPointF(left + 0.34 * wide, top))
        painter.drawLine(QPointF(left + 0.34 * wide, top), QPointF(left + 0.34 * wide, low))
        painter.setPen(QPen(QColor(palette.edge), 1.2))
        painter.setBrush(QColor(palette.surface))
        painter.drawRect(box)
        painter.setPen(Qt.PenStyle.NoPen)
        rows, columns = 4, 7
        for row in range(rows):
            for column in range(columns):
                strength = (row * 5 + column * 3 + 4 * half) % 7
                paint = QColor(palette.categories[0 if strength % 2 else 3])
                paint.setAlphaF(0.25 + 0.1 * strength)
                painter.setBrush(paint)
                cell = QRectF(
                    box.left() + (column + 0.08) * box.width() / columns,
                    box.top() + (row + 0.08) * box.height() / rows,
                    0.84 * box.width() / columns,
                    0.84 * box.height() / rows,
                )
                painter.drawRect(cell)
        painter.setPen(QPen(QColor(palette.edge), 1.2))
        painter.setBrush(QColor(palette.surface))
        painter.drawEllipse(QPointF(left + 0.34 * wide, low), 0.045 * high, 0.045 * high)
