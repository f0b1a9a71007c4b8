"""The card on the home page: a text, bars of what may come next, and the one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

CHIPS = ("T", "o", "·", "b")
BARS = (0.86, 0.5, 0.34, 0.2)


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QFont, QPainterPath, QPen

    wide, high = 0.1 * rect.width(), 0.2 * rect.height()
    font = QFont("JetBrains Mono")
    font.setPixelSize(max(6, round(0.6 * high)))
    painter.setFont(font)
    middle = rect.center().y()
    for number, letter in enumerate(CHIPS):
        chip = QRectF(rect.left() + (0.4 + 1.12 * number) * wide, middle - high / 2, wide, high)
        painter.setPen(QPen(QColor(palette.edge), 1))
        painter.setBrush(QColor(palette.surface))
        painter.drawRoundedRect(chip, 3, 3)
        painter.setPen(QColor(palette.text))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, letter)
    end, left = rect.left() + 4.9 * wide, rect.left() + 6.1 * wide
    for number, share in enumerate(BARS):
        y = rect.top() + (0.19 + 0.21 * number) * rect.height()
        lit = number == 0
        way = QPainterPath(QPointF(end, middle))
        way.cubicTo(QPointF(end + 0.6 * wide, middle), QPointF(left - 0.6 * wide, y), QPointF(left, y))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(palette.ball if lit else palette.edge), 2.0 if lit else 1.2))
        painter.drawPath(way)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.ball if lit else palette.categories[0]))
        bar = QRectF(left, y - 0.32 * high, share * 3.5 * wide, 0.64 * high)
        painter.drawRoundedRect(bar, 3, 3)
