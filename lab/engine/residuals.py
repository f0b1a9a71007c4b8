"""What is left when a line has been fitted: how large the errors are, how much of the spread is explained,
how sure the weights are, and which points pull hardest. The same few numbers can mean quite different worlds,
which is why they stand beside the picture and not in its place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.engine.regression import LinearFit, with_ones

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
    design = with_ones(x)
    free = len(outputs) - design.shape[1]
    spread = np.full(design.shape[1], np.nan)
    if free > 0 and fit.rank == design.shape[1]:
        _, singular, axes = np.linalg.svd(design, full_matrices=False)
        inverse = np.sum((axes.T / singular) ** 2, axis=1)  # the diagonal of (XᵀX)⁻¹
        spread = np.sqrt(residuals @ residuals / free * inverse)
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
    total = float(np.sum((outputs - outputs.mean()) ** 2))
    return 1 - float(np.sum(_errors(outputs, predicted) ** 2)) / total if total else float("nan")


def correlation(x: ArrayLike, y: ArrayLike) -> float:
    """Pearson's r, from −1 to 1: how nearly the points lie on a line.

    x, y: [N].  Returns nan when one of them is the same everywhere.
    """
    first, second = np.asarray(x, np.float64), np.asarray(y, np.float64)
    dx, dy = first - first.mean(), second - second.mean()
    size = float(np.sqrt((dx @ dx) * (dy @ dy)))
    return float(dx @ dy) / size if size else float("nan")


def leverage(x: ArrayLike) -> Array:
    """How hard each point pulls the fit towards itself: hᵢᵢ, by which ŷᵢ moves when yᵢ moves by one.

    x: [N, d] or [N].  Returns [N], from 1/N to 1; together they make the rank of [x, 1].
    Source: Hoaglin & Welsch, 1978.
    """
    left, singular, _ = np.linalg.svd(with_ones(x), full_matrices=False)
    alive = singular > singular[0] * max(left.shape) * np.finfo(float).eps
    return np.asarray(np.sum(left[:, alive] ** 2, axis=1))


def leave_one_out(x: ArrayLike, y: ArrayLike) -> Array:
    """The weights and bias of least squares without each point in turn, at the price of a single fit.

    x: [N, d] or [N], with independent columns.  y: [N].
    Returns [N, d + 1], each row [w, b]; nan where the point alone holds the fit (leverage 1).
    Source: β₍ᵢ₎ = β − (XᵀX)⁻¹xᵢrᵢ/(1 − hᵢᵢ), Cook & Weisberg, 1982.
    """
    design, outputs = with_ones(x), np.asarray(y, dtype=np.float64)
    inverse = np.linalg.pinv(design)  # [d + 1, N]
    coefficients = inverse @ outputs
    left = 1 - leverage(x)
    share = np.where(left > 1e-12, (outputs - design @ coefficients) / np.maximum(left, 1e-12), np.nan)
    return np.asarray(coefficients - inverse.T * share[:, None])  # [d + 1] - [N, d + 1] * [N, 1]
