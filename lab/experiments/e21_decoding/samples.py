"""Samples from the bars, counted and held against what the bars promise."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.decoding.check import ChiSquare, chi_square
from lab.kit.arrays import freeze

__all__ = ["MOST_SAMPLES", "Samples", "sample_tokens"]

MOST_SAMPLES = 1_000_000
Counts = NDArray[np.int64]


def sample_tokens(shares: NDArray[np.floating[Any]], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """So many tokens drawn by their probabilities: [count]."""
    cumulative = np.cumsum(shares)
    tokens: NDArray[np.int64] = np.searchsorted(cumulative, rng.random(count) * cumulative[-1], side="right")
    return tokens


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """counts: how often each token came, [V], read-only.  last: the latest of them, −1 before the first."""

    counts: Counts
    last: int = -1

    @classmethod
    def none(cls, size: int) -> Samples:
        return cls(freeze(np.zeros(size, np.int64)))

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    def more(self, shares: NDArray[np.float64], count: int, rng: np.random.Generator) -> Samples:
        """With so many more draws, as far as MOST_SAMPLES allows."""
        count = min(count, MOST_SAMPLES - self.total)
        if count < 1:
            return self
        tokens = sample_tokens(shares, count, rng)
        return Samples(freeze(self.counts + np.bincount(tokens, minlength=len(self.counts))), int(tokens[-1]))

    def test(self, shares: NDArray[np.float64]) -> ChiSquare | None:
        """How well they fit; None where there is too little to tell."""
        if self.total < 50 or not np.isfinite(shares).all():
            return None
        return chi_square(self.counts, shares / shares.sum())
