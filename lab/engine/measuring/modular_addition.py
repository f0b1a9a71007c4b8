"""Grokking, small enough to be watched: a network that learns a table of additions by heart first, and understands it
much later, if large weights cost something. The table is (a + b) modulo p, a part of its cells is for learning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["AdditionNet", "AdditionTable", "addition_table"]

Array = NDArray[np.float32]
Rows = NDArray[np.int64]
WIDTH = 128
BETA1, BETA2, EPSILON = 0.9, 0.98, 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class AdditionTable:
    """All sums modulo p. inputs: [p², 2p], a and b one-hot, side by side.  answers: [p²].  seen, held: rows."""

    modulus: int
    inputs: Array
    answers: Rows
    seen: Rows
    held: Rows


def addition_table(modulus: int, share: float, rng: np.random.Generator) -> AdditionTable:
    """The table of a + b modulo p, its cells dealt at random. share: of the cells that may be learned from.

    Raises ValueError for a modulus below 2, or a share that leaves one of the parts empty.
    """
    if modulus < 2:
        raise ValueError(f"modulus: {modulus}, needs at least 2")
    cells = modulus * modulus
    count = int(share * cells)
    if not 0 < count < cells:
        raise ValueError(f"share: {share}, needs a share between 0 and 1 that leaves both parts a cell")
    a, b = np.divmod(np.arange(cells), modulus)
    inputs = np.zeros((cells, 2 * modulus), np.float32)
    inputs[np.arange(cells), a] = 1
    inputs[np.arange(cells), modulus + b] = 1
    order = rng.permutation(cells)
    return AdditionTable(modulus, inputs, (a + b) % modulus, order[:count], order[count:])


@dataclass(slots=True, eq=False)
class AdditionNet:
    """One hidden layer of squares, softmax(W₂·(W₁x)²), trained by AdamW on all cells that may be seen.

    first: W₁ᵀ, [2p, width].  second: W₂ᵀ, [width, p].  moments: Adam's, two for each.  updates: done so far.
    """

    first: Array
    second: Array
    updates: int = 0
    moments: list[Array] = field(default_factory=list)

    @staticmethod
    def fresh(modulus: int, rng: np.random.Generator, width: int = WIDTH) -> AdditionNet:
        """A network at its start; the spread of the weights is 1/√(inputs)."""
        first = rng.normal(0, (2 * modulus) ** -0.5, (2 * modulus, width)).astype(np.float32)
        second = rng.normal(0, width**-0.5, (width, modulus)).astype(np.float32)
        zeros = [np.zeros_like(w) for w in (first, first, second, second)]
        return AdditionNet(first, second, 0, zeros)

    def scores(self, inputs: Array) -> Array:
        """The logits: [N, 2p] → [N, p]."""
        return np.asarray(np.square(inputs @ self.first) @ self.second)

    def gradients(self, inputs: Array, answers: Rows) -> tuple[Array, Array]:
        """The slopes of the mean cross-entropy in both weight matrices. inputs: [N, 2p].  answers: [N]."""
        hidden = inputs @ self.first  # [N, width]
        squares = np.square(hidden)
        out = _softmax(squares @ self.second)  # [N, p]
        out[np.arange(len(answers)), answers] -= 1
        out /= np.float32(len(answers))
        back = out @ self.second.T
        back *= 2 * hidden
        return inputs.T @ back, squares.T @ out

    def update(self, inputs: Array, answers: Rows, rate: float, decay: float) -> None:
        """One step of AdamW on all rows. rate: η.  decay: the share η·decay of every weight is taken off.

        Source: Loshchilov & Hutter, 2019; Power et al., 2022 (grokking); Gromov, 2023 (squares and modular sums).
        """
        self.updates += 1
        for place, (weight, slope) in enumerate(zip((self.first, self.second), self.gradients(inputs, answers))):
            mean, square = self.moments[2 * place : 2 * place + 2]
            mean += np.float32(1 - BETA1) * (slope - mean)
            square += np.float32(1 - BETA2) * (np.square(slope) - square)
            step = mean / np.float32(1 - BETA1**self.updates)
            step /= np.sqrt(square / np.float32(1 - BETA2**self.updates)) + np.float32(EPSILON)
            weight -= np.float32(rate) * (step + np.float32(decay) * weight)

    def save(self) -> dict[str, Any]:
        """Everything as plain values."""
        arrays = (self.first, self.second, *self.moments)
        return {"updates": self.updates, "arrays": [array.copy() for array in arrays]}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from there. Raises ValueError for arrays of other shapes."""
        arrays = [np.array(array, np.float32) for array in state["arrays"]]
        mine = [self.first, self.second, *self.moments]
        if [a.shape for a in arrays] != [a.shape for a in mine]:
            raise ValueError("state: weights of another table")
        self.first, self.second, *self.moments = arrays
        self.updates = int(state["updates"])


def _softmax(scores: Array) -> Array:
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, scores)
    scores /= scores.sum(axis=1, keepdims=True)
    return scores
