"""The card on the home page: lines of a text in the colours of its chunks, and an arrow from one of them to an answer.
Painted with boxes only, so that the home page needs no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

LINES = ((1.0, 0), (0.86, 0), (1.0, 1), (0.7, 1), (1.0, 2), (0.92, 2))
FOUND = 1


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QColor

    left, wide = rect.left() + 0.08 * rect.width(), 0.44 * rect.width()
    high = 0.8 * rect.height() / len(LINES)
    painter.setPen(Qt.PenStyle.NoPen)
    for row, (share, chunk) in enumerate(LINES):
        color = QColor(palette.ball if chunk == FOUND else palette.categories[0])
        color.setAlphaF(1.0 if chunk == FOUND else 0.35)
        painter.setBrush(color)
        top = rect.top() + 0.1 * rect.height() + row * high
        painter.drawRoundedRect(QRectF(left, top + 0.15 * high, share * wide, 0.7 * high), 3, 3)
    middle = rect.top() + 0.1 * rect.height() + 3 * high
    painter.setBrush(QColor(palette.text2))
    painter.drawRect(
        QRectF(
            left + wide + 0.03 * rect.width(), middle - 0.015 * rect.height(), 0.1 * rect.width(), 0.03 * rect.height()
        )
    )
    painter.setBrush(QColor(palette.ball))
    box = QRectF(
        rect.right() - 0.32 * rect.width(), middle - 0.16 * rect.height(), 0.24 * rect.width(), 0.32 * rect.height()
    )
    painter.drawRoundedRect(box, 6, 6)
