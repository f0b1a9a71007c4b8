"""Trails painted once and kept: a frame that adds a step to a trail paints one segment, not a thousand.

Two transparent sheets lie over the picture: the dark casing, and the lines and step marks above it. As
long as the window and the styles stay the same and every trail only grows, new segments are added to the
sheets; in every other case (zoom, scrubbing back, another theme) they are painted afresh.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from widgets.layers import Trail
from widgets.look import Look
from widgets.markers import marker_path
from widgets.paths import clip_polyline, polyline_path, thin
from widgets.view import View

__all__ = ["CASING", "Ink", "paint_trails", "trail_pen"]

CASING = "#08131F"
_CASING_ALPHA, _MANY, _APART = 150, 2000, 10.0  # points before thinning; pixels between two step marks


class Ink:
    """The two sheets of one canvas."""

    def __init__(self) -> None:
        self._key: object = None
        self._trails: tuple[Trail, ...] = ()
        self._lengths: list[float] = []
        self._casing = self._lines = QImage()

    def paint(self, painter: QPainter, trails: tuple[Trail, ...], view: View, look: Look, ratio: float) -> None:
        """Paint `trails` through `view` at `ratio` device pixels a pixel, adding only what is new."""
        if not trails:
            self._key, self._trails = None, ()
            return
        key = (view, look, ratio, tuple((t.color, t.dash, t.marker, t.width) for t in trails))
        if key != self._key or not all(_continues(new, old) for new, old in zip(trails, self._trails)):
            self._key, self._lengths = key, [0.0] * len(trails)
            self._trails = tuple(_from_start(trail) for trail in trails)
            self._casing, self._lines = (_sheet(view, ratio) for _ in range(2))
        self._add(trails, view, look)
        self._trails = trails
        corner = QPointF(view.left, view.top)
        painter.setOpacity(_CASING_ALPHA / 255)
        painter.drawImage(corner, self._casing)
        painter.setOpacity(1)
        painter.drawImage(corner, self._lines)

    def _add(self, trails: tuple[Trail, ...], view: View, look: Look) -> None:
        fresh = [(i, t, len(self._trails[i].points)) for i, t in enumerate(trails)]
        fresh = [(i, t, seen) for i, t, seen in fresh if len(t.points) > seen]
        if not fresh:
            return
        below, above = QPainter(self._casing), QPainter(self._lines)
        for painter in (below, above):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-view.left, -view.top)
        for i, trail, seen in fresh:
            drawn = _Stroke.of(trail, view, look, max(seen - 1, 0), skip_first=seen > 0)
            drawn.paint_casing(below, look, 255)
            drawn.paint_line(above, look, self._lengths[i])
            self._lengths[i] += drawn.length
        below.end()
        above.end()


def paint_trails(painter: QPainter, trails: tuple[Trail, ...], view: View, look: Look) -> None:
    """Paint `trails` straight onto any painter, for a picture in a file."""
    for trail in trails:
        drawn = _Stroke.of(trail, view, look, 0, skip_first=False)
        drawn.paint_casing(painter, look, _CASING_ALPHA)
        drawn.paint_line(painter, look, 0.0)


def trail_pen(color: QColor, width: float, dash: tuple[float, ...] = (), offset: float = 0.0) -> QPen:
    """A round pen, dashed by `dash` in line widths, starting `offset` pixels into the pattern."""
    pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    if dash:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(list(dash))
        pen.setDashOffset(offset / width)
    return pen


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A piece of a trail, ready to paint."""

    trail: Trail
    path: QPainterPath
    marks: np.ndarray  # [K, 2] pixels of the steps that are marked
    length: float

    @classmethod
    def of(cls, trail: Trail, view: View, look: Look, start: int, skip_first: bool) -> _Stroke:
        points = view.points(trail.points[start:, :2])
        marks = _marks(points, view, skip_first) if trail.marker else np.empty((0, 2))
        if len(points) > _MANY:
            points = thin(points)
        edge = 8.0  # a line leaves the window before it ends, so that no round end shows at the border
        ends, joined = clip_polyline(
            points,
            view.left - edge,
            view.top - edge,
            view.left + view.width + edge,
            view.top + view.height + edge,
        )
        if len(points) > _MANY:
            ends, joined = _once(ends, joined)
        length = float(np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum())
        return cls(trail, polyline_path(ends, joined), marks, length)

    def paint_casing(self, painter: QPainter, look: Look, alpha: int) -> None:
        wide = (self.trail.width + 2.8) * look.line_weight
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(trail_pen(look.color(CASING, alpha), wide))
        painter.drawPath(self.path)

    def paint_line(self, painter: QPainter, look: Look, offset: float) -> None:
        trail, color = self.trail, look.color(self.trail.color)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(trail_pen(color, trail.width * look.line_weight, trail.dash, offset))
        painter.drawPath(self.path)
        if not len(self.marks):
            return
        shape = marker_path(trail.marker, look.px(4) if trail.marker == "o" else look.px(4.2))
        painter.setPen(QPen(look.color(CASING, 190), 1.4))
        painter.setBrush(color)
        for x, y in self.marks.tolist():
            painter.translate(x, y)
            painter.drawPath(shape)
            painter.translate(-x, -y)


def _marks(points: np.ndarray, view: View, skip_first: bool) -> np.ndarray:
    """The steps in sight that lie far enough from the step before to be told apart. [K, 2]"""
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.ones(len(points), dtype=bool)
        apart[1:] = np.hypot(*np.diff(points, axis=0).T) >= _APART
        across, down = points.T
        seen = (across > view.left) & (across < view.left + view.width)
        seen &= (down > view.top) & (down < view.top + view.height)
    if skip_first:
        apart[0] = False
    return points[apart & seen]


def _once(ends: np.ndarray, joined: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each segment once, to half a pixel: a run that jumps between two places paints two segments."""
    _, first = np.unique((ends.reshape(-1, 4) * 2).round().astype(np.int64), axis=0, return_index=True)
    if len(first) == len(ends):
        return ends, joined
    first.sort()
    gap = np.ones(len(first), dtype=bool)
    gap[1:] = np.diff(first) > 1
    return ends[first], joined[first] & ~gap


def _continues(new: Trail, old: Trail) -> bool:
    count = len(old.points)
    return len(new.points) >= count and (
        new.points is old.points or np.array_equal(new.points[:count], old.points, equal_nan=True)
    )


def _from_start(trail: Trail) -> Trail:
    return Trail(trail.points[:0], trail.color, trail.dash, trail.marker, trail.label, trail.width)


def _sheet(view: View, ratio: float) -> QImage:
    sheet = QImage(
        max(1, round(view.width * ratio)),
        max(1, round(view.height * ratio)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    sheet.setDevicePixelRatio(ratio)
    sheet.fill(Qt.GlobalColor.transparent)
    return sheet
