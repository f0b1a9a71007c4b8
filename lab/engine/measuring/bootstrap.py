"""How sure a score is: the test set is drawn anew from itself, with replacement, many times over, and the
score is taken each time. Two models are compared on the same draws, since they answered the same
questions."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass

__all__ = ["Interval", "bootstrap", "bootstrap_difference"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A score and between which values most of the draws put it.

    estimate: the score of the data as they are.  low, high: the interval.  draws: [draws], every score drawn.
    """

    estimate: float
    low: float
    high: float
    draws: Array

    @property
    def above_zero(self) -> float:
        """The share of the draws above zero, ties counting half: for a difference, how sure its sign is."""
        return float(np.mean(self.draws > 0) + np.mean(self.draws == 0) / 2)


def bootstrap(
    score: Callable[..., float],
    *columns: ArrayLike,
    rng: np.random.Generator,
    draws: int = 1000,
    level: float = 0.95,
) -> Interval:
    """An interval for a score by drawing rows with replacement.

    score: a function of the columns.  columns: arrays of N rows each.  draws: how often.
    level: the share of draws the interval holds.
    Draws for which the score is nan are left out.  Raises ValueError when the columns differ in length.
    Source: Efron, 1979, the percentile interval.
    """
    arrays = [np.asarray(column) for column in columns]
    sizes = {len(array) for array in arrays}
    if len(sizes) != 1 or 0 in sizes or draws < 1 or not 0 < level < 1:
        raise ValueError(f"columns: {sorted(sizes)} rows; draws: {draws}; level: {level}: need one size, 1, 0 to 1")
    size = sizes.pop()
    scores = np.empty(draws)
    for i in range(draws):
        rows = rng.integers(0, size, size)
        scores[i] = score(*(array[rows] for array in arrays))
    known = scores[~np.isnan(scores)]
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2]) if known.size else (np.nan, np.nan)
    return Interval(float(score(*arrays)), float(low), float(high), known)


def bootstrap_difference(
    first_right: ArrayLike,
    second_right: ArrayLike,
    rng: np.random.Generator,
    draws: int = 1000,
    level: float = 0.95,
) -> Interval:
    """By how much the second model is better than the first on the same questions.

    first_right, second_right: [N], 1 where the model was right, else 0 (or any score a question).
    Returns the interval for mean(second) − mean(first).  Raises ValueError as bootstrap does.
    """
    first, second = np.asarray(first_right, np.float64), np.asarray(second_right, np.float64)
    if first.shape != second.shape:
        raise ValueError(f"second_right: shape {second.shape}, needs {first.shape} as the first")
    return bootstrap(lambda gain: float(gain.mean()), second - first, rng=rng, draws=draws, level=level)
