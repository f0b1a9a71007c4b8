"""Points of two columns that a learner edits: adding, moving and removing one, and round ranges around them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.text import _
from lab.kit.numbers import checked_number

__all__ = ["edited", "round_range"]

Array = NDArray[np.float64]


def edited(
    x: Array,
    y: Array,
    action: Any,
    add: type[Any],
    move: type[Any],
    remove: type[Any],
    most: int,
    height: Callable[[float], float] = checked_number,
) -> tuple[Array, Array, Any] | None:
    """The points after an action on one of them, and the action that takes it back; None where there is no such point.

    x, y: [N].  add, move, remove: the classes of the actions, with the fields (data, x, y, at), (data, number, x, y)
    and (data, number); an `at` that is no place means the end.  height: of the y that a point is given.
    Raises ValueError for more than `most` points, and for what is no number.
    """
    data, number, *place = astuple(action)
    if isinstance(action, add):
        if x.size >= most:
            raise ValueError(_("There is room for {n} points.").format(n=most))
        at = action.at if 0 <= action.at <= x.size else x.size
        more = np.insert(x, at, checked_number(action.x)), np.insert(y, at, height(action.y))
        return *more, remove(data, at)
    if not 0 <= number < x.size:
        return None
    was = float(x[number]), float(y[number])
    if isinstance(action, remove):
        return np.delete(x, number), np.delete(y, number), add(data, *was, number)
    moved = x.copy(), y.copy()
    moved[0][number], moved[1][number] = checked_number(place[0]), height(place[1])
    return *moved, move(data, number, *was)


def round_range(values: Array, air: float) -> tuple[float, float]:
    """Round ends about every value, with a share of the span as air. values: [N], at least one."""
    low, high = float(values.min()), float(values.max())
    span = (high - low) or abs(low) or 1.0
    step = 10.0 ** math.floor(math.log10(span))
    return math.floor((low - air * span) / step) * step, math.ceil((high + air * span) / step) * step
