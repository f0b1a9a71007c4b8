"""All that follows from the points and the settings alone, whatever line is drawn and however far the descent
has come: the best line by every method, what each point does to it, the landscapes. Made anew when a point
moves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.regression import fit_least_squares, with_ones
from lab.engine.basics.residuals import Statistics, correlation, statistics
from lab.engine.basics.stability import stability_limit
from lab.experiments.e03_linear_regression.exact import Fractions, exact_solution
from lab.experiments.e03_linear_regression.lens import Lens, lens_of
from lab.experiments.e03_linear_regression.lossmap import LossMap, Range, map_of, natural_ranges
from lab.experiments.e03_linear_regression.problem import Array, Influence, Problem, best_of, influence_of, problem_of
from lab.experiments.e03_linear_regression.settings import Params
from lab.experiments.e03_linear_regression.sheet import Sheet
from lab.kit.arrays import freeze_fields, read_only

__all__ = ["Solved", "solved"]


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The answers for one sheet. p: how many weights and bias, 2 for a line, 3 for a plane.

    rows: [M], the numbers of the points the fit sees.  problem, scaled: the question, in both units.
    best, elimination, inverse: θ, [p], or None where there is none.  exact: θ without rounding.
    rank, condition: of the rows; the condition of XᵀX is its square.  influence: of each point seen.
    limits: the largest stable learning rates, raw and scaled; None where the ground is level.
    maps: the landscape in raw and in scaled units.  ranges: where each raw weight is worth a look.
    sure: errors of the weights, of plain least squares only.  groups: (slope, intercept) of each group.
    """

    sheet: Sheet
    rows: Any
    problem: Problem
    scaled: Problem
    lens: Lens
    best: Array | None
    elimination: Array | None
    inverse: Array | None
    exact: Fractions | None
    rank: int
    condition: float
    influence: Influence | None
    limits: tuple[float | None, float | None]
    maps: tuple[LossMap, LossMap]
    ranges: tuple[Range, ...]
    sure: Statistics | None
    groups: tuple[tuple[float, float], ...]

    @property
    def two(self) -> bool:
        """Whether there is a second feature."""
        return bool(self.problem.design.shape[1] == 3)

    @property
    def x(self) -> Array:
        """The features of the points seen, [M, d]."""
        return self.problem.design[:, :-1]

    @property
    def plain(self) -> bool:
        """Whether every point counts once and nothing is penalised."""
        return bool((self.problem.counts == 1.0).all()) and not self.problem.penalty.any()

    @property
    def determined(self) -> bool:
        """Whether exactly one line is the best."""
        return self.best is not None and self.rank == self.problem.design.shape[1]

    @property
    def r(self) -> float:
        """Pearson's correlation of x and y; nan where one of them does not vary."""
        return correlation(self.x[:, 0], self.problem.y) if len(self.x) else math.nan

    @property
    def r_features(self) -> float:
        """The correlation of the two features; nan of one."""
        return correlation(self.x[:, 0], self.x[:, 1]) if self.two and len(self.x) else math.nan

    def best_bias(self, slopes: tuple[float, ...]) -> float:
        """The bias that is best for given slopes."""
        if self.best is None:
            return 0.0
        gram = self.problem.gram
        away = np.array(slopes) - self.best[:-1]
        return float(self.best[-1] - (gram[-1, :-1] @ away) / (gram[-1, -1] or 1.0))

    def row_of(self, index: int) -> int | None:
        """The row of a point among those the fit sees, or None."""
        found = np.flatnonzero(self.rows == index)
        return int(found[0]) if len(found) else None


def solved(sheet: Sheet, params: Params) -> Solved:
    """Answer everything for these points and settings."""
    two = params.features == "two" and sheet.second is not None
    rows = np.flatnonzero(sheet.seen)
    x, y = sheet.features(two)[rows], sheet.y[rows]
    counts = sheet.weights()[rows] if params.weighting == "bars" else np.ones(len(rows))
    problem = freeze_fields(problem_of(x, y, counts, params.ridge, params.penalise_bias))
    lens = lens_of(x)
    scaled = freeze_fields(Problem(with_ones(lens.standardised(x)), y, counts, lens.out.T @ problem.penalty @ lens.out))
    best = best_of(problem) if len(y) else None
    rank = problem.rank()
    largest, smallest = problem.extremes() if len(y) else (0.0, 0.0)
    shown = best if best is not None else np.zeros(x.shape[1] + 1)
    raw_ranges, scaled_ranges = natural_ranges(problem, shown, lens)
    plain = best is not None and not params.ridge and params.weighting == "equal"
    return Solved(
        sheet,
        read_only(rows, np.int64),
        problem,
        scaled,
        lens,
        None if best is None else read_only(best),
        _kept(problem.by_elimination()) if len(y) else None,
        _kept(problem.by_inverse()) if len(y) else None,
        exact_solution(problem) if len(y) else None,
        rank,
        largest / smallest if smallest else math.inf,
        None if best is None else freeze_fields(influence_of(problem, best)),
        (_limit(problem), _limit(scaled)),
        (map_of(problem, shown, raw_ranges[:2]), map_of(scaled, lens.scaled(shown), scaled_ranges[:2])),
        tuple(raw_ranges),
        freeze_fields(statistics(fit_least_squares(x, y), x, y)) if plain else None,
        _groups(sheet, rows) if not two else (),
    )


def _kept(theta: Array | None) -> Array | None:
    return None if theta is None else read_only(theta)


def _limit(problem: Problem) -> float | None:
    steepest = float(np.linalg.eigvalsh(problem.hessian)[-1])
    return stability_limit(steepest) if 0 < steepest < math.inf else None


def _groups(sheet: Sheet, rows: NDArray[np.integer[Any]]) -> tuple[tuple[float, float], ...]:
    """The best line of each group, where there are several groups."""
    group = sheet.group[rows]
    found = []
    for code in np.unique(group):
        mine = rows[group == code]
        if len(mine) > 1 and np.ptp(sheet.x[mine]) > 0:
            fit = fit_least_squares(sheet.x[mine], sheet.y[mine])
            found.append((float(fit.weights[0]), fit.bias))
    return tuple(found) if len(found) > 1 else ()
