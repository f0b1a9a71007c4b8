"""How well a model does on points it has not seen, and where its error comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass

__all__ = ["BiasVariance", "bias_variance", "cross_validated", "mean_square"]

Array = NDArray[np.float64]
Fit = Callable[[Array, Array], Callable[[Array], Array]]
CHANCE = 5.0


@dataclass(frozen=True, slots=True)
class BiasVariance:
    """Where the error of a kind of model comes from, each a mean over places.

    bias_squared: how far the mean of all models is from the truth.  variance: how far they are from their mean.
    noise: what no model can know.
    """

    bias_squared: float
    variance: float
    noise: float

    @property
    def expected(self) -> float:
        """The error on a new point, on average over all models: the sum of the three."""
        return self.bias_squared + self.variance + self.noise


def bias_variance(predictions: ArrayLike, truth: ArrayLike, noise: float = 0.0) -> BiasVariance:
    """The three parts of the mean squared error of models that were fitted to different samples of one world.

    predictions: [R, M], of R models at M places.  truth: [M], without noise.  noise: its variance.
    The mean of R models is itself off by a part of their variance, 1/R of it, which is taken from the bias and given
    back to the variance: their sum, the error of these very models, stays what it is. Where the mean is off by less
    than `CHANCE` times that part, all of it is: a single wild model can make it so.
    Raises ValueError when the shapes differ or there are fewer than two models.
    Source: Geman, Bienenstock & Doursat, 1992.
    """
    found, right = np.asarray(predictions, np.float64), np.asarray(truth, np.float64)
    if found.ndim != 2 or found.shape[1:] != right.shape or len(found) < 2:
        raise ValueError(f"predictions and truth: shapes {found.shape} and {right.shape}, need [R, M] and [M]")
    middle = found.mean(axis=0)
    off, apart = mean_square(middle - right), mean_square(found - middle)
    by_chance = apart / (len(found) - 1)
    bias = off - by_chance if off > CHANCE * by_chance else 0.0
    return BiasVariance(bias, off + apart - bias, noise)


def mean_square(errors: ArrayLike) -> float:
    """The mean of the squares."""
    return float(np.mean(np.square(np.asarray(errors, np.float64))))


def cross_validated(
    fit: Fit, x: Array, y: Array, parts: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]
) -> tuple[float, ...]:
    """The mean squared error of each part of the rows under the model that was fitted to all others.

    fit: (x, y) gives a function from x to ŷ.  x: [N] or [N, d].  y: [N].
    parts: pairs of (rows to learn from, rows to check on), as `basics.data.folds` makes them.
    Source: Stone, 1974.
    """
    return tuple(mean_square(fit(x[seen], y[seen])(x[kept]) - y[kept]) for seen, kept in parts)
