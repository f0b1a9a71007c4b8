"""The question a fit answers, and three ways to answer it. Every weight, error bar and price ends up in one
matrix and one vector: (XᵀCX + P)·θ = XᵀCy. It can be solved through the singular values of X, by
elimination, or, as nobody should, by inverting the matrix; the answers differ in how many of their digits
are right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.engine.regression import fit_least_squares, fit_ridge, with_ones
from lab.engine.residuals import leave_one_out, leverage

__all__ = ["Problem", "Pull", "best_of", "problem_of", "pull_of"]

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
            error = self.counts * (self.design @ theta - self.y)
            return np.asarray(2.0 * (self.design.T @ error + self.penalty @ theta) / self.size)

    def rows(self) -> tuple[Array, Array]:
        """The same question as plain least squares: rows √c·X and √P, and their right sides √c·y and 0."""
        root = np.sqrt(self.counts)
        price = np.sqrt(np.diag(self.penalty))
        design = np.concatenate([root[:, None] * self.design, np.diag(price)])
        return design, np.append(root * self.y, np.zeros(len(price)))

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

    def seen_through(self, lens: Array) -> Problem:
        """The same question for other coordinates φ, where θ = lens·φ and X·lens is the new design."""
        return Problem(self.design @ lens, self.y, self.counts, lens.T @ self.penalty @ lens)


def problem_of(x: Array, y: Array, counts: Array, ridge: float, penalise_bias: bool) -> Problem:
    """The question for these points. x: [N, d].  y, counts: [N].  ridge: λ; the bias is free unless told."""
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
        return np.asarray(np.linalg.lstsq(*problem.rows(), rcond=None)[0])
    return np.append(fit.weights, fit.bias)


# ------------------------------------------------------------------------------- how hard each point pulls


@dataclass(frozen=True, slots=True, eq=False)
class Pull:
    """How much the fit depends on each point.

    leverage: hᵢᵢ, [N], by how much its prediction moves when the point moves by 1.
    without: [N, p], the best weights and bias without the point; nan where the fit hangs on it alone.
    distance: Cook's distance, [N], how far all predictions move without it; nan where that is not defined.
    """

    leverage: Array
    without: Array
    distance: Array


def pull_of(problem: Problem, best: Array) -> Pull:
    """The pull of every point. Source: Cook & Weisberg, 1982; weights and prices enter through their rows."""
    plain = bool((problem.counts == 1.0).all()) and not problem.penalty.any()
    if plain:
        pulls = leverage(problem.design[:, :-1])
        without = leave_one_out(problem.design[:, :-1], problem.y)
    else:
        pulls, without = _penalised_pull(problem, best)
    free = len(problem.y) - problem.design.shape[1]
    if free <= 0:
        return Pull(pulls, without, np.full(len(pulls), np.nan))
    error = problem.y - problem.design @ best
    spread = float(problem.counts @ error**2) / free
    moved = (without - best) @ problem.gram  # [N, p] @ [p, p] -> [N, p]
    with np.errstate(all="ignore"):
        distance = np.sum(moved * (without - best), axis=1) / (problem.design.shape[1] * spread)
    return Pull(pulls, without, np.where(np.isfinite(distance), distance, np.nan))


def _penalised_pull(problem: Problem, best: Array) -> tuple[Array, Array]:
    """Leverage and leave-one-out with weights and prices, by the same formula: their rows are points too."""
    rows, _right = problem.rows()
    inverse = np.linalg.pinv(rows)[:, : len(problem.y)]  # [p, N], the part that answers to the points
    root = np.sqrt(problem.counts)
    pulls = np.sum(inverse.T * (root[:, None] * problem.design), axis=1)
    error = root * (problem.y - problem.design @ best)
    left = 1.0 - pulls
    share = np.where(left > 1e-12, error / np.maximum(left, 1e-12), np.nan)
    return pulls, best - inverse.T * share[:, None]
