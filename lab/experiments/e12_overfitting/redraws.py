"""The same curve for other samples of the same world: ghosts, and from them where its error comes from. Of points whose
world nobody knows, each sample is drawn from the points themselves, with replacement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.penalty_paths import LassoPath, RidgePath, ridge_path
from lab.engine.measuring.generalization import BiasVariance, bias_variance, mean_square
from lab.experiments.e12_overfitting.fitting import DEGREES, Wide, blocks, path_for, price_of
from lab.experiments.e12_overfitting.settings import Params
from lab.experiments.e12_overfitting.sheet import Sheet, fresh_points, truth
from lab.kit.arrays import freeze, freeze_fields

__all__ = ["GHOSTS", "MOST", "Learning", "Parts", "Redraws", "learning_curve"]

Array = NDArray[np.float64]
MOST, GHOSTS = 200, 20
TOGETHER = 16  # stacks of ridge fits that are made one, so that another price need not join hundreds
PLACES = 50  # at which a curve is compared with the truth
SIZES = (4, 6, 8, 10, 15, 20, 30, 45, 70, 100, 150, 200)
SAMPLES = {"lasso": 3}  # of the learning curve; a lasso path takes longer
A_CALL = {"lasso": 1}  # degrees that are worked out in one call


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Where the error of each degree comes from. degrees, bias_squared, variance: [D].  noise: the same for all.

    known: whether the truth is. If not, bias and noise cannot be told apart, and bias_squared holds both.
    """

    degrees: Array
    bias_squared: Array
    variance: Array
    noise: float
    known: bool

    def at(self, degree: int) -> BiasVariance | None:
        """Those of one degree; None where it was not worked out."""
        found = np.flatnonzero(self.degrees == degree)
        if not len(found):
            return None
        return BiasVariance(float(self.bias_squared[found[0]]), float(self.variance[found[0]]), self.noise)


@dataclass(frozen=True, slots=True, eq=False)
class Learning:
    """Errors against the number of points, as means over several samples. sizes, train, test: [S]."""

    sizes: Array
    train: Array
    test: Array
    samples: int


class Redraws:
    """Up to `MOST` samples, each fitted at every degree."""

    def __init__(self, sheet: Sheet, params: Params, seed: int) -> None:
        self._sheet, self._seed = sheet, seed
        self._n = len(sheet.first_x) - int(sheet.first_held.sum()) if sheet.world else len(sheet.seen_x)
        self._params = params
        self._places = self._where()
        self._there = Wide(sheet, self._places[0], params.basis)
        self.degrees = tuple(d for d in DEGREES if d <= 20 or self._n <= 40)
        self._chunks: dict[int, list[RidgePath | LassoPath]] = {d: [] for d in self.degrees}
        self._said = {d: np.empty((MOST, len(self._places[0]))) for d in self.degrees}
        self._samples: list[tuple[Array, Array]] = []
        self._price = price_of(params)
        self.count = 0
        self._work: Iterator[None] | None = None

    def _where(self) -> tuple[Array, Array]:
        """Places, and what is right there."""
        sheet = self._sheet
        if sheet.world:
            x = (np.arange(PLACES) + 0.5) / PLACES
            return x, truth(sheet.world, x)
        return sheet.x[sheet.held], sheet.y[sheet.held]

    @property
    def possible(self) -> bool:
        """Whether there is anything to draw from."""
        return self._n >= 2 and len(self._places[0]) > 0

    def sample(self, number: int) -> tuple[Array, Array]:
        """A sample as large as the one on screen."""
        rng, sheet = np.random.default_rng((self._seed, number)), self._sheet
        if sheet.world:
            return fresh_points(sheet.world, self._n, sheet.noise, rng)
        rows = rng.integers(0, self._n, self._n)
        return sheet.seen_x[rows], sheet.seen_y[rows]

    # ------------------------------------------------------------------------------------- one more

    def step(self) -> bool:
        """A piece of the next sample. Whether it is complete."""
        if self._work is None:
            self._work = self._drawn()
        try:
            next(self._work)
        except StopIteration:
            self._work = None
            return True
        return False

    def _drawn(self) -> Iterator[None]:
        x, y = self.sample(self.count)
        wide = Wide(self._sheet, x, self._params.basis)
        kind, most = self._params.regularizer, A_CALL.get(self._params.regularizer, len(self.degrees))
        for place, degree in enumerate(self.degrees, 1):
            path: RidgePath | LassoPath
            features = wide(degree)
            path = path_for(features, y, kind) if kind == "lasso" else ridge_path(features[None], y[None])
            self._chunks[degree].append(path)
            if isinstance(path, RidgePath) and len(self._chunks[degree]) == TOGETHER:
                self._chunks[degree] = [_joined([one for one in self._chunks[degree] if isinstance(one, RidgePath)])]
            self._said[degree][self.count] = self._says(path, degree)
            if place % most == 0 and place < len(self.degrees):
                yield
        self._samples.append((x, y))
        self.count += 1

    def _blocks(self, x: Array, degree: int) -> Array:
        return blocks(self._sheet, x, degree, self._params.basis)

    def _says(self, path: RidgePath | LassoPath, degree: int) -> Array:
        return path.predict(self._there(degree), self._price)

    def recall(self, sheet: Sheet, params: Params, seed: int, count: int) -> bool:
        """Go back to so many samples, where those are the first of the ones that are here. False where they are not."""
        mine = self._sheet
        drawn = (sheet.world, sheet.noise, len(sheet.first_x)) == (mine.world, mine.noise, len(mine.first_x))
        if not (mine.world and drawn and seed == self._seed and self.retune(params)):
            return False
        if count < self.count or self._work is not None:
            self.count, self._work = min(count, self.count), None
            self._samples = self._samples[: self.count]
            for degree in self.degrees:
                self._chunks[degree] = _first(self._chunks[degree], self.count)
        return True

    # ---------------------------------------------------------------------------------- other prices

    def retune(self, params: Params) -> bool:
        """Go on with other controls. False where all samples would have to be fitted anew."""
        before = self._params
        if params.basis != before.basis or (params.regularizer == "lasso") != (before.regularizer == "lasso"):
            return False
        self._params = params
        if price_of(params) != self._price:
            self._price = price_of(params)
            for degree in self.degrees:
                self._say_again(degree)
        return True

    def _say_again(self, degree: int) -> None:
        chunks = self._chunks[degree]
        if chunks and isinstance(chunks[0], RidgePath):
            joined = _joined([chunk for chunk in chunks if isinstance(chunk, RidgePath)])
            self._chunks[degree] = [joined]
            self._said[degree][: len(joined.level)] = self._says(joined, degree)
        else:
            for number, path in enumerate(chunks):
                self._said[degree][number] = self._says(path, degree)

    # --------------------------------------------------------------------------------- what is shown

    def parts(self) -> Parts | None:
        """Bias, variance and noise of every degree; None before there are two samples."""
        if self.count < 2:
            return None
        right, noise = self._places[1], self._sheet.noise**2 if self._sheet.world else 0.0
        found = [bias_variance(self._said[d][: self.count], right, noise) for d in self.degrees]
        bias, variance = np.array([f.bias_squared for f in found]), np.array([f.variance for f in found])
        return freeze_fields(Parts(np.array(self.degrees, float), bias, variance, noise, bool(self._sheet.world)))

    def ghosts(self, grid: Array) -> Array:
        """The curves of the last samples at the present degree: [G, GRID]."""
        degree, kind = self._params.degree, self._params.regularizer
        last = self._samples[-GHOSTS:]
        if not last:
            return freeze(np.zeros((0, len(grid))))
        places = self._blocks(grid, degree)
        if kind == "lasso":
            known = self._chunks.get(degree, [])[: self.count][-GHOSTS:]
            paths = known or [path_for(self._blocks(x, degree), y, kind, self._price) for x, y in last]
            return freeze(np.array([path.predict(places, self._price) for path in paths]))
        x, y = (np.stack(column) for column in zip(*last))
        return freeze(ridge_path(self._blocks(x, degree), y).predict(places, self._price))


def _joined(paths: list[RidgePath]) -> RidgePath:
    """Several stacks as one."""
    if len(paths) == 1:
        return paths[0]
    return RidgePath(*(np.concatenate([getattr(path, field.name) for path in paths]) for field in fields(RidgePath)))


def _first(chunks: list[RidgePath | LassoPath], count: int) -> list[RidgePath | LassoPath]:
    """The fits of the first samples."""
    if not chunks or not isinstance(chunks[0], RidgePath):
        return chunks[:count]
    joined = _joined([chunk for chunk in chunks if isinstance(chunk, RidgePath)])
    return [RidgePath(*(getattr(joined, field.name)[:count] for field in fields(RidgePath)))] if count else []


def learning_curve(sheet: Sheet, params: Params, seed: int) -> Learning | None:
    """The errors of the present curve for more and for fewer points; None where there are too few to tell."""
    samples = SAMPLES.get(params.regularizer, 10)
    most = len(sheet.seen_x)
    if sheet.world:
        most = 200 if most > 100 else 100
    sizes = [size for size in SIZES if size < most] + [most]
    if most < 4 or (not sheet.world and not sheet.held.any()):
        return None
    rows = [_at_size(sheet, params, size, samples, seed) for size in sizes]
    train, test = (np.array(column) for column in zip(*rows))
    return freeze_fields(Learning(np.array(sizes, float), train, test, samples))


def _at_size(sheet: Sheet, params: Params, size: int, samples: int, seed: int) -> tuple[float, float]:
    drawn = [_sample_of(sheet, size, np.random.default_rng((seed, size, number))) for number in range(samples)]
    x, y = (np.stack(column) for column in zip(*drawn))
    price, degree = price_of(params), params.degree
    if sheet.world:
        places = (np.arange(PLACES) + 0.5) / PLACES
        right, noise = truth(sheet.world, places), sheet.noise**2
    else:
        places, right, noise = sheet.x[sheet.held], sheet.y[sheet.held], 0.0
    features, there = blocks(sheet, x, degree, params.basis), blocks(sheet, places, degree, params.basis)
    if params.regularizer == "lasso":
        paths = [path_for(f, answers, "lasso", price) for f, answers in zip(features, y)]
        said = np.array([path.predict(there, price) for path in paths])
        back = np.array([path.predict(f, price) for path, f in zip(paths, features)])
    else:
        stack = ridge_path(features, y)
        said, weights = stack.predict(there, price), stack.weights(price)
        back = ((features - stack.centre[:, None]) * weights[:, None]).sum(axis=-1) + stack.level[:, None]
    return mean_square(back - y), mean_square(said - right) + noise


def _sample_of(sheet: Sheet, size: int, rng: np.random.Generator) -> tuple[Array, Array]:
    if sheet.world:
        return fresh_points(sheet.world, size, sheet.noise, rng)
    rows = rng.permutation(len(sheet.seen_x))[:size]
    return sheet.seen_x[rows], sheet.seen_y[rows]
