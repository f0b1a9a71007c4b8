"""The past of a run: the frames that were shown, and checkpoints to compute the others from.

Both are bounded. When there are too many, every second one between the first and the last goes, and from
then on only every second one is kept: the past gets coarser evenly, and never loses its ends.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

__all__ = ["History", "size_of"]

FRAME_BYTES = 24_000_000
CHECKPOINT_BYTES = 16_000_000
OVERHEAD = 2_000  # what a small frame costs beside its arrays


class History:
    """Frames and checkpoints by step."""

    def __init__(self, frame_bytes: int = FRAME_BYTES, checkpoint_bytes: int = CHECKPOINT_BYTES) -> None:
        self._frames = _Thinning(frame_bytes)
        self._checkpoints = _Thinning(checkpoint_bytes)

    def add(self, step: int, frame: Any) -> None:
        """Keep the frame of a step; a later frame of the same step (after a gesture) replaces it."""
        self._frames.add(step, frame)

    def at(self, step: int) -> tuple[int, Any] | None:
        """The stored frame nearest to a step, with its own step."""
        return self._frames.nearest(step)

    def checkpoint(self, step: int, state: Any) -> None:
        """Keep a state to go on from."""
        self._checkpoints.add(step, state)

    def before(self, step: int) -> tuple[int, Any] | None:
        """The last checkpoint that is not after a step."""
        return self._checkpoints.not_after(step)

    def until(self, step: int) -> History:
        """The same past without what came after a step."""
        cut = History(self._frames.budget, self._checkpoints.budget)
        cut._frames = self._frames.until(step)
        cut._checkpoints = self._checkpoints.until(step)
        return cut

    @property
    def frames(self) -> tuple[int, ...]:
        """The steps of the stored frames."""
        return tuple(self._frames.steps)

    def between(self, first: int, last: int) -> list[tuple[int, Any]]:
        """The stored frames of a span, in order: for the recorder."""
        return [(step, self._frames.items[step]) for step in self._frames.steps if first <= step <= last]


class _Thinning:
    """A bounded map from step to item."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.steps: list[int] = []
        self.items: dict[int, Any] = {}
        self._sizes: dict[int, int] = {}
        self._bytes = 0
        self._stride = 1

    def add(self, step: int, item: Any) -> None:
        if step not in self.items:
            last = self.steps[-1] if self.steps else None
            # The newest is always kept; the one before it stays only when it stands on the grid.
            if last is not None and last < step and last % self._stride and last != self.steps[0]:
                self._drop(last)
            insort(self.steps, step)
        self._bytes += (size := size_of(item)) - self._sizes.get(step, 0)
        self._sizes[step] = size
        self.items[step] = item
        while self._bytes > self.budget and len(self.steps) > 3:
            self._thin()

    def _thin(self) -> None:
        self._stride *= 2
        inner = self.steps[1:-1]
        odd = [step for step in inner if step % self._stride]
        for step in odd or inner[::2]:
            self._drop(step)

    def _drop(self, step: int) -> None:
        self.steps.pop(bisect_left(self.steps, step))
        del self.items[step]
        self._bytes -= self._sizes.pop(step)

    def nearest(self, step: int) -> tuple[int, Any] | None:
        if not self.steps:
            return None
        i = bisect_left(self.steps, step)
        around = self.steps[max(0, i - 1) : i + 1]
        best = min(around, key=lambda s: (abs(s - step), s))
        return best, self.items[best]

    def not_after(self, step: int) -> tuple[int, Any] | None:
        i = bisect_right(self.steps, step)
        return (self.steps[i - 1], self.items[self.steps[i - 1]]) if i else None

    def until(self, step: int) -> _Thinning:
        cut = _Thinning(self.budget)
        cut._stride = self._stride
        cut.steps = self.steps[: bisect_right(self.steps, step)]
        cut.items = {s: self.items[s] for s in cut.steps}
        cut._sizes = {s: self._sizes[s] for s in cut.steps}
        cut._bytes = sum(cut._sizes.values())
        return cut


def size_of(item: Any) -> int:
    """About how many bytes an item holds for itself. An array that is a view of a larger one counts as nothing:
    frames share the buffers that grow with a run."""
    return OVERHEAD + _arrays(item, 0)


def _arrays(item: Any, depth: int) -> int:
    if isinstance(item, np.ndarray):
        return item.nbytes if item.base is None else 0
    if depth > 6 or type(item) in _PLAIN:
        return 0
    if isinstance(item, Mapping):
        return sum(_arrays(value, depth + 1) for value in item.values() if type(value) not in _PLAIN)
    if isinstance(item, (tuple, list)):
        return sum(_arrays(value, depth + 1) for value in item if type(value) not in _PLAIN)
    kind: Any = type(item)
    return sum(_arrays(getattr(item, name), depth + 1) for name in _fields(kind))


_PLAIN = frozenset((int, float, str, bool, bytes, type(None)))


@lru_cache(maxsize=256)
def _fields(kind: Any) -> tuple[str, ...]:
    """The names of a dataclass's fields; of anything else, none."""
    return tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()
