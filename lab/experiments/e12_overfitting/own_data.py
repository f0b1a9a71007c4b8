"""A table of the learner's own: two of its columns as points."""

from __future__ import annotations

import numpy as np

from lab.core.text import _
from lab.engine.basics.table import Table
from lab.experiments.e12_overfitting.gestures import SetTable
from lab.experiments.e12_overfitting.settings import MOST_POINTS

__all__ = ["chosen_columns"]


def chosen_columns(table: Table, x_name: str, y_name: str, title: str = "") -> SetTable:
    """Two columns of numbers as points; rows with a hole are left out.

    Raises ValueError when no row is left, or more than there is room for.
    """
    read = table.numbers(x_name, y_name)
    rows = read[~np.isnan(read).any(axis=1)]
    if not 0 < len(rows) <= MOST_POINTS:
        text = _("{n} rows have a number in both columns; from 1 to {most} are needed.")
        raise ValueError(text.format(n=len(rows), most=MOST_POINTS))
    columns = tuple(rows[:, 0].tolist()), tuple(rows[:, 1].tolist())
    return SetTable(*columns, x_name, y_name, title, len(read) - len(rows))
