"""A table of the learner's own: two of its columns as points, perhaps a third as a second feature."""

from __future__ import annotations

import numpy as np

from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.basics.table import Table
from lab.experiments.e03_linear_regression.gestures import SetTable
from lab.experiments.e03_linear_regression.sheet import MAX_POINTS

__all__ = ["level", "table_action"]


def table_action(table: Table, x: str, y: str, second: str = "", title: str = "") -> SetTable:
    """The gesture that takes these columns; rows with a missing cell are left out.

    Raises ValueError when no row is whole, or there are too many of them.
    """
    read = table.numbers(*(x, *((second,) if second else ()), y))
    rows = read[np.isfinite(read).all(axis=1)]
    if not len(rows):
        raise ValueError(_("Every row misses a cell in these columns."))
    if len(rows) > MAX_POINTS:
        raise ValueError(_("There are {count} rows; {most} are the most.").format(count=len(rows), most=MAX_POINTS))
    columns = [tuple(column.tolist()) for column in rows.T]
    called, more = (x[:60], second[:60] or "x₂", y[:60]), columns[1] if second else ()
    return SetTable("own", columns[0], columns[-1], more, called, title[:60], len(read) - len(rows))


def level(table: SetTable) -> Set:
    """The controls that bring a table into use, under a level line."""
    height = float(f"{np.mean(table.y):.4g}") if table.y else 5.0
    features = "two" if table.second else "one"
    return Set({"data": "own", "w": 0.0, "w2": 0.0, "b": height, "features": features})
