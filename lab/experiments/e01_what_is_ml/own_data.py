"""A table of the learner's own: two of its columns as points, checked, given a picture to lie in, and divided if
rows were kept back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lab.core.text import N_, _, n_
from lab.engine.basics.table import Table, left_out_words
from lab.experiments.e01_what_is_ml.examples import MAX_POINTS, Array, Examples, Extent, own_examples
from lab.experiments.e01_what_is_ml.gestures import SetTable
from lab.kit.arrays import read_only
from lab.kit.editing import round_range

__all__ = ["ENOUGH", "changes", "own_table", "round_extent", "table_of"]

NAME_LENGTH = 60
EVERY = 3  # which row is kept back
AIR = 0.08  # of the span of the points, on either side of them
ENOUGH = 9  # rows from which keeping some back is offered


def table_of(table: Table, x_name: str, y_name: str, keep_back: bool, title: str = "") -> SetTable:
    """Two columns of numbers as the points; rows with a missing cell are left out, every third kept back.

    Raises ValueError when fewer than one row is left, or more than there is room for.
    """
    read = table.numbers(x_name, y_name)
    rows = read[~np.isnan(read).any(axis=1)]
    if not len(rows):
        raise ValueError(_("No row has a number in both columns."))
    if len(rows) > MAX_POINTS:
        raise ValueError(_("The table has {n} rows; there is room for {most}.").format(n=len(rows), most=MAX_POINTS))
    kept = np.arange(len(rows)) % EVERY == EVERY - 1
    if not keep_back:
        kept[:] = False
    seen, new = rows[~kept], rows[kept]
    x, y, new_x, new_y = (tuple(part[:, i].tolist()) for part in (seen, new) for i in (0, 1))
    return SetTable(x, y, new_x, new_y, x_name, y_name, title, len(read) - len(rows))


def changes(left_out: int, kept_back: int) -> tuple[str, ...]:
    """What was done to the rows of a table on their way to the points, in words."""
    kept = n_("{n} row kept back as new point", "{n} rows kept back as new points", kept_back)
    return left_out_words(left_out) + ((kept,) if kept_back else ())


def own_table(action: SetTable) -> Examples:
    """The examples of a SetTable. The first row that was kept back becomes the question if others are left.

    Raises ValueError when the columns differ in length, a number is not finite, or there are too many rows.
    """
    x, y = _column("x", action.x), _column("y", action.y)
    new_x, new_y = _column("new_x", action.new_x), _column("new_y", action.new_y)
    if len(x) != len(y) or len(new_x) != len(new_y):
        counts = (len(x), len(y), len(new_x), len(new_y))
        raise ValueError(f"x, y, new_x, new_y: {counts} rows; x and y, and the new ones, need as many of both")
    names = (action.x_name[:NAME_LENGTH] or "x", action.y_name[:NAME_LENGTH] or "y")
    board = own_examples(action.title[:NAME_LENGTH], names)
    board = replace(board, left_out=max(0, int(action.left_out)))
    if not len(x):
        return board
    question = len(new_x) > 1
    return replace(
        board,
        x=x,
        y=y,
        new_x=read_only(new_x[1:]) if question else new_x,
        new_y=read_only(new_y[1:]) if question else new_y,
        ask=(float(new_x[0]), float(new_y[0])) if question else None,
        extent=round_extent(np.concatenate([x, new_x]), np.concatenate([y, new_y])),
        source=N_("Your own table."),
    )


def _column(name: str, values: tuple[float, ...]) -> Array:
    if len(values) > MAX_POINTS:
        raise ValueError(f"{name}: {len(values)} rows, needs at most {MAX_POINTS}")
    column: Array = read_only(values)
    if not np.all(np.abs(column) <= 1e12):  # also refuses what is not a number
        raise ValueError(f"{name}: needs finite numbers between −10¹² and 10¹²")
    return column


def round_extent(x: Array, y: Array) -> Extent:
    """Round ends about every point, with air."""
    return (*round_range(x, AIR), *round_range(y, AIR))
