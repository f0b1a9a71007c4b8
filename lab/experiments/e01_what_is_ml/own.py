"""A table of the learner's own: checked, given a picture to lie in, and divided if rows were kept back."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from lab.core.text import N_
from lab.experiments.e01_what_is_ml.examples import MAX_POINTS, Array, Examples, Extent, fixed, own_examples
from lab.experiments.e01_what_is_ml.gestures import SetTable

__all__ = ["own_table", "round_extent"]

NAME_LENGTH = 60


def own_table(action: SetTable) -> Examples:
    """The examples of a SetTable. The first row that was kept back becomes the question if others are left.

    Raises ValueError when the columns differ in length, a number is not finite, or there are too many rows.
    """
    x, y = _column("x", action.x), _column("y", action.y)
    new_x, new_y = _column("new_x", action.new_x), _column("new_y", action.new_y)
    if len(x) != len(y) or len(new_x) != len(new_y):
        counts = (len(x), len(y), len(new_x), len(new_y))
        raise ValueError(
            f"x, y, new_x, new_y: {counts} rows; x and y, and the new ones, need as many of both"
        )
    names = (action.x_name[:NAME_LENGTH] or "x", action.y_name[:NAME_LENGTH] or "y")
    board = own_examples(action.title[:NAME_LENGTH], names)
    if not len(x):
        return board
    asked = len(new_x) > 1
    return replace(
        board,
        x=x,
        y=y,
        new_x=fixed(new_x[1:]) if asked else new_x,
        new_y=fixed(new_y[1:]) if asked else new_y,
        ask=(float(new_x[0]), float(new_y[0])) if asked else None,
        extent=round_extent(np.concatenate([x, new_x]), np.concatenate([y, new_y])),
        source=N_("Your own table."),
    )


def _column(name: str, values: tuple[float, ...]) -> Array:
    if len(values) > MAX_POINTS:
        raise ValueError(f"{name}: {len(values)} rows, needs at most {MAX_POINTS}")
    column = fixed(values)
    if not np.all(np.abs(column) <= 1e12):  # also refuses what is not a number
        raise ValueError(f"{name}: needs finite numbers between −10¹² and 10¹²")
    return column


def round_extent(x: Array, y: Array) -> Extent:
    """Round ends about every point, with air."""
    return (*_around(x), *_around(y))


def _around(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    span = high - low
    if span == 0:
        span = abs(low) or 1.0
    step = 10.0 ** math.floor(math.log10(span))
    return math.floor((low - 0.08 * span) / step) * step, math.ceil((high + 0.08 * span) / step) * step
