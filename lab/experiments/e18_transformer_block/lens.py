"""The logit lens over a text, read block by block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.engine.basics.activations import softmax
from lab.experiments.e18_transformer_block.frame import Floats

__all__ = ["GUESSES", "LensRows"]

GUESSES = 3


class LensRows:
    """What would be said after each stream. `read` counts the rows that are there, the embedding first.

    ids: the text, T tokens.  logits [T, V]: what the model says in the end.  streams: how many rows there will be.
    chance [L+1, T], top and shares [L+1, T, 3], rank [L+1, T]: as in `LensPage`, for every token; nan and 0 where
    nothing is read yet.
    """

    def __init__(self, ids: tuple[int, ...], logits: Floats, streams: int) -> None:
        final = logits.argmax(axis=1)
        self._wanted = np.array([*ids[1:], int(final[-1])])
        self._final, self.read = final, 0
        self.chance = np.full((streams, len(ids)), np.nan)
        self.shares = np.full((streams, len(ids), GUESSES), np.nan)
        self.top: NDArray[np.intp] = np.zeros((streams, len(ids), GUESSES), np.intp)
        self.rank: NDArray[np.intp] = np.zeros((streams, len(ids)), np.intp)

    @property
    def done(self) -> bool:
        """Whether all rows are read."""
        return self.read == len(self.chance)

    def add(self, scores: Floats) -> None:
        """The next row, from its scores [T, V]."""
        k, every = self.read, np.arange(len(scores))
        p = softmax(scores.astype(np.float64))
        self.chance[k] = p[every, self._wanted]
        best = _largest(p)
        self.top[k], self.shares[k] = best, np.take_along_axis(p, best, axis=1)
        own = p[every, self._final][:, None]
        earlier = (p == own) & (np.arange(p.shape[1]) < self._final[:, None])
        self.rank[k] = 1 + (p > own).sum(axis=1) + earlier.sum(axis=1)
        self.read += 1


def _largest(p: Floats) -> NDArray[np.intp]:
    """The places of the largest of each row, the first of equal ones first."""
    found, left = [], p.copy()
    for _ in range(GUESSES):
        best = left.argmax(axis=1)
        found.append(best)
        left[np.arange(len(p)), best] = -1.0
    return np.stack(found, axis=1)
