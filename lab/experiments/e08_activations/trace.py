"""The record of a run that also keeps the row of its present step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.kit.record import Past, Record

__all__ = ["Trace"]


class Trace:
    """Rows of C numbers, one for every step from 0 on. first: that of step 0."""

    def __init__(self, first: Sequence[float]) -> None:
        self._record, self._last = Record([first]), (0, tuple(first))

    def add(self, step: int, row: Sequence[float]) -> None:
        """The row of the next step."""
        self._last = (step, tuple(row))
        self._record.add(step, row)

    def past(self) -> Past:
        """The rows so far; that of the present step is always among them."""
        return self._record.past(*self._last)

    def save(self) -> dict[str, Any]:
        """Everything, as numbers and arrays."""
        step, row = self._last
        return {"rows": self._record.rows, "stride": self._record.stride, "step": step, "row": np.array(row)}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for rows of another width."""
        self._record = Record.load(saved["rows"], len(self._last[1]), int(saved["stride"]))
        self._last = (int(saved["step"]), tuple(np.asarray(saved["row"], np.float64).tolist()))
