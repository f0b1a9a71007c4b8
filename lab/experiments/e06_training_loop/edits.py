"""Samples that change during training. The current batch is a copy and stays as it was fetched. Of the rest of the
epoch, a sample that was removed is not drawn any more, and a new one waits for the next epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.core.text import _
from lab.experiments.e06_training_loop.gestures import AddSample, MoveSample, RemoveSample
from lab.experiments.e06_training_loop.samples import LEAST, MOST, Samples
from lab.kit.arrays import read_only
from lab.kit.numbers import checked_number

__all__ = ["EpochOrder", "edited"]

Edit = AddSample | MoveSample | RemoveSample
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EpochOrder:
    """Row numbers in the order of this epoch, how many of them were fetched, and those of the current batch or None.

    A row of the batch that was removed since is −1.
    """

    rows: Rows
    fetched: int
    batch: Rows | None


def edited(samples: Samples, order: EpochOrder, edit: Edit) -> tuple[Samples, EpochOrder, Edit | None] | None:
    """The samples and the order after an edit, and the edit that undoes it where one can.

    None when there is no such sample. Raises ValueError for a number that cannot be, for one sample too many
    and for one too few.
    """
    x, y = samples.x, samples.y
    if isinstance(edit, AddSample):
        if x.size >= MOST:
            raise ValueError(_("There is room for {n} samples.").format(n=MOST))
        at = edit.at if 0 <= edit.at <= x.size else x.size
        more = checked_number(edit.x, "sample"), checked_number(edit.y, "sample")
        after = samples.edited(np.insert(x, at, more[0]), np.insert(y, at, more[1]))
        return after, _with_row(order, at), RemoveSample(edit.data, at)
    if not 0 <= edit.number < x.size:
        return None
    was = float(x[edit.number]), float(y[edit.number])
    if isinstance(edit, MoveSample):
        after = samples.edited(_replaced(x, edit.number, edit.x), _replaced(y, edit.number, edit.y))
        return after, order, MoveSample(edit.data, edit.number, *was)
    if x.size <= LEAST:
        raise ValueError(_("A line needs {n} samples; the last ones stay.").format(n=LEAST))
    after = samples.edited(np.delete(x, edit.number), np.delete(y, edit.number))
    waiting = edit.number not in order.rows and (order.batch is None or edit.number not in order.batch)
    inverse = AddSample(edit.data, *was, edit.number) if waiting else None
    return after, _without_row(order, edit.number), inverse


def _with_row(order: EpochOrder, at: int) -> EpochOrder:
    """Row numbers from `at` on are one higher."""
    rows, batch = (None if rows is None else rows + (rows >= at) for rows in (order.rows, order.batch))
    assert rows is not None
    return EpochOrder(read_only(rows, np.int64), order.fetched, None if batch is None else read_only(batch, np.int64))


def _without_row(order: EpochOrder, gone: int) -> EpochOrder:
    """Row `gone` cannot be drawn any more; those behind it are one lower."""
    before = int((order.rows[: order.fetched] == gone).sum())
    kept = order.rows[order.rows != gone]
    batch = None
    if order.batch is not None:
        batch = read_only(np.where(order.batch == gone, -1, order.batch - (order.batch > gone)), np.int64)
    return EpochOrder(read_only(kept - (kept > gone), np.int64), order.fetched - before, batch)


def _replaced(column: NDArray[np.float64], number: int, value: float) -> NDArray[np.float64]:
    changed = column.copy()
    changed[number] = checked_number(value, "sample")
    return changed
