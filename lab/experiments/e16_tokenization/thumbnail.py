"""The card on the home page: eight letters below, pairs above them, and one lit token on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

WORD = "learning"
LEVELS = 4  # each piece is two of the level below


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QColor, QFont, QPen

    wide, high = 0.84 * rect.width() / len(WORD), 0.225 * rect.height()
    font = QFont(painter.font())
    font.setPixelSize(max(7, round(0.46 * high)))
    painter.setFont(font)

    def box(level: int, number: int) -> QRectF:
        letters = 2**level
        left = rect.left() + 0.08 * rect.width() + number * letters * wide
        return QRectF(left + 1, rect.bottom() - (level + 1) * high, letters * wide - 2, 0.68 * high)

    painter.setPen(QPen(QColor(palette.edge), 1.2))
    for level in range(1, LEVELS):
        for number in range(len(WORD) // 2**level):
            for half in (2 * number, 2 * number + 1):
                painter.drawLine(box(level, number).center(), box(level - 1, half).center())
    for level in range(LEVELS):
        for number in range(len(WORD) // 2**level):
            _paint_piece(painter, box(level, number), level, number, palette)


def _paint_piece(painter: QPainter, box: QRectF, level: int, number: int, palette: Palette) -> None:
    """One piece; the deeper its shade, the more letters it holds."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QColor, QPen

    from widgets.base.colors import mix

    highlighted = level == LEVELS - 1
    painter.setPen(QPen(QColor("#FFFFFF" if highlighted else palette.line), 2 if highlighted else 1))
    painter.setBrush(QColor(palette.ball if highlighted else mix(palette.surface, palette.accent, 0.16 * level)))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor("#12161E" if highlighted else palette.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, WORD[number * 2**level : (number + 1) * 2**level])
