"""Whether probabilities mean what they say: of all the days with "70 % rain", did it rain on seven in ten?
Here are the reliability diagram, the one number it is usually boiled down to, and the simplest cure, a
temperature."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import log_softmax

__all__ = ["Reliability", "brier_score", "fit_temperature", "reliability"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Predictions in bins by how sure they were: what was said in each bin, and what came true.

    edges: [bins + 1].  counts: [bins].  said: mean probability, came_true: share of positives, [bins], nan
    where a bin is empty.
    """

    edges: Array
    counts: NDArray[np.int64]
    said: Array
    came_true: Array

    @property
    def gap(self) -> float | None:
        """The expected calibration error: |said − came true|, averaged over the predictions; None of none.

        Source: Naeini, Cooper & Hauskrecht, 2015.
        """
        total = int(self.counts.sum())
        if total == 0:
            return None
        return float(np.nansum(np.abs(self.said - self.came_true) * self.counts) / total)


def reliability(truth: ArrayLike, probabilities: ArrayLike, bins: int = 10) -> Reliability:
    """Sorts predictions into bins of equal width.

    A value on an edge belongs to the bin below it, 0 to the first.
    truth: [N], 0 or 1; for several classes, whether the chosen class was right.
    probabilities: [N], of the positive (or chosen) class.  bins: at least 1.
    Raises ValueError when shapes differ, a probability is outside 0 to 1, or there is no bin.
    """
    true, p = np.asarray(truth, np.float64), np.asarray(probabilities, np.float64)
    if true.shape != p.shape or p.ndim != 1 or bins < 1:
        raise ValueError(f"truth, probabilities, bins: {true.shape}, {p.shape}, {bins}; need [N], [N], at least 1")
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        raise ValueError(f"probabilities: from {p.min()} to {p.max()}, need 0 to 1")
    edges = np.linspace(0, 1, bins + 1)
    place = np.searchsorted(edges[1:-1], p, side="left")
    counts = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        said = np.bincount(place, p, bins) / counts
        came_true = np.bincount(place, true, bins) / counts
    return Reliability(edges, counts, said, came_true)


def brier_score(truth: ArrayLike, probabilities: ArrayLike) -> float:
    """The mean squared error of probabilities: 0 is perfect, 0.25 is what ½ for everything earns.

    truth: [N], 0 or 1.  probabilities: [N].  Source: Brier, 1950.
    """
    return float(np.mean((np.asarray(probabilities, np.float64) - np.asarray(truth, np.float64)) ** 2))


def fit_temperature(logits: ArrayLike, labels: ArrayLike, low: float = 0.01, high: float = 100.0) -> float:
    """The temperature T by which logits should be divided so that their cross-entropy is least.

    logits: [N, C].  labels: [N], whole numbers from 0.  low, high: where it is looked for.
    Above 1 the model was too sure of itself, below 1 not sure enough; no answer changes. In 1/T the loss is
    convex, hence its slope is brought to zero by halving the interval.
    Raises ValueError when shapes differ.  Source: Guo et al., On Calibration of Modern Neural Networks, 2017.
    """
    z, true = np.asarray(logits, np.float64), np.asarray(labels)
    if z.ndim != 2 or true.shape != z.shape[:1] or not np.issubdtype(true.dtype, np.integer):
        raise ValueError(f"logits and labels: shapes {z.shape} and {true.shape}, need [N, C] and [N] of integers")
    chosen = np.take_along_axis(z, true[:, None], axis=1)[:, 0]

    def slope(sharpness: float) -> float:
        p = np.exp(log_softmax(z * sharpness))
        return float(np.mean(np.sum(p * z, axis=1) - chosen))

    below, above = 1 / high, 1 / low
    for _ in range(80):
        middle = float(np.sqrt(below * above))
        below, above = (below, middle) if slope(middle) > 0 else (middle, above)
    return float(1 / np.sqrt(below * above))
