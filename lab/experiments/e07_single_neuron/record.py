"""What a run leaves behind it: a row of numbers for each step, in a table that only grows at its end. Frames
keep a read-only look at the rows so far; what was shown once is never written again. A full table is thinned
to every third row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["FULL", "Past", "Record"]

Array = NDArray[np.float64]
FULL = 4096  # rows
THIN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """steps: [N].  values: [N, C], the columns of each. Read-only; the last row is now."""

    steps: Array
    values: Array


class Record:
    """The rows of a run, at steps 0, stride, 2·stride …, and the row of now."""

    def __init__(self, rows: ArrayLike, stride: int = 1) -> None:
        """rows: [N, C], at least one, copied."""
        self.stride = stride
        self._hold(np.array(rows, np.float64))

    def _hold(self, rows: Array) -> None:
        """These rows in a fresh table, with room for as many again."""
        self._used = len(rows)
        self._table = np.vstack((rows, np.empty((max(256, len(rows)), rows.shape[1]))))

    @property
    def rows(self) -> Array:
        """The rows that are kept: [N, C], read-only."""
        rows = self._table[: self._used]
        rows.flags.writeable = False
        return rows

    def add(self, step: int, row: tuple[float, ...]) -> None:
        """The row of the next step; kept where the stride falls on it."""
        if self._used == FULL:
            self.stride *= THIN
            self._hold(self.rows[::THIN])
        elif self._used == len(self._table):
            self._hold(self.rows)
        if step % self.stride:
            return
        self._table[self._used] = row
        self._used += 1

    def rewrite(self, step: int, row: tuple[float, ...]) -> None:
        """Another row for the present step, in a fresh table: earlier frames keep what they have seen."""
        if step % self.stride == 0:
            self._table = self._table.copy()
            self._table[self._used - 1] = row

    def past(self, step: int, now: tuple[float, ...]) -> Past:
        """The rows so far for a frame of this step."""
        rows, steps = self.rows, np.arange(self._used, dtype=np.float64) * self.stride
        if step % self.stride:
            rows, steps = np.vstack((rows, now)), np.append(steps, step)
        rows.flags.writeable = steps.flags.writeable = False
        return Past(steps, rows)
