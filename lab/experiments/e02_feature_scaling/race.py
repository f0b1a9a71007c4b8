"""Gradient descent on the mean squared error of ŷ = w₁·x₁ + w₂·x₂ + b, for one version of the table. The
error is exactly a quadratic, so its bottom, its steepest bend and its shape are known beforehand."""

from __future__ import annotations

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.regression import fit_least_squares
from lab.experiments.e02_feature_scaling.sheets import Array
from lab.kit.arrays import read_only

__all__ = ["CLOSE", "Lane", "Run", "lane"]

CLOSE = 0.01  # within one per cent of the least error
FLOOR = 1e-3  # of the spread of y: what counts as the least error where a table can be fitted exactly
CELLS, REACH = 61, 1.5  # of the map; how far it reaches beyond the bottom
KEPT = 400  # places of a path that are kept, at most twice


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One version of the table as a landscape. design: [N, 3], both columns and ones.  y: [N].  best: [3].
    lowest: the error there.  steepest: λ_max of the error's curvature.  condition: λ_max / λ_min.
    heights: [CELLS, CELLS] over w₁ and w₂, b being the best for each pair.  reach: half its side."""

    design: Array
    y: Array
    best: Array
    lowest: float
    steepest: float
    condition: float
    heights: Array
    reach: float

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """What the map shows: a square around the bottom."""
        (w1, w2), r = self.best[:2].tolist(), self.reach
        return w1 - r, w1 + r, w2 - r, w2 + r

    @property
    def goal(self) -> float:
        """The error that counts as arrived."""
        return self.lowest + CLOSE * max(self.lowest, FLOOR * float(np.var(self.y)))

    def loss(self, theta: Array) -> float:
        """The mean squared error. theta: [3]."""
        return float(np.mean((self.design @ theta - self.y) ** 2))

    def gradient(self, theta: Array) -> Array:
        """(2/N)·Xᵀ(Xθ − y). theta: [3] -> [3]."""
        return np.asarray(2 * self.design.T @ (self.design @ theta - self.y) / len(self.y))

    def start(self, place: tuple[float, float] | None) -> Array:
        """Where a race begins: all weights 0, or at a place of the map with b 0."""
        if place is None:
            return np.zeros(3)
        return np.append(self.best[:2] + self.reach * np.array(place), 0.0)


def lane(x: Array, y: Array) -> Lane:
    """The landscape of a table. x: [N, 2], no holes.  y: [N]."""
    design = np.column_stack([x, np.ones(len(y))])
    fit = fit_least_squares(x, y)
    best, condition = np.append(fit.weights, fit.bias), fit.condition**2
    lowest = float(np.mean((fit.predict(x) - y) ** 2))
    lowest = 0.0 if lowest < 1e-20 * float(np.mean(y**2)) else lowest
    reach = REACH * float(np.max(np.abs(best[:2]))) or 1.0
    w = np.linspace(-reach, reach, CELLS)
    bends = 2 * np.cov(x, rowvar=False, bias=True)  # b is the best for each pair of weights
    across, up = np.meshgrid(w, w)
    quadratic = bends[0, 0] * across**2 + 2 * bends[0, 1] * across * up + bends[1, 1] * up**2
    steepest = 2 * float(np.linalg.norm(design, 2)) ** 2 / len(y)
    parts = read_only(design), read_only(y), read_only(best), lowest, steepest, condition
    return Lane(*parts, read_only(lowest + quadratic / 2), reach)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """How far one race has come. theta: [3].  path: [K, 4], rows of (step, w₁, w₂, error).  stride: every how
    many steps a place is kept.  steps: since the start.  arrived: at which step it was close, or None."""

    theta: Array
    path: Array
    stride: int = 1
    steps: int = 0
    arrived: int | None = None

    @staticmethod
    def begun(on: Lane, place: tuple[float, float] | None) -> Run:
        """A race at its start."""
        theta = on.start(place)
        loss = on.loss(theta)
        row = [[0.0, *theta[:2], loss]]
        return Run(read_only(theta), read_only(row), arrived=0 if loss <= on.goal else None)

    def next(self, on: Lane, rate: float) -> Array:
        """θ − η·∇L, [3]."""
        return self.theta - rate * on.gradient(self.theta)

    def stepped(self, on: Lane, rate: float) -> Run:
        """One step further."""
        theta, steps = self.next(on, rate), self.steps + 1
        loss, path, stride = on.loss(theta), self.path, self.stride
        if steps % stride == 0:
            path = np.vstack([path, [steps, *theta[:2], loss]])
            if len(path) > 2 * KEPT:
                path, stride = path[::2], stride * 2
        arrived = steps if self.arrived is None and loss <= on.goal else self.arrived
        return Run(read_only(theta), read_only(path), stride, steps, arrived)
