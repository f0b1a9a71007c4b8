"""Where the descents have been: a row for each step in a buffer that grows at its end only, so that frames
may look at it without copying. When it is full every second row goes, and from then on only every second
is kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_ROWS", "Trail"]

Array = NDArray[np.float64]
MAX_ROWS = 4096


class Trail:
    """Rows of one width for the steps 0, stride, 2·stride … rows: [N, C], copied."""

    def __init__(self, rows: Array, stride: int = 1) -> None:
        self.stride = stride
        self._length = len(rows)
        self._buffer = np.empty((max(256, 2 * len(rows)), rows.shape[1]))
        self._buffer[: len(rows)] = rows

    def add(self, step: int, row: Array) -> None:
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
            rows = rows[::2]
            self.stride *= 2
        self._length = len(rows)
        self._buffer = np.empty((min(MAX_ROWS, 2 * len(rows)), rows.shape[1]))
        self._buffer[: len(rows)] = rows

    @property
    def rows(self) -> Array:
        """What was written so far: [N, C], a read-only view."""
        rows = self._buffer[: self._length]
        rows.flags.writeable = False
        return rows
