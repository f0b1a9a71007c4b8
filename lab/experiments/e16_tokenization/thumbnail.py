"""The card on the home page: letters below, pieces above them, and one lit token on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

__all__ = ["paint"]

LEVELS = (("l", "e", "a", "r", "n", "i", "n", "g"), ("le", "ar", "n", "ing"), ("lear", "ning"), ("learning",))
"""Of the tree, from its leaves: each piece stands over the letters it is made of."""


def paint(painter: QPainter, rect: QRectF, palette: Any) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QFont, QPainter, QPen

    from widgets.colors import mix

    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(rect)
    painter.fillRect(rect, QColor(palette.sunken))
    left, wide = rect.left() + 0.08 * rect.width(), 0.84 * rect.width() / 8
    high = rect.height() / 5.0
    font = QFont(painter.font())
    font.setPixelSize(max(7, round(0.52 * high)))
    painter.setFont(font)
    middles: list[list[tuple[float, float]]] = []
    boxes: list[tuple[QRectF, str, int]] = []
    for level, pieces in enumerate(LEVELS):
        at, row = 0, []
        for piece in pieces:
            box = QRectF(
                left + at * wide + 1, rect.bottom() - (level + 1.12) * 1.12 * high, len(piece) * wide - 2, 0.76 * high
            )
            boxes.append((box, piece, level))
            row.append((box.center().x(), box.center().y()))
            at += len(piece)
        middles.append(row)
    painter.setPen(QPen(QColor(palette.edge), 1.2))
    for level in range(1, len(LEVELS)):
        ends = _starts(LEVELS[level - 1])
        starts = _starts(LEVELS[level])
        for number, (x, y) in enumerate(middles[level]):
            inside = [
                k
                for k, place in enumerate(ends)
                if starts[number] <= place < starts[number] + len(LEVELS[level][number])
            ]
            for k in inside:
                painter.drawLine(QPointF(x, y), QPointF(*middles[level - 1][k]))
    for box, piece, level in boxes:
        lit = level == len(LEVELS) - 1
        ground = palette.ball if lit else mix(palette.surface, palette.accent, 0.16 * level)
        painter.setPen(QPen(QColor("#FFFFFF" if lit else palette.line), 2 if lit else 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor("#12161E" if lit else palette.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, piece)
    painter.restore()


def _starts(pieces: tuple[str, ...]) -> list[int]:
    """Where each piece begins, in letters."""
    places, at = [], 0
    for piece in pieces:
        places.append(at)
        at += len(piece)
    return places
