"""The card on the home page: a sentence whose "it" sends lines of different strength to the words before it. Painted
with lines and letters only, so that the home page needs no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["WEIGHTS", "paint"]

WEIGHTS = (0.05, 0.62, 0.08, 0.04, 0.21)
"""What the last of five words gives to each; they sum to 1."""


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QPainterPath, QPen

    from widgets.base.colors import mix

    n = len(WEIGHTS)
    pitch, size = 0.86 * rect.width() / n, 0.15 * rect.height()
    left, line = rect.left() + 0.07 * rect.width(), rect.top() + 0.74 * rect.height()
    widths = (0.5, 0.62, 0.74, 0.9, 0.42)

    def middle(word: int) -> float:
        return left + (word + 0.5) * pitch

    start = QPointF(middle(n - 1), line - size)
    for word, weight in sorted(enumerate(WEIGHTS), key=lambda pair: pair[1]):
        path = QPainterPath(start)
        high = line - size - (0.18 + 0.12 * (n - 1 - word)) * rect.height()
        if word == n - 1:
            path.cubicTo(start + QPointF(-0.3 * pitch, -0.28 * rect.height()),
                         start + QPointF(0.3 * pitch, -0.28 * rect.height()), start)  # fmt: skip
        else:
            path.cubicTo(QPointF(start.x(), high), QPointF(middle(word), high), QPointF(middle(word), line - size))
        top = max(WEIGHTS)
        color = palette.ball if weight == top else mix(palette.surface, palette.accent, 0.35 + 0.6 * weight)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(color), (0.02 + 0.09 * weight) * rect.height(), Qt.PenStyle.SolidLine,
                            Qt.PenCapStyle.RoundCap))  # fmt: skip
        painter.drawPath(path)
    for word, weight in enumerate(WEIGHTS):
        wide = widths[word] * pitch
        chip = QRectF(middle(word) - wide / 2, line - size, wide, 2 * size)
        highlighted = word == n - 1
        painter.setPen(QPen(QColor(palette.ball if highlighted else palette.edge), 2.0 if highlighted else 1.2))
        painter.setBrush(QColor(mix(palette.surface, palette.accent, 0.8 * weight)))
        painter.drawRoundedRect(chip, 0.4 * size, 0.4 * size)
        ink = QColor(palette.text if weight < 0.5 else palette.surface)
        painter.setPen(QPen(ink, 0.16 * size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(chip.left() + 0.25 * wide, line), QPointF(chip.right() - 0.25 * wide, line))
