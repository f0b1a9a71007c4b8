"""The record of a run: one row of numbers for each step, so that curves and paths can be drawn.

The rows lie in a buffer that only grows at its end. Frames look at the rows before their step, which nothing changes
any more, and carry the row of their own step; so a frame of a million steps copies nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass
from lab.kit.arrays import freeze

__all__ = ["Past", "Record"]

Array = NDArray[np.float64]
LEAST = 256  # rows there is room for at first


@dataclass(frozen=True, slots=True, eq=False)
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
        return freeze(steps)

    def columns(self, first: int, last: int) -> Array:
        """Some columns of every row, the present one last. Returns [N + 1, last − first], read-only."""
        part = np.empty((len(self.stored) + 1, last - first))
        part[:-1] = self.stored[:, first:last]
        part[-1] = self.now[first:last]
        return freeze(part)

    def column(self, number: int) -> Array:
        """One quantity at all steps: [N + 1], read-only."""
        return self.columns(number, number + 1)[:, 0]


class Record:
    """Rows of C numbers for the steps 0, stride, 2·stride … of a run.

    When there are `most` of them only every `thin`-th stays: an odd `thin` keeps what bounces from side to side
    bouncing. A record that goes on from saved rows does what the one they are from would have done.
    """

    def __init__(self, rows: ArrayLike, stride: int = 1, most: int = 4096, thin: int = 2) -> None:
        """rows: [N, C], copied."""
        self.stride, self.most, self.thin = stride, most, thin
        self._hold(np.asarray(rows, np.float64))

    @staticmethod
    def load(rows: ArrayLike, columns: int, stride: int, most: int = 4096, thin: int = 2) -> Record:
        """A record that goes on from saved rows. Raises ValueError when they are not [N, columns]."""
        kept = np.asarray(rows, np.float64)
        if kept.ndim != 2 or kept.shape[1] != columns or stride < 1:
            raise ValueError(f"state: a record of shape {kept.shape}, stride {stride}; needs [N, {columns}]")
        return Record(kept, stride, most, thin)

    def _hold(self, rows: Array) -> None:
        """These rows in a fresh buffer, with room for as many again."""
        self._length = len(rows)
        room = max(len(rows), min(self.most, max(LEAST, 2 * len(rows))))
        self._buffer = np.empty((room, rows.shape[1]))
        self._buffer[: len(rows)] = rows
        self._shown = 0  # rows that were given out, the last of them included

    def add(self, step: int, row: Sequence[float] | Array) -> None:
        """Write the row of the next step, if it is one of those that are kept."""
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
        if self._length >= self.most:
            rows = rows[:: self.thin]
            self.stride *= self.thin
        self._hold(rows)

    def replace(self, step: int, row: Sequence[float] | Array) -> None:
        """Write the row of the present step anew; in a fresh buffer where it was given out already."""
        if step % self.stride:
            return
        if self._shown == self._length:
            self._buffer, self._shown = self._buffer.copy(), 0
        self._buffer[self._length - 1] = row

    def past(self, step: int, now: Sequence[float]) -> Past:
        """The rows before this step, for a frame of it. now: its own row."""
        return Past(self._first(self._length - (step % self.stride == 0)), self.stride, step, tuple(now))

    @property
    def rows(self) -> Array:
        """What was recorded so far, the present step included where it is one that is kept: [N, C], read-only."""
        self._shown = self._length
        return self._first(self._length)

    def _first(self, count: int) -> Array:
        return freeze(self._buffer[:count])
