"""The curve through the points at every degree and every price, and how wrong it is. What is computed of one set of
points is kept: a drag of the degree or of λ then costs next to nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.data import folds
from lab.engine.basics.penalty_paths import LassoPath, RidgePath, lasso_path, ridge_path
from lab.engine.basics.regression import polynomial
from lab.engine.measuring.generalization import cross_validated, mean_square
from lab.experiments.e12_overfitting.settings import Params
from lab.experiments.e12_overfitting.sheet import Sheet
from lab.kit.arrays import freeze, freeze_fields

__all__ = [
    "DEGREES",
    "PRICES",
    "REACH",
    "Bench",
    "ByDegree",
    "ByPrice",
    "Fit",
    "Folds",
    "Wide",
    "blocks",
    "path_for",
    "price_of",
]

Array = NDArray[np.float64]
Path = RidgePath | LassoPath

DEGREES = (*range(16), 20, 25, 30, 40, 60, 80, 100)
PRICES: Array = freeze(np.logspace(-6, 2, 65))
NOTHING = 1e-16  # an error below is rounding
REACH = 0.25  # of the span, how far beyond it a curve is drawn
GRID = 601  # places at which a curve is drawn


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One curve. weights: [d].  bias: what it says where every block is 0.  rank: directions the points decide.

    train, validation: mean squared errors; None where there are no points.  x, curve: [GRID], the curve as drawn.
    swing: how far it moves at most where one point moves by 1; None where nobody knows.  said: at each point, [N].
    """

    weights: Array
    bias: float
    rank: int
    train: float | None
    validation: float | None
    x: Array
    curve: Array
    swing: float | None
    said: Array

    @property
    def norm(self) -> float:
        """‖w‖, the length of the weights."""
        return float(np.sqrt(np.square(self.weights).sum()))

    @property
    def alive(self) -> int:
        """How many weights are not 0."""
        return int((self.weights != 0).sum())


@dataclass(frozen=True, slots=True, eq=False)
class ByDegree:
    """degrees, train, validation: [D]; nan where there is no validation point."""

    degrees: Array
    train: Array
    validation: Array

    @property
    def best(self) -> int | None:
        """The degree of least validation error."""
        return None if np.isnan(self.validation).all() else int(self.degrees[np.nanargmin(self.validation)])


@dataclass(frozen=True, slots=True, eq=False)
class ByPrice:
    """prices, train, validation: [P].  weights: [P, d]."""

    prices: Array
    train: Array
    validation: Array
    weights: Array

    @property
    def best(self) -> float | None:
        """The price of least validation error."""
        return None if np.isnan(self.validation).all() else float(self.prices[np.nanargmin(self.validation)])


@dataclass(frozen=True, slots=True, eq=False)
class Folds:
    """part: [n], the fold that each seen point, from left to right, is in.  errors: of each fold, [k]."""

    part: NDArray[np.int64]
    errors: Array

    @property
    def mean(self) -> float:
        """The cross-validation error."""
        return float(self.errors.mean())


def price_of(params: Params) -> float:
    """The price that is in force."""
    return 0.0 if params.regularizer == "none" else params.penalty


def blocks(sheet: Sheet, x: Array, degree: int, basis: str) -> Array:
    """The building blocks of a curve at places. x: […, M].  Returns […, M, degree]."""
    flat = polynomial(sheet.unit(x.reshape(-1)), degree, basis)
    return flat.reshape(*x.shape, degree)


class Wide:
    """The blocks of all degrees at fixed places, made once: those of a degree are its first columns."""

    def __init__(self, sheet: Sheet, x: Array, basis: str) -> None:
        self._all = blocks(sheet, x, DEGREES[-1], basis)

    def __call__(self, degree: int) -> Array:
        """[…, M, degree]."""
        return self._all[..., :degree]


def path_for(features: Array, y: Array, regularizer: str, price: float = 0.0) -> Path:
    """All fits from this price upwards. features: [N, d].  y: [N]."""
    return lasso_path(features, y, price) if regularizer == "lasso" else ridge_path(features, y)


class Bench:
    """One set of points under one kind of price, with the fits of every degree."""

    def __init__(self, sheet: Sheet, params: Params) -> None:
        self.sheet, self._basis, self._kind = sheet, params.basis, params.regularizer
        self._x, self._y = sheet.seen_x, sheet.seen_y
        self._held_x, self._held_y = sheet.x[sheet.held], sheet.y[sheet.held]
        self._at_seen, self._at_held = (Wide(sheet, x, params.basis) for x in (self._x, self._held_x))
        self._paths: dict[int, Path] = {}
        low, high = sheet.extent[:2]
        reach = REACH * (sheet.span[1] - sheet.span[0])
        self.grid = freeze(np.linspace(min(low, sheet.span[0] - reach), max(high, sheet.span[1] + reach), GRID))

    def path(self, degree: int, price: float = 0.0) -> Path:
        """Every fit of a degree from this price upwards."""
        known = self._paths.get(degree)
        if isinstance(known, LassoPath) and price < known.prices[-1]:
            known, price = None, 0.0  # further down than it goes: now all of it
        if known is None:
            known = self._paths[degree] = path_for(self._at_seen(degree), self._y, self._kind, price)
        return known

    def _blocks(self, x: Array, degree: int) -> Array:
        return blocks(self.sheet, x, degree, self._basis)

    def predict(self, x: Array, degree: int, price: float) -> Array:
        """The curve of a degree at places: [M] → [M]."""
        return self.path(degree, price).predict(self._blocks(x, degree), price)

    def error(self, degree: int, price: float, held: bool) -> float | None:
        """The mean squared error on the seen points, or on those held out; None where there are none."""
        y, there = (self._held_y, self._at_held) if held else (self._y, self._at_seen)
        if not len(y):
            return None
        error = mean_square(self.path(degree, price).predict(there(degree), price) - y)
        return error if error > NOTHING else 0.0

    def fit(self, degree: int, price: float) -> Fit | None:
        """The curve; None without points."""
        if not len(self._x):
            return None
        path, features = self.path(degree, price), self._blocks(self.grid, degree)
        weights = path.weights(price)
        rank = int(path.rank) if isinstance(path, RidgePath) else min(len(self._x) - 1, degree)
        found = Fit(
            weights,
            float(path.level - path.centre @ weights),
            rank + 1,
            self.error(degree, price, False),
            self.error(degree, price, True),
            self.grid,
            path.predict(features, price),
            self._swing(path, features, price),
            self.predict(self.sheet.x, degree, price),
        )
        return freeze_fields(found)

    def _swing(self, path: Path, features: Array, price: float) -> float | None:
        """Between the outermost points, not beyond them."""
        if not isinstance(path, RidgePath) or len(self._x) > 60:
            return None
        inside = (self.grid >= self._x.min()) & (self.grid <= self._x.max())
        return float(np.abs(path.sensitivity(features[inside], price)).max()) if inside.any() else None

    def by_degree(self, degree: int, price: float) -> ByDegree:
        """The errors of every degree, the present one among them."""
        degrees = sorted({*DEGREES, degree})
        train = [self.error(d, price, False) for d in degrees]
        validation = [self.error(d, price, True) for d in degrees]
        return freeze_fields(ByDegree(*(np.array(row, np.float64) for row in (degrees, train, validation))))

    def by_price(self, degree: int) -> ByPrice:
        """The errors and the weights at every price."""
        path = self.path(degree)
        train = [self.error(degree, price, False) for price in PRICES.tolist()]
        validation = [self.error(degree, price, True) for price in PRICES.tolist()]
        weights = np.array([path.weights(price) for price in PRICES.tolist()])
        errors = np.array(train, np.float64), np.array(validation, np.float64)
        return freeze_fields(ByPrice(PRICES, *errors, weights))

    def folds(self, degree: int, price: float, k: int, split: int) -> Folds | None:
        """Cross-validation on the seen points; None where there are too few of them."""
        if len(self._x) < max(k, 3):
            return None
        parts = folds(len(self._x), k, np.random.default_rng(split))

        def fitted(x: Array, y: Array) -> Path:
            return path_for(self._blocks(x, degree), y, self._kind, price)

        errors = cross_validated(lambda x, y: _Curve(fitted(x, y), self, degree, price), self._x, self._y, parts)
        part = np.empty(len(self._x), np.int64)
        for number, (_seen, kept) in enumerate(parts):
            part[kept] = number
        return freeze_fields(Folds(part[np.argsort(self._x, kind="stable")], np.array(errors)))

    def at(self, path: Path, x: Array, degree: int, price: float) -> Array:
        """What another fit of this degree says at places."""
        return path.predict(self._blocks(x, degree), price)


@dataclass(frozen=True, slots=True)
class _Curve:
    """One fit as a function of x."""

    path: Path
    bench: Bench
    degree: int
    price: float

    def __call__(self, x: Array) -> Array:
        return self.bench.at(self.path, x, self.degree, self.price)
