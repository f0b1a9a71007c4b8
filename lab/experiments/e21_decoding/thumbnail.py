"""The card on the home page: bars of the next token, some of them struck out, and the lit one that was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

BARS = (("a", 0.92, ""), ("e", 0.62, "lit"), ("o", 0.45, ""), ("u", 0.30, "out"), ("i", 0.19, "out"))


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QColor, QFont, QPen

    high = rect.height() / (len(BARS) + 1.2)
    chip = 0.17 * rect.width()
    for number, (letter, share, state) in enumerate(BARS):
        top = rect.top() + (number + 0.6) * high
        name = QRectF(rect.left() + 0.06 * rect.width(), top + 0.16 * high, chip, 0.68 * high)
        painter.setPen(QPen(QColor(palette.ball if state == "lit" else palette.edge), 2 if state == "lit" else 1))
        painter.setBrush(QColor(palette.surface))
        painter.drawRoundedRect(name, 3, 3)
        font = QFont("JetBrains Mono")
        font.setPixelSize(max(6, round(0.52 * high)))
        painter.setFont(font)
        painter.setPen(QColor(palette.text3 if state == "out" else palette.text))
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, letter)
        bar = QRectF(name.right() + 0.04 * rect.width(), top + 0.2 * high, share * 0.66 * rect.width(), 0.6 * high)
        if state == "out":
            pen = QPen(QColor(palette.edge), 1.2)
            pen.setDashPattern([3.0, 2.0])
            painter.setPen(pen)
            painter.setBrush(QColor(palette.line))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.ball if state == "lit" else palette.categories[0]))
        painter.drawRoundedRect(bar, 3, 3)
    cut = rect.top() + 3.6 * high
    painter.setPen(QPen(QColor(palette.text2), 1.4, Qt.PenStyle.DashLine))
    painter.drawLine(
        round(rect.left() + 0.06 * rect.width()), round(cut), round(rect.right() - 0.06 * rect.width()), round(cut)
    )
