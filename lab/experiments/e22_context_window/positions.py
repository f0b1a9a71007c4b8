"""Positions as numbers: RoPE's clocks, which turn a query and a key, and the waves that are added to embeddings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.transformer.positions import rope_rates, rotate, sinusoidal
from lab.experiments.e22_context_window.settings import FARTHEST, Params
from lab.kit.arrays import freeze

__all__ = ["DISTANCES", "ROWS", "Positions", "PositionsPage", "scores_at"]

Array = NDArray[np.float64]
DISTANCES, ROWS = 257, 160
REFERENCE = 2048  # the trained length that YaRN is shown for


@dataclass(frozen=True, slots=True, eq=False)
class PositionsPage:
    """One query and one key.

    m, n: where they stand now: at their controls, and moved on by one place a step.
    q, k: [D], as drawn, D the largest even number in d.  q_turned, k_turned: at their places.
    rates: [D/2], radians a token.  scores: [257], by distance 0 … 256.  waves: [160, d], what is added at each place.
    """

    params: Params
    m: int
    n: int
    q: Array
    k: Array
    q_turned: Array
    k_turned: Array
    rates: Array
    scores: Array
    waves: Array

    @property
    def pairs(self) -> int:
        return len(self.rates)

    @property
    def score(self) -> float:
        """q · k after both were turned."""
        return float(self.q_turned @ self.k_turned)

    @property
    def row(self) -> int:
        """The row of the waves that is marked: that of the key, or the last one."""
        return min(self.n, ROWS - 1)

    @property
    def periods(self) -> Array:
        """How many tokens each clock takes for one turn, [D/2]."""
        return np.asarray(2 * np.pi / self.rates)


class Positions:
    """The query and the key of a run; only the simulation touches them."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._start = dict(rng.bit_generator.state)
        self._drawn: dict[int, Array] = {}
        self._params, self._moved = params, 0

    def done(self) -> bool:
        return max(self._params.m, self._params.n) + self._moved >= FARTHEST

    def step(self, _number: int) -> bool:
        """Both move on by one place."""
        self._moved += 1
        return True

    def retune(self, params: Params) -> None:
        """They are put where the controls say, and have not moved on from there."""
        if (params.m, params.n) != (self._params.m, self._params.n):
            self._moved = 0
        self._params = params

    def _vectors(self, d: int) -> Array:
        if d not in self._drawn:
            rng = np.random.default_rng()
            rng.bit_generator.state = self._start
            self._drawn[d] = freeze(rng.normal(size=(2, d)))
        return self._drawn[d]

    def save(self) -> dict[str, Any]:
        return {"moved": self._moved}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for a place that cannot be."""
        moved = int(saved["moved"])
        if not 0 <= moved <= FARTHEST:
            raise ValueError(f"state: moved on by {moved}, needs 0 … {FARTHEST}")
        self._moved = moved

    def shown(self, params: Params) -> PositionsPage:
        """The page as the controls have it."""
        even = params.d - params.d % 2
        q, k = self._vectors(even)
        k = q if params.key == "same" else k
        rates = rope_rates(even, params.base, params.stretch, params.factor, REFERENCE)
        m, n = params.m + self._moved, params.n + self._moved
        q_turned, k_turned = freeze(_turned(q, m, rates)), freeze(_turned(k, n, rates))
        scores = scores_at(np.arange(DISTANCES), q, k, rates)
        waves = sinusoidal(ROWS, params.d, params.base)
        return PositionsPage(params, m, n, q, k, q_turned, k_turned, freeze(rates), freeze(scores), freeze(waves))


def _turned(vector: Array, place: int, rates: Array) -> Array:
    angles = (place * rates)[None]
    return np.asarray(rotate(vector[None], np.cos(angles), np.sin(angles))[0])


def scores_at(distances: NDArray[np.integer], q: Array, k: Array, rates: Array) -> Array:
    """The score of a query that stands so many tokens behind its key, for each distance: [N]."""
    angles = distances[:, None] * rates  # [N, D/2]
    return np.asarray(rotate(np.broadcast_to(q, (len(distances), len(q))), np.cos(angles), np.sin(angles)) @ k)
