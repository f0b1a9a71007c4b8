"""Lines of a frame that stay in sight under those of another run, as points of a picture."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from widgets.plots.class_regions import boundary_lines

__all__ = ["Array", "border", "chained", "straight_line"]

Array = NDArray[np.float64]
Place = tuple[float, float]
FAR = 10.0  # widths of the picture that a line reaches beyond it, for who zooms out


def straight_line(slope: float, intercept: float, x0: float, x1: float) -> Array:
    """y = slope · x + intercept over x0..x1 and far beyond: [2, 2]; nothing where it is not finite."""
    far = FAR * (x1 - x0)
    x = np.array([x0 - far, x1 + far])
    points = np.stack((x, slope * x + intercept), axis=1)
    return points if np.isfinite(points).all() else np.zeros((0, 2))


def border(field: NDArray[np.floating], extent: tuple[float, float, float, float]) -> Array:
    """The lines where a field of beliefs changes its mind, [N, 2] with gaps.

    field: [1, G, G], belief in class 1 of two, or [K, G, G]; rows upwards, places are pixel middles.  extent: x0, x1,
    y0, y1 of the picture.
    """
    rows, columns = field.shape[1:]
    segments = boundary_lines(field)  # [S, 2, 2] as (column, row)
    points = chained(segments)
    x0, x1, y0, y1 = extent
    return np.stack(
        (x0 + (points[:, 0] + 0.5) * (x1 - x0) / columns, y0 + (points[:, 1] + 0.5) * (y1 - y0) / rows), axis=1
    )


def chained(segments: NDArray[np.floating]) -> Array:
    """Separate segments [S, 2, 2] as lines that go on as long as they can: [N, 2], with nan between two lines."""
    pairs: list[tuple[Place, Place]] = [((a, b), (c, d)) for (a, b), (c, d) in np.round(segments, 6).tolist()]
    ends: dict[Place, list[int]] = {}
    for i, pair in enumerate(pairs):
        for place in pair:
            ends.setdefault(place, []).append(i)
    loose = [found[0] for found in ends.values() if len(found) == 1]
    left, points = set(range(len(pairs))), list[Place]()
    for first in (*loose, *range(len(pairs))):
        if first in left:
            points += [*_walk(first, pairs, ends, left), (math.nan, math.nan)]
    return np.array(points[:-1], np.float64).reshape(-1, 2)


def _walk(first: int, pairs: list[tuple[Place, Place]], ends: dict[Place, list[int]], left: set[int]) -> list[Place]:
    """The line that begins with a segment, at its loose end where it has one; takes what it uses out of `left`."""
    start, end = pairs[first]
    line = [start, end] if len(ends[start]) == 1 or len(ends[end]) > 1 else [end, start]
    left.discard(first)
    while (following := next((i for i in ends[line[-1]] if i in left), None)) is not None:
        left.discard(following)
        one, other = pairs[following]
        line.append(other if one == line[-1] else one)
    return line
