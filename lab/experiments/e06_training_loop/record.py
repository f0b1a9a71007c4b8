"""The record of updates or epochs, counted from 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.kit import record

__all__ = ["MAX_ROWS", "Record"]

Array = NDArray[np.float64]
MAX_ROWS = 8192


class Record(record.Record):
    """Rows that come one after the other. count: how many were given in all."""

    def __init__(self, columns: int, rows: Array | None = None, stride: int = 1, count: int = 0) -> None:
        """rows: [N, C], what was recorded before.  count: how many rows were given in all."""
        kept = np.empty((0, columns)) if rows is None else np.asarray(rows, np.float64)
        if kept.ndim != 2 or kept.shape[1] != columns or stride < 1 or count < len(kept):
            raise ValueError(f"rows: shape {kept.shape}, stride {stride}, count {count}; needs [N, {columns}]")
        super().__init__(kept, stride, MAX_ROWS)
        self.count = count

    def append(self, row: tuple[float, ...]) -> None:
        """Write the next row."""
        self.add(self.count, row)
        self.count += 1

    def save(self) -> dict[str, Any]:
        """As plain values."""
        return {"rows": self.rows, "stride": self.stride, "count": self.count}

    @staticmethod
    def load(columns: int, state: Mapping[str, Any]) -> Record:
        """The inverse of `save`. Raises ValueError when the rows do not fit."""
        return Record(columns, np.asarray(state["rows"]), int(state["stride"]), int(state["count"]))
