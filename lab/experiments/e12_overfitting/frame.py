"""What is shown of one step: the run of the open page as plain values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.experiments.e12_overfitting.fitting import ByDegree, ByPrice, Fit, Folds, price_of
from lab.experiments.e12_overfitting.lid import Lid
from lab.experiments.e12_overfitting.redraws import Learning, Parts
from lab.experiments.e12_overfitting.settings import Params
from lab.experiments.e12_overfitting.sheet import Sheet

__all__ = ["RUNNERS", "CurveShown", "FitFrame", "GrokShown", "NetShown", "Runner", "Table"]

Array = NDArray[np.float64]
RUNNERS = ("plain", "l2", "dropout", "early")


@dataclass(frozen=True, slots=True, eq=False)
class CurveShown:
    """The curve and all that is known of it. first: the curve through the points as they came, [GRID], where one was
    moved since.  ghosts: curves of other samples, [G, GRID].  redrawn: samples so far.  by_price, learning, folds:
    of the pages that show them."""

    sheet: Sheet
    fit: Fit | None
    by_degree: ByDegree
    first: Array | None
    ghosts: Array
    redrawn: int
    parts: Parts | None
    lid: Lid
    by_price: ByPrice | None = None
    learning: Learning | None = None
    folds: Folds | None = None

    @property
    def moved(self) -> float | None:
        """How far the curve is from the first one at most, between the outermost points."""
        if self.first is None or self.fit is None or not len(self.sheet.seen_x):
            return None
        x = self.fit.x
        inside = (x >= self.sheet.seen_x.min()) & (x <= self.sheet.seen_x.max())
        return float(np.abs(self.fit.curve - self.first)[inside].max()) if inside.any() else None


@dataclass(frozen=True, slots=True, eq=False)
class Runner:
    """One network. losses and shares right are on the points it learns from, and on those held out.

    beliefs: of class 1 over the picture, [S, S], from the bottom row up.  counts: its weights by size, [bins].
    kept: the step whose weights these are.
    """

    name: str
    seen_loss: float
    held_loss: float
    seen_right: float
    held_right: float
    beliefs: Array
    counts: Array
    norm: float
    kept: int


@dataclass(frozen=True, slots=True, eq=False)
class NetShown:
    """x: [N, 2].  labels: [N].  wrong: [N], labels that were turned round.  edges: of the bins of weights, [bins + 1].

    steps: [T].  seen, held: the losses of the four at those steps, [T, 4].  stopped: whether the fourth has stopped.
    """

    x: Array
    labels: NDArray[np.int64]
    wrong: NDArray[np.bool_]
    held_size: int
    extent: tuple[float, float, float, float]
    runners: tuple[Runner, ...]
    edges: Array
    steps: Array
    seen: Array
    held: Array
    stopped: bool
    names: tuple[str, str] = ("x₁", "x₂")

    def runner(self, name: str) -> Runner:
        return next(one for one in self.runners if one.name == name)

    @property
    def best(self) -> Runner:
        """The one of least loss on held-out points."""
        return min(self.runners, key=lambda one: one.held_loss)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One of the two networks of sums. right: which cells it gets right, [p, p].  norm: of all its weights.

    learned, understood: the update at which 99 % of the seen sums, and of the held-out ones, were right first.
    """

    seen_right: float
    held_right: float
    right: NDArray[np.bool_]
    norm: float
    learned: int | None
    understood: int | None


@dataclass(frozen=True, slots=True, eq=False)
class GrokShown:
    """seen: which cells are for learning, [p, p].  decayed, free: with and without weight decay.

    updates: done.  steps: the updates of the curves, [T].  curves: shares right, [T, 4]: seen and held out of the
    decayed one, then of the free one.
    """

    modulus: int
    seen: NDArray[np.bool_]
    decayed: Table
    free: Table
    updates: int
    steps: Array
    curves: Array


@dataclass(frozen=True, slots=True, eq=False)
class FitFrame:
    """One step of the run that is open; of the others there is None."""

    step: int
    params: Params
    curve: CurveShown | None
    net: NetShown | None
    grok: GrokShown | None
    received: frozenset[str]

    @property
    def price(self) -> float:
        """The price in force."""
        return price_of(self.params)
