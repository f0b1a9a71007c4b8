"""Why scores are divided by √d: queries and keys drawn at random, with d numbers each. The sum of d products spreads
like √d, and a softmax of widely spread scores is a choice: one weight near 1, and no way for learning to change it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.transformer.attention import entropy_bits, masked_softmax
from lab.experiments.e17_attention.settings import MOST_DRAWS
from lab.kit.arrays import freeze_all

__all__ = ["KEYS", "Draws", "ScaleReport", "Summary"]

Array = NDArray[np.float64]
KEYS, WIDEST = 10, 512
WIDTHS = np.unique(np.round(np.geomspace(1, WIDEST, 28)).astype(int))
BINS = 41


@dataclass(frozen=True, slots=True)
class Summary:
    """Means over all draws: standard deviation of the scores, largest weight, entropy in bits, Σ p (1 − p)."""

    std: float
    largest: float
    entropy: float
    gini: float


@dataclass(frozen=True, slots=True, eq=False)
class ScaleReport:
    """What is shown of one width.

    width: d.  raw, scaled: of scores as they are, and divided by √d.  one_raw, one_scaled: [10] scores of one draw.
    weights_raw, weights_scaled: [10] of that draw.  edges: [B + 1] and counts_raw, counts_scaled: [B], histograms.
    widths: [N]; raw_curve, scaled_curve: [N, 4] the summaries at other widths.
    """

    width: int
    raw: Summary
    scaled: Summary
    one_raw: Array
    one_scaled: Array
    weights_raw: Array
    weights_scaled: Array
    edges: Array
    counts_raw: Array
    counts_scaled: Array
    widths: Array
    raw_curve: Array
    scaled_curve: Array

    def of(self, kind: str) -> Summary:
        """Of the scores as they are, "raw", or divided by √d, "scaled"."""
        return self.raw if kind == "raw" else self.scaled


class Draws:
    """400 queries, each with ten keys. The first d numbers of each make the draws of width d."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        q = rng.standard_normal((MOST_DRAWS, 1, WIDEST), np.float32)
        k = rng.standard_normal((MOST_DRAWS, KEYS, WIDEST), np.float32)
        k *= q
        self._sums = np.cumsum(k, axis=2, out=k)  # [N, 10, d]: the score of width d is the sum of d products
        self._curves = self._along_widths()

    def scores(self, width: int) -> Array:
        """The scores of every draw, [N, 10]."""
        return self._sums[:, :, width - 1].astype(np.float64)

    def report(self, width: int, draw: int) -> ScaleReport:
        """What is shown of one width and one draw, both from 1."""
        raw = self.scores(width)
        scaled = raw / np.sqrt(width)
        reach = max(4.0, float(np.ceil(3.0 * raw.std())))
        edges = np.linspace(-reach, reach, BINS + 1)
        one_raw, one_scaled = raw[draw - 1].copy(), scaled[draw - 1].copy()
        arrays = (
            one_raw, one_scaled, masked_softmax(one_raw), masked_softmax(one_scaled), edges,
            *(np.histogram(values, edges)[0] / values.size for values in (raw, scaled)),
            WIDTHS.astype(np.float64), *self._curves,
        )  # fmt: skip
        freeze_all(*arrays)
        return ScaleReport(width, _summary(raw), _summary(scaled), *arrays)

    def _along_widths(self) -> tuple[Array, Array]:
        raw, scaled = [], []
        for width in WIDTHS.tolist():
            scores = self.scores(width)
            raw.append(_row(_summary(scores)))
            scaled.append(_row(_summary(scores / np.sqrt(width))))
        return np.array(raw), np.array(scaled)


def _summary(scores: NDArray[np.floating[Any]]) -> Summary:
    p = masked_softmax(scores)
    gini = (p * (1.0 - p)).sum(axis=1).mean()
    return Summary(float(scores.std()), float(p.max(axis=1).mean()), float(entropy_bits(p).mean()), float(gini))


def _row(summary: Summary) -> tuple[float, ...]:
    return summary.std, summary.largest, summary.entropy, summary.gini
