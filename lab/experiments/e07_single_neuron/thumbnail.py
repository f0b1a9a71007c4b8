"""The card on the home page: two inputs, their links, a round body with its sum and its gate, and the plane
it cuts in two. Painted with lines and gradients only, so that the home page needs no NumPy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from lab.kit_qt.thumbnail import card

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

__all__ = ["answer", "paint"]

WEIGHTS, BIAS = (4.0, 4.0), -6.0  # AND, with the boundary halfway
CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
LOW, HIGH = -0.45, 1.45  # of the plane that is shown


def answer(x: float, y: float) -> float:
    """The output of the neuron on the card: σ(4x + 4y − 6)."""
    return 1 / (1 + math.exp(-(WEIGHTS[0] * x + WEIGHTS[1] * y + BIAS)))


@card
def paint(painter: QPainter, rect: QRectF, palette: Any) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QRectF

    side = 0.78 * rect.height()
    plane = QRectF(rect.right() - side - 0.1 * rect.height(), rect.center().y() - side / 2, side, side)
    _paint_plane(painter, plane, palette)
    room = QRectF(rect.left(), rect.top(), plane.left() - rect.left(), rect.height())
    _paint_neuron(painter, room, palette)


def _paint_plane(painter: QPainter, box: QRectF, palette: Any) -> None:
    """The answers as tints, the boundary, the arrow square to it, and four corners."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QLinearGradient, QPainterPath, QPen

    from widgets.base.colors import mix

    def at(x: float, y: float) -> QPointF:
        unit = box.width() / (HIGH - LOW)
        return QPointF(box.left() + (x - LOW) * unit, box.bottom() - (y - LOW) * unit)

    clip = QPainterPath()
    clip.addRoundedRect(box, 6, 6)
    painter.save()
    painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
    gradient = QLinearGradient(at(LOW, LOW), at(HIGH, HIGH))
    for i in range(25):
        place = LOW + (HIGH - LOW) * i / 24
        share = 2 * answer(place, place) - 1
        tint = mix(palette.surface, palette.categories[int(share > 0)], 0.46 * abs(share))
        gradient.setColorAt(i / 24, QColor(tint))
    painter.fillRect(box, gradient)
    for color, width in ((palette.surface, 4.6), (palette.text, 2.0)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawLine(at(HIGH, 1.5 - HIGH), at(1.5 - HIGH, HIGH))
    painter.setPen(QPen(QColor(palette.text), 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    base, tip = at(1.12, 0.38), at(1.35, 0.61)
    painter.drawLine(base, tip)
    painter.drawLine(tip, tip + QPointF(-6.5, 1.8))
    painter.drawLine(tip, tip + QPointF(-1.8, 6.5))
    painter.restore()
    for x, y in CORNERS:
        _paint_corner(painter, at(x, y), x + y > 1.5, palette, 0.062 * box.height())


def _paint_corner(painter: QPainter, spot: Any, yes: bool, palette: Any, radius: float) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QColor, QPen, QPolygonF

    painter.setPen(QPen(QColor(palette.surface), 1.6))
    painter.setBrush(QColor(palette.categories[int(yes)]))
    if yes:
        points = [QPointF(math.sin(a), -math.cos(a)) * 1.6 * radius for a in (0, 2.094, 4.189)]
        painter.drawPolygon(QPolygonF([spot + point for point in points]))
    else:
        painter.drawEllipse(spot, radius, radius)


def _paint_neuron(painter: QPainter, room: QRectF, palette: Any) -> None:
    """Two links of different thickness, and a body with its gate."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QPen, QPolygonF

    high, radius = room.height(), 0.17 * room.height()
    body = QPointF(room.left() + 0.7 * room.width(), room.center().y())
    cap = Qt.PenCapStyle.RoundCap
    for share, width, color in ((0.27, 7.0, palette.diverging[5]), (0.73, 3.2, palette.diverging[1])):
        node = QPointF(room.left() + 0.2 * room.width(), room.top() + share * high)
        painter.setPen(QPen(QColor(color), width, Qt.PenStyle.SolidLine, cap))
        painter.drawLine(node, body)
        painter.setPen(QPen(QColor(palette.text2), 1.6))
        painter.setBrush(QColor(palette.surface))
        painter.drawEllipse(node, 0.075 * high, 0.075 * high)
    painter.setPen(QPen(QColor(palette.text2), 1.6))
    painter.drawLine(body, QPointF(room.right() - 3, body.y()))
    painter.setBrush(QColor(palette.surface))
    painter.drawEllipse(body, radius, radius)
    curve = []
    for i in range(21):
        t = i / 10 - 1
        curve.append(body + QPointF(0.66 * radius * t, 0.5 * radius - radius / (1 + math.exp(-5 * t))))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(palette.accent), 2.2, Qt.PenStyle.SolidLine, cap))
    painter.drawPolyline(QPolygonF(curve))
    painter.setPen(QPen(QColor("#FFFFFF"), 1.8))
    painter.setBrush(QColor(palette.ball))
    painter.drawEllipse(curve[14], 0.05 * high, 0.05 * high)
