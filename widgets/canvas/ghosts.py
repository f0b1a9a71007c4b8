"""What was there before: lines of another time, dashed and grey over a picture, with a name.

They lie on any ground, so each has a pale casing; nothing on them can be taken by the hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from widgets.base.look import Look
from widgets.canvas.axes import rounded
from widgets.canvas.paths import clip_polyline
from widgets.canvas.trails import trail_pen
from widgets.canvas.viewport import Viewport

__all__ = ["DASH", "Ghost", "paint_ghosts"]

DASH = (4.0, 3.0)  # in widths of the line
_WIDTH = 2.0
_LABEL_AT = 0.08  # of the last piece in sight, from its end


@dataclass(frozen=True, eq=False, slots=True)
class Ghost:
    """A line. points [N, 2] in units of the data; nan leaves a gap. label: written at its end, "" for none."""

    points: np.ndarray
    label: str = ""

    def __post_init__(self) -> None:
        if self.points.ndim != 2 or self.points.shape[1] != 2:
            raise ValueError(f"points must be [N, 2], got shape {self.points.shape}")


def paint_ghosts(p: QPainter, ghosts: Sequence[Ghost], view: Viewport, look: Look) -> None:
    """Paint the lines within a picture, their names above them."""
    if not ghosts:
        return
    p.save()
    p.setClipPath(rounded(view, look))
    ends = []
    for ghost in ghosts:
        found = _in_sight(ghost, view)
        lines = [QLineF(x0, y0, x1, y1) for (x0, y0), (x1, y1) in found.tolist()]
        wide = _WIDTH * look.line_weight
        p.setPen(trail_pen(look.color("surface", 190), wide + 2.4))
        p.drawLines(lines)
        p.setPen(trail_pen(look.color("text2"), wide, DASH))
        p.drawLines(lines)
        if lines and ghost.label:
            start, end = found[-1]
            ends.append((end + _LABEL_AT * (start - end), ghost.label))
    for (x, y), label in ends:
        _paint_label(p, QPointF(float(x), float(y)), label, view, look)
    p.restore()


def _in_sight(ghost: Ghost, view: Viewport) -> np.ndarray:
    """The segments in sight, in pixels: [S, 2, 2]. Short ones in a row are one, so that dashes can be seen."""
    room = (view.left, view.top, view.left + view.width, view.top + view.height)
    segments, joined = clip_polyline(view.points(ghost.points), *room)
    if len(segments) < 2:
        return segments
    kept, start = [], 0
    for i in range(1, len(segments) + 1):
        far = i == len(segments) or not joined[i]
        if far or float(np.hypot(*(segments[i - 1, 1] - segments[start, 0]))) >= 24:
            kept.append((segments[start, 0], segments[i - 1, 1]))
            start = i
    return np.array(kept)


def _paint_label(p: QPainter, at: QPointF, label: str, view: Viewport, look: Look) -> None:
    p.setFont(look.font("caption", 600))
    metrics = QFontMetricsF(p.font())
    wide, high = metrics.horizontalAdvance(label) + look.px(10), metrics.height() + look.px(2)
    left = min(max(at.x() - wide / 2, view.left + 2), view.left + view.width - wide - 2)
    top = min(max(at.y() - high - look.px(4), view.top + 2), view.top + view.height - high - 2)
    room = QRectF(left, top, wide, high)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(look.color("surface", 225))
    p.drawRoundedRect(room, look.px(4), look.px(4))
    p.setPen(look.color("text2"))
    p.drawText(room, Qt.AlignmentFlag.AlignCenter, label)
