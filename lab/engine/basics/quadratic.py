"""The mean squared error of a linear model, as a surface over two of its parameters. It is exactly a
quadratic, so that everything about it is known: the best parameters, how steep the valley is across and
along, and therefore how well gradient descent will do. Raw units make the valley millions of times longer
than wide; standardised ones make it round."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass

__all__ = ["QuadraticSurface", "regression_surface", "weights_surface"]

Array = NDArray[np.float64]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class QuadraticSurface:
    """A surface whose curvature is the same everywhere: lowest + ½·dᵀHd, d being the way from the bottom.

    best: the bottom.  lowest: the height there.  bends: H, [2, 2].  axes: what the two parameters are called.
    """

    best: Point
    lowest: float
    bends: Array
    axes: tuple[str, str] = ("w", "b")

    @property
    def minima(self) -> tuple[Point, ...]:
        """The bottom, as the only one."""
        return (self.best,)

    @property
    def start(self) -> Point:
        """The model that knows nothing: both parameters 0."""
        return 0.0, 0.0

    @property
    def domain(self) -> tuple[float, float, float, float]:
        """A box around the bottom that holds the start as well: x from, x to, y from, y to."""
        (x, y), (reach_x, reach_y) = self.best, (1.5 * abs(part) or 1.0 for part in self.best)
        return x - reach_x, x + reach_x, y - reach_y, y + reach_y

    @property
    def quadratic(self) -> bool:
        """Always."""
        return True

    @property
    def lambda_max(self) -> float:
        """The largest curvature."""
        return float(np.linalg.eigvalsh(self.bends)[1])

    @property
    def lambda_min(self) -> float:
        """The smallest curvature: determinant over the largest, so that it is not lost to rounding."""
        (xx, xy), (_, yy) = self.bends
        return float(xx * yy - xy * xy) / self.lambda_max

    @property
    def condition(self) -> float:
        """How many times steeper across the valley than along it, λ_max / λ_min."""
        return self.lambda_max / self.lambda_min

    def value(self, x: ArrayLike, y: ArrayLike) -> Array:
        """The height; x and y broadcast."""
        slope_x, slope_y = self.gradient(x, y)
        with np.errstate(all="ignore"):
            along = (np.asarray(x) - self.best[0]) * slope_x + (np.asarray(y) - self.best[1]) * slope_y
            return np.asarray(self.lowest + 0.5 * along)

    def gradient(self, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """The slope along each parameter, H·d, for a line (2/n)Σx(ŷ − y), (2/n)Σ(ŷ − y); they broadcast."""
        dx, dy = np.asarray(x, np.float64) - self.best[0], np.asarray(y, np.float64) - self.best[1]
        (xx, xy), (_, yy) = self.bends
        with np.errstate(all="ignore"):
            return np.asarray(xx * dx + xy * dy), np.asarray(xy * dx + yy * dy)

    def hessian(self, x: ArrayLike, y: ArrayLike) -> Array:
        """The second derivatives, the same everywhere, [..., 2, 2]; x and y broadcast."""
        shape = np.broadcast_shapes(np.shape(x), np.shape(y))
        return np.array(np.broadcast_to(self.bends, (*shape, 2, 2)))


def regression_surface(x: ArrayLike, y: ArrayLike, standardise: bool = False) -> QuadraticSurface:
    """The mean squared error of the line ŷ = w·x + b through a table, over its slope w and intercept b.

    x, y: [N], at least two different x.  standardise: take (x − mean)/std for x, which makes the valley
    round.
    Raises ValueError when the shapes differ, a value is not finite, or all x are equal.
    """
    inputs, outputs = _finite("x", x, 1), _finite("y", y, 1)
    _same_length("x", inputs, outputs)
    if np.ptp(inputs) == 0:
        raise ValueError(f"x: {inputs.size} values, all equal; needs at least two different ones")
    if standardise:
        inputs = (inputs - inputs.mean()) / inputs.std()
    mean, centred = inputs.mean(), inputs - inputs.mean()
    w = float(centred @ (outputs - outputs.mean()) / (centred @ centred))
    b = float(outputs.mean() - w * mean)
    lowest = float(np.mean((w * inputs + b - outputs) ** 2))
    return QuadraticSurface((w, b), lowest, 2 * np.array([[np.mean(inputs**2), mean], [mean, 1.0]]))


def weights_surface(features: ArrayLike, y: ArrayLike) -> QuadraticSurface:
    """The mean squared error of ŷ = w₁·x₁ + w₂·x₂ + b over its weights, b being the best for each pair.

    features: [N, 2].  y: [N].
    Raises ValueError when the shapes differ, a value is not finite, or one feature determines the other.
    """
    inputs, outputs = _finite("features", features, 2), _finite("y", y, 1)
    _same_length("features", inputs, outputs)
    if inputs.shape[1] != 2:
        raise ValueError(f"features: shape {inputs.shape}, needs two columns")
    centred, offset = inputs - inputs.mean(axis=0), outputs - outputs.mean()
    best, _, rank, _ = np.linalg.lstsq(centred, offset, rcond=None)
    if rank < 2:
        raise ValueError("features: one column determines the other; no pair of weights is the best")
    lowest = float(np.mean((centred @ best - offset) ** 2))
    bends = 2 * centred.T @ centred / len(outputs)  # [2, N] @ [N, 2] -> [2, 2]
    return QuadraticSurface((float(best[0]), float(best[1])), lowest, bends, ("w₁", "w₂"))


def _finite(name: str, values: ArrayLike, dimensions: int) -> Array:
    array = np.asarray(values, np.float64)
    if array.ndim != dimensions or array.size == 0:
        raise ValueError(f"{name}: shape {array.shape}, needs {dimensions} dimension(s) and at least one row")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: needs finite numbers only, {int((~np.isfinite(array)).sum())} are not")
    return array


def _same_length(name: str, first: Array, y: Array) -> None:
    if len(first) != len(y):
        raise ValueError(f"{name} and y: {len(first)} and {len(y)} rows, need the same number")
