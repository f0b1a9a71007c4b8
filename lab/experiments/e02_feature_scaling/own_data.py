"""A table of the learner's own: three of its columns as two features and what is to be predicted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.text import _, n_
from lab.engine.basics.table import Column, Table, left_out_words
from lab.experiments.e02_feature_scaling.gestures import SetTable
from lab.experiments.e02_feature_scaling.sheets import MAX_ROWS, own_sheet

__all__ = ["changes", "chosen_columns", "table_changes"]


def chosen_columns(table: Table, names: tuple[str, str, str], title: str = "") -> SetTable:
    """Three columns as a table: rows without a y are left out, holes in a feature stay holes.

    A column of words becomes the places of its words in the alphabet. Raises ValueError as `own_sheet` does.
    """
    columns = [_numbers(table.column(name)) for name in names]
    read = np.stack(columns, axis=1)
    rows = read[~np.isnan(read[:, 2])]
    if not 3 <= len(rows) <= MAX_ROWS:
        text = _("{n} rows have a number to predict; from 3 to {most} are needed.")
        raise ValueError(text.format(n=len(rows), most=MAX_ROWS))
    own_sheet(rows[:, :2], rows[:, 2], names, title)
    first, second = ([None if np.isnan(v) else v for v in rows[:, j].tolist()] for j in (0, 1))
    left_out = len(read) - len(rows)
    return SetTable(tuple(first), tuple(second), tuple(rows[:, 2].tolist()), names, title, left_out)


def _numbers(column: Column) -> NDArray[np.float64]:
    """A column as numbers, nan where missing."""
    if column.numbers is not None:
        return column.numbers
    codes = column.codes().astype(np.float64)
    return np.where(codes < 0, np.nan, codes)


def table_changes(table: SetTable) -> tuple[str, ...]:
    """What will be done to the rows of a table on their way, in words."""
    return changes(table.left_out, table.first.count(None) + table.second.count(None))


def changes(left_out: int, holes: int, rows: int = 0) -> tuple[str, ...]:
    """What was done to the rows of a table on their way to the models, in words."""
    filled = n_("{n} missing cell is filled in", "{n} missing cells are filled in", holes)
    return left_out_words(left_out, MAX_ROWS if rows == MAX_ROWS else 0) + ((filled,) if holes else ())
