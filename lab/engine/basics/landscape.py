"""Surfaces to walk down: a loss over two parameters, with its exact slope and curvature everywhere. The named
ones are formulas, and so is whatever a learner types. The loss of a straight line over a table of data is a
surface as well (lab.engine.basics.quadratic), and where the curvature is the same everywhere, the largest learning
rate that does not diverge is known beforehand (lab.engine.basics.stability)."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.basics.quadratic import QuadraticSurface, regression_surface
from lab.engine.basics.stability import critical_beta, fastest_rate, stability_limit
from lab.engine.graph.formula import Expression, parse

__all__ = [
    "SURFACES",
    "FormulaSurface",
    "QuadraticSurface",
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
    def lowest(self) -> float | None:
        """The height of the deepest known bottom, or None when none is known."""

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
        xx, xy, yy = (bend.value(x, y) for bend in self.bends)
        return np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -2)  # three of [...] -> [..., 2, 2]

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

    text: see lab.engine.graph.formula.  near: points from which Newton's method finds the known bottoms.
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


_RECIPES: Mapping[str, Callable[[], FormulaSurface]] = {
    "bowl": partial(
        formula_surface,
        "0.5*(x^2 + y^2)",
        name="bowl",
        title=N_("Bowl"),
        story=N_("Equally steep all round: every learning rate below 2 leads straight to the bottom."),
        start=(-2.4, 1.4),
        near=((0.0, 0.0),),
    ),
    "ravine": partial(
        formula_surface,
        "0.5*(x^2 + 100*y^2)",
        name="ravine",
        title=N_("Ravine"),
        story=N_("A hundred times steeper across than along: what is safe across is slow along."),
        domain=(-2.6, 2.6, -1.6, 1.6),
        start=(-2.0, 1.0),
        near=((0.0, 0.0),),
    ),
    "saddle": partial(
        formula_surface,
        "0.5*x^2 + 0.25*(y^2 - 1)^2",
        name="saddle",
        title=N_("Saddle"),
        story=N_("A pass between two hollows: on its ridge the slope leads to a point that is no bottom."),
        domain=(-2.4, 2.4, -1.7, 1.7),
        start=(-2.0, 0.01),
        near=((0.0, 1.0), (0.0, -1.0)),
    ),
    "wells": partial(
        formula_surface,
        "0.15*x^2 + 0.4*y^2 - 2.2*exp(-(x - 1.6)^2 - 1.4*(y + 0.4)^2) - 1.3*exp(-1.2*(x + 1.5)^2 - 1.6*(y - 0.6)^2)",
        name="wells",
        title=N_("Two wells"),
        story=N_("A deep hollow and a shallow one: which is found depends on where one starts."),
        domain=(-3.1, 3.1, -1.95, 1.95),
        start=(-2.6, -1.2),
        near=((1.5, -0.4), (-1.4, 0.5)),
    ),
    "plateau": partial(
        formula_surface,
        "1 - exp(-0.5*(x^2 + 2*y^2))",
        name="plateau",
        title=N_("Plateau"),
        story=N_("Almost level far out: a tiny slope does not mean that the bottom is near."),
        domain=(-4.0, 4.0, -2.5, 2.5),
        start=(-3.0, 1.0),
        near=((0.0, 0.0),),
    ),
    "rosenbrock": partial(
        formula_surface,
        "(1 - x)^2 + 100*(y - x^2)^2",
        name="rosenbrock",
        title=N_("Rosenbrock's valley"),
        story=N_("A bent valley: reaching its floor is easy, following it to the bottom is not."),
        domain=(-2.0, 2.0, -0.8, 3.0),
        start=(-1.2, 1.0),
        near=((1.0, 1.0),),
    ),
    "ripples": partial(
        formula_surface,
        "0.5*(x^2 + y^2) + 2 - cos(3*x) - cos(3*y)",
        name="ripples",
        title=N_("Ripples"),
        story=N_("A bowl full of dents: a small step ends in the first dent, momentum rolls on."),
        domain=(-3.0, 3.0, -3.0, 3.0),
        start=(-2.5, 2.2),
        near=tuple((x, y) for x in (-1.85, 0.0, 1.85) for y in (-1.85, 0.0, 1.85)),
    ),
    "gutter": partial(
        formula_surface,
        "(x - 3)^2",
        name="gutter",
        title=N_("One-dimensional valley"),
        story=N_("Only x matters: at a learning rate of 0.01 each step leaves 0.98 of the distance to 3."),
        domain=(-1.0, 7.0, -2.5, 2.5),
        start=(0.0, 0.0),
        near=((3.0, 0.0),),
    ),
}


@cache
def _named(name: str) -> FormulaSurface:
    return _RECIPES[name]()


class _Surfaces(Mapping[str, FormulaSurface]):
    """The named surfaces; each is worked out when it is first asked for."""

    def __getitem__(self, name: str) -> FormulaSurface:
        return _named(name)

    def __contains__(self, name: object) -> bool:
        return name in _RECIPES

    def __iter__(self) -> Iterator[str]:
        return iter(_RECIPES)

    def __len__(self) -> int:
        return len(_RECIPES)


SURFACES: Mapping[str, FormulaSurface] = _Surfaces()
