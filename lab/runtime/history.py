"""The past of a run: the frames that were shown, and checkpoints to compute the others from.

Both are bounded. When there are too many, every second one between the first and the last goes, and from
then on only every second one is kept: the past gets coarser evenly, and never loses its ends.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from typing import Any

from lab.runtime.weight import Held, Weight, weigh

__all__ = ["History"]

FRAME_BYTES = 24_000_000
CHECKPOINT_BYTES = 16_000_000
FEWEST = 3  # of frames and of checkpoints stay whatever they weigh: the first, the last and one between


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

    def until(self, step: int, wanted: Callable[[Any], bool] = lambda _state: True) -> History:
        """The same past without what came after a step, and with those checkpoints whose state is `wanted`."""
        cut = History(self._frames.budget, self._checkpoints.budget)
        cut._frames = self._frames.until(step)
        cut._checkpoints = self._checkpoints.until(step, wanted)
        return cut

    def hold(self, frame_bytes: int = FRAME_BYTES, checkpoint_bytes: int = CHECKPOINT_BYTES) -> None:
        """Keep to other budgets from now on; the ends stay whatever they weigh."""
        self._frames.hold(frame_bytes)
        self._checkpoints.hold(checkpoint_bytes)

    @property
    def budgets(self) -> tuple[int, int]:
        """Bytes that frames and checkpoints may hold."""
        return self._frames.budget, self._checkpoints.budget

    @property
    def held(self) -> tuple[Held, Held]:
        """What frames and what checkpoints hold in memory."""
        return self._frames.held, self._checkpoints.held

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
        self.held = Held()
        self._weights: dict[int, Weight] = {}
        self._stride = 1

    def add(self, step: int, item: Any) -> None:
        if step in self.items:
            self.held.release(self._weights[step])
        else:
            last = self.steps[-1] if self.steps else None
            # The newest is always kept; the one before it stays only when it stands on the grid.
            if last is not None and last < step and last % self._stride and last != self.steps[0]:
                self._drop(last)
            insort(self.steps, step)
        self._take(step, item, weigh(item))
        self._fit()

    def hold(self, budget: int) -> None:
        if budget > self.budget:
            self._stride = 1  # what comes from now on need not be as coarse as what was
        self.budget = budget
        self._fit()

    def _fit(self) -> None:
        """What the newest holds is there anyway: the run itself goes on with it."""
        while len(self.steps) > FEWEST and self.held.bytes - self._weights[self.steps[-1]].bytes > self.budget:
            self._thin()

    def _thin(self) -> None:
        self._stride *= 2
        inner = self.steps[1:-1]
        odd = [step for step in inner if step % self._stride]
        for step in odd or inner[::2]:
            self._drop(step)

    def _take(self, step: int, item: Any, weight: Weight) -> None:
        self.items[step], self._weights[step] = item, weight
        self.held.take(weight)

    def _drop(self, step: int) -> None:
        self.steps.pop(bisect_left(self.steps, step))
        del self.items[step]
        self.held.release(self._weights.pop(step))

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

    def until(self, step: int, wanted: Callable[[Any], bool] = lambda _item: True) -> _Thinning:
        cut = _Thinning(self.budget)
        cut._stride = self._stride
        for s in self.steps[: bisect_right(self.steps, step)]:
            if wanted(self.items[s]):
                cut.steps.append(s)
                cut._take(s, self.items[s], self._weights[s])
        return cut
