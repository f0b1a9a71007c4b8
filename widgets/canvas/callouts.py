"""Small labels beside things on a picture, kept clear of each other, of the things and of the border.

A label tries eight places around its point, nearest first, and takes the first that is free; where all
are taken, the least bad one. Simple on purpose: a label must not jump about while its ball rolls.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from widgets.base.look import Look
from widgets.canvas.pixmap_cache import PixmapCache

__all__ = ["Box", "Callout", "box_of", "paint_callouts", "place"]

Box = tuple[float, float, float, float]
"""left, top, right, bottom in pixels."""

_SIDES = ((1, 0), (-1, 0), (0.7, -0.8), (-0.7, -0.8), (0.7, 0.8), (-0.7, 0.8), (0, -1), (0, 1))
_CASING = "#08131F"


@dataclass(frozen=True, slots=True)
class Callout:
    """`text` beside the pixel (x, y), `gap` pixels off it, in a pill of colour `ground`."""

    x: float
    y: float
    text: str
    ground: str = "#FFFFFF"
    ink: str = "#0A2342"
    gap: float = 16


def place(callouts: list[Callout], sizes: list[tuple[float, float]], room: Box, taken: list[Box]) -> list[Box]:
    """A box for every callout within `room`, clear of `taken` and of the boxes before it where possible."""
    busy, found = list(taken), []
    for callout, (width, height) in zip(callouts, sizes):
        best, least = (0.0, 0.0, width, height), float("inf")
        for sx, sy in _SIDES:
            left = callout.x + sx * (callout.gap + width / 2) - width / 2
            top = callout.y + sy * (callout.gap + height / 2) - height / 2
            left = min(max(left, room[0]), max(room[0], room[2] - width))
            top = min(max(top, room[1]), max(room[1], room[3] - height))
            spot = (left, top, left + width, top + height)
            cost = _overlap(spot, busy)
            if left - 2 < callout.x < spot[2] + 2 and top - 2 < callout.y < spot[3] + 2:
                cost += width * height  # pushed back by the border, over its own point
            if cost < least:
                best, least = spot, cost
            if least == 0:
                break
        busy.append(best)
        found.append(best)
    return found


def box_of(rect: QRectF) -> Box:
    """A rectangle as its left, top, right and bottom."""
    return rect.left(), rect.top(), rect.right(), rect.bottom()


def paint_callouts(
    painter: QPainter,
    callouts: list[Callout],
    look: Look,
    room: QRectF,
    taken: list[Box],
    stamps: PixmapCache | None = None,
) -> None:
    """Place the callouts within `room` and paint them."""
    if not callouts:
        return
    metrics = QFontMetricsF(look.font("caption", 600))
    high = look.px(22)
    sizes = [(metrics.horizontalAdvance(c.text) + look.px(16), float(high)) for c in callouts]
    inner = (room.left() + 4, room.top() + 4, room.right() - 4, room.bottom() - 4)
    for callout, (left, top, right, bottom) in zip(callouts, place(callouts, sizes, inner, taken)):
        pill = QRectF(1, 1, right - left, bottom - top)

        def paint(on: QPainter, callout: Callout = callout, pill: QRectF = pill) -> None:
            _paint_pill(on, callout, pill, look)

        if stamps is None:
            painter.translate(left - 1, top - 1)
            paint(painter)
            painter.translate(1 - left, 1 - top)
        else:
            key = ("pill", callout.text, callout.ground, callout.ink)
            stamps.draw(painter, key, left - 1, top - 1, pill.adjusted(-1, -1, 2, 2), paint)


def _paint_pill(painter: QPainter, callout: Callout, pill: QRectF, look: Look) -> None:
    painter.setFont(look.font("caption", 600))
    painter.setPen(QPen(look.color(_CASING, 120), 1))
    painter.setBrush(look.color(callout.ground))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setPen(look.color(callout.ink))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, callout.text)


def _overlap(spot: Box, busy: list[Box]) -> float:
    """Area that `spot` shares with the boxes of `busy`."""
    left, top, right, bottom = spot
    shared = 0.0
    for other in busy:
        if other[0] < right and other[2] > left and other[1] < bottom and other[3] > top:
            shared += (min(right, other[2]) - max(left, other[0])) * (min(bottom, other[3]) - max(top, other[1]))
    return shared
