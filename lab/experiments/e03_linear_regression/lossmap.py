"""The loss as a landscape: over slope and intercept for a line, over both slopes for a plane, whose bias is
then the best one for each pair. It is a quadratic, so two numbers and a small matrix say all there is to
it."""

from __future__ import annotations

import math

import numpy as np

from lab.core.records import dataclass
from lab.experiments.e03_linear_regression.lens import Lens
from lab.experiments.e03_linear_regression.problem import Array, Problem
from lab.kit.arrays import read_only

__all__ = ["LossMap", "map_of", "natural_ranges"]

POINTS = 72  # of the grid, along each side
AIR = 2.2  # standard deviations of y around what has to be in sight
LEAST = 1e-9  # of its natural size a side of the map may have
Range = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class LossMap:
    """Heights over two weights. heights: [POINTS, POINTS], rows from y0 up.  extent: x0, x1, y0, y1.

    bottom: the best pair of weights.  lowest: the loss there.  rise: F, [2, 2]: d away from the bottom the loss is
    lowest + |F·d|².
    """

    heights: Array
    extent: tuple[float, float, float, float]
    bottom: tuple[float, float]
    rise: Array
    lowest: float

    def height(self, x: float, y: float) -> float:
        """The loss at a place of the map."""
        across, along = self.rise @ np.array([x - self.bottom[0], y - self.bottom[1]])
        return float(self.lowest + across * across + along * along)


def map_of(problem: Problem, best: Array, ranges: list[Range]) -> LossMap:
    """The landscape of a problem around its best weights. best: [p].  ranges: of the two weights shown."""
    rise = _rise_of(problem)
    (x0, x1), (y0, y1) = ranges
    lowest = problem.loss(best)
    dx = np.linspace(x0, x1, POINTS)[None, :] - best[0]
    dy = np.linspace(y0, y1, POINTS)[:, None] - best[1]
    heights = lowest + (rise[0, 0] * dx + rise[0, 1] * dy) ** 2 + (rise[1, 0] * dx + rise[1, 1] * dy) ** 2
    bottom = float(best[0]), float(best[1])
    return LossMap(read_only(heights), (x0, x1, y0, y1), bottom, read_only(rise), lowest)


def _rise_of(problem: Problem) -> Array:
    """F, [2, 2]: the loss grows by |F·d|² when the pair of weights shown is d away from the best.

    Of two slopes and a bias it is the upper corner of R, in which the bias has already been chosen best. Made of a
    triangle and not of Σx², it stays a sum of squares however far the points lie from 0.
    """
    if not len(problem.y):  # only the prices are left
        return np.asarray(np.sqrt(problem.penalty)[:2, :2])
    seen = problem.centred()
    upper = np.linalg.qr(seen.rows).R
    if len(upper) == 2:  # a slope and a bias: back from the level at the centre
        upper = upper + np.outer(upper[:, -1], np.append(seen.centre, 0.0))
    return np.asarray(upper[:2, :2] / math.sqrt(problem.size))


def natural_ranges(problem: Problem, best: Array, lens: Lens) -> tuple[list[Range], list[Range]]:
    """Where each weight is worth a look, [p] ranges in raw units and [p] in scaled ones, with round ends.

    In sight are the best line, the level line at the mean of y, and some more on every side. The scaled
    ranges are of one length, so that a round bowl looks round.
    """
    y = problem.y
    middle = float(y.mean()) if len(y) else 0.0
    unit = AIR * (float(y.std()) if len(y) and np.ptp(y) else max(1.0, abs(middle)))
    phi = lens.scaled(best)
    scaled = [_around(0.0, float(weight), unit) for weight in phi[:-1]]
    scaled.append(_around(middle, float(phi[-1]), unit))
    raw = [(low / s, high / s) for (low, high), s in zip(scaled[:-1], lens.spread)]
    tilts = [sorted((-low * c, -high * c)) for (low, high), c in zip(raw, lens.center)]
    low = min(middle + sum(tilt[0] for tilt in tilts), float(best[-1])) - unit
    high = max(middle + sum(tilt[1] for tilt in tilts), float(best[-1])) + unit
    return [_rounded(side) for side in (*raw, (low, high))], _of_one_length(scaled)


def _around(level: float, best: float, unit: float) -> Range:
    """Both and some more on either side."""
    unit = max(unit, LEAST * max(abs(level), abs(best)))
    return min(level, best) - unit, max(level, best) + unit


def _rounded(side: Range, step: float = 0.0) -> Range:
    """A range with round ends, so that it stands still while a point is moved a little."""
    step = step or 10.0 ** math.floor(math.log10(side[1] - side[0])) / 2.0
    return math.floor(side[0] / step) * step, math.ceil(side[1] / step) * step


def _of_one_length(sides: list[Range]) -> list[Range]:
    """Ranges with round ends, the shorter ones made longer on both sides alike."""
    step = 10.0 ** math.floor(math.log10(max(high - low for low, high in sides))) / 2.0
    sides = [_rounded(side, step) for side in sides]
    longest = max(high - low for low, high in sides)
    airs = [0.5 * (longest - high + low) for low, high in sides]
    return [(low - air, high + air) for (low, high), air in zip(sides, airs)]
