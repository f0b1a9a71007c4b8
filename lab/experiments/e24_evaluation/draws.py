"""What is drawn anew in every step follows from the seed and the number of the step alone: nothing of it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.measuring.redraws import redraws

__all__ = ["REDRAWS", "Draws", "Steps"]

REDRAWS = 100


class Draws:
    """How far a run is, and what was drawn; only a simulation touches it."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._root, self.count = int(rng.integers(2**62)), 0
        self._known: list[NDArray[np.int16]] = []

    def dice(self, number: int) -> np.random.Generator:
        """The dice of a draw, counted from 1; those of number 0 make the items."""
        return np.random.default_rng([self._root, number])

    def weights(self, size: int) -> NDArray[np.int16]:
        """How often each of `size` items was drawn in each redraw so far, [count, size]."""
        if self._known and len(self._known[0]) != size:
            self._known.clear()
        while len(self._known) < self.count:
            self._known.append(redraws(size, self.dice(len(self._known) + 1)))
        return np.array(self._known[: self.count], np.int16).reshape(self.count, size)

    def done(self) -> bool:
        return self.count >= REDRAWS

    def step(self) -> None:
        """Draw once more."""
        self.count += 1

    def save(self) -> dict[str, Any]:
        return {"root": self._root, "drawn": self.count}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for what cannot be."""
        count, root = int(saved["drawn"]), int(saved["root"])
        if not 0 <= count <= REDRAWS or root < 0:
            raise ValueError(f"state: {count} redraws, needs 0 to {REDRAWS}")
        self._root, self.count = root, count
        self._known.clear()


class Steps:
    """How many steps a topic has made, of at most MOST; only a simulation touches it."""

    MOST = 0

    def __init__(self, rng: np.random.Generator) -> None:
        self._root, self._steps = int(rng.integers(2**62)), 0

    def dice(self, number: int) -> np.random.Generator:
        """The dice of a step, counted from 0."""
        return np.random.default_rng([self._root, number])

    def done(self) -> bool:
        return self._steps >= self.MOST

    def step(self, _number: int) -> bool:
        """One more."""
        self._steps += 1
        return True

    def forget(self) -> None:
        """The seed is another: what was drawn with the old one goes."""

    def save(self) -> dict[str, Any]:
        return {"root": self._root, "steps": self._steps}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for what cannot be."""
        steps, root = int(saved["steps"]), int(saved["root"])
        if not 0 <= steps <= self.MOST or root < 0:
            raise ValueError(f"state: {steps} steps, needs 0 to {self.MOST}; seed {root}, needs 0 or more")
        self._root, self._steps = root, steps
        self.forget()
