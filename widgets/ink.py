"""Lines that grow, painted once and kept: a frame that adds a step paints one segment, not a thousand.

Two transparent sheets lie over a picture: the dark casings, and the lines with their step marks above. As
long as the window and the styles stay the same and every line only grows, new segments are added to the
sheets; in every other case (zoom, scrubbing back, another theme) they are painted afresh. Trails on a map
and curves of a plot are both painted here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from widgets.look import Look
from widgets.markers import marker_path
from widgets.paths import clip_polyline, columns, pieces, polyline_path, thin
from widgets.view import View

__all__ = ["CASING", "Ink", "Stroke", "is_dark", "paint_strokes", "trail_pen"]

CASING = "#08131F"
_CASING_ALPHA, _MANY, _APART = 150, 2000, 10.0  # points before thinning; pixels between two step marks


@dataclass(frozen=True, eq=False, slots=True)
class Stroke:
    """A line to paint: points [N, 2] in the data, colour '#RRGGBB', width in pixels, dash in widths.

    `marker` marks steps that lie far enough apart; `casing` puts a wider line below, for an unknown ground:
    dark below a bright line, white below a dark one. `curve` says that x never falls, so that dense points
    can be thinned by columns of pixels.
    """

    points: np.ndarray
    color: str
    width: float
    dash: tuple[float, ...] = ()
    marker: str = ""
    casing: bool = False
    curve: bool = False

    def style(self) -> tuple[object, ...]:
        """All but the points."""
        return (self.color, self.width, self.dash, self.marker, self.casing, self.curve)


class Ink:
    """The two sheets of one canvas. `bleed`: pixels by which lines may reach over the border of the view."""

    def __init__(self, bleed: float = 0.0) -> None:
        self._bleed = bleed
        self._key: object = None
        self._drawn: list[np.ndarray] = []
        self._lengths: list[float] = []
        self._casing = self._lines = QImage()

    def paint(self, painter: QPainter, strokes: Sequence[Stroke], view: View, look: Look, ratio: float) -> None:
        """Paint `strokes` through `view` at `ratio` device pixels a pixel, adding only what is new."""
        if not strokes:
            self._key, self._drawn = None, []
            return
        key = (view, look, ratio, [stroke.style() for stroke in strokes])
        if key != self._key or not all(_continues(s.points, old) for s, old in zip(strokes, self._drawn)):
            self._key, self._lengths = key, [0.0] * len(strokes)
            self._drawn = [stroke.points[:0] for stroke in strokes]
            self._casing, self._lines = (self._sheet(view, ratio) for _ in range(2))
        self._add(strokes, view, look)
        self._drawn = [stroke.points for stroke in strokes]
        corner = QPointF(view.left - self._bleed, view.top - self._bleed)
        if any(stroke.casing for stroke in strokes):
            painter.setOpacity(_CASING_ALPHA / 255)
            painter.drawImage(corner, self._casing)
            painter.setOpacity(1)
        painter.drawImage(corner, self._lines)

    def _add(self, strokes: Sequence[Stroke], view: View, look: Look) -> None:
        fresh = [(k, s, len(self._drawn[k])) for k, s in enumerate(strokes) if len(s.points) > len(self._drawn[k])]
        if not fresh:
            return
        below, above = QPainter(self._casing), QPainter(self._lines)
        for painter in (below, above):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(self._bleed - view.left, self._bleed - view.top)
        for k, stroke, seen in fresh:
            piece = _Piece.of(stroke, view, max(seen - 1, 0), seen > 0, self._lengths[k])
            piece.paint_line(above, look)
            if _on_white(stroke, look):  # below the lines that are there already
                above.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOver)
                piece.paint_casing(above, look, 255)
                above.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            else:
                piece.paint_casing(below, look, 255)
            self._lengths[k] += piece.length
        below.end()
        above.end()

    def _sheet(self, view: View, ratio: float) -> QImage:
        wide, high = view.width + 2 * self._bleed, view.height + 2 * self._bleed
        sheet = QImage(
            max(1, round(wide * ratio)), max(1, round(high * ratio)), QImage.Format.Format_ARGB32_Premultiplied
        )
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(Qt.GlobalColor.transparent)
        return sheet


def paint_strokes(painter: QPainter, strokes: Sequence[Stroke], view: View, look: Look) -> None:
    """Paint `strokes` straight onto any painter, for a picture in a file: each line is one path."""
    for stroke in strokes:
        piece = _Piece.of(stroke, view, 0, False, 0.0, whole=True)
        piece.paint_casing(painter, look, _CASING_ALPHA)
        piece.paint_line(painter, look)


def is_dark(color: QColor, least: float = 0.26) -> bool:
    """Whether white reads better on `color` than ink does: relative luminance (WCAG 2) below `least`."""
    parts = (color.redF(), color.greenF(), color.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < least


def _on_white(stroke: Stroke, look: Look) -> bool:
    """Whether the casing is white: for the deep colours of the light theme; those of the dark one shine."""
    return stroke.casing and is_dark(look.color("text")) and is_dark(QColor(stroke.color), 0.45)


def trail_pen(color: QColor, width: float, dash: tuple[float, ...] = (), offset: float = 0.0) -> QPen:
    """A round pen, dashed by `dash` in line widths, starting `offset` pixels into the pattern."""
    pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    if dash:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(list(dash))
        pen.setDashOffset(offset / width)
    return pen


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a stroke, ready to paint: its paths, each with where it starts along the line."""

    stroke: Stroke
    paths: list[tuple[QPainterPath, float]]
    marks: np.ndarray  # [K, 2] pixels of the steps that are marked
    length: float

    @classmethod
    def of(
        cls, stroke: Stroke, view: View, start: int, goes_on: bool, along: float, whole: bool = False
    ) -> _Piece:
        points = view.points(stroke.points[start:])
        if len(points) == 2 and goes_on and not whole:
            step = cls._step(stroke, view, points, along)
            if step is not None:
                return step
        marks = _marks(points, view, goes_on) if stroke.marker else np.empty((0, 2))
        if stroke.curve:
            points = thin(columns(points), 1.0)
        elif len(points) > _MANY:
            points = thin(points)
        edge = 8.0  # a line leaves the window before it ends, so that no round end shows at the border
        room = QRectF(view.left, view.top, view.width, view.height).adjusted(-edge, -edge, edge, edge)
        ends, joined = clip_polyline(points, *room.getCoords())
        if len(points) > _MANY and not stroke.curve:
            ends, joined = _once(ends, joined)
        length = float(np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum())
        if whole:
            return cls(stroke, [(polyline_path(ends, joined), 0.0)], marks, length)
        return cls(stroke, [(path, along + at) for path, at in pieces(ends, joined)], marks, length)

    @classmethod
    def _step(cls, stroke: Stroke, view: View, points: np.ndarray, along: float) -> _Piece | None:
        """A single step in sight, the commonest piece, without the machinery of arrays; None: not in sight."""
        (x, y), (to_x, to_y) = points.tolist()
        if not (view.holds(x, y) and view.holds(to_x, to_y)):
            return None
        path = QPainterPath(QPointF(x, y))
        path.lineTo(to_x, to_y)
        length = math.hypot(to_x - x, to_y - y)
        marked = stroke.marker and length >= _APART
        return cls(stroke, [(path, along)], points[1:] if marked else points[:0], length)

    def paint_casing(self, painter: QPainter, look: Look, alpha: int) -> None:
        if not self.stroke.casing:
            return
        white = _on_white(self.stroke, look)
        color, more = (QColor("#FFFFFF"), 2.0) if white else (look.color(CASING, alpha), 2.8)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(trail_pen(color, (self.stroke.width + more) * look.line_weight))
        for path, _ in self.paths:
            painter.drawPath(path)

    def paint_line(self, painter: QPainter, look: Look) -> None:
        stroke, color = self.stroke, QColor(self.stroke.color)
        wide = stroke.width * look.line_weight
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(trail_pen(color, wide))
        for path, along in self.paths:
            if stroke.dash:
                painter.setPen(trail_pen(color, wide, stroke.dash, along))
            painter.drawPath(path)
        if not len(self.marks):
            return
        shape = marker_path(stroke.marker, look.px(4))
        edge = look.color(CASING, 190) if stroke.casing else look.color("surface")
        painter.setPen(QPen(QColor("#FFFFFF") if _on_white(stroke, look) else edge, 1.4))
        painter.setBrush(color)
        for x, y in self.marks.tolist():
            painter.translate(x, y)
            painter.drawPath(shape)
            painter.translate(-x, -y)


def _marks(points: np.ndarray, view: View, goes_on: bool) -> np.ndarray:
    """The steps in sight that lie far enough from the step before to be told apart. [K, 2]"""
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.ones(len(points), dtype=bool)
        apart[1:] = np.hypot(*np.diff(points, axis=0).T) >= _APART
        across, down = points.T
        seen = (across > view.left - 1) & (across < view.left + view.width + 1)
        seen &= (down > view.top - 1) & (down < view.top + view.height + 1)
    if goes_on:
        apart[0] = False  # it was marked when it was the last
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


def _continues(new: np.ndarray, old: np.ndarray) -> bool:
    return new is old or (len(new) >= len(old) and np.array_equal(new[: len(old)], old, equal_nan=True))
