"""The real tables of this experiment: crickets and houses, each as two columns a line can be drawn
through."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.core.records import dataclass
from lab.core.text import N_
from lab.kit.arrays import freeze

__all__ = ["Table", "crickets", "houses"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """Two columns. x, y: [N], read-only; their names carry the units. title, story: what they are.

    center, spread: x is (what was measured − center) / spread; 0 and 1 unless it was standardised.
    """

    x: Array
    y: Array
    x_name: str
    y_name: str
    title: str
    story: str
    center: float = 0.0
    spread: float = 1.0

    def standardised(self) -> Table:
        """The same table with (x − mean) / standard deviation for x."""
        center, spread = float(self.x.mean()), float(self.x.std())
        return replace(self, x=freeze((self.x - center) / spread), center=center, spread=spread)

    def as_measured(self, slope: float, intercept: float) -> tuple[float, float]:
        """The slope and intercept for the x that was measured, of a line through this table's x."""
        return slope / self.spread, intercept - slope * self.center / self.spread


@cache
def crickets() -> Table:
    """31 counts of how often crickets chirp at which temperature."""
    return Table(
        *_columns("crickets", "temp", "rate"),
        N_("temperature in °C"),
        N_("pulses a second"),
        N_("Crickets"),
        N_("31 counts of how fast crickets chirp. Each point of the map is a line through them."),
    )


@cache
def houses() -> Table:
    """932 sales of houses in Sacramento."""
    return Table(
        *_columns("houses_sacramento", "sqft", "price"),
        N_("area in square feet"),
        N_("price in dollars"),
        N_("Houses"),
        N_("932 sales in Sacramento. Each point of the map is a line through them."),
    )


def _columns(file: str, x: str, y: str) -> tuple[Array, Array]:
    with asset(f"data/{file}.csv").open(encoding="utf-8", newline="") as lines:
        rows = [(float(row[x]), float(row[y])) for row in csv.DictReader(lines)]
    first, second = freeze(np.array(rows).T.copy())  # [N, 2] -> [2, N]
    return first, second
