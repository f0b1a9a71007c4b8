"""Two searches are better than one. Words find names and numbers, vectors find meaning, and their scores
cannot be added as they are: one is a cosine below 1, the other a sum of any size. Either both are brought to
the same spread first, or only the places count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.retrieval.word_search import ranking

__all__ = ["reciprocal_ranks", "z_scores", "z_sum"]

Floats = NDArray[np.floating[Any]]


def z_scores(scores: Floats) -> Floats:
    """How many standard deviations each score is above the mean, [N]; all 0 where all are equal."""
    values = np.asarray(scores, np.float64)
    spread = values.std()
    return np.zeros_like(values) if spread == 0 else np.asarray((values - values.mean()) / spread)


def z_sum(one: Floats, other: Floats, share: float = 0.5) -> Floats:
    """Both searches' z-scores, mixed, [N].

    share: of the second, 0 … 1; 0 ranks as the first alone, 1 as the second.
    Raises ValueError when the shapes differ or share is outside 0 … 1.
    """
    if one.shape != other.shape:
        raise ValueError(f"one, other: shapes {one.shape} and {other.shape}, need the same documents")
    if not 0 <= share <= 1:
        raise ValueError(f"share: {share}, needs 0 … 1")
    return (1 - share) * z_scores(one) + share * z_scores(other)


def reciprocal_ranks(scores: Sequence[Floats], k: float = 60.0) -> Floats:
    """Reciprocal rank fusion: Σ 1 / (k + place), places counted from 1, [N].

    scores: of each search, [N].  k: how much the first places stand out; the larger, the less.
    Raises ValueError when there are no searches, shapes differ, or k is not positive.
    Source: Cormack, Clarke & Büttcher, Reciprocal Rank Fusion (2009).
    """
    if not scores or any(one.shape != scores[0].shape for one in scores):
        raise ValueError(f"scores: shapes {[one.shape for one in scores]}, need one or more, all the same")
    if not k > 0:
        raise ValueError(f"k: {k}, needs a positive number")
    total = np.zeros(scores[0].shape)
    for one in scores:
        total[ranking(one)] += 1.0 / (k + 1 + np.arange(len(one)))
    return total
