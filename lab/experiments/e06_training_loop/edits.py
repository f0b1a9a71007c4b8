"""Samples that change during training. The current batch is a copy and stays as it was fetched. Of the rest of the
epoch, a sample that was removed is not drawn any more, and a new one waits for the next epoch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e06_training_loop.gestures import AddSample, MoveSample, RemoveSample
from lab.experiments.e06_training_loop.samples import LEAST, MOST, Samples
from lab.kit import editing
from lab.kit.arrays import read_only

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
    n = samples.n
    if isinstance(edit, AddSample) and n >= MOST:
        raise ValueError(_("There is room for {n} samples.").format(n=MOST))
    if isinstance(edit, RemoveSample) and 0 <= edit.number < n <= LEAST:
        raise ValueError(_("A line needs {n} samples; the last ones stay.").format(n=LEAST))
    found = editing.edited(samples.x, samples.y, edit, AddSample, MoveSample, RemoveSample, MOST)
    if found is None:
        return None
    x, y, inverse = found
    after = samples.edited(x, y)
    if isinstance(edit, AddSample):
        return after, _with_row(order, inverse.number), inverse
    if isinstance(edit, MoveSample):
        return after, order, inverse
    waiting = edit.number not in order.rows and (order.batch is None or edit.number not in order.batch)
    return after, _without_row(order, edit.number), inverse if waiting else None


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
