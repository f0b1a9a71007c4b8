"""Surfaces to walk down: a loss over two parameters, with its exact slope and curvature everywhere. The named
ones are formulas, and so is whatever a learner types; the loss of a straight line over a table of data is a
surface as well. Where the curvature is the same everywhere (a quadratic), the largest learning rate that does
not diverge is known beforehand, and the functions at the end say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.text import N_
from lab.engine.formula import Expression, parse

__all__ = [
    "SURFACES",
    "FormulaSurface",
    "RegressionSurface",
    "Surface",
    "critical_beta",
    "fastest_rate",
    "formula_surface",
    "regression_surface",
    "stability_limit",
]

Array = NDArray[np.float64]
Point = tuple[float, float]
Box = tuple[float, float, float, float]  # x from, x to, y from, y to


class Surface(Protocol):
    """What every surface can be asked."""

    @property
    def domain(self) -> Box:
        """The part worth drawing: x from, x to, y from, y to."""

    @property
    def start(self) -> Point:
        """Where a walk begins unless the learner says otherwise."""

    @property
    def minima(self) -> tuple[Point, ...]:
        """The bottoms that are known; empty when none is."""

    @property
    def quadratic(self) -> bool:
        """Whether the curvature is the same everywhere, so that the two eigenvalues below exist."""

    @property
    def lambda_max(self) -> float | None:
        """The largest curvature, the Hessian's largest eigenvalue, of a quadratic; else None."""

    @property
    def lambda_min(self) -> float | None:
        """The smallest curvature of a quadratic; else None."""

    def value(self, x: ArrayLike, y: ArrayLike) -> Array:
        """The height; x and y broadcast."""

    def gradient(self, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """The slope along x and along y, exact; x and y broadcast."""

    def hessian(self, x: ArrayLike, y: ArrayLike) -> Array:
        """The second derivatives, [..., 2, 2]; x and y broadcast."""


def _hessian(xx: Array, xy: Array, yy: Array) -> Array:
    return np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -2)  # three of [...] -> [..., 2, 2]


@dataclass(frozen=True, slots=True)
class FormulaSurface:
    """A surface given by a formula in x and y; slope and curvature are its exact derivatives.

    name: a short id.  title, story: a heading and a line on what it shows.  formula: the height.
    domain, start, minima: as in Surface.  slopes: ∂/∂x, ∂/∂y.  bends: ∂²/∂x², ∂²/∂x∂y, ∂²/∂y².
    """

    name: str
    title: str
    story: str
    formula: Expression
    domain: Box
    start: Point
    minima: tuple[Point, ...]
    slopes: tuple[Expression, Expression]
    bends: tuple[Expression, Expression, Expression]

    @property
    def text(self) -> str:
        """The formula as it would be typed."""
        return self.formula.text()

    @property
    def latex(self) -> str:
        """The formula in LaTeX's mathematics."""
        return self.formula.latex()

    def value(self, x: ArrayLike, y: ArrayLike) -> Array:
        """The height; x and y broadcast. Where the formula is undefined it is nan."""
        return self.formula.value(x, y)

    def gradient(self, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """The slope along x and along y, exact; x and y broadcast."""
        return self.slopes[0].value(x, y), self.slopes[1].value(x, y)

    def hessian(self, x: ArrayLike, y: ArrayLike) -> Array:
        """The second derivatives, [..., 2, 2]; x and y broadcast."""
        return _hessian(*(bend.value(x, y) for bend in self.bends))

    @property
    def quadratic(self) -> bool:
        """Whether the curvature is the same everywhere."""
        return not any(bend.depends_on() for bend in self.bends)

    @property
    def lambda_max(self) -> float | None:
        """The largest curvature of a quadratic, else None."""
        return float(np.linalg.eigvalsh(self.hessian(0.0, 0.0))[1]) if self.quadratic else None

    @property
    def lambda_min(self) -> float | None:
        """The smallest curvature of a quadratic, else None; below 0 the surface has no bottom."""
        return float(np.linalg.eigvalsh(self.hessian(0.0, 0.0))[0]) if self.quadratic else None

    @property
    def lowest(self) -> float | None:
        """The height of the deepest known bottom, or None when none is known."""
        return min((float(self.value(*point)) for point in self.minima), default=None)


def formula_surface(
    text: str,
    *,
    name: str = "formula",
    title: str = N_("Your formula"),
    story: str = N_("The surface you typed."),
    domain: Box = (-3.0, 3.0, -2.0, 2.0),
    start: Point = (-2.0, 1.0),
    near: tuple[Point, ...] = (),
) -> FormulaSurface:
    """A surface from a formula in x and y.

    text: see lab.engine.formula.  near: points from which Newton's method finds the known bottoms.
    Raises FormulaError when the text cannot be read, ValueError when no bottom lies near such a point.
    """
    formula = parse(text)
    slopes = formula.derivative("x"), formula.derivative("y")
    bends = slopes[0].derivative("x"), slopes[0].derivative("y"), slopes[1].derivative("y")
    surface = FormulaSurface(name, title, story, formula, domain, start, near, slopes, bends)
    minima = tuple(_bottom(surface, point) for point in near)
    return FormulaSurface(name, title, story, formula, domain, start, minima, slopes, bends)


def _bottom(surface: FormulaSurface, near: Point) -> Point:
    """The stationary point Newton's method reaches; a direction without curvature is left as it is."""
    point = np.array(near)
    for _ in range(50):
        step = np.linalg.pinv(surface.hessian(*point), rcond=1e-9) @ np.array(surface.gradient(*point))
        point = point - step
        if np.abs(step).max() < 1e-15:
            break
    level = np.abs(surface.gradient(*point)).max() < 1e-9 * (1 + np.abs(surface.hessian(*point)).max())
    if not level or np.abs(point - near).max() > 0.5:
        raise ValueError(f"near: {near}, the surface {surface.text} has no bottom there")
    return float(point[0]), float(point[1])


SURFACES: Mapping[str, FormulaSurface] = {
    surface.name: surface
    for surface in (
        formula_surface(
            "0.5*(x^2 + y^2)",
            name="bowl",
            title=N_("Bowl"),
            story=N_("Equally steep all round: every learning rate below 2 leads straight to the bottom."),
            start=(-2.4, 1.4),
            near=((0.0, 0.0),),
        ),
        formula_surface(
            "0.5*(x^2 + 100*y^2)",
            name="ravine",
            title=N_("Ravine"),
            story=N_("A hundred times steeper across than along: what is safe across is slow along."),
            domain=(-2.6, 2.6, -1.6, 1.6),
            start=(-2.0, 1.0),
            near=((0.0, 0.0),),
        ),
        formula_surface(
            "0.5*x^2 + 0.25*(y^2 - 1)^2",
            name="saddle",
            title=N_("Saddle"),
            story=N_("A pass between two hollows: on its ridge the slope leads to a point that is no bottom."),
            domain=(-2.4, 2.4, -1.7, 1.7),
            start=(-2.0, 0.01),
            near=((0.0, 1.0), (0.0, -1.0)),
        ),
        formula_surface(
            "0.15*x^2 + 0.4*y^2 - 2.2*exp(-(x - 1.6)^2 - 1.4*(y + 0.4)^2)"
            " - 1.3*exp(-1.2*(x + 1.5)^2 - 1.6*(y - 0.6)^2)",
            name="wells",
            title=N_("Two wells"),
            story=N_("A deep hollow and a shallow one: which is found depends on where one starts."),
            domain=(-3.1, 3.1, -1.95, 1.95),
            start=(-2.6, -1.2),
            near=((1.5, -0.4), (-1.4, 0.5)),
        ),
        formula_surface(
            "1 - exp(-0.5*(x^2 + 2*y^2))",
            name="plateau",
            title=N_("Plateau"),
            story=N_("Almost level far out: a tiny slope does not mean that the bottom is near."),
            domain=(-4.0, 4.0, -2.5, 2.5),
            start=(-3.0, 1.0),
            near=((0.0, 0.0),),
        ),
        formula_surface(
            "(1 - x)^2 + 100*(y - x^2)^2",
            name="rosenbrock",
            title=N_("Rosenbrock's valley"),
            story=N_("A bent valley: reaching its floor is easy, following it to the bottom is not."),
            domain=(-2.0, 2.0, -0.8, 3.0),
            start=(-1.2, 1.0),
            near=((1.0, 1.0),),
        ),
        formula_surface(
            "0.5*(x^2 + y^2) + 2 - cos(3*x) - cos(3*y)",
            name="ripples",
            title=N_("Ripples"),
            story=N_("A bowl full of dents: a small step ends in the first dent, momentum rolls on."),
            domain=(-3.0, 3.0, -3.0, 3.0),
            start=(-2.5, 2.2),
            near=tuple((x, y) for x in (-1.85, 0.0, 1.85) for y in (-1.85, 0.0, 1.85)),
        ),
        formula_surface(
            "(x - 3)^2",
            name="gutter",
            title=N_("One-dimensional valley"),
            story=N_("Only x matters: at a learning rate of 0.01 each step leaves 0.98 of the distance to 3."),
            domain=(-1.0, 7.0, -2.5, 2.5),
            start=(0.0, 0.0),
            near=((3.0, 0.0),),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class RegressionSurface:
    """The mean squared error of the line ŷ = w·x + b over a table, as a surface over (w, b).

    It is exactly a quadratic: lowest + ½·dᵀHd, where d is the way from the best line.
    best: the least-squares w and b.  lowest: the error there.  bends: H, [2, 2].
    center, spread: the x of the table was (x − center) / spread when the error was taken.
    """

    best: Point
    lowest: float
    bends: Array
    center: float = 0.0
    spread: float = 1.0

    @property
    def minima(self) -> tuple[Point, ...]:
        """The best line, as (w, b)."""
        return (self.best,)

    @property
    def start(self) -> Point:
        """The line that knows nothing: w = 0, b = 0."""
        return 0.0, 0.0

    @property
    def domain(self) -> Box:
        """A box around the best line that holds the start as well."""
        (w, b), reach = self.best, [1.5 * abs(part) or 1.0 for part in self.best]
        return w - reach[0], w + reach[0], b - reach[1], b + reach[1]

    @property
    def quadratic(self) -> bool:
        """Always: the error of a line is a quadratic in w and b."""
        return True

    @property
    def lambda_max(self) -> float:
        """The largest curvature."""
        return float(np.linalg.eigvalsh(self.bends)[1])

    @property
    def lambda_min(self) -> float:
        """The smallest curvature; determinant over the largest, so that it is not lost to rounding."""
        return float(np.linalg.det(self.bends)) / self.lambda_max

    @property
    def condition(self) -> float:
        """How many times steeper across the valley than along it, λ_max / λ_min."""
        return self.lambda_max / self.lambda_min

    def value(self, w: ArrayLike, b: ArrayLike) -> Array:
        """The mean squared error of the line; w and b broadcast."""
        slope_w, slope_b = self.gradient(w, b)
        with np.errstate(all="ignore"):
            along = (np.asarray(w) - self.best[0]) * slope_w + (np.asarray(b) - self.best[1]) * slope_b
            return np.asarray(self.lowest + 0.5 * along)

    def gradient(self, w: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
        """The slope along w, (2/n)Σx(ŷ − y), and along b, (2/n)Σ(ŷ − y); w and b broadcast."""
        dw, db = np.asarray(w, np.float64) - self.best[0], np.asarray(b, np.float64) - self.best[1]
        (ww, wb), (_, bb) = self.bends
        with np.errstate(all="ignore"):
            return np.asarray(ww * dw + wb * db), np.asarray(wb * dw + bb * db)

    def hessian(self, w: ArrayLike, b: ArrayLike) -> Array:
        """The second derivatives, the same everywhere, [..., 2, 2]; w and b broadcast."""
        shape = np.broadcast_shapes(np.shape(w), np.shape(b))
        return np.array(np.broadcast_to(self.bends, (*shape, 2, 2)))

    def in_units_of_the_table(self, w: float, b: float) -> Point:
        """The slope and intercept for the table's own x that a (w, b) of this surface stands for."""
        return w / self.spread, b - w * self.center / self.spread


def regression_surface(x: ArrayLike, y: ArrayLike, standardise: bool = False) -> RegressionSurface:
    """The mean squared error of a straight line through a table, over its slope w and intercept b.

    x, y: [N], at least two different x.  standardise: take (x − mean) / std for x, which makes the valley round.
    Raises ValueError when the shapes differ, a value is not finite, or all x are equal.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"x and y: shapes {x.shape} and {y.shape}, need one and the same length")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("x and y: need finite numbers only")
    if x.size == 0 or np.ptp(x) == 0:
        raise ValueError(f"x: {x.size} values, all equal; needs at least two different ones")
    center, spread = (float(x.mean()), float(x.std())) if standardise else (0.0, 1.0)
    x = (x - center) / spread
    w = float((x - x.mean()) @ (y - y.mean()) / ((x - x.mean()) @ (x - x.mean())))
    b = float(y.mean() - w * x.mean())
    lowest = float(np.mean((w * x + b - y) ** 2))
    bends = 2 * np.array([[x @ x / x.size, x.mean()], [x.mean(), 1.0]])
    return RegressionSurface((w, b), lowest, bends, center, spread)


def stability_limit(lambda_max: float, beta: float = 0.0, nesterov: bool = False) -> float:
    """The learning rate from which on a quadratic of this curvature makes the walk diverge.

    lambda_max: the largest curvature λ, above 0.  beta: momentum β, 0 ≤ β < 1.  nesterov: which momentum.
    Returns (2 + 2β)/λ, or (2 + 2β)/((1 + 2β)λ) for Nesterov. Along an eigenvector both walks are a linear map
    of (position, velocity); with a = ηλ its trace and determinant are 1 + β − a and β for momentum,
    (1 + β)(1 − a) and β(1 − a) for Nesterov, and 1 + trace + determinant = 0 is where an eigenvalue passes −1.
    Raises ValueError when a number is out of range.  Source: Polyak, 1964; Jury's conditions for two dimensions.
    """
    if not lambda_max > 0 or not 0 <= beta < 1:
        raise ValueError(f"lambda_max: {lambda_max}, beta: {beta}; need lambda_max > 0 and 0 <= beta < 1")
    limit = (2 + 2 * beta) / lambda_max
    return limit / (1 + 2 * beta) if nesterov else limit


def critical_beta(rate_times_curvature: float) -> float:
    """The momentum β with which a walk along one curvature comes to rest soonest, neither creeping nor swinging.

    rate_times_curvature: ηλ, 0 < ηλ ≤ 4.
    Returns (1 − √(ηλ))², where the two eigenvalues of the walk meet.
    Raises ValueError when ηλ is out of range.  Source: Goh, Why Momentum Really Works, Distill 2017.
    """
    if not 0 < rate_times_curvature <= 4:
        raise ValueError(f"rate_times_curvature: {rate_times_curvature}, needs 0 < ηλ <= 4")
    return float((1 - np.sqrt(rate_times_curvature)) ** 2)


def fastest_rate(lambda_max: float, lambda_min: float) -> float:
    """The learning rate at which plain gradient descent on a quadratic loses distance fastest.

    lambda_max, lambda_min: the curvatures, both above 0.
    Returns 2/(λ_max + λ_min); each step leaves (κ − 1)/(κ + 1) of the distance, κ = λ_max/λ_min.
    Raises ValueError when a curvature is not above 0.  Source: Nocedal & Wright, Numerical Optimization, 3.3.
    """
    if not 0 < lambda_min <= lambda_max:
        raise ValueError(f"lambda_max: {lambda_max}, lambda_min: {lambda_min}; need 0 < min <= max")
    return 2 / (lambda_max + lambda_min)
