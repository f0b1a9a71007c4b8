"""Several threads for one long multiplication. BLAS has one thread in the lab, because small products gain
nothing from more and the window loses its smoothness. A long prompt is worth more: its matrices are cut into
blocks of rows, and whoever is free takes the next block. Each block is computed as one thread alone would, so
the result is the same to the last bit however many take part, and a core that is busy elsewhere only takes
fewer blocks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["FEWEST_TOKENS", "ThreadTeam", "team_size"]

FEWEST_TOKENS = 32  # below, sharing costs more than it brings
MOST = 8
T = TypeVar("T")


def team_size(threads: int | None, n_tokens: int) -> int:
    """How many take part; None: one for each core, up to 8, when there are at least FEWEST_TOKENS, else one.

    Raises ValueError when threads is not in 1 … 64.
    """
    if threads is None:
        return min(MOST, os.cpu_count() or 1) if n_tokens >= FEWEST_TOKENS else 1
    if not 1 <= threads <= 64:
        raise ValueError(f"threads must be in 1 … 64, got {threads}")
    return threads


class ThreadTeam:
    """The caller's thread and some helpers, each with a buffer of its own; to be closed by `with`.

    size: how many, the caller included.  buffer: numbers in each buffer.
    """

    def __init__(self, size: int, buffer: int) -> None:
        self._buffers = [np.empty(buffer, np.float32) for _ in range(size)]
        self._helpers = ThreadPoolExecutor(size - 1, "lab-team") if size > 1 else None

    def __enter__(self) -> ThreadTeam:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._helpers is not None:
            self._helpers.shutdown()

    def share(self, items: Sequence[T], work: Callable[[T, NDArray[np.float32]], object]) -> None:
        """Does `work(item, buffer)` for every item, in no particular order; returns when all are done."""
        left = iter(items)  # taking from it is atomic

        def take_part(buffer: NDArray[np.float32]) -> None:
            for item in left:
                work(item, buffer)

        others = [self._helpers.submit(take_part, b) for b in self._buffers[1:]] if self._helpers else []
        take_part(self._buffers[0])
        for other in others:
            other.result()
