"""The card on the home page: three columns of units hand a signal on, one of them lit. Painted with lines and circles
only, so that the home page needs no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from widgets.base.colors import Palette

__all__ = ["COLUMNS", "paint"]

COLUMNS = ((0.7, -0.4, 0.9), (0.9, 0.0, -0.7, 0.4), (0.8, -0.6))
"""What the units say, column by column, −1..1."""
HIGHLIGHTED = (1, 0)


@card
def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QPen

    from widgets.base.colors import mix

    radius = 0.085 * rect.height()
    places = []
    for column, units in enumerate(COLUMNS):
        x = rect.left() + (0.18 + 0.32 * column) * rect.width()
        pitch = 0.24 * rect.height()
        top = rect.center().y() - pitch * (len(units) - 1) / 2
        places.append([QPointF(x, top + i * pitch) for i in range(len(units))])
    for column in range(len(COLUMNS) - 1):
        for i, start in enumerate(places[column]):
            for j, end in enumerate(places[column + 1]):
                into_highlighted = (column + 1, j) == HIGHLIGHTED
                color = palette.ball if into_highlighted else mix(palette.sunken, palette.edge, 0.55)
                pen = QPen(QColor(color), (0.018 if into_highlighted else 0.008) * rect.height())
                if (i + 2 * j + column) % 3 == 1:
                    pen.setDashPattern([4, 3])
                painter.setPen(pen)
                painter.drawLine(start, end)
    for column, units in enumerate(COLUMNS):
        for i, value in enumerate(units):
            tone = palette.diverging[5] if value > 0 else palette.diverging[1]
            painter.setBrush(QColor(mix(palette.surface, tone, abs(value))))
            painter.setPen(QPen(QColor(palette.text2), 1.2))
            if (column, i) == HIGHLIGHTED:
                painter.setPen(Qt.PenStyle.NoPen)
                for color, size in ((palette.surface, 1.5), (palette.ball, 1.25)):
                    painter.setBrush(QColor(color))
                    painter.drawEllipse(places[column][i], size * radius, size * radius)
                continue
            painter.drawEllipse(places[column][i], radius, radius)
