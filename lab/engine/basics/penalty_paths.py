"""Fits under a price on their weights, for every price at once. A ridge fit is one decomposition and then a factor for
each direction, so a slider for λ costs next to nothing; a lasso fit goes along straight pieces, and only the corners
have to be found. No price is laid on the bias."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass

__all__ = ["LassoPath", "RidgePath", "lasso_path", "ridge_path"]

Array = NDArray[np.float64]
TOLERANCE = 1e-12  # of the largest correlation, below which the lasso has reached the points


@dataclass(frozen=True, slots=True, eq=False)
class RidgePath:
    """Every ridge fit to one table, or to several tables of one shape, which then are the leading axes "…".

    rows: U, […, N, r].  sizes: the singular values, […, r].  axes: Vᵀ, […, r, d].  pulls: Uᵀ(y − ȳ), […, r].
    centre: the mean of the features, […, d].  level: ȳ, […].  idle: singular values up to this are noise, […].
    """

    rows: Array
    sizes: Array
    axes: Array
    pulls: Array
    centre: Array
    level: Array
    idle: Array

    @property
    def rank(self) -> NDArray[np.int64]:
        """How many directions the points decide, […]."""
        return np.asarray((self.sizes > self.idle[..., None]).sum(axis=-1))

    def weights(self, penalty: float) -> Array:
        """The weights at a price λ ≥ 0: […, d]. At 0 the shortest of those that fit best."""
        return np.asarray(((self._factors(penalty) * self.pulls)[..., None, :] @ self.axes)[..., 0, :])

    def _factors(self, penalty: float) -> Array:
        live = self.sizes > self.idle[..., None]
        return np.asarray(np.where(live, self.sizes, 0.0) / np.where(live, self.sizes**2 + penalty, 1.0))

    def predict(self, features: ArrayLike, penalty: float) -> Array:
        """What the fit at a price says. features: [M, d].  Returns […, M]."""
        return _predicted(np.asarray(features), self.weights(penalty), self.centre, self.level)

    def sensitivity(self, features: ArrayLike, penalty: float) -> Array:
        """How much what the fit says at each place moves when the y of each point moves by 1.

        features: [M, d].  Returns […, M, N]; at the points themselves this is the hat matrix.
        """
        apart = np.asarray(features) - self.centre[..., None, :]  # [..., M, d]
        along = (apart @ np.swapaxes(self.axes, -1, -2)) * self._factors(penalty)[..., None, :]
        return np.asarray(along @ np.swapaxes(self.rows, -1, -2) + 1.0 / self.rows.shape[-2])


def ridge_path(x: ArrayLike, y: ArrayLike) -> RidgePath:
    """All fits of least Σ(ŷ − y)² + λ·Σw², from λ = 0 on, where many solutions give the shortest w.

    x: […, N, d].  y: […, N].  Raises ValueError when the shapes differ or there is no row.
    Source: Hoerl & Kennard, 1970; the limit λ → 0 is the pseudo-inverse.
    """
    features, outputs = _checked(x, y)
    centre, level = features.mean(axis=-2), outputs.mean(axis=-1)
    columns = features - centre[..., None, :]  # [..., N, d]
    u, sizes, axes = np.linalg.svd(columns, full_matrices=False)
    pulls = (np.swapaxes(u, -1, -2) @ (outputs - level[..., None])[..., None])[..., 0]
    noise = max(columns.shape[-2:]) * np.finfo(np.float64).eps
    idle = noise * sizes.max(axis=-1, initial=0.0)
    return RidgePath(u, sizes, axes, pulls, centre, level, idle)


@dataclass(frozen=True, slots=True, eq=False)
class LassoPath:
    """Every lasso fit to one table. prices: the λ at which a weight comes or goes, falling to 0, [K].

    corners: the weights there, [K, d]; between two of them the weights go straight.  centre: [d].  level: ȳ.
    """

    prices: Array
    corners: Array
    centre: Array
    level: float

    def weights(self, penalty: float) -> Array:
        """The weights at a price λ ≥ 0: [d]."""
        if penalty >= self.prices[0]:
            return np.zeros(self.corners.shape[1])
        after = min(int(np.searchsorted(-self.prices, -penalty, side="right")), len(self.prices) - 1)
        high, low = self.prices[after - 1], self.prices[after]
        share = (high - penalty) / (high - low) if high > low else 1.0
        return np.asarray((1 - share) * self.corners[after - 1] + share * self.corners[after])

    def predict(self, features: ArrayLike, penalty: float) -> Array:
        """What the fit at a price says. features: [M, d].  Returns [M]."""
        return _predicted(np.asarray(features), self.weights(penalty), self.centre, np.asarray(self.level))


def lasso_path(x: ArrayLike, y: ArrayLike, down_to: float = 0.0) -> LassoPath:
    """All fits of least Σ(ŷ − y)²/2N + λ·Σ|w|, from the price that leaves no weight down to 0.

    x: [N, d].  y: [N].  The price is that of `regression.fit_lasso` and of scikit-learn.
    down_to: the least price that is wanted; the corners below it, which are most of them, need not be found.
    Raises ValueError when the shapes differ or there is no row.
    Source: Osborne, Presnell & Turlach, 2000; Efron, Hastie, Johnstone & Tibshirani, 2004 (LARS, lasso modification).
    """
    features, outputs = _checked(x, y)
    centre, level = features.mean(axis=0), float(outputs.mean())
    columns, rest = features - centre, outputs - level
    walk = _Walk(columns, rest)
    while walk.price > down_to * len(rest) and walk.step():
        pass
    return LassoPath(np.array(walk.prices) / len(rest), np.array(walk.corners), centre, level)


class _Walk:
    """The way along the corners, in correlations columns·residual. gram: XᵀX, [d, d]."""

    def __init__(self, columns: Array, rest: Array) -> None:
        self.gram, self.pull = columns.T @ columns, columns.T @ rest
        self.weights = np.zeros(columns.shape[1])
        self.price = float(np.abs(self.pull).max(initial=0.0))
        self.floor = TOLERANCE * self.price
        self.prices, self.corners = [self.price], [self.weights.copy()]
        self.active = [int(np.argmax(np.abs(self.pull)))] if self.price > 0 else []
        self.dropped = -1
        self.left = 8 * (len(self.weights) + 8)  # corners; a walk that turns in circles ends

    def step(self) -> bool:
        """Go to the next corner. Whether there may be another."""
        if not self.active or self.price <= self.floor or self.left == 0:
            return False
        self.left -= 1
        now = self.pull - self.gram @ self.weights  # [d]
        signs = np.sign(now[self.active])
        way = np.linalg.lstsq(self.gram[np.ix_(self.active, self.active)], signs, rcond=None)[0]
        far, joins, leaves = self.price, -1, -1
        turned = self.gram[:, self.active] @ way  # how fast each correlation falls
        reach = np.minimum(self._meets(now, turned, 1.0), self._meets(now, turned, -1.0))
        reach[self.active] = np.inf
        nearest = int(np.argmin(reach))
        if reach[nearest] < far:
            far, joins = float(reach[nearest]), nearest
        for place, j in enumerate(self.active):
            if way[place] * self.weights[j] < 0 and (gone := -self.weights[j] / way[place]) < far:
                far, joins, leaves = float(gone), -1, j
        self.weights[self.active] += far * way
        self.price -= far
        self.dropped = leaves
        if leaves >= 0:
            self.weights[leaves] = 0.0
            self.active.remove(leaves)
        elif joins >= 0:
            self.active.append(joins)
        self.prices.append(max(self.price, 0.0))
        self.corners.append(self.weights.copy())
        return joins >= 0 or leaves >= 0

    def _meets(self, now: Array, turned: Array, sign: float) -> Array:
        """How far until each correlation is as large as that of the active weights, of this sign; inf for never."""
        closing = 1 - sign * turned
        reach = np.full(len(now), np.inf)
        live = closing > TOLERANCE
        if self.dropped >= 0 and sign * now[self.dropped] > 0:
            live[self.dropped] = False  # not at once where it came from
        reach[live] = np.maximum((self.price - sign * now[live]) / closing[live], 0.0)
        return reach


def _checked(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    features, outputs = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if features.ndim < 2 or outputs.shape != features.shape[:-1] or features.shape[-2] == 0:
        raise ValueError(f"x and y: shapes {features.shape} and {outputs.shape}, need [N, d] and [N] with N ≥ 1")
    return features, outputs


def _predicted(features: Array, weights: Array, centre: Array, level: Array) -> Array:
    """(x − centre)·w + level for every table: [M, d] and […, d] → […, M]."""
    start = level - (centre * weights).sum(axis=-1)
    return np.asarray(weights @ features.T + start[..., None])
