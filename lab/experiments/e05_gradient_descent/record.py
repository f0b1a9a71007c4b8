"""What a run leaves behind it: one row for each step, in a buffer that only ever grows at its end.
Frames look at the rows written so far, so showing a million steps copies nothing, and no later step can
change what an earlier frame shows. When the buffer is full every third row stays: an odd number, so that
a ball that bounces from side to side is still seen to bounce."""

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
    """The rows of a run up to one step. stored: [N, C], read-only, at steps 0, stride, 2·stride …

    now: the row of the present step, [C], which may not be among them.
    """

    stored: Array
    stride: int
    step: int
    now: tuple[float, ...]

    @property
    def steps(self) -> Array:
        """The steps at which there are rows, the present one last: [N] or [N + 1]."""
        count = len(self.stored)
        steps: Array = np.arange(count + (not self._stored_now), dtype=np.float64) * self.stride
        steps[count:] = self.step
        return steps

    @property
    def _stored_now(self) -> bool:
        return self.step % self.stride == 0

    def columns(self, first: int, last: int) -> Array:
        """Some columns of every row, the present one last. Returns [N, last − first], read-only."""
        part = self.stored[:, first:last]
        if not self._stored_now:
            part = np.vstack((part, self.now[first:last]))
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

    def replace(self, step: int, row: list[float]) -> None:
        """Write the row of the present step anew, in a fresh buffer: frames keep what they have seen."""
        self._buffer = self._buffer.copy()
        if step % self.stride == 0:
            self._buffer[self._length - 1] = row

    def past(self, step: int, now: list[float]) -> Past:
        """The rows so far, for a frame of this step."""
        return Past(self.rows, self.stride, step, tuple(now))

    @property
    def rows(self) -> Array:
        """What was recorded so far: [N, C], a read-only view."""
        rows = self._buffer[: self._length]
        rows.flags.writeable = False
        return rows
