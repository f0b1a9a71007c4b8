"""The redraws of a test set: each follows from the seed and its number alone, so that nothing of them need be saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.measuring.redraws import redraws

__all__ = ["REDRAWS", "Draws"]

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
