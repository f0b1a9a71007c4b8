"""Lines that grow, painted once and kept: a frame that adds a step paints one segment, not a thousand.

Two transparent sheets lie over a picture: the dark casings, and the lines with their step marks above. As
long as the window and the styles stay the same and every line only grows, new segments are added to the
sheets; in every other case (zoom, scrubbing back, another theme) they are painted afresh. Trails on a map
and curves of a plot are both painted here.

A long run is recorded in fewer points, and its last point is often not among those that stay. So a line of
which only every second or third point is left counts as the same line, and a last point that was replaced
is from then on painted over the sheets, in every frame anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from widgets.base.look import Look
from widgets.canvas.markers import marker_path
from widgets.canvas.paths import bends, clip_polyline, columns, pieces, polyline_path, thin
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.canvas.viewport import Viewport

__all__ = ["CASING", "Stroke", "StrokeCache", "is_dark", "paint_strokes", "trail_pen"]

CASING = "#08131F"
_CASING_ALPHA, _MANY, _APART = 150, 2000, 10.0  # points before thinning; pixels between two step marks
_STILL = 0.25  # pixels: a line that has not gone farther has not moved
_FEW = 12  # points of a piece that is made without arrays
_CROWD = 12  # marks from which they are stamped, to a quarter of a pixel
_NONE = np.empty((0, 2))


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


@dataclass(slots=True)
class _Kept:
    """What the sheets hold of one line."""

    points: np.ndarray = field(default_factory=lambda: _NONE)  # that are accounted for
    end: np.ndarray = field(default_factory=lambda: _NONE)  # [0 or 1, 2], where the line on the sheet ends
    length: float = 0.0  # in pixels, for the dashes
    loose: bool = False  # the last point does not stay, and is not painted on the sheet

    def stays(self, points: np.ndarray) -> np.ndarray:
        """The points of the line that belong on the sheet."""
        return points[:-1] if self.loose else points

    def goes_on(self, points: np.ndarray) -> bool:
        """Whether a line is this one, perhaps longer. Where it is not, learns what can be learnt for the next."""
        new, old = self.stays(points), self.points
        if _continues(new, old):
            return True
        for every in (2, 3) if len(old) >= _MANY else ():
            if _continues(new, fewer := old[::every]):
                self.points, self.loose = fewer, True
                return True
        if not self.loose and len(old) > 1 and _continues(points, old[:-1]):
            self.loose = True
        return False


class StrokeCache:
    """The two sheets of one canvas. `bleed`: pixels by which lines may reach over the border of the view."""

    def __init__(self, bleed: float = 0.0) -> None:
        self._bleed = bleed
        self._key: object = None
        self._kept: list[_Kept] = []
        self._casing = self._lines = QImage()
        self._reach = QRectF()  # where there is something on the sheets
        self._stamps = PixmapCache()

    def paint(self, painter: QPainter, strokes: Sequence[Stroke], view: Viewport, look: Look, ratio: float) -> None:
        """Paint `strokes` through `view` at `ratio` device pixels a pixel, adding only what is new."""
        if not strokes:
            self._key, self._kept = None, []
            return
        key = (view, look, ratio, [stroke.style() for stroke in strokes])
        pairs = zip(self._kept, strokes) if key == self._key else ()
        grown = [kept.goes_on(stroke.points) for kept, stroke in pairs]  # each of them, for what they learn
        if not grown or not all(grown):
            self._start(key, len(strokes), view, ratio)
        self._add(strokes, view, look, ratio)
        corner = QPointF(view.left - self._bleed, view.top - self._bleed)
        part = QRectF(self._reach.topLeft() * ratio, self._reach.size() * ratio).toAlignedRect()
        part = part.intersected(QRect(0, 0, self._lines.width(), self._lines.height()))
        spot = corner + QPointF(part.topLeft()) / ratio
        ends = self._loose_ends(strokes, view)
        if any(stroke.casing for stroke in strokes):
            painter.setOpacity(_CASING_ALPHA / 255)
            painter.drawImage(spot, self._casing, part)
            painter.setOpacity(1)
        if ends:
            painter.save()
            painter.setClipRect(_frame(view, self._bleed), Qt.ClipOperation.IntersectClip)
            for piece in ends:
                piece.paint_casing(painter, look, _CASING_ALPHA)
        painter.drawImage(spot, self._lines, part)
        if ends:
            for piece in ends:
                piece.paint_line(painter, look)
            painter.restore()

    def _start(self, key: object, count: int, view: Viewport, ratio: float) -> None:
        """Empty sheets. Which lines have a loose end is known from before."""
        loose = [kept.loose for kept in self._kept] if len(self._kept) == count else [False] * count
        self._key, self._kept = key, [_Kept(loose=one) for one in loose]
        self._casing, self._lines = (self._sheet(view, ratio) for _ in range(2))
        self._reach = QRectF()

    def _add(self, strokes: Sequence[Stroke], view: Viewport, look: Look, ratio: float) -> None:
        """Paint on the sheets what is not there yet."""
        fresh = []
        for kept, stroke in zip(self._kept, strokes):
            points = kept.stays(stroke.points)
            if len(points) == len(kept.points):
                continue
            added, on = np.concatenate((kept.end, points[len(kept.points) :])), len(kept.end) > 0
            kept.points = points
            screen = view.points(added)
            with np.errstate(invalid="ignore"):  # a line that breaks off at infinity has gone somewhere
                still = on and np.abs(screen - screen[0]).max() < _STILL
            if still:
                continue  # from where it is painted to, it has gone nowhere
            piece = Piece.of(stroke, screen, view, on, kept.length)
            kept.end, kept.length = points[-1:], kept.length + piece.length
            fresh.append(piece)
        if not fresh:
            return
        below, above = QPainter(self._casing), QPainter(self._lines)
        for painter in (below, above):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(self._bleed - view.left, self._bleed - view.top)
        stamps = self._stamps.use(look, ratio)
        for piece in fresh:
            self._reach |= piece.room(look).translated(self._bleed - view.left, self._bleed - view.top)
            piece.paint_line(above, look, stamps)
            if _on_white(piece.stroke, look):  # below the lines that are there already
                above.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOver)
                piece.paint_casing(above, look, 255)
                above.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            else:
                piece.paint_casing(below, look, 255)
        below.end()
        above.end()

    def _loose_ends(self, strokes: Sequence[Stroke], view: Viewport) -> list[Piece]:
        """From the end of each line on the sheets to the point that does not stay."""
        found = []
        for kept, stroke in zip(self._kept, strokes):
            if kept.loose and len(kept.end):
                screen = view.points(np.concatenate((kept.end, stroke.points[-1:])))
                if not np.abs(screen[1] - screen[0]).max() < _STILL:
                    found.append(Piece.of(stroke, screen, view, True, kept.length))
        return found

    def _sheet(self, view: Viewport, ratio: float) -> QImage:
        wide, high = view.width + 2 * self._bleed, view.height + 2 * self._bleed
        sheet = QImage(
            max(1, round(wide * ratio)), max(1, round(high * ratio)), QImage.Format.Format_ARGB32_Premultiplied
        )
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(Qt.GlobalColor.transparent)
        return sheet


def paint_strokes(painter: QPainter, strokes: Sequence[Stroke], view: Viewport, look: Look) -> None:
    """Paint `strokes` straight onto any painter, for a picture in a file: each line is one path."""
    for stroke in strokes:
        piece = Piece.of(stroke, view.points(stroke.points), view, False, 0.0, whole=True)
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
class Piece:
    """A part of a stroke, ready to paint: its paths, each with where it starts along the line."""

    stroke: Stroke
    paths: list[tuple[QPainterPath, float]]
    marks: np.ndarray  # [K, 2] pixels of the steps that are marked
    length: float

    @classmethod
    def of(
        cls, stroke: Stroke, points: np.ndarray, view: Viewport, goes_on: bool, along: float, whole: bool = False
    ) -> Piece:
        """points: [N, 2] in pixels; with `goes_on` the first one is the end of the piece before."""
        marks = _marks(points, view, goes_on) if stroke.marker and len(points) > _FEW else None
        if stroke.curve and len(points) > _FEW:
            points = bends(thin(columns(points), 1.0))
        elif len(points) > _MANY:
            points = thin(points)
        if goes_on and len(points) <= _FEW and not whole:
            few = cls._steps(stroke, view, points, along, marks)
            if few is not None:
                return few
        if marks is None:
            marks = _marks(points, view, goes_on) if stroke.marker else _NONE
        # A line leaves the window before it ends, so that no round end shows at the border.
        frame = _frame(view, 8.0)
        ends, joined = clip_polyline(points, frame.left(), frame.top(), frame.right(), frame.bottom())
        if len(points) > _MANY and not stroke.curve:
            ends, joined = _once(ends, joined)
        length = float(np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum())
        if whole:
            return cls(stroke, [(polyline_path(ends, joined), 0.0)], marks, length)
        return cls(stroke, [(path, along + at) for path, at in pieces(ends, joined)], marks, length)

    @classmethod
    def _steps(
        cls, stroke: Stroke, view: Viewport, points: np.ndarray, along: float, marks: np.ndarray | None
    ) -> Piece | None:
        """A few steps in sight, the commonest piece, without the machinery of arrays; None: not in sight."""
        spots = points.tolist()
        if not all(view.holds(x, y) for x, y in spots):
            return None
        (x, y), total, apart = spots[0], 0.0, []
        path = QPainterPath(QPointF(x, y))
        for k, (to_x, to_y) in enumerate(spots[1:], start=1):
            path.lineTo(to_x, to_y)
            length = math.hypot(to_x - x, to_y - y)
            if stroke.marker and length >= _APART:
                apart.append(k)
            x, y, total = to_x, to_y, total + length
        if marks is None:
            marks = points[apart] if apart else _NONE
        return cls(stroke, [(path, along)], marks, total)

    def room(self, look: Look) -> QRectF:
        """What it covers."""
        found = QRectF()
        for path, _ in self.paths:
            found |= path.controlPointRect().adjusted(-0.5, -0.5, 0.5, 0.5)  # a level line has no height
        if len(self.marks):
            (left, top), (right, bottom) = self.marks.min(axis=0).tolist(), self.marks.max(axis=0).tolist()
            found |= QRectF(left - 0.5, top - 0.5, right - left + 1, bottom - top + 1)
        edge = (self.stroke.width + 3) * look.line_weight / 2 + look.px(8)
        return found.adjusted(-edge, -edge, edge, edge)

    def paint_casing(self, painter: QPainter, look: Look, alpha: int) -> None:
        if not self.stroke.casing:
            return
        white = _on_white(self.stroke, look)
        color, more = (QColor("#FFFFFF"), 2.0) if white else (look.color(CASING, alpha), 2.8)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(trail_pen(color, (self.stroke.width + more) * look.line_weight))
        for path, _ in self.paths:
            painter.drawPath(path)

    def paint_line(self, painter: QPainter, look: Look, stamps: PixmapCache | None = None) -> None:
        stroke, color = self.stroke, QColor(self.stroke.color)
        wide = stroke.width * look.line_weight
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(trail_pen(color, wide))
        for path, along in self.paths:
            if stroke.dash:
                painter.setPen(trail_pen(color, wide, stroke.dash, along))
            painter.drawPath(path)
        if stamps is not None and len(self.marks) > _CROWD:
            self._stamp_marks(painter, look, stamps)
            return
        for x, y in self.marks.tolist():
            painter.translate(x, y)
            self._paint_mark(painter, look)
            painter.translate(-x, -y)

    def _paint_mark(self, painter: QPainter, look: Look) -> None:
        stroke = self.stroke
        edge = look.color(CASING, 190) if stroke.casing else look.color("surface")
        painter.setPen(QPen(QColor("#FFFFFF") if _on_white(stroke, look) else edge, 1.4))
        painter.setBrush(QColor(stroke.color))
        painter.drawPath(marker_path(stroke.marker, look.px(4)))

    def _stamp_marks(self, painter: QPainter, look: Look, stamps: PixmapCache) -> None:
        """Many marks: to a quarter of a pixel, so that sixteen stamps do for all, and each place once."""
        origin = painter.transform()
        corner = np.array([origin.dx(), origin.dy()])
        spots = np.round((self.marks + corner) * 4).astype(int)
        key, radius = self.stroke.style(), look.px(4) * 2 + 2
        bounds = QRectF(-radius, -radius, 2 * radius, 2 * radius)
        painter.resetTransform()
        _, last = np.unique(spots[::-1], axis=0, return_index=True)  # the later one lies on top
        for x, y in spots[np.sort(len(spots) - 1 - last)].tolist():
            part = (x % 4, y % 4)

            def paint(on: QPainter, part: tuple[int, int] = part) -> None:
                on.translate(part[0] / 4, part[1] / 4)
                self._paint_mark(on, look)

            stamps.draw(painter, (key, part), x // 4, y // 4, bounds, paint)
        painter.setTransform(origin)


def _marks(points: np.ndarray, view: Viewport, goes_on: bool) -> np.ndarray:
    """The steps in sight that lie far enough from the step before to be told apart. [K, 2]"""
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.ones(len(points), dtype=bool)
        apart[1:] = np.hypot(*np.diff(points, axis=0).T) >= _APART
        across, down = points.T
        seen = (across > view.left - 1) & (across < view.left + view.width + 1)
        seen &= (down > view.top - 1) & (down < view.top + view.height + 1)
    if goes_on:
        apart[0] = False  # it was marked when it was the last
    places: np.ndarray = points[apart & seen]
    return places


def _once(ends: np.ndarray, joined: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each segment once, to half a pixel: a run that jumps between two places paints two segments."""
    _, first = np.unique((ends.reshape(-1, 4) * 2).round().astype(np.int64), axis=0, return_index=True)
    if len(first) == len(ends):
        return ends, joined
    first.sort()
    gap = np.ones(len(first), dtype=bool)
    gap[1:] = np.diff(first) > 1
    return ends[first], joined[first] & ~gap


def _frame(view: Viewport, edge: float) -> QRectF:
    return QRectF(view.left, view.top, view.width, view.height).adjusted(-edge, -edge, edge, edge)


def _continues(new: np.ndarray, old: np.ndarray) -> bool:
    """Whether `new` begins with `old`."""
    if new is old or len(new) < len(old):
        return new is old
    part = new[: len(old)]
    return np.array_equal(part, old) or np.array_equal(part, old, equal_nan=True)
