"""What a run leaves behind it: one row for each step, in a buffer that only ever grows at its end.
Frames look at the rows of the steps before theirs, which nothing can change any more, and carry their own
row with them; so a frame of a million steps copies nothing. When the buffer is full every third row stays:
an odd number, so that a ball that bounces from side to side is still seen to bounce."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_ROWS", "Past", "Record"]

Array = NDArray[np.float64]
MAX_ROWS = 6144
THIN = 3


@dataclass(frozen=True, slots=True)
class Past:
    """The rows of a run up to one step. stored: [N, C], read-only, of the steps 0, stride, 2·stride … before it.

    now: the row of the present step, [C].
    """

    stored: Array
    stride: int
    step: int
    now: tuple[float, ...]

    @property
    def steps(self) -> Array:
        """The steps at which there are rows, the present one last: [N + 1]."""
        steps: Array = np.arange(len(self.stored) + 1, dtype=np.float64) * self.stride
        steps[-1] = self.step
        return steps

    def columns(self, first: int, last: int) -> Array:
        """Some columns of every row, the present one last. Returns [N + 1, last − first], read-only."""
        part = np.empty((len(self.stored) + 1, last - first))
        part[:-1] = self.stored[:, first:last]
        part[-1] = self.now[first:last]
        part.flags.writeable = False
        return part


class Record:
    """The growing buffer. A row is the values of one step; rows are given for every step, from 0 on."""

    def __init__(self, rows: Array, stride: int = 1) -> None:
        """rows: [N, C], copied: what was recorded before, for a run that goes on from a saved state."""
        self.stride = stride
        self._length = len(rows)
        self._buffer = np.empty((max(256, 2 * len(rows)), rows.shape[1]))
        self._buffer[: len(rows)] = rows
        self._saved = 0  # rows that a saved state looks at

    def add(self, step: int, row: list[float]) -> None:
        """Write the row of a step, if it is one of those that are kept."""
        if step % self.stride:
            return
        if self._length == len(self._buffer):
            self._grow()
            if step % self.stride:
                return
        self._buffer[self._length] = row
        self._length += 1

    def _grow(self) -> None:
        rows = self._buffer
        if self._length >= MAX_ROWS:
            rows = rows[::THIN]
            self.stride *= THIN
        self._length = len(rows)
        self._buffer = np.empty((min(MAX_ROWS, 2 * len(rows)), rows.shape[1]))
        self._buffer[: len(rows)] = rows
        self._saved = 0

    def replace(self, step: int, row: list[float]) -> None:
        """Write the row of the present step anew; in a fresh buffer where a saved state looks at it."""
        if step % self.stride:
            return
        if self._saved == self._length:
            self._buffer, self._saved = self._buffer.copy(), 0
        self._buffer[self._length - 1] = row

    def past(self, step: int, now: list[float]) -> Past:
        """The rows before this step, for a frame of it."""
        return Past(self._first(self._length - (step % self.stride == 0)), self.stride, step, tuple(now))

    @property
    def rows(self) -> Array:
        """What was recorded so far, the present step included where it is one that is kept: [N, C], read-only."""
        self._saved = self._length
        return self._first(self._length)

    def _first(self, count: int) -> Array:
        rows = self._buffer[:count]
        rows.flags.writeable = False
        return rows
