"""Samples that change under a running loop. The batch at hand is a copy and stays as it was fetched; what is
still to come of the epoch is dealt anew: a sample that is gone cannot be drawn, a new one waits for the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.core.text import _
from lab.experiments.e06_training_loop.gestures import AddSample, MoveSample, RemoveSample
from lab.experiments.e06_training_loop.samples import LEAST, MOST, Samples
from lab.kit.arrays import read_only
from lab.kit.numbers import checked_number

__all__ = ["Deal", "edited"]

Edit = AddSample | MoveSample | RemoveSample
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Deal:
    """The order of this epoch: row numbers, how many of them were fetched, and the batch at hand or None.

    A row of the batch that was taken away since is −1.
    """

    deck: Rows
    cursor: int
    batch: Rows | None


def edited(samples: Samples, deal: Deal, edit: Edit) -> tuple[Samples, Deal, Edit | None] | None:
    """The samples and the deal after an edit, and the edit that takes it back where one can.

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
        return after, _opened(deal, at), RemoveSample(edit.data, at)
    if not 0 <= edit.number < x.size:
        return None
    was = float(x[edit.number]), float(y[edit.number])
    if isinstance(edit, MoveSample):
        after = samples.edited(_put(x, edit.number, edit.x), _put(y, edit.number, edit.y))
        return after, deal, MoveSample(edit.data, edit.number, *was)
    if x.size <= LEAST:
        raise ValueError(_("A line needs {n} samples; the last ones stay.").format(n=LEAST))
    after = samples.edited(np.delete(x, edit.number), np.delete(y, edit.number))
    waiting = edit.number not in deal.deck and (deal.batch is None or edit.number not in deal.batch)
    inverse = AddSample(edit.data, *was, edit.number) if waiting else None
    return after, _closed(deal, edit.number), inverse


def _opened(deal: Deal, at: int) -> Deal:
    """Row numbers from `at` on are one higher."""
    deck, batch = (None if rows is None else rows + (rows >= at) for rows in (deal.deck, deal.batch))
    assert deck is not None
    return Deal(read_only(deck, np.int64), deal.cursor, None if batch is None else read_only(batch, np.int64))


def _closed(deal: Deal, gone: int) -> Deal:
    """Row `gone` cannot be drawn any more; those behind it are one lower."""
    before = int((deal.deck[: deal.cursor] == gone).sum())
    left = deal.deck[deal.deck != gone]
    batch = None
    if deal.batch is not None:
        batch = read_only(np.where(deal.batch == gone, -1, deal.batch - (deal.batch > gone)), np.int64)
    return Deal(read_only(left - (left > gone), np.int64), deal.cursor - before, batch)


def _put(column: NDArray[np.float64], number: int, value: float) -> NDArray[np.float64]:
    changed = column.copy()
    changed[number] = checked_number(value, "sample")
    return changed
