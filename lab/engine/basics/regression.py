"""Linear regression: the best weights and bias for a table, found in one go. Every method answers with the
same kind of value, a `LinearFit`, so that they can be laid side by side: least squares by the SVD, the normal
equations of the textbooks, ridge, lasso, and the two that outliers cannot rule. The bias is the weight of a
column of ones, and no penalty is ever laid on it. All of them work on features taken from their means, so that an
offset such as that of a clock costs no digits."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass
from lab.engine.basics.centring import EPSILON, Axes, Centred, axes_of, centred, extremes, from_mean, in_raw_units

__all__ = [
    "LinearFit",
    "curvature",
    "fit_absolute_line",
    "fit_huber",
    "fit_lasso",
    "fit_least_squares",
    "fit_normal_equations",
    "fit_ridge",
    "line_gradient",
    "polynomial",
    "with_ones",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LinearFit:
    """A linear model ŷ = x·w + b.

    weights: w, [d].  bias: b.  rank: how many columns of [x, 1] are independent.
    condition: the largest singular value of [x, 1] over the smallest; the normal equations feel its square.
    centre, level: what the model says at a place in the middle of the table, ŷ = (x − centre)·w + level, where no
    digits cancel; x = 0 and b when not given.
    """

    weights: Array
    bias: float
    rank: int
    condition: float
    centre: Array | None = None
    level: float = 0.0

    def predict(self, x: ArrayLike) -> Array:
        """The model's outputs.

        x: [N, d], or [N] for a model of one feature.  Returns [N].
        """
        features = _features(x)
        if self.centre is None:
            return features @ self.weights + self.bias
        return (features - self.centre) @ self.weights + self.level


def _features(x: ArrayLike) -> Array:
    features = np.asarray(x, dtype=np.float64)
    return features[:, None] if features.ndim == 1 else features  # [N] -> [N, 1]


def _checked(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    features, outputs = _features(x), np.asarray(y, dtype=np.float64)
    if features.ndim != 2 or outputs.shape != features.shape[:1] or outputs.size == 0:
        raise ValueError(f"x and y: shapes {np.shape(x)} and {np.shape(y)}, need [N, d] or [N], and [N]")
    if not (np.isfinite(features).all() and np.isfinite(outputs).all()):
        raise ValueError("x and y: need finite numbers only; fill or drop what is missing first")
    return features, outputs


def _penalty(value: float) -> float:
    if not 0 <= value < np.inf:
        raise ValueError(f"penalty: {value}, needs a finite number of at least 0")
    return value


def with_ones(x: ArrayLike) -> Array:
    """The bias trick: a column of ones behind the features, so that [w, b]·[x, 1] is x·w + b.

    x: [N, d] or [N].  Returns [N, d + 1].
    """
    features = _features(x)
    return np.concatenate([features, np.ones((len(features), 1))], axis=1)


@dataclass(frozen=True, slots=True)
class _Middle:
    """A table from its middle: what every fit works on. y: [N], from its mean.  level: that mean.  root: √c, [N]."""

    x: Centred
    y: Array
    level: float
    root: Array

    def axes(self) -> Axes:
        return axes_of(self.root[:, None] * self.x.columns, self.x.noise * np.sqrt(np.mean(self.root**2)))

    def fit(self, weights: Array, level: float = 0.0) -> LinearFit:
        """The model of these weights that says `level`, counted from the mean of y, at the middle of the table."""
        axes, level = self.axes(), self.level + level
        rank, condition = axes.rank + 1, np.inf
        bias = level - float(self.x.centre @ weights)
        if axes.rank == len(weights):
            rows = np.column_stack([self.root[:, None] * self.x.columns, self.root])
            largest, smallest = extremes(rows, self.x.centre)
            condition = largest / smallest if smallest else np.inf
        return LinearFit(weights, bias, rank, condition, self.x.centre, level)


def _middle(features: Array, outputs: Array, counts: Array | None = None) -> _Middle:
    y, level = from_mean(outputs, counts)
    root = np.ones(len(outputs)) if counts is None else np.sqrt(counts)
    return _Middle(centred(features, counts), y, float(level), root)


def fit_least_squares(x: ArrayLike, y: ArrayLike, point_weights: ArrayLike | None = None) -> LinearFit:
    """Least squares through the singular value decomposition of the centred features.

    x: [N, d] or [N].  y: [N].  point_weights: [N], at least 0, how much each point's squared error counts.
    Where many solutions fit equally well, returns the one with the shortest [w, b], as numpy.linalg.lstsq does.
    Raises ValueError when shapes differ, a value is not finite, or a weight is negative.
    """
    features, outputs = _checked(x, y)
    counts = None
    if point_weights is not None:
        counts = _weights(point_weights, len(outputs))
        features, outputs, counts = features[counts > 0], outputs[counts > 0], counts[counts > 0]
    middle = _middle(features, outputs, counts)
    axes = middle.axes()
    fit = middle.fit(axes.solve(middle.root * middle.y))
    if axes.rank == len(fit.weights):
        return fit
    weights, bias = in_raw_units(fit.weights, fit.level, middle.x.centre, axes.idle)
    return replace(fit, weights=weights, bias=bias)


def _weights(point_weights: ArrayLike, n: int) -> Array:
    weights = np.asarray(point_weights, dtype=np.float64)
    if weights.shape != (n,) or not (weights >= 0).all() or not weights.any():
        raise ValueError(f"point_weights: shape {weights.shape}, needs [{n}] of at least 0 and not all 0")
    return weights


def fit_normal_equations(x: ArrayLike, y: ArrayLike) -> LinearFit:
    """Least squares by solving XᵀX·w = Xᵀy for centred features. It squares the condition number: half the digits
    of what the columns differ by are lost.

    x: [N, d] or [N].  y: [N].
    Raises ValueError when XᵀX cannot be solved in float64, naming its condition number; ridge then helps.
    """
    middle = _middle(*_checked(x, y))
    axes = middle.axes()
    columns = middle.x.columns / axes.lengths
    gram = columns.T @ columns  # [d, N] @ [N, d] -> [d, d]
    condition = np.linalg.cond(gram) if axes.rank == len(gram) else np.inf
    if condition * EPSILON >= 1:
        raise ValueError(f"x: XᵀX is singular, its condition number is {condition:.1e}; try ridge")
    return middle.fit(np.linalg.solve(gram, columns.T @ middle.y) / axes.lengths)


def fit_ridge(x: ArrayLike, y: ArrayLike, penalty: float) -> LinearFit:
    """Least squares with a price on the weights, Σ(ŷ − y)² + λ·Σw²; the bias is free.

    x: [N, d] or [N].  y: [N].  penalty: λ ≥ 0, scikit-learn's alpha.
    Raises ValueError when shapes differ or the penalty is negative.  Source: Hoerl & Kennard, 1970.
    """
    root = np.sqrt(_penalty(penalty))
    middle = _middle(*_checked(x, y))
    d = len(middle.x.centre)
    rows = np.concatenate([middle.x.columns, root * np.eye(d)])  # λ as d more rows: no XᵀX
    return middle.fit(axes_of(rows, np.zeros(d)).solve(np.append(middle.y, np.zeros(d))))


def fit_lasso(
    x: ArrayLike, y: ArrayLike, penalty: float, tolerance: float = 1e-10, max_rounds: int = 10_000
) -> LinearFit:
    """Least squares with a price on the sizes, Σ(ŷ − y)²/2N + λ·Σ|w|: some weights become exactly 0.

    x: [N, d] or [N].  y: [N].  penalty: λ ≥ 0, scikit-learn's alpha; the bias is free.
    Coordinate descent: each weight in turn is set to its best value, the others held, until no weight moves
    by more than `tolerance` of the largest, or `max_rounds` rounds have passed.
    Raises ValueError when shapes differ or the penalty is negative.
    Source: Tibshirani, 1996; Friedman, Hastie & Tibshirani, 2010.
    """
    middle = _middle(*_checked(x, y))
    columns, residual = middle.x.columns, middle.y.copy()
    limit = _penalty(penalty) * len(residual)
    squares, weights = np.sum(columns**2, axis=0), np.zeros(columns.shape[1])
    for _ in range(max_rounds):
        before = weights.copy()
        for j in np.flatnonzero(squares):
            pull = columns[:, j] @ residual + squares[j] * weights[j]
            new = np.sign(pull) * max(abs(pull) - limit, 0.0) / squares[j]  # soft threshold
            residual -= columns[:, j] * (new - weights[j])
            weights[j] = new
        if np.abs(weights - before).max(initial=0) <= tolerance * np.abs(weights).max(initial=0):
            break
    return middle.fit(weights)


def fit_huber(x: ArrayLike, y: ArrayLike, delta: float, rounds: int = 500) -> LinearFit:
    """The fit of least Huber loss, by least squares again and again, far points being given less weight.

    x: [N, d] or [N].  y: [N].  delta: δ > 0, from which on an error counts straight and not squared.
    Raises ValueError when shapes differ or delta is not above 0.  Source: Huber, Robust Statistics, 1981.
    """
    if not delta > 0:
        raise ValueError(f"delta: {delta}, needs a number above 0")
    middle = _middle(*_checked(x, y))
    columns, outputs = middle.x.columns, middle.y
    fit = fit_least_squares(columns, outputs)
    for _ in range(rounds):
        size = np.abs(fit.predict(columns) - outputs)
        new = fit_least_squares(columns, outputs, np.minimum(1.0, delta / np.maximum(size, delta)))
        moved = np.abs(np.append(new.weights - fit.weights, new.bias - fit.bias)).max()
        fit = new
        if moved <= 1e-12 * (1 + np.abs(fit.weights).max()):
            break
    return middle.fit(fit.weights, fit.bias)


def fit_absolute_line(x: ArrayLike, y: ArrayLike) -> LinearFit:
    """The line of least absolute error; it passes through two of the points, and one outlier cannot move it.

    x: [N], at least two different values.  y: [N].
    Exact: the best line through each point has the weighted median of the slopes to all others, and the best
    of those N lines is the best of all. Its work grows as N².
    Raises ValueError when shapes differ or all x are equal.  Source: Bloomfield & Steiger, 1983.
    """
    features, outputs = _checked(x, y)
    inputs = features[:, 0]
    if features.shape[1] != 1 or np.ptp(inputs) == 0:
        raise ValueError(f"x: shape {np.shape(x)}, needs one feature with at least two different values")
    middle = _middle(features, outputs)
    lines = [_median_line(middle.x.columns[:, 0], middle.y, pivot) for pivot in range(len(inputs))]
    _, slope, intercept = min(lines, key=lambda line: line[0])
    return middle.fit(np.array([slope]), intercept)


def _median_line(x: Array, y: Array, pivot: int) -> tuple[float, float, float]:
    """The line of least absolute error through one point: (error, slope, intercept)."""
    dx, dy = x - x[pivot], y - y[pivot]
    apart = dx != 0
    slopes = dy[apart] / dx[apart]
    order = np.argsort(slopes)
    share = np.cumsum(np.abs(dx[apart])[order])
    slope = float(slopes[order][np.searchsorted(share, share[-1] / 2)])
    return float(np.abs(dy - slope * dx).sum()), slope, float(y[pivot] - slope * x[pivot])


def polynomial(x: ArrayLike, degree: int, basis: str = "power") -> Array:
    """The features of a polynomial model, x¹ … x^degree, to which a fit adds the bias.

    x: [N].  degree: at least 0.  basis: "power" for xᵏ, "legendre" or "chebyshev" for the polynomials of that
    name, which keep columns from looking alike; those want x between −1 and 1.
    Returns [N, degree].  Raises ValueError for a negative degree or an unknown basis.
    """
    if degree < 0:
        raise ValueError(f"degree: {degree}, needs at least 0")
    bases = {
        "power": np.polynomial.polynomial.polyvander,
        "legendre": np.polynomial.legendre.legvander,
        "chebyshev": np.polynomial.chebyshev.chebvander,
    }
    if basis not in bases:
        raise ValueError(f"basis: {basis!r}, needs one of {', '.join(bases)}")
    return np.asarray(bases[basis](np.asarray(x, dtype=np.float64), degree)[:, 1:])


def line_gradient(x: ArrayLike, y: ArrayLike, w: float, b: float) -> tuple[float, float]:
    """How the mean squared error of ŷ = w·x + b changes: dw = (−2/n)Σx(y − ŷ), db = (−2/n)Σ(y − ŷ).

    x, y: [N].  Returns (dw, db).  Raises ValueError when the shapes differ.
    """
    features, outputs = _checked(x, y)
    inputs = features[:, 0]
    with np.errstate(all="ignore"):
        error = w * inputs + b - outputs
        return float(2 * np.mean(inputs * error)), float(2 * np.mean(error))


def curvature(x: ArrayLike) -> Array:
    """The Hessian of the mean squared error over [w, b], 2XᵀX/N.

    Its largest eigenvalue limits the learning rate.
    x: [N, d] or [N].  Returns [d + 1, d + 1].
    """
    design = with_ones(x)
    return np.asarray(2 * design.T @ design / len(design))
