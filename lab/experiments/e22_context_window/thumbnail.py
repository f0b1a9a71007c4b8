"""The card on the home page: a row of letters, of which a window holds the newest, and a needle that is outside.
Painted with boxes only, so that the home page needs no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

COUNT, WINDOW, NEEDLE = 12, 6, 3


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QColor, QPen

    wide = 0.86 * rect.width() / COUNT
    left, top, high = rect.left() + 0.07 * rect.width(), rect.top() + 0.4 * rect.height(), 0.26 * rect.height()
    painter.setPen(Qt.PenStyle.NoPen)
    for place in range(COUNT):
        kept = place >= COUNT - WINDOW
        color = palette.ball if place == NEEDLE else palette.categories[0] if kept else palette.line
        painter.setBrush(QColor(color))
        painter.drawRoundedRect(QRectF(left + (place + 0.12) * wide, top, 0.76 * wide, high), 2, 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(palette.text2), 0.02 * rect.height()))
    window = QRectF(
        left + (COUNT - WINDOW) * wide, top - 0.12 * rect.height(), WINDOW * wide, high + 0.24 * rect.height()
    )
    painter.drawRoundedRect(window, 5, 5)
