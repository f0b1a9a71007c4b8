"""Points of a plane in classes: those that another experiment sends or that a table holds, checked, and the square
that shows all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.basics.table import Column
from lab.kit.exchange import numbers_in
from lab.kit.numbers import show_short

__all__ = ["checked_labels", "classes_of", "points_in", "square_around"]

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Extent = tuple[float, float, float, float]


def square_around(points: Array, reach: float) -> Extent:
    """A square about all points, so that a right angle looks like one: x from, x to, y from, y to.

    points: [N, 2], at least one.  reach: from its middle to a side, in parts of the longer side of the points.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    half = reach * float((high - low).max()) or 1.0
    x, y = ((low + high) / 2).tolist()
    return x - half, x + half, y - half, y + half


def points_in(data: Mapping[str, Any], most: int, classes: int, largest: float) -> tuple[Array, Labels]:
    """The points [N, 2] of an artifact's data and their classes [N], from 0.

    most: of the points.  largest: of their coordinates.  Raises ValueError naming the entry that does not fit.
    """
    points = numbers_in(data, "x", 2, "points").copy()
    if points.shape[1] != 2 or not 1 <= len(points) <= most:
        raise ValueError(f"x: shape {points.shape}, needs [N, 2] with 1 to {most} points")
    if not (np.abs(points) <= largest).all():  # also refuses what is not a number
        raise ValueError(f"x: needs finite numbers between ±{largest:g}")
    return points, checked_labels(numbers_in(data, "labels", 1, "points"), len(points), classes)


def checked_labels(labels: Any, rows: int, classes: int) -> Labels:
    """Labels, one to a row, each the number of a class from 0. Raises ValueError where they are not."""
    found = np.asarray(labels, np.float64)
    if found.shape != (rows,) or not np.isin(found, np.arange(classes)).all():
        raise ValueError(f"labels: shape {found.shape}, needs {rows} classes, each 0 to {classes - 1}")
    return found.astype(np.int64)


def classes_of(column: Column) -> tuple[list[str], Labels]:
    """The classes of a column without holes, in the order of numbers or of the alphabet, and each row's class [N]."""
    if column.numbers is None:
        return list(column.categories), column.codes()
    values, labels = np.unique(column.numbers, return_inverse=True)
    return [show_short(value, 12) for value in values.tolist()], labels.astype(np.int64)
