"""What a test set of the same size might have said as well: how often each item is drawn when as many are drawn again,
with replacement, and what curves and thresholds come of it. All draws are worked out side by side."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["redrawn_areas", "redrawn_gaps", "redrawn_thresholds", "redraws"]

Array = NDArray[np.float64]
Weights = NDArray[np.integer]


def redraws(size: int, rng: np.random.Generator) -> NDArray[np.int16]:
    """How often each of `size` items occurs among as many that are drawn with replacement, [size].

    size: at least 1, at most 32,767.  Raises ValueError for another.
    """
    if not 1 <= size <= 32_767:
        raise ValueError(f"size: {size}, needs 1 to 32767")
    return np.bincount(rng.integers(0, size, size), minlength=size).astype(np.int16)


def _cumulative(truth: ArrayLike, scores: ArrayLike, weights: ArrayLike) -> tuple[Array, Array, Array]:
    """Thresholds [K] from inf downwards, and the true and false positives at each in each draw, [D, K]."""
    true, values, drawn = np.asarray(truth), np.asarray(scores, np.float64), np.asarray(weights, np.float64)
    if true.shape != values.shape or drawn.ndim != 2 or drawn.shape[1:] != true.shape or true.size == 0:
        raise ValueError(f"truth, scores, weights: {true.shape}, {values.shape}, {drawn.shape}; need [N], [N], [D, N]")
    order = np.argsort(-values, kind="stable")
    values, true, drawn = values[order], true[order].astype(np.float64), drawn[:, order]
    last = np.flatnonzero(np.append(values[1:] != values[:-1], True))  # of each group of equal scores
    nothing = np.zeros((len(drawn), 1))
    found = np.concatenate([nothing, np.cumsum(drawn * true, axis=1)[:, last]], axis=1)
    false = np.concatenate([nothing, np.cumsum(drawn * (1 - true), axis=1)[:, last]], axis=1)
    return np.append(np.inf, values[last]), found, false


def redrawn_areas(truth: ArrayLike, scores: ArrayLike, weights: ArrayLike) -> Array:
    """The area under the ROC curve in each draw, [D]; nan where one class was not drawn.

    truth: [N], 0 or 1.  scores: [N].  weights: [D, N], as `redraws` gives them.  Raises ValueError when shapes differ.
    """
    _thresholds, found, false = _cumulative(truth, scores, weights)
    parts = np.diff(false, axis=1) * (found[:, 1:] + found[:, :-1]) / 2
    whole = found[:, -1] * false[:, -1]
    return np.asarray(np.where(whole > 0, parts.sum(axis=1) / np.where(whole > 0, whole, 1.0), np.nan))


def redrawn_thresholds(
    truth: ArrayLike, scores: ArrayLike, weights: ArrayLike, false_positive: float = 1.0, false_negative: float = 1.0
) -> Array:
    """The cheapest threshold in each draw, [D]; of equally cheap ones the highest.

    truth, scores, weights: as in `redrawn_areas`.  false_positive, false_negative: the price of one mistake.
    """
    thresholds, found, false = _cumulative(truth, scores, weights)
    prices = false_positive * false + false_negative * (found[:, -1:] - found)
    return np.asarray(thresholds[prices.argmin(axis=1)])


def redrawn_gaps(truth: ArrayLike, probabilities: ArrayLike, weights: ArrayLike, bins: int = 10) -> Array:
    """The expected calibration error of each draw, [D].

    truth: [N], 0 or 1.  probabilities: [N].  weights: [D, N].  bins: of equal width, as in `calibration.reliability`.
    """
    true, p, drawn = (np.asarray(values, np.float64) for values in (truth, probabilities, weights))
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], p, side="left")
    member = place[:, None] == np.arange(bins)  # [N, bins]
    surplus = drawn @ (member * (p - true)[:, None])  # the sum of said minus came true in each bin, [D, bins]
    return np.asarray(np.abs(surplus).sum(axis=1) / np.maximum(drawn.sum(axis=1), 1.0))
