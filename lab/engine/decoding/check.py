"""Is it the same distribution? Tokens that were drawn can be counted and held against what was promised: Pearson's
χ² sums how far each count is from its expectation, and its tail says how often chance alone would be as far.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["ChiSquare", "chi_square"]

FEWEST = 5.0  # cells that expect fewer are put together


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """statistic: Σ (counted - expected)² / expected; freedom: cells - 1; p_value: the chance of a larger one if the
    promise holds.
    """

    statistic: float
    freedom: int
    p_value: float


def chi_square(counts: NDArray[np.integer[Any]], probabilities: NDArray[np.floating[Any]]) -> ChiSquare:
    """Holds counts against probabilities, [V] each; cells that expect fewer than five draws are put together.

    A draw of a token with probability 0 makes the statistic infinite and the p-value 0.
    Raises ValueError when shapes differ, nothing was counted, or probabilities do not sum to 1.
    Source: Pearson (1900); the tail: Abramowitz, Stegun, 26.4.4 and 26.4.5.
    """
    total = counts.sum()
    if counts.shape != probabilities.shape or total < 1 or abs(probabilities.sum() - 1.0) > 1e-6:
        raise ValueError(
            f"counts and probabilities need one shape, a count and a sum of 1, got {counts.shape}, "
            f"{probabilities.shape}, {total} counts and the sum {probabilities.sum()}"
        )
    expected = probabilities.astype(np.float64) * total
    if counts[expected == 0.0].any():
        return ChiSquare(np.inf, max(1, len(counts) - 1), 0.0)
    rare = expected < FEWEST
    counted = np.append(counts[~rare], counts[rare].sum())
    expected = np.append(expected[~rare], expected[rare].sum())
    counted, expected = counted[expected > 0], expected[expected > 0]
    freedom = len(expected) - 1
    if freedom < 1:
        return ChiSquare(0.0, 0, 1.0)
    statistic = float(((counted - expected) ** 2 / expected).sum())
    return ChiSquare(statistic, freedom, _tail(statistic, freedom))


def _tail(statistic: float, freedom: int) -> float:
    """The chance that χ² is larger, by climbing from one or two degrees of freedom in steps of two."""
    half = statistic / 2.0
    if half == 0.0:
        return 1.0
    s, chance = (0.5, math.erfc(math.sqrt(half))) if freedom % 2 else (1.0, math.exp(-half))
    while 2.0 * s < freedom:
        chance += math.exp(s * math.log(half) - half - math.lgamma(s + 1.0))
        s += 1.0
    return min(1.0, chance)
