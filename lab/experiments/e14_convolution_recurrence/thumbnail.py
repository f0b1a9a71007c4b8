"""The card on the home page: a kernel on a picture of a digit, and beside it a chain of states. Painted with plain
shapes, so that the home page needs no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

SEVEN = ("0000000", "0111110", "0000110", "0001100", "0011000", "0110000", "0000000")
STATES = (1, 4, 2, 5, 5)


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QPen

    cell = 0.11 * rect.height()
    left, top = rect.left() + 0.09 * rect.width(), rect.top() + 0.11 * rect.height()
    for row, line in enumerate(SEVEN):
        for column, mark in enumerate(line):
            spot = QRectF(left + column * cell, top + row * cell, 0.92 * cell, 0.92 * cell)
            painter.fillRect(spot, QColor(palette.text2 if mark == "1" else palette.line))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in (("#FFFFFF", 0.034), (palette.ball, 0.02)):
        painter.setPen(QPen(QColor(color), width * rect.height()))
        painter.drawRect(QRectF(left + 3 * cell, top + 2 * cell, 3 * cell, 3 * cell))
    right, middle, pitch = rect.left() + 0.58 * rect.width(), rect.center().y(), 0.076 * rect.width()
    for place, shade in enumerate(STATES):
        x = right + place * pitch
        if place:
            painter.setPen(QPen(QColor(palette.text3), 0.014 * rect.height()))
            painter.drawLine(QPointF(x - 0.42 * pitch, middle), QPointF(x, middle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.diverging[shade]))
        painter.drawRoundedRect(QRectF(x, middle - 0.2 * rect.height(), 0.58 * pitch, 0.4 * rect.height()), 2, 2)
