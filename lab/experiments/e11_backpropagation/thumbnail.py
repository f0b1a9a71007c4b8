"""The card on the home page: a small graph with a gradient on its way back. Painted with lines only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["paint"]

# name, place in shares of the card, whether backward has been there
NODES = (
    ("a", 0.13, 0.24, False),
    ("b", 0.13, 0.76, False),
    ("×", 0.40, 0.40, True),
    ("c", 0.40, 0.80, True),
    ("+", 0.64, 0.55, True),
    ("L", 0.87, 0.55, True),
)
LINKS = ((0, 2), (1, 2), (2, 4), (3, 4), (4, 5))
HIGHLIGHTED = 2


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QFont, QPainterPath, QPen

    from widgets.base.colors import mix

    unit = rect.height()
    wide, high = 0.30 * unit, 0.30 * unit
    spots = [QPointF(rect.left() + x * rect.width(), rect.top() + y * unit) for _n, x, y, _k in NODES]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for one, other in LINKS:
        back = NODES[other][3] and other != HIGHLIGHTED
        path = QPainterPath(spots[one] + QPointF(wide / 2, 0))
        end = spots[other] - QPointF(wide / 2, 0)
        half = QPointF((end.x() - path.currentPosition().x()) / 2, 0)
        path.cubicTo(path.currentPosition() + half, end - half, end)
        painter.setPen(QPen(QColor(palette.ball if back else palette.edge), 3.4 if back else 1.6))
        painter.drawPath(path)
    font = QFont(painter.font())
    font.setPixelSize(max(9, round(0.14 * unit)))
    font.setBold(True)
    painter.setFont(font)
    for i, (name, _x, _y, known) in enumerate(NODES):
        box = QRectF(spots[i].x() - wide / 2, spots[i].y() - high / 2, wide, high)
        shape = QPainterPath()
        shape.addRoundedRect(box, 6, 6)
        painter.fillPath(shape, QColor(palette.surface))
        painter.save()
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        lower = QRectF(box.left(), box.top() + 0.62 * high, wide, 0.38 * high)
        hue = palette.diverging[1 if i == HIGHLIGHTED else 5]
        painter.fillRect(lower, QColor(mix(palette.surface, hue, 0.45 if known else 0.0)))
        painter.restore()
        painter.setPen(QPen(QColor(palette.text2), 1.5))
        painter.drawPath(shape)
        painter.setPen(QColor(palette.text))
        painter.drawText(box.adjusted(0, 0, 0, -0.34 * high), Qt.AlignmentFlag.AlignCenter, name)
        if i == HIGHLIGHTED:
            painter.setPen(QPen(QColor(palette.ball), 2.6))
            painter.drawPath(shape)
            painter.setPen(QPen(QColor("#FFFFFF"), 2))
            painter.setBrush(QColor(palette.ball))
            painter.drawEllipse(box.bottomRight(), 0.055 * unit, 0.055 * unit)
            painter.setBrush(Qt.BrushStyle.NoBrush)
