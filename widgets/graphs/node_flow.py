"""What goes along the links of a graph in the step that is taken: an orange line with an arrow, and the number on it in
a pill. A pill keeps off the numbers in the boxes and off the other pills, as near to the middle of its link as it can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from widgets.base.look import Look
from widgets.graphs.node_paint import BOLD, advance, letters

__all__ = ["Flow", "Pill", "paint_flow", "paint_pill", "place_pills"]

SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)  # of the way along a link, where a pill may stand
LIFTS = tuple(0.6 * n for n in range(-8, 9))  # and how far above or below, in its heights
PLACES = sorted(product(SHARES, LIFTS), key=lambda place: abs(place[0] - 0.5) + abs(place[1]))  # the nearest first
ON_PILL, ON_NUMBERS, ON_BOX, OUTSIDE, FAR = 8.0, 4.0, 1.0, 8.0, 80.0  # what a place costs: by px², the last by heights

Sides = tuple[float, float, float, float]  # left, top, right, bottom
Dear = tuple[Sides, float]  # a rectangle, and what a px² on it costs


@dataclass(frozen=True, slots=True)
class Flow:
    """What goes along a link in this step: `text` beside it, backwards where `back`."""

    source: str
    target: str
    text: str = ""
    back: bool = False


@dataclass(frozen=True, slots=True)
class Pill:
    """A number and where it stands; `at`: the place on its link it belongs to."""

    text: str
    rect: QRectF
    at: QPointF


def place_pills(
    lines: Sequence[tuple[QPainterPath, str]],
    boxes: Sequence[tuple[QRectF, QRectF]],
    room: QRectF,
    look: Look,
) -> tuple[Pill, ...]:
    """Where the numbers on links stand.

    lines: each with its text.  boxes: each with the part of it in which its numbers are.  room: what can be seen.
    """
    high = float(look.px(20))
    placed: list[Pill] = []
    taken: list[Sides] = []
    for path, text in lines:
        if not text:
            continue
        wide = advance(look, BOLD, text) + look.px(14)
        reach = path.controlPointRect().adjusted(-wide, -6 * high, wide, 6 * high)
        near = [part for box in boxes if box[0].intersects(reach) for part in zip(box, (ON_BOX, ON_NUMBERS))]
        dear = [(_sides(rect), cost) for rect, cost in near] + [(sides, ON_PILL) for sides in taken]
        pill = _best(path, text, wide, high, dear, _sides(room))
        taken.append(_sides(pill.rect))
        placed.append(pill)
    return tuple(placed)


def _best(path: QPainterPath, text: str, wide: float, high: float, dear: Sequence[Dear], room: Sides) -> Pill:
    """The cheapest of some places along a link, and above and below it."""
    best, least = Pill(text, QRectF(), QPointF()), float("inf")
    spots = {share: path.pointAtPercent(share).toTuple() for share in SHARES}
    for share, lift in PLACES:
        cost = FAR * (abs(share - 0.5) + abs(lift))
        if cost >= least:
            break
        x, y = spots[share]
        left, top = x - wide / 2, y + (lift - 0.5) * high
        sides = (left, top, left + wide, top + high)
        cost += OUTSIDE * (wide * high - _shared(sides, room))
        cost += sum(price * _shared(sides, other) for other, price in dear)
        if cost < least:
            best, least = Pill(text, QRectF(left, top, wide, high), QPointF(x, y)), cost
    return best


def _sides(rect: QRectF) -> Sides:
    return rect.left(), rect.top(), rect.right(), rect.bottom()


def _shared(a: Sides, b: Sides) -> float:
    """The area of what two rectangles share, in px²."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def paint_flow(p: QPainter, path: QPainterPath, back: bool, look: Look) -> None:
    """A link along which something goes now: orange, with an arrow."""
    p.setBrush(Qt.BrushStyle.NoBrush)
    for color, wide in (("surface", 6.5), ("ball", 3.2 * look.line_weight)):
        p.setPen(QPen(look.color(color), wide))
        p.drawPath(path)
    share = 0.03 if back else 0.97
    p.save()
    p.translate(path.pointAtPercent(share))
    p.rotate((180 if back else 0) - path.angleAtPercent(share))
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(look.color("ball"))
    p.drawPolygon(QPolygonF([QPointF(3, 0), QPointF(-9, -6), QPointF(-9, 6)]))
    p.restore()


def paint_pill(p: QPainter, pill: Pill, look: Look) -> None:
    """The number on a link, tied to it where it had to stand aside."""
    high = pill.rect.height()
    p.setPen(QPen(look.color("ball"), 1.4))
    if not pill.rect.contains(pill.at):
        p.drawLine(pill.at, QPointF(pill.at.x(), pill.rect.center().y()))
    p.setBrush(look.color("raised"))
    p.drawRoundedRect(pill.rect, high / 2, high / 2)
    p.setPen(look.color("text"))
    p.setFont(letters(look, BOLD))
    p.drawText(pill.rect, Qt.AlignmentFlag.AlignCenter, pill.text)
