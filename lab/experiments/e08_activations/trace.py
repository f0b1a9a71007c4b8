"""What a run leaves behind it: a row of numbers for each step, so that curves can be drawn. The rows lie in a
buffer that only grows at its end, and frames look at the part written so far, so that showing a long run copies
nothing and no later step changes an earlier frame. A full buffer keeps every second row and goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Seen", "Trace"]

Array = NDArray[np.float64]
MOST = 4096


@dataclass(frozen=True, slots=True)
class Seen:
    """The rows up to one step. steps: [N], rising.  rows: [N, C], read-only."""

    steps: Array
    rows: Array

    def column(self, number: int) -> Array:
        """One quantity at all steps: [N]."""
        return self.rows[:, number]


class Trace:
    """Rows of C numbers, one for every step from 0 on."""

    def __init__(self, first: Sequence[float]) -> None:
        self.stride, self._count = 1, 1
        self._last = (0, tuple(first))
        self._buffer = np.empty((64, len(first)))
        self._buffer[0] = first

    def add(self, step: int, row: Sequence[float]) -> None:
        """The row of the next step."""
        self._last = (step, tuple(row))
        if step % self.stride:
            return
        if self._count == len(self._buffer):
            self._grow()
            if step % self.stride:
                return
        self._buffer[self._count] = row
        self._count += 1

    def _grow(self) -> None:
        kept = self._buffer[: self._count]
        if self._count >= MOST:
            kept = kept[::2]
            self.stride *= 2
        self._count = len(kept)
        self._buffer = np.empty((min(MOST, 2 * len(kept)), kept.shape[1]))
        self._buffer[: self._count] = kept

    def seen(self) -> Seen:
        """The rows so far; that of the present step is always among them."""
        rows: Array = self._buffer[: self._count]
        steps = np.arange(self._count, dtype=np.float64) * self.stride
        step, row = self._last
        if steps[-1] != step:
            rows, steps = np.vstack((rows, row)), np.append(steps, step)
        rows.flags.writeable = steps.flags.writeable = False
        return Seen(steps, rows)

    def save(self) -> dict[str, Any]:
        """Everything, as numbers and arrays."""
        return {
            "rows": self._buffer[: self._count].copy(),
            "stride": self.stride,
            "step": self._last[0],
            "row": np.array(self._last[1]),
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for rows of another width."""
        rows = np.asarray(saved["rows"], np.float64)
        if rows.ndim != 2 or rows.shape[1] != self._buffer.shape[1] or len(rows) < 1:
            raise ValueError(f"rows: shape {rows.shape}, needs [N, {self._buffer.shape[1]}] with N at least 1")
        self.stride, self._count = int(saved["stride"]), len(rows)
        self._buffer = np.empty((max(64, 2 * len(rows)), rows.shape[1]))
        self._buffer[: len(rows)] = rows
        self._last = (int(saved["step"]), tuple(np.asarray(saved["row"], np.float64).tolist()))
