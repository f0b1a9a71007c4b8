"""An n-gram model that can be asked about any text, as a neural one can: to write with, to play against, or to guess
ahead for a larger model. Where the text is still shorter than its runs, a model of shorter runs answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.text.ngram import NGram, fit_ngram

__all__ = ["NGramNext", "fit_ngram_next"]

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class NGramNext:
    """models: of orders 1 … n, in that order; smoothing: what is added to every count.

    Raises ValueError when the orders are others or smoothing is not positive.
    """

    models: tuple[NGram, ...]
    smoothing: float

    def __post_init__(self) -> None:
        orders = [model.order for model in self.models]
        if not orders or orders != list(range(1, len(orders) + 1)) or self.smoothing <= 0:
            raise ValueError(f"models need orders 1, 2, … and smoothing > 0, got {orders} and {self.smoothing}")

    @property
    def order(self) -> int:
        """The length of the longest runs."""
        return len(self.models)

    def next(self, ids: Sequence[int]) -> Floats:
        """The probability of each next token after a text, which may be empty: [V]."""
        model = self.models[min(self.order, len(ids) + 1) - 1]
        return model.probabilities(np.asarray(ids, np.int64), self.smoothing)


def fit_ngram_next(ids: NDArray[np.integer[Any]], order: int, size: int, smoothing: float) -> NGramNext:
    """Counts the runs of 1 … order tokens of a text. Raises ValueError as `fit_ngram` and `NGramNext` do."""
    return NGramNext(tuple(fit_ngram(ids, n, size) for n in range(1, order + 1)), smoothing)
