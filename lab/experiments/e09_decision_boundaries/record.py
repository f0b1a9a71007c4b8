"""What a run leaves behind: a row of numbers every few steps, in a table that only grows at its end. A full one
is thinned to every second row. Frames keep a read-only look at what was there when they were made."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["COLUMNS", "Record"]

Array = NDArray[np.float64]
FULL = 512
COLUMNS = ("step", "loss_seen", "loss_test", "accuracy_seen", "accuracy_test")


class Record:
    """Rows of COLUMNS, at steps 0, stride, 2·stride …"""

    def __init__(self, rows: ArrayLike = (), stride: int = 1) -> None:
        self.stride = stride
        self._rows = np.array(rows, np.float64).reshape(-1, len(COLUMNS))
        self._rows.flags.writeable = False

    @property
    def rows(self) -> Array:
        """[N, 5], read-only."""
        return self._rows

    def wants(self, step: int) -> bool:
        """Whether a row is kept of this step."""
        return step % self.stride == 0

    def add(self, row: tuple[float, ...]) -> None:
        """A row more, or another one for the step of the last."""
        kept = self._rows
        if len(kept) and kept[-1, 0] >= row[0]:
            kept = kept[kept[:, 0] < row[0]]
        if len(kept) >= FULL:
            self.stride *= 2
            kept = kept[::2]
        rows = np.vstack((kept, [row]))
        rows.flags.writeable = False
        self._rows = rows
