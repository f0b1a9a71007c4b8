"""What happens as the threshold moves: the ROC curve, the precision-recall curve, and what each threshold
costs. A score is called positive when it is at least the threshold; the thresholds that matter are the scores
themselves, so that the curves are exact, with items of equal score moving together."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass

__all__ = [
    "Curve",
    "area_under_roc",
    "average_precision",
    "cheapest_threshold",
    "costs",
    "precision_recall_curve",
    "roc_curve",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """Two rates for each threshold, from the highest, which calls nothing positive, to the lowest score.

    thresholds: [K], the first is inf.  x, y: [K].
    """

    thresholds: Array
    x: Array
    y: Array


def _cumulative(truth: ArrayLike, scores: ArrayLike) -> tuple[Array, Array, Array]:
    """Thresholds from inf downwards, and the true and false positives at each, all [K]."""
    true, values = np.asarray(truth), np.asarray(scores, np.float64)
    if true.ndim != 1 or true.shape != values.shape or true.size == 0:
        raise ValueError(f"truth and scores: shapes {true.shape} and {values.shape}, need one length above 0")
    if not np.isin(true, (0, 1)).all() or np.isnan(values).any():
        raise ValueError("truth and scores: need 0 or 1, and numbers")
    order = np.argsort(-values, kind="stable")
    values, true = values[order], true[order].astype(np.float64)
    last = np.flatnonzero(np.append(values[1:] != values[:-1], True))  # of each group of equal scores
    tp = np.append(0.0, np.cumsum(true)[last])
    return np.append(np.inf, values[last]), tp, np.append(0.0, last + 1.0) - tp


def roc_curve(truth: ArrayLike, scores: ArrayLike) -> Curve:
    """False-positive rate (x) against true-positive rate (y), from (0, 0) to (1, 1).

    truth: [N], 0 or 1.  scores: [N].  A rate is nan when there is no item of its class.
    Raises ValueError when shapes differ or truth is not 0 or 1.
    """
    thresholds, tp, fp = _cumulative(truth, scores)
    with np.errstate(invalid="ignore"):
        return Curve(thresholds, fp / fp[-1], tp / tp[-1])


def area_under_roc(truth: ArrayLike, scores: ArrayLike) -> float | None:
    """The chance that a positive item scores above a negative one, ties counting half.

    truth: [N], 0 or 1.  scores: [N].  Returns None when there is one class only.
    Raises ValueError as roc_curve does.  Source: Hanley & McNeil, 1982.
    """
    curve = roc_curve(truth, scores)
    if np.isnan(curve.x[-1]) or np.isnan(curve.y[-1]):
        return None
    return float(np.sum(np.diff(curve.x) * (curve.y[1:] + curve.y[:-1]) / 2))


def precision_recall_curve(truth: ArrayLike, scores: ArrayLike) -> Curve:
    """Recall (x) against precision (y); where nothing is called positive, precision is taken to be 1.

    truth: [N], 0 or 1.  scores: [N].  Recall is nan when there is no positive item.
    Raises ValueError as roc_curve does.
    """
    thresholds, tp, fp = _cumulative(truth, scores)
    with np.errstate(invalid="ignore"):
        precision = np.where(tp + fp > 0, tp / (tp + fp), 1.0)
        return Curve(thresholds, tp / tp[-1], precision)


def average_precision(truth: ArrayLike, scores: ArrayLike) -> float | None:
    """The precision at each step of recall, weighted by the step; None when there is no positive item.

    truth: [N], 0 or 1.  scores: [N].  Raises ValueError as roc_curve does.
    """
    curve = precision_recall_curve(truth, scores)
    return None if np.isnan(curve.x[-1]) else float(np.sum(np.diff(curve.x) * curve.y[1:]))


def costs(
    truth: ArrayLike, scores: ArrayLike, false_positive: float = 1.0, false_negative: float = 1.0
) -> tuple[Array, Array]:
    """What the mistakes cost at every threshold.

    truth: [N], 0 or 1.  scores: [N].  false_positive, false_negative: the price of one mistake.
    Returns (thresholds, costs), both [K], from the highest threshold.  Raises ValueError as roc_curve does.
    """
    thresholds, tp, fp = _cumulative(truth, scores)
    return thresholds, false_positive * fp + false_negative * (tp[-1] - tp)


def cheapest_threshold(
    truth: ArrayLike, scores: ArrayLike, false_positive: float = 1.0, false_negative: float = 1.0
) -> tuple[float, float]:
    """The threshold at which mistakes cost least, and that cost; of equally cheap ones the highest.

    truth, scores, false_positive, false_negative: as in costs.
    """
    thresholds, prices = costs(truth, scores, false_positive, false_negative)
    best = int(prices.argmin())
    return float(thresholds[best]), float(prices[best])
