"""Nearest neighbours: the simplest model there is. It keeps all examples and answers with what the closest
ones say, so that it depends on nothing but distance, and shows at once what a change of units does to
distance."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["classify", "distance_shares", "nearest"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
BLOCK = 1_000_000  # numbers held at once while distances are computed


def nearest(points: ArrayLike, queries: ArrayLike, k: int) -> Indices:
    """The rows closest to each query, nearest first; of equally near ones the earlier row.

    points: [N, d].  queries: [Q, d].  k: from 1 to N.  Returns [Q, k].
    Raises ValueError when the columns differ or k does not fit.
    """
    rows, requested = np.asarray(points, np.float64), np.asarray(queries, np.float64)
    if rows.ndim != 2 or requested.ndim != 2 or rows.shape[1] != requested.shape[1]:
        raise ValueError(f"points and queries: shapes {rows.shape} and {requested.shape}, need [N, d] and [Q, d]")
    if not 1 <= k <= len(rows):
        raise ValueError(f"k: {k}, needs 1 to {len(rows)}, the number of points")
    found = np.empty((len(requested), k), dtype=np.int64)
    at_once = max(1, BLOCK // max(1, rows.size))
    for start in range(0, len(requested), at_once):
        apart = requested[start : start + at_once, None, :] - rows  # [q, 1, d] - [N, d] -> [q, N, d]
        squares = np.sum(apart * apart, axis=-1)
        found[start : start + at_once] = np.argsort(squares, axis=1, kind="stable")[:, :k]
    return found


def classify(points: ArrayLike, labels: ArrayLike, queries: ArrayLike, k: int) -> Indices:
    """The class most of the k nearest rows have; of equally frequent ones the smaller label.

    points: [N, d].  labels: [N], whole numbers from 0.  queries: [Q, d].  Returns [Q].
    Raises ValueError as nearest does, or when there is not one label a point.  Source: Fix & Hodges, 1951.
    """
    known = np.asarray(labels)
    if known.shape != (len(np.asarray(points)),) or not np.issubdtype(known.dtype, np.integer):
        raise ValueError(f"labels: shape {known.shape} of {known.dtype}, needs a whole number for each point")
    votes = known[nearest(points, queries, k)]  # [Q, k]
    counts = np.stack([(votes == label).sum(axis=1) for label in range(int(known.max()) + 1)], axis=1)
    return np.asarray(counts.argmax(axis=1))


def distance_shares(points: ArrayLike, query: ArrayLike) -> Array:
    """How much of the squared distance each column owns, summed over all points.

    points: [N, d].  query: [d].  Returns [d], summing to 1; nan when no point is away from the query.
    """
    squares = np.sum((np.asarray(points, np.float64) - np.asarray(query, np.float64)) ** 2, axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(squares / squares.sum())
