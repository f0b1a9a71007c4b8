"""What is left when a line has been fitted: how large the errors are, how much of the spread is explained,
how sure the weights are, and which points pull hardest. The same few numbers can mean quite different worlds,
which is why they stand beside the picture and not in its place."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass
from lab.engine.basics.centring import axes_of, centred, from_mean, shifted_factor
from lab.engine.basics.regression import LinearFit

__all__ = [
    "Statistics",
    "correlation",
    "leave_one_out",
    "leverage",
    "mean_absolute_error",
    "r_squared",
    "root_mean_squared_error",
    "statistics",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of a fit.

    residuals: y − ŷ, [N].  mse, rmse, mae: mean squared error, its root, mean absolute error.  r2: R².
    standard_errors: of [w, b], [d + 1]; nan where there are no more rows than coefficients.
    t_values: [w, b] over their standard errors, [d + 1].
    """

    residuals: Array
    mse: float
    rmse: float
    mae: float
    r2: float
    standard_errors: Array
    t_values: Array


def statistics(fit: LinearFit, x: ArrayLike, y: ArrayLike) -> Statistics:
    """How well a fit describes a table, and how sure its weights are if that is the table it was fitted on.

    fit: the model.  x: [N, d] or [N].  y: [N].
    Source: Weisberg, Applied Linear Regression; standard errors from s²(XᵀX)⁻¹, s² = Σr²/(N − d − 1).
    """
    outputs = np.asarray(y, dtype=np.float64)
    predicted = fit.predict(x)
    residuals = outputs - predicted
    features = _features(x)
    p = features.shape[1] + 1
    free = len(outputs) - p
    spread = np.full(p, np.nan)
    if free > 0 and fit.rank == p:
        middle = centred(features)
        _, inverse = shifted_factor(_ones_behind(middle.columns), middle.centre)
        spread = np.sqrt(residuals @ residuals / free * np.sum(inverse**2, axis=1))  # (XᵀX)⁻¹ is R⁻¹R⁻ᵀ
    with np.errstate(divide="ignore", invalid="ignore"):
        t_values = np.append(fit.weights, fit.bias) / spread
    rmse = root_mean_squared_error(outputs, predicted)
    mae = mean_absolute_error(outputs, predicted)
    return Statistics(residuals, rmse**2, rmse, mae, r_squared(outputs, predicted), spread, t_values)


def root_mean_squared_error(y: ArrayLike, predicted: ArrayLike) -> float:
    """The typical error in the units of y, √(Σ(ŷ − y)²/N).

    y, predicted: [N].
    """
    return float(np.sqrt(np.mean(_errors(y, predicted) ** 2)))


def mean_absolute_error(y: ArrayLike, predicted: ArrayLike) -> float:
    """The average size of an error, Σ|ŷ − y|/N.

    y, predicted: [N].
    """
    return float(np.mean(np.abs(_errors(y, predicted))))


def _errors(y: ArrayLike, predicted: ArrayLike) -> Array:
    return np.asarray(predicted, np.float64) - np.asarray(y, np.float64)


def r_squared(y: ArrayLike, predicted: ArrayLike) -> float:
    """The share of the spread of y that is explained, 1 − Σ(y − ŷ)²/Σ(y − ȳ)².

    y, predicted: [N].  Returns 1 for perfect, 0 for no better than the mean, and less than 0 for worse, which
    happens on rows the model has not seen; nan when all y are equal.
    """
    outputs = np.asarray(y, dtype=np.float64)
    total = float(np.sum(from_mean(outputs)[0] ** 2))
    return 1 - float(np.sum(_errors(outputs, predicted) ** 2)) / total if total else float("nan")


def correlation(x: ArrayLike, y: ArrayLike) -> float:
    """Pearson's r, from −1 to 1: how nearly the points lie on a line.

    x, y: [N].  Returns nan when one of them is the same everywhere.
    """
    dx, dy = from_mean(x)[0], from_mean(y)[0]
    size = float(np.sqrt((dx @ dx) * (dy @ dy)))
    return float(dx @ dy) / size if size else float("nan")


def _features(x: ArrayLike) -> Array:
    features = np.asarray(x, np.float64)
    return features[:, None] if features.ndim == 1 else features  # [N] -> [N, 1]


def _ones_behind(columns: Array) -> Array:
    return np.column_stack([columns, np.ones(len(columns))])


def leverage(x: ArrayLike) -> Array:
    """How hard each point pulls the fit towards itself: hᵢᵢ, by which ŷᵢ moves when yᵢ moves by one.

    x: [N, d] or [N].  Returns [N], from 1/N to 1; together they make the rank of [x, 1].
    Source: Hoaglin & Welsch, 1978.
    """
    middle = centred(_features(x))
    axes = axes_of(middle.columns, middle.noise)
    return np.asarray(1 / len(middle.columns) + np.sum(axes.left[:, : axes.rank] ** 2, axis=1))


def leave_one_out(x: ArrayLike, y: ArrayLike) -> Array:
    """The weights and bias of least squares without each point in turn, at the price of a single fit.

    x: [N, d] or [N], with independent columns.  y: [N].
    Returns [N, d + 1], each row [w, b]; nan where the point alone holds the fit (leverage 1).
    Source: β₍ᵢ₎ = β − (XᵀX)⁻¹xᵢrᵢ/(1 − hᵢᵢ), Cook & Weisberg, 1982.
    """
    middle = centred(_features(x))
    outputs, level = from_mean(y)
    inverse = np.linalg.pinv(_ones_behind(middle.columns))  # [d + 1, N], of the centred columns
    best = inverse @ outputs
    left = 1 - leverage(x)
    error = outputs - middle.columns @ best[:-1] - best[-1]
    share = np.where(left > 1e-12, error / np.maximum(left, 1e-12), np.nan)
    found = best - inverse.T * share[:, None]  # [d + 1] - [N, d + 1] * [N, 1]
    found[:, -1] += level - found[:, :-1] @ middle.centre
    return np.asarray(found)
