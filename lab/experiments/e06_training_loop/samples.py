"""The samples: x from a normal distribution, y = 2.5x + 1 and noise, as in the course; and the best line
through them, which no loop can beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lab.engine.regression import fit_least_squares

if TYPE_CHECKING:
    from lab.experiments.e06_training_loop.settings import Params

__all__ = ["INTERCEPT", "SLOPE", "Samples", "make_samples", "samples_of"]

Array = NDArray[np.float64]
SLOPE, INTERCEPT = 2.5, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """x, y: [N], read-only.  best_w, best_b: least squares.  best_loss: its mean squared error."""

    x: Array
    y: Array
    best_w: float
    best_b: float
    best_loss: float

    @property
    def n(self) -> int:
        """How many samples there are."""
        return self.x.size

    def loss(self, w: float, b: float) -> float:
        """The mean squared error of a line on all samples."""
        with np.errstate(all="ignore"):
            miss = w * self.x + b - self.y
            return float(np.mean(miss * miss))


def make_samples(params: Params, rng: Generator) -> Samples:
    """Draw the samples the controls ask for."""
    x = rng.standard_normal(params.n)
    y = SLOPE * x + INTERCEPT + params.noise * rng.standard_normal(params.n)
    if params.order == "sorted":
        along = np.argsort(x, kind="stable")
        x, y = x[along], y[along]
    return samples_of(x, y)


def samples_of(x: Array, y: Array) -> Samples:
    """Samples from two columns, [N] each. Raises ValueError when they do not fit together."""
    x, y = np.array(x, np.float64), np.array(y, np.float64)
    fit = fit_least_squares(x, y)
    x.flags.writeable = y.flags.writeable = False
    w, b = float(fit.weights[0]), fit.bias
    return Samples(x, y, w, b, float(np.mean((w * x + b - y) ** 2)))
