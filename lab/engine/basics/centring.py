"""Columns seen from their own middle. Next to an offset of 10⁹ the differences that a slope is made of are the last
digits of every number, and sums of squares swallow them; taken from the mean, they keep all the digits they have.
Every least-squares fit of the lab works on such columns and puts the offset back at the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass

__all__ = ["Axes", "Centred", "axes_of", "centred", "extremes", "from_mean", "in_raw_units", "shifted_factor"]

Array = NDArray[np.float64]
EPSILON = float(np.finfo(float).eps)
HUGE = 1e290
WORST_NOISE = 1e-3  # a column that varies is never called constant, however few digits it has


def from_mean(values: ArrayLike, counts: Array | None = None) -> tuple[Array, Array]:
    """Columns minus their means. The mean of large numbers is itself rounded, so what it left is taken off as well.

    values: [N] or [N, d].  counts: [N], how much each row counts in the mean.
    Returns the differences, shaped like values, and the means, [] or [d].
    """
    columns = np.asarray(values, np.float64)
    largest = np.abs(columns).max(axis=0)
    unit = np.where(largest > HUGE, largest, 1.0)  # their sum could overflow
    middle = unit * _mean(columns / unit, counts)
    apart = columns - middle
    rest = _mean(apart, counts)
    level = columns.max(axis=0) == columns.min(axis=0)
    differences = np.where(level, 0.0, apart - rest)
    return differences, np.asarray(np.where(level, columns[0], middle + rest))


def _mean(columns: Array, counts: Array | None) -> Array:
    return np.asarray(columns.mean(axis=0) if counts is None else counts @ columns / counts.sum())


@dataclass(frozen=True, slots=True)
class Centred:
    """A table's features, each from its mean.

    columns: [N, d].  centre: [d].  noise: [d], how far the rounding of the table itself moves an entry.
    """

    columns: Array
    centre: Array
    noise: Array


def centred(x: Array, counts: Array | None = None) -> Centred:
    """The features from their means. x: [N, d], N ≥ 1.  counts: [N], how much each row counts."""
    columns, centre = from_mean(x, counts)
    return Centred(columns, centre, EPSILON * np.abs(x).max(axis=0))


@dataclass(frozen=True, slots=True)
class Axes:
    """The singular value decomposition of columns that were first brought to lengths near 1: left·diag(sizes)·right.

    left: [N, k], k the smaller of N and d.  sizes: [k].  right: [k, d].  lengths: [d], what they were divided by.
    rank: how many of the columns are independent.
    """

    left: Array
    sizes: Array
    right: Array
    lengths: Array
    rank: int

    def solve(self, y: Array) -> Array:
        """The weights of least squares, [d]; of equally good ones, those that are shortest when so measured. y: [N]."""
        kept = slice(self.rank)
        weights = self.right[kept].T @ ((self.left[:, kept].T @ y) / self.sizes[kept])
        return np.asarray(weights / self.lengths)

    @property
    def idle(self) -> Array:
        """The directions of weights in which no output changes, as orthonormal columns, [d, d − rank]."""
        if self.rank == len(self.lengths):
            return np.empty((self.rank, 0))
        across = np.linalg.qr(self.right[: self.rank].T, mode="complete")[0][:, self.rank :]
        return np.asarray(np.linalg.qr(across / self.lengths[:, None])[0])


def axes_of(columns: Array, noise: Array) -> Axes:
    """What the columns span. Which of them are independent does not depend on their units.

    columns: [N, d].  noise: [d], how far the entries of each may be off.
    """
    largest = np.abs(columns).max(axis=0)
    unit = np.where(largest > 0, largest, 1.0)
    unit = unit * np.maximum(np.linalg.norm(columns / unit, axis=0), 1.0)  # the squares of 10²⁰⁰ would overflow
    unit = np.exp2(np.floor(np.log2(unit)))  # dividing by a power of two rounds nothing
    left, sizes, right = np.linalg.svd(columns / unit, full_matrices=False)
    blur = np.max(np.where(largest > 0, 2 * noise * np.sqrt(len(columns)) / unit, 0.0), initial=0.0)
    least = max(EPSILON * max(columns.shape), min(float(blur), WORST_NOISE))
    rank = int((sizes > least * sizes.max(initial=0.0)).sum())
    return Axes(left, sizes, right, unit, rank)


def in_raw_units(weights: Array, level: float, centre: Array, idle: Array) -> tuple[Array, float]:
    """Weights and bias for features that are not centred; of many equally good ones the shortest [w, b].

    weights: [d].  level: what is said at the centre.  centre: [d].  idle: [d, k], as in `Axes`.
    """
    weights = weights - idle @ (idle.T @ weights)
    bias = level - float(centre @ weights)
    lever = idle.T @ centre  # walking along an idle direction also moves the bias
    with np.errstate(over="ignore"):
        bias /= 1 + float(lever @ lever)
    return weights + idle @ lever * bias, bias


def shifted_factor(rows: Array, centre: Array) -> tuple[Array, Array]:
    """R of the columns [x, 1], and its inverse, found from rows in which x is centred: no digit of it cancels.

    rows: [M, d + 1], independent, the last column that of the bias.  centre: [d].
    Returns two matrices [d + 1, d + 1]: [x, 1] = Q·R for some Q with orthonormal columns.
    """
    upper = np.linalg.qr(rows).R.copy()
    with np.errstate(all="ignore"):  # of a table that reaches 10³⁰⁰ they are not finite
        inverse = np.linalg.inv(upper)
        inverse[-1] -= centre @ inverse[:-1]
        upper[:, :-1] += np.outer(upper[:, -1], centre)
    return upper, inverse


def extremes(rows: Array, centre: Array) -> tuple[float, float]:
    """The largest and the smallest singular value of the columns [x, 1]; ∞ and 0 where a float cannot hold them.

    rows, centre: as `shifted_factor` has them.
    """
    forward, inverse = shifted_factor(rows, centre)
    if not (np.isfinite(forward).all() and np.isfinite(inverse).all()):
        return float("inf"), 0.0
    return float(np.linalg.norm(forward, 2)), 1 / float(np.linalg.norm(inverse, 2))
