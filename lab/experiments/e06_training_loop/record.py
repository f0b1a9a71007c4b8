"""What a run leaves behind it: one row for each update or epoch, in a buffer that only grows at its end.
A frame looks at the rows written so far, so showing them copies nothing, and no later row changes what it
shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_ROWS", "Record"]

Array = NDArray[np.float64]
MAX_ROWS = 8192


class Record:
    """Rows of numbers. When there are too many, every second one is forgotten, from the first on."""

    def __init__(self, columns: int, rows: Array | None = None, stride: int = 1, count: int = 0) -> None:
        """rows: [N, C], what was recorded before.  count: how many rows were given in all."""
        kept = np.empty((0, columns)) if rows is None else np.asarray(rows, np.float64)
        if kept.ndim != 2 or kept.shape[1] != columns or stride < 1 or count < len(kept):
            raise ValueError(
                f"rows: shape {kept.shape}, stride {stride}, count {count}; needs [N, {columns}]"
            )
        self.stride, self.count, self._length = stride, count, len(kept)
        self._buffer = np.empty((max(256, 2 * len(kept)), columns))
        self._buffer[: len(kept)] = kept

    def add(self, row: tuple[float, ...]) -> None:
        """Write the next row."""
        self.count += 1
        if (self.count - 1) % self.stride:
            return
        if self._length == len(self._buffer):
            self._grow()
            if (self.count - 1) % self.stride:
                return
        self._buffer[self._length] = row
        self._length += 1

    def _grow(self) -> None:
        rows = self._buffer
        if self._length >= MAX_ROWS:
            rows, self.stride = rows[::2], 2 * self.stride
        self._length = len(rows)
        self._buffer = np.empty((min(MAX_ROWS, max(256, 2 * len(rows))), rows.shape[1]))
        self._buffer[: len(rows)] = rows

    @property
    def rows(self) -> Array:
        """What was recorded so far: [N, C], a read-only view."""
        rows = self._buffer[: self._length]
        rows.flags.writeable = False
        return rows

    def out(self) -> dict[str, Any]:
        """As plain values, for saving."""
        return {"rows": self.rows, "stride": self.stride, "count": self.count}

    @staticmethod
    def of(columns: int, state: Mapping[str, Any]) -> Record:
        """The inverse of `out`. Raises ValueError when the rows do not fit."""
        return Record(columns, np.asarray(state["rows"]), int(state["stride"]), int(state["count"]))
