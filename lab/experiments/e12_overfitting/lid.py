"""The test points lie under a lid. Every look is counted, and beside it stands what luck alone would have bought: as
many random curves, each just as good as the one on screen, of which the one is taken that does best under the lid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.regression import polynomial
from lab.engine.measuring.generalization import mean_square
from lab.experiments.e12_overfitting.fitting import Bench, price_of
from lab.experiments.e12_overfitting.settings import Params
from lab.experiments.e12_overfitting.sheet import truth

__all__ = ["Glance", "Lid", "looked"]

Array = NDArray[np.float64]
WAVES = 8  # of which a random curve differs from the truth
PLACES = 500


@dataclass(frozen=True, slots=True)
class Glance:
    """One look: which curve it was, and its error on the hidden points."""

    degree: int
    price: float
    error: float


@dataclass(frozen=True, slots=True)
class Lid:
    """size: hidden points.  glances: every look.  fair: the error that the curve of the last look has on endless fresh
    points.  lucky: the least error under the lid of as many random curves of just that error; None where nobody knows
    the truth."""

    size: int = 0
    glances: tuple[Glance, ...] = ()
    lucky: float | None = None
    fair: float | None = None

    @property
    def looks(self) -> int:
        return len(self.glances)

    @property
    def last(self) -> Glance | None:
        return self.glances[-1] if self.glances else None


def looked(lid: Lid, bench: Bench, params: Params, seed: int) -> Lid:
    """The lid after one more look; as it was where nothing is under it, or nothing is fitted."""
    sheet, price, degree = bench.sheet, price_of(params), params.degree
    if not len(sheet.hidden_x) or not len(sheet.seen_x):
        return lid
    error = mean_square(bench.predict(sheet.hidden_x, degree, price) - sheet.hidden_y)
    glances = (*lid.glances, Glance(degree, price, error))
    found = replace(lid, size=len(sheet.hidden_x), glances=glances)
    if not sheet.world:
        return found
    x = (np.arange(PLACES) + 0.5) / PLACES
    off = mean_square(bench.predict(x, degree, price) - truth(sheet.world, x))  # from the truth, without noise
    right = truth(sheet.world, sheet.hidden_x)
    waves = polynomial(sheet.unit(sheet.hidden_x), WAVES, "legendre")
    errors = [mean_square(right + waves @ w - sheet.hidden_y) for w in _curves(len(glances), np.sqrt(off), seed)]
    return replace(found, lucky=min(errors), fair=off + sheet.noise**2)


def _curves(count: int, size: float, seed: int) -> Array:
    """Random weights of waves, each curve of the same root mean square; the first ones are the same however many there
    are: [count, WAVES]."""
    drawn = np.random.default_rng((seed, WAVES)).normal(size=(count, WAVES))
    squares = drawn**2 / (2 * np.arange(1, WAVES + 1) + 1)  # the mean square of a wave of order k is 1/(2k + 1)
    return np.asarray(size * drawn / np.sqrt(squares.sum(axis=1, keepdims=True)))
