"""The question a fit answers, and three ways to answer it. Every weight, error bar and price ends up in one
matrix and one vector: (XᵀCX + P)·θ = XᵀCy. It can be solved through the singular values of X, by
elimination, or, as nobody should, by inverting the matrix; the answers differ in how many of their digits
are right."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.centring import EPSILON, axes_of, extremes, from_mean
from lab.engine.basics.regression import fit_least_squares, fit_ridge, with_ones
from lab.engine.basics.residuals import leave_one_out, leverage

__all__ = ["Influence", "Problem", "best_of", "influence_of", "problem_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Make Σ c·(y − X·θ)² + θᵀP·θ small.

    design: X, [N, p], its last column ones.  y: [N].  counts: c, [N].  penalty: P, [p, p].
    """

    design: Array
    y: Array
    counts: Array
    penalty: Array

    @property
    def size(self) -> float:
        """What the sum is divided by to be a mean: Σc."""
        return float(self.counts.sum()) or 1.0

    @property
    def gram(self) -> Array:
        """XᵀCX + P, [p, p]."""
        return np.asarray(self.design.T @ (self.counts[:, None] * self.design) + self.penalty)

    @property
    def moments(self) -> Array:
        """XᵀCy, [p]."""
        return np.asarray(self.design.T @ (self.counts * self.y))

    @property
    def hessian(self) -> Array:
        """The second derivatives of the loss, [p, p]: how steeply its valley bends."""
        return 2.0 * self.gram / self.size

    def loss(self, theta: Array) -> float:
        """The weighted mean of the squared errors, and the price of the weights."""
        with np.errstate(all="ignore"):
            error = self.design @ theta - self.y
            return float((self.counts @ error**2 + theta @ self.penalty @ theta) / self.size)

    def gradient(self, theta: Array) -> Array:
        """How the loss changes with each weight, (2/Σc)·(XᵀC(Xθ − y) + Pθ), [p]."""
        with np.errstate(all="ignore"):
            return self.slope(theta, self.size)

    def slope(self, theta: Array, size: float) -> Array:
        """The gradient, for one who asks at every step: knows the size, and ignores what NumPy warns of."""
        error = self.counts * (self.design @ theta - self.y)
        return np.asarray(2.0 * (self.design.T @ error + self.penalty @ theta) / size)

    def centred(self) -> Centred:
        """The same problem as plain least squares, centred on the features, where no digits cancel."""
        columns, centre = from_mean(self.design[:, :-1], self.counts)
        root, price = np.sqrt(self.counts), np.diag(np.sqrt(np.diag(self.penalty)))
        price[-1, :-1] -= price[-1, -1] * centre  # the price of b, in terms of the level at the centre
        points = root[:, None] * np.column_stack([columns, np.ones(len(columns))])
        return Centred(np.concatenate([points, price]), np.append(root * self.y, np.zeros(len(price))), centre)

    def rank(self) -> int:
        """How many columns are independent, the prices counted among the rows."""
        if not len(self.y):
            return 0
        noise = EPSILON * np.abs(self.design[:, :-1]).max(axis=0) * math.sqrt(self.size / len(self.y))
        return axes_of(self.centred().rows[:, :-1], noise).rank + 1

    def extremes(self) -> tuple[float, float]:
        """The largest and the smallest singular value of X with its prices; the smallest is 0 where columns depend."""
        seen = self.centred()
        if self.rank() < self.design.shape[1]:
            return float(np.linalg.norm(self.design, 2)), 0.0
        return extremes(seen.rows, seen.centre)

    def by_elimination(self) -> Array | None:
        """The normal equations solved by elimination; None where the matrix is singular."""
        try:
            return np.asarray(np.linalg.solve(self.gram, self.moments))
        except np.linalg.LinAlgError:
            return None

    def by_inverse(self) -> Array | None:
        """The formula of the textbooks, (XᵀCX + P)⁻¹·XᵀCy, at its word; None where there is no inverse."""
        try:
            return np.asarray(np.linalg.inv(self.gram) @ self.moments)
        except np.linalg.LinAlgError:
            return None


@dataclass(frozen=True, slots=True, eq=False)
class Centred:
    """A problem as rows and their right sides, for slopes and the level at the centre of the features.

    rows: [N + p, p], √c·[x − centre, 1] and the prices.  right: [N + p], √c·y and 0.  centre: [d].
    """

    rows: Array
    right: Array
    centre: Array

    def raw(self, theta: Array) -> Array:
        """Slopes and bias, of slopes and level. theta: [p], or [p, N] for several."""
        moved = theta.copy()
        moved[-1] -= self.centre @ theta[:-1]
        return moved

    def level(self, theta: Array) -> Array:
        """Slopes and level, of slopes and bias. theta: [p], or [p, N] for several."""
        moved = theta.copy()
        moved[-1] += self.centre @ theta[:-1]
        return moved


def problem_of(x: Array, y: Array, counts: Array, ridge: float, penalise_bias: bool) -> Problem:
    """The question for these points. x: [N, d].  y, counts: [N].  ridge: λ; the bias is free by default."""
    price = np.full(x.shape[1] + 1, ridge)
    price[-1] = ridge if penalise_bias else 0.0
    return Problem(with_ones(x), y, counts, np.diag(price))


def best_of(problem: Problem) -> Array:
    """The best weights and bias, [p], through singular values; of many equally good ones the shortest."""
    x, price = problem.design[:, :-1], np.diag(problem.penalty)
    equal = bool((problem.counts == 1.0).all())
    if not price.any():
        fit = fit_least_squares(x, problem.y, None if equal else problem.counts)
    elif equal and price[-1] == 0.0:
        fit = fit_ridge(x, problem.y, float(price[0]))
    else:
        seen = problem.centred()
        theta: Array = np.asarray(np.linalg.lstsq(seen.rows, seen.right, rcond=None)[0], np.float64)
        return seen.raw(theta)
    return np.append(fit.weights, fit.bias)


# ------------------------------------------------------------------------------- the influence of each point


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """How much the fit depends on each point.

    leverage: hᵢᵢ, [N], by how much its prediction moves when the point moves by 1.
    without: [N, p], the best weights and bias without the point; nan where the fit hangs on it alone.
    distance: Cook's distance, [N], how far all predictions move without it; nan where that is not defined.
    """

    leverage: Array
    without: Array
    distance: Array


def influence_of(problem: Problem, best: Array) -> Influence:
    """The influence of every point. Source: Cook & Weisberg, 1982; weights and prices enter through their rows."""
    plain = bool((problem.counts == 1.0).all()) and not problem.penalty.any()
    if plain:
        leverages = leverage(problem.design[:, :-1])
        without = leave_one_out(problem.design[:, :-1], problem.y)
    else:
        leverages, without = _penalised_influence(problem, best)
    free = len(problem.y) - problem.design.shape[1]
    if free <= 0:
        return Influence(leverages, without, np.full(len(leverages), np.nan))
    error = problem.y - problem.design @ best
    spread = float(problem.counts @ error**2) / free
    seen = problem.centred()
    moved = seen.rows @ seen.level((without - best).T)  # [N + p, p] @ [p, N] -> [N + p, N]
    with np.errstate(all="ignore"):
        distance = np.sum(moved**2, axis=0) / (problem.design.shape[1] * spread)
    return Influence(leverages, without, np.where(np.isfinite(distance), distance, np.nan))


def _penalised_influence(problem: Problem, best: Array) -> tuple[Array, Array]:
    """Leverage and leave-one-out with weights and prices, by the same formula: their rows are points too."""
    seen = problem.centred()
    whole: Array = np.asarray(np.linalg.pinv(seen.rows), np.float64)
    inverse = whole[:, : len(problem.y)]  # [p, N], the part that answers to the points
    root = np.sqrt(problem.counts)
    leverages = np.sum(inverse.T * seen.rows[: len(problem.y)], axis=1)
    error = root * (problem.y - problem.design @ best)
    left = 1.0 - leverages
    share = np.where(left > 1e-12, error / np.maximum(left, 1e-12), np.nan)
    return leverages, best - seen.raw(inverse).T * share[:, None]
