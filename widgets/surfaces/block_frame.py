"""The frame of a block seen from the side: numbers along its two near edges, and up its left corner.

Drawn lightly, so that the block reads as a place with directions and a height, not as a diagram.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from widgets.base.look import Look
from widgets.canvas.ticks import linear_ticks, number, tick_texts
from widgets.canvas.viewport import Viewport
from widgets.surfaces.relief import Relief
from widgets.surfaces.splat import HEIGHT, Camera

__all__ = ["paint_block_frame"]

_CENTRE = Qt.AlignmentFlag.AlignCenter
Place = Callable[[Viewport, float, float, float], QPointF]


def paint_block_frame(
    painter: QPainter,
    field: Relief,
    camera: Camera,
    place: Place,
    view: Viewport,
    look: Look,
    titles: tuple[str, str, str],
) -> None:
    """Edges, numbers and `titles` (x, y, height) of a block whose point (u, v, w) is at `place(view, u, v, w)`."""
    turn = math.radians(camera.turn)
    near_v, near_u = -0.5 if math.cos(turn) > 0 else 0.5, -0.5 if math.sin(turn) > 0 else 0.5
    x0, x1, y0, y1 = field.extent
    painter.setPen(QPen(look.color("edge"), 1))
    corners = [place(view, u, v, 0) for u, v in ((-near_u, near_v), (near_u, near_v), (near_u, -near_v))]
    painter.drawLine(QLineF(corners[0], corners[1]))
    painter.drawLine(QLineF(corners[1], corners[2]))
    middle = place(view, 0, 0, 0)
    if abs(math.cos(turn)) > 0.2:
        spots = [(place(view, s, near_v, 0), text) for s, text in _ticks(x0, x1)]
        _paint_edge(painter, spots, place(view, 0, near_v, 0), middle, look, titles[0])
    if abs(math.sin(turn)) > 0.2:
        spots = [(place(view, near_u, s, 0), text) for s, text in _ticks(y0, y1)]
        _paint_edge(painter, spots, place(view, near_u, 0, 0), middle, look, titles[1])
    if camera.tilt < 70:
        _paint_height(painter, field, place, view, look, titles[2])


def _ticks(lo: float, hi: float) -> list[tuple[float, str]]:
    """Round values as (place along the edge -0.5..0.5, text); none at a corner, where two edges meet."""
    values = linear_ticks(lo, hi, 5)
    places = [((v - lo) / (hi - lo) - 0.5, text) for v, text in zip(values.tolist(), tick_texts(values))]
    return [(place, text) for place, text in places if abs(place) < 0.46]


def _paint_edge(
    p: QPainter, spots: list[tuple[QPointF, str]], edge: QPointF, middle: QPointF, look: Look, title: str
) -> None:
    """Numbers and a title beside an edge, on the side away from the `middle` of the block."""
    away = edge - middle
    size = math.hypot(away.x(), away.y()) or 1.0
    ux, uy = away.x() / size, away.y() / size
    p.setFont(look.font("caption", 450))
    for spot, text in spots:
        p.setPen(QPen(look.color("edge"), 1))
        p.drawLine(spot, spot + QPointF(ux, uy) * look.px(4))
        p.setPen(look.color("axis"))
        at = spot + QPointF(ux * look.px(17), uy * look.px(13))
        p.drawText(_around(at, look.px(60), look.px(18)), _CENTRE, text)
    p.setPen(look.color("text2"))
    p.setFont(look.font("small", 500))
    wide = QFontMetricsF(p.font()).horizontalAdvance(title)
    at = edge + QPointF(ux * (look.px(34) + wide / 2), uy * look.px(34))
    p.drawText(_around(at, wide + 8, look.px(20)), _CENTRE, title)


def _paint_height(p: QPainter, field: Relief, place: Place, view: Viewport, look: Look, title: str) -> None:
    """The scale of the heights, up the corner that stands farthest to the left."""
    u, v = min(((u, v) for u in (-0.5, 0.5) for v in (-0.5, 0.5)), key=lambda c: place(view, c[0], c[1], 0).x())
    foot, top = place(view, u, v, 0), place(view, u, v, HEIGHT)
    p.setPen(QPen(look.color("edge"), 1))
    p.drawLine(QLineF(foot, top))
    values = np.array([field.lo, field.hi]) if field.log else linear_ticks(field.lo, field.hi, 4)
    texts = [number(v, 2) for v in values.tolist()] if field.log else tick_texts(values)
    shares = field.lift(values)
    p.setFont(look.font("caption", 450))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
    for share, text in zip(shares.tolist(), texts):
        at = place(view, u, v, share * HEIGHT)
        p.setPen(QPen(look.color("edge"), 1))
        p.drawLine(at, at - QPointF(look.px(4), 0))
        p.setPen(look.color("axis"))
        p.drawText(QRectF(at.x() - look.px(68), at.y() - look.px(9), look.px(60), look.px(18)), right, text)
    p.setPen(look.color("text2"))
    p.setFont(look.font("small", 500))
    p.drawText(_around(top - QPointF(0, look.px(16)), look.px(160), look.px(20)), _CENTRE, title)


def _around(at: QPointF, wide: float, high: float) -> QRectF:
    return QRectF(at.x() - wide / 2, at.y() - high / 2, wide, high)
