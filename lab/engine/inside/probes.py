"""Linear probes: can something be read off the stream with one weighted sum? A probe that finds more than one trained
on shuffled answers says that the stream holds it, not that the model uses it. How much it finds is the area under its
ROC curve (`measuring.thresholds`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.inside.bench import Floats

__all__ = ["Probe", "fit_probe"]

ROUNDS = 12  # of Newton's method; it converges in six or so


@dataclass(frozen=True, slots=True)
class Probe:
    """One weighted sum. weights [C]; bias; mean, spread [C]: what streams are scaled by first."""

    weights: NDArray[np.float64]
    bias: float
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]

    def scores(self, stream: Floats) -> NDArray[np.float64]:
        """The log odds of "yes" for streams [N, C], [N]."""
        return np.asarray((stream - self.mean) / self.spread @ self.weights + self.bias)


def fit_probe(stream: Floats, answers: NDArray[Any], penalty: float = 1.0) -> Probe:
    """Logistic regression by Newton's method, with an L2 penalty on the weights.

    stream: [N, C]; answers: [N], true or false.
    Raises ValueError when shapes do not fit, all answers are the same, or penalty is not positive.
    Source: Alain, Bengio, Understanding intermediate layers using linear classifier probes (2016).
    """
    y = np.asarray(answers, float)
    if stream.ndim != 2 or y.shape != (len(stream),) or not 0.0 < y.mean() < 1.0 or penalty <= 0.0:
        raise ValueError(
            f"stream must be [N, C] with N answers of both kinds and penalty positive, "
            f"got {stream.shape}, {y.shape}, {penalty}"
        )
    x = stream.astype(np.float64)
    mean, spread = x.mean(axis=0), x.std(axis=0)
    spread = np.where(spread > 0.0, spread, 1.0)
    x = np.column_stack([(x - mean) / spread, np.ones(len(x))])
    ridge = penalty * np.eye(x.shape[1])
    ridge[-1, -1] = 1e-9
    w = np.zeros(x.shape[1])
    for _ in range(ROUNDS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ w, -30.0, 30.0)))
        slope = x.T @ (p - y) + ridge @ w
        bend = (x * (p * (1.0 - p))[:, None]).T @ x + ridge
        w = w - np.linalg.solve(bend, slope)
    return Probe(w[:-1], float(w[-1]), mean, spread)
