"""A loss that has no formula, such as that of a network over two of its weights: its heights were
computed on a grid elsewhere, and are continued smoothly between the points, so that a ball finds an
exact slope everywhere."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass
from lab.engine.basics.landscape import Box, Point

__all__ = ["GridSurface"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GridSurface:
    """A surface known on a grid, continued between its points by cubics whose slopes agree where they meet.

    heights: [H, W], rows from the lowest y up, at least 2 by 2.  domain: x from, x to, y from, y to.
    Outside the domain nothing is known: the value is nan.
    Source: Keys, Cubic convolution interpolation, 1981 (Catmull-Rom weights).
    """

    heights: Array
    domain: Box
    minima: tuple[Point, ...] = ()
    lowest: float | None = None
    quadratic: bool = False
    lambda_max: float | None = None
    lambda_min: float | None = None

    @property
    def start(self) -> Point:
        """A fifth of the way in from the corner of the smallest x and y."""
        x0, x1, y0, y1 = self.domain
        return x0 + 0.2 * (x1 - x0), y0 + 0.2 * (y1 - y0)

    @property
    def cell(self) -> Point:
        """How far apart the grid's points are, along x and along y."""
        (x0, x1, y0, y1), (rows, columns) = self.domain, self.heights.shape
        return (x1 - x0) / (columns - 1), (y1 - y0) / (rows - 1)

    @cached_property
    def _ring(self) -> Array:
        """The heights with one more row and column on each side, straight on beyond the edge."""
        return np.pad(self.heights, 1, mode="reflect", reflect_type="odd")  # [H, W] -> [H + 2, W + 2]

    def value(self, x: ArrayLike, y: ArrayLike) -> Array:
        """The height; x and y broadcast."""
        return self._blend(x, y, 0, 0)

    def gradient(self, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """The slope of the cubics along x and along y; x and y broadcast."""
        across, up = self.cell
        return self._blend(x, y, 1, 0) / across, self._blend(x, y, 0, 1) / up

    def hessian(self, x: ArrayLike, y: ArrayLike) -> Array:
        """The bends of the cubics, [..., 2, 2]; x and y broadcast."""
        across, up = self.cell
        xx, yy = self._blend(x, y, 2, 0) / across**2, self._blend(x, y, 0, 2) / up**2
        xy = self._blend(x, y, 1, 1) / (across * up)
        return np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -2)  # three of [...] -> [..., 2, 2]

    def _blend(self, x: ArrayLike, y: ArrayLike, x_order: int, y_order: int) -> Array:
        """The derivative of these orders, from the sixteen grid points around each place."""
        x, y = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
        (x0, x1, y0, y1), (rows, columns) = self.domain, self.heights.shape
        inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
        across, up = self.cell
        column, s = _cell_of(np.where(inside, (x - x0) / across, 0.0), columns)
        row, t = _cell_of(np.where(inside, (y - y0) / up, 0.0), rows)
        near = np.arange(4)
        patch = self._ring[row[..., None, None] + near[:, None], column[..., None, None] + near]  # [..., 4, 4]
        blended = np.einsum("...ij,...i,...j->...", patch, _weights(t, y_order), _weights(s, x_order))
        return np.where(inside, blended, np.nan)


def _cell_of(place: Array, points: int) -> tuple[NDArray[np.intp], Array]:
    """The cell a place lies in, and how far into it, 0 to 1."""
    cell = np.clip(np.floor(place), 0, points - 2).astype(np.intp)
    return cell, place - cell


_CUBIC = 0.5 * np.array([[0, -1, 2, -1], [2, 0, -5, 3], [0, 1, 4, -3], [0, 0, -1, 1]], np.float64)
"""Catmull-Rom: row k holds the coefficients of 1, t, t², t³ in the weight of the k-th of four points."""


def _weights(t: Array, order: int) -> Array:
    """The weights of four neighbours at t, or their derivatives. t: [...]. Returns [..., 4]."""
    ones, zeros = np.ones_like(t), np.zeros_like(t)
    powers = [(ones, t, t**2, t**3), (zeros, ones, 2 * t, 3 * t**2), (zeros, zeros, 2 * ones, 6 * t)][order]
    return np.stack(powers, -1) @ _CUBIC.T
