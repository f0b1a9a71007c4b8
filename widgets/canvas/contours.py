"""Lines of equal height, by marching squares over the whole grid at once.

Each grid cell is one of sixteen cases, by which of its four corners lie above the level. The line enters
and leaves through the edges whose corners differ, at the place found by linear interpolation; the two
saddle cases are settled by the mean of the corners. Lorensen & Cline 1987, in two dimensions.
"""

from __future__ import annotations

import numpy as np

from widgets.canvas.ticks import linear_ticks

__all__ = ["isoline", "levels"]

# Corners in the order south-west, south-east, north-east, north-west, worth 1, 2, 4, 8.
# Edges: 0 south, 1 east, 2 north, 3 west. One row per case: the edges that the line joins.
_CASES = np.full((16, 2, 2), -1)
for _case, _pairs in {
    1: [(3, 0)],
    2: [(0, 1)],
    3: [(3, 1)],
    4: [(1, 2)],
    6: [(0, 2)],
    7: [(3, 2)],
    8: [(2, 3)],
    9: [(0, 2)],
    11: [(1, 2)],
    12: [(1, 3)],
    13: [(0, 1)],
    14: [(3, 0)],
    5: [(3, 0), (1, 2)],  # saddles, with the middle below the level; above, 5 and 10 change places
    10: [(0, 1), (2, 3)],
}.items():
    _CASES[_case, : len(_pairs)] = _pairs
_ENDS = np.array([[0, 1], [1, 2], [3, 2], [0, 3]])  # the two corners of each edge
_CORNER_X, _CORNER_Y = np.array([0, 1, 1, 0]), np.array([0, 0, 1, 1])


def isoline(heights: np.ndarray, level: float) -> np.ndarray:
    """Segments of the line where `heights` [H, W] equals `level`.

    -> [S, 2, 2]: for each segment its two ends as (column, row), in grid units, fractional.
    Cells with a corner that is not finite have no line.
    """
    if heights.ndim != 2 or min(heights.shape) < 2:
        raise ValueError(f"heights must be at least 2 by 2, got shape {heights.shape}")
    above = heights > level
    bits = above.astype(np.uint8)
    case = bits[:-1, :-1] + 2 * bits[:-1, 1:] + 4 * bits[1:, 1:] + 8 * bits[1:, :-1]
    row, column = np.nonzero((case > 0) & (case < 15))  # [K] cells that the line crosses
    kind = case[row, column]
    corners = heights[row[:, None] + _CORNER_Y, column[:, None] + _CORNER_X]  # [K, 4]
    whole = np.isfinite(corners).all(axis=1)
    row, column, kind, corners = row[whole], column[whole], kind[whole].astype(int), corners[whole]
    peak = corners.mean(axis=1) > level
    kind = np.where(peak & (kind == 5), 10, np.where(peak & (kind == 10), 5, kind))
    parts = []
    for which in (0, 1):  # every crossed cell has one line, a saddle has two
        edges = _CASES[kind, which]  # [K, 2]
        there = edges[:, 0] >= 0
        parts.append(_ends(corners[there], edges[there], row[there], column[there], level))
    return np.concatenate(parts)


def _ends(corners: np.ndarray, edges: np.ndarray, row: np.ndarray, column: np.ndarray, level: float) -> np.ndarray:
    """Where the line crosses the two `edges` [K, 2] of each cell, as [K, 2, 2] (column, row)."""
    first, second = _ENDS[edges, 0], _ENDS[edges, 1]  # [K, 2] corner numbers
    a, b = np.take_along_axis(corners, first, 1), np.take_along_axis(corners, second, 1)
    share = (level - a) / (b - a)  # the corners lie on either side of the level, so b is never a
    x = column[:, None] + _CORNER_X[first] + share * (_CORNER_X[second] - _CORNER_X[first])
    y = row[:, None] + _CORNER_Y[first] + share * (_CORNER_Y[second] - _CORNER_Y[first])
    return np.stack((x, y), axis=-1)


def levels(lo: float, hi: float, about: int = 15) -> np.ndarray:
    """Round heights between lo and hi, at 1, 2 or 5 × 10ᵏ apart, about `about` of them. [L]"""
    found = linear_ticks(lo, hi, about)
    return found[(found > lo) & (found < hi)]
