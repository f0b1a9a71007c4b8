"""From arrays of screen points to what QPainter draws: thinned, cut to the window, in one piece.

A diverging optimiser walks to 1e300 and beyond, and a run may hold ten thousand points; QPainter hangs on
the one and crawls with the other. Everything here is done on whole arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QByteArray, QDataStream
from PySide6.QtGui import QPainterPath, QPolygonF
from shiboken6 import VoidPtr

__all__ = [
    "bends",
    "beside",
    "clip_polyline",
    "columns",
    "pieces",
    "polygon",
    "polyline_path",
    "segments_path",
    "thin",
]

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])  # as QDataStream writes a path's element
_MOVE, _LINE = 0, 1
_POINT = np.dtype([("x", np.float64), ("y", np.float64)])  # as Qt keeps a point
_memory: Any = VoidPtr  # its declared types lack what it takes and gives: an address, bytes, whether to write


def thin(points: np.ndarray, least: float = 0.75) -> np.ndarray:
    """`points` [N, 2] in pixels without those less than `least` along the line after the one kept before.

    The first and the last stay, and so does every gap (points that are not finite). -> [M, 2]
    """
    if len(points) < 3:
        return points
    with np.errstate(invalid="ignore", over="ignore"):
        steps = np.hypot(*np.diff(points, axis=0).T)
        along = np.cumsum(np.where(np.isfinite(steps), np.minimum(steps, 1e6), 1e6)) // least
    keep = np.ones(len(points), dtype=bool)
    keep[1:-1] = along[1:] > along[:-1]
    keep |= ~_finite(points)
    return points[keep]


def _finite(points: np.ndarray) -> np.ndarray:
    """Which points are numbers. [N, 2] -> [N] bool"""
    finite: np.ndarray = np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])
    return finite


def columns(points: np.ndarray) -> np.ndarray:
    """A curve `points` [N, 2] in pixels, x never falling, as it looks on a screen: of every column of pixels
    the first, lowest, highest and last point, in their order. Points that are not finite all stay. -> [M, 2]

    The picture is the same as that of all points (M4 aggregation, Jugel and others 2014).
    """
    with np.errstate(invalid="ignore"):
        column = np.floor(points[:, 0])
        column[~_finite(points)] = np.nan
        starts = np.nonzero(np.concatenate(([True], column[1:] != column[:-1])))[0]
    if len(starts) * 4 >= len(points):
        return points
    ends = np.concatenate((starts[1:], [len(points)]))
    group = np.repeat(np.arange(len(starts)), ends - starts)
    keep = np.zeros(len(points), dtype=bool)
    keep[starts] = keep[ends - 1] = True
    y = np.ascontiguousarray(points[:, 1])
    for extreme in (np.minimum, np.maximum):
        found = np.flatnonzero(y == extreme.reduceat(y, starts)[group])  # nan equals nothing, and stands alone
        keep[found[np.diff(group[found], prepend=-1) > 0]] = True
    return points[keep]


def bends(points: np.ndarray, least: float = 0.001, every: int = 16) -> np.ndarray:
    """`points` [N, 2] in pixels without those at which the line goes straight on, to `least` pixels. -> [M, 2]

    Every sixteenth one stays, so that a wide arc keeps its shape (points a pixel apart on one of radius 500 lie
    0.001 off the line of their neighbours, and 0.06 off that of every sixteenth); so does what is not finite.
    """
    if len(points) < 4:
        return points
    with np.errstate(invalid="ignore", over="ignore"):
        (x, y), (on_x, on_y) = (points[1:-1] - points[:-2]).T, (points[2:] - points[1:-1]).T
        off = np.abs(x * on_y - y * on_x)  # twice the triangle's area: the base times how far the point lies off it
        straight = off <= least * np.hypot(x + on_x, y + on_y)
        straight &= (x * on_x + y * on_y) > 0  # and does not turn back
    keep = np.ones(len(points), dtype=bool)
    keep[1:-1] = ~straight
    keep[::every] = True
    return points[keep]


def beside(points: np.ndarray, off: float) -> tuple[np.ndarray, np.ndarray]:
    """The lines that run `off` pixels to one side and to the other of curves. [..., N, 2] -> [..., N, 2] twice"""
    if points.shape[-2] < 2:
        return points, points
    along = np.empty_like(points)
    along[..., 1:-1, :] = points[..., 2:, :] - points[..., :-2, :]
    along[..., 0, :], along[..., -1, :] = points[..., 1, :] - points[..., 0, :], points[..., -1, :] - points[..., -2, :]
    length = np.hypot(along[..., 0], along[..., 1])
    across = np.stack((-along[..., 1], along[..., 0]), axis=-1) * (off / np.maximum(length, 1e-9))[..., None]
    return points + across, points - across


def clip_polyline(
    points: np.ndarray, left: float, top: float, right: float, bottom: float
) -> tuple[np.ndarray, np.ndarray]:
    """The parts of a polyline within a rectangle, by Liang and Barsky's parameters, all segments at once.

    points [N, 2], of any size, inf and nan included (a line breaks there)
    -> (ends [S, 2, 2] of the segments in sight, joined [S]: whether a segment goes on from the one before).
    """
    start, end = points[:-1], points[1:]
    with np.errstate(all="ignore"):
        delta = end - start  # [N-1, 2]
        low, high = np.array([left, top]), np.array([right, bottom])
        one, two = (low - start) / delta, (high - start) / delta
        still = delta == 0
        inside = (start >= low) & (start <= high)
        enter = np.where(still, np.where(inside, -np.inf, np.inf), np.fmin(one, two)).max(axis=1)
        leave = np.where(still, np.where(inside, np.inf, -np.inf), np.fmax(one, two)).min(axis=1)
        t0, t1 = np.maximum(enter, 0), np.minimum(leave, 1)
        seen = (t0 <= t1) & np.isfinite(delta).all(axis=1) & np.isfinite(start).all(axis=1)
        index = np.nonzero(seen)[0]
        t0, t1, start, delta = t0[index], t1[index], start[index], delta[index]
        ends = np.stack((start + t0[:, None] * delta, start + t1[:, None] * delta), axis=1)
    ends = np.clip(ends, low, high)  # rounding of huge numbers must not leave the rectangle either
    joined = np.zeros(len(index), dtype=bool)
    joined[1:] = (np.diff(index) == 1) & (t1[:-1] == 1) & (t0[1:] == 0)
    return ends, joined


def polygon(across: np.ndarray, down: np.ndarray) -> QPolygonF:
    """The points of a line or an outline, in pixels, [N] each. Written into Qt's memory at once: point by point, three
    hundred of them take sixty times as long."""
    points = QPolygonF()
    points.resize(len(across))
    if len(across):
        memory = _memory(points.data(), len(across) * _POINT.itemsize, True)
        spots = np.frombuffer(memory, np.float64).reshape(-1, 2)
        spots[:, 0], spots[:, 1] = across, down
    return points


def polyline_path(ends: np.ndarray, joined: np.ndarray) -> QPainterPath:
    """A path from what `clip_polyline` returns: joined segments share their corner, others start anew."""
    return _path(_elements(ends, joined)[0])


def pieces(ends: np.ndarray, joined: np.ndarray, size: int = 24) -> list[tuple[QPainterPath, float]]:
    """The same line as several paths of `size` segments: (path, its start along the line in pixels).

    Qt strokes a wide antialiased path as one area, in more than linear time: a thousand noisy points took
    15 ms as one path and 2 ms in pieces. Needs an opaque pen, since the pieces touch.
    """
    if len(ends) == 0:
        return []
    cut = joined.copy()
    cut[::size] = False
    elements, starts = _elements(ends, cut)
    bounds = [*starts[::size].tolist(), len(elements)]
    lengths = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    along = (np.cumsum(lengths) - lengths)[::size].tolist()
    return [(_path(elements[a:b]), start) for a, b, start in zip(bounds, bounds[1:], along)]


def _elements(ends: np.ndarray, joined: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A path's elements, and for every segment [S] the index of the first element that is its own."""
    moves = ~joined
    elements = np.empty(len(ends) + int(moves.sum()), dtype=_ELEMENT)
    at = np.arange(len(ends)) + np.cumsum(moves)  # where each segment's end goes
    elements["kind"][at] = _LINE
    elements["x"][at], elements["y"][at] = ends[:, 1, 0], ends[:, 1, 1]
    first = at[moves] - 1
    elements["kind"][first] = _MOVE
    elements["x"][first], elements["y"][first] = ends[moves, 0, 0], ends[moves, 0, 1]
    return elements, at - moves


def segments_path(segments: np.ndarray) -> QPainterPath:
    """A path of separate segments [S, 2, 2]."""
    elements = np.empty((len(segments), 2), dtype=_ELEMENT)
    elements["kind"] = (_MOVE, _LINE)
    elements["x"], elements["y"] = segments[..., 0], segments[..., 1]
    return _path(elements.reshape(-1))


def _path(elements: np.ndarray) -> QPainterPath:
    """A QPainterPath read from memory in Qt's own format: no Python call per point."""
    path = QPainterPath()
    if len(elements) == 0:
        return path
    count, tail = np.array([len(elements)], ">i4"), np.array([0, 0], ">i4")  # tail: last start, fill rule
    stream = QDataStream(QByteArray(count.tobytes() + elements.tobytes() + tail.tobytes()))
    stream >> path
    return path
