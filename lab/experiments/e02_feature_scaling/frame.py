"""What is shown of one step: the table, its two versions, both races, and the query with its neighbours."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.neighbors import distance_shares, nearest
from lab.engine.basics.scaling import fill_missing
from lab.experiments.e02_feature_scaling.prepared import Prepared
from lab.experiments.e02_feature_scaling.race import Run
from lab.experiments.e02_feature_scaling.settings import Params
from lab.experiments.e02_feature_scaling.sheets import Array, Sheet
from lab.kit.arrays import read_only

__all__ = ["ScalingFrame"]


@dataclass(frozen=True, eq=False)
class ScalingFrame:
    """One step. runs, rates: of the raw and of the scaled race.  query: in the table's own units.  place:
    where both races began on their maps, None for all weights 0."""

    step: int
    params: Params
    sheet: Sheet
    prepared: Prepared
    runs: tuple[Run, Run]
    rates: tuple[float, float]
    query: tuple[float, float]
    place: tuple[float, float] | None
    received: bool

    @property
    def n(self) -> int:
        """How many rows there are."""
        return len(self.sheet.y)

    @property
    def k(self) -> int:
        """How many neighbours there can be."""
        return min(self.params.k, int((~self.sheet.test).sum()))

    def version(self, scaled: bool) -> Array:
        """The numbers of one version of the table, [N, 2]."""
        return self.prepared.scaled if scaled else self.prepared.raw

    @cached_property
    def query_point(self) -> tuple[Array, Array]:
        """The query in raw and in scaled numbers, [2] each. The logarithm of what is not above 0 is left out."""
        raw = np.array([self.query[0] * self.sheet.factor(self.params.unit), self.query[1]])
        kinds = self.prepared.scaler.kinds
        safe = np.where([kind == "log" for kind in kinds], np.maximum(raw, 1e-9), raw)
        return read_only(raw), read_only(self.prepared.scaler.transform(safe))

    @cached_property
    def neighbours(self) -> tuple[Array, Array]:
        """The rows nearest to the query, raw and scaled, nearest first, [k] each: of the train rows."""
        rows = np.flatnonzero(~self.sheet.test)
        raw, scaled = (
            read_only(rows[nearest(self.version(bool(i))[rows], self.query_point[i][None], self.k)[0]], np.int64)
            for i in range(2)
        )
        return raw, scaled

    @cached_property
    def shares(self) -> tuple[Array, Array]:
        """Each column's share of the squared distance from the query to all train rows, raw and scaled, [2]."""
        rows = ~self.sheet.test
        raw, scaled = (read_only(distance_shares(self.version(bool(i))[rows], self.query_point[i])) for i in range(2))
        return raw, scaled

    @cached_property
    def kept_by_unit(self) -> int:
        """How many of the raw neighbours are the same ones as in the unit the table came in."""
        rows = np.flatnonzero(~self.sheet.test)
        own = fill_missing(self.sheet.x, self.params.impute, self.sheet.x[self.prepared.fitted.astype(bool)])[rows]
        before = rows[nearest(own, np.array([self.query]), self.k)[0]]
        return len(set(before.tolist()) & set(self.neighbours[0].tolist()))

    def squeezed(self, column: int) -> float | None:
        """Which part of the column's range all values but the farthest one take."""
        values = np.sort(self.prepared.raw[:, column])
        whole = float(values[-1] - values[0])
        return float(min(values[-2] - values[0], values[-1] - values[1])) / whole if whole else None

    def column_unit(self, column: int) -> str:
        """The unit a column's numbers are in now."""
        return _(self.sheet.unit(column, self.params.unit))

    def excess(self, i: int) -> float | None:
        """How far above the least error a race is, as a share of it; None where the table can be fitted exactly."""
        on = self.prepared.lanes[i]
        return (self.loss(i) - on.lowest) / on.lowest if on.lowest else None

    def share(self, side: int, column: int) -> float | None:
        """A column's share of the squared distance, raw or scaled; None where all rows lie at the query."""
        share = float(self.shares[side][column])
        return None if math.isnan(share) else share

    def loss(self, side: int) -> float:
        """The error of a race."""
        return self.prepared.lanes[side].loss(self.runs[side].theta)

    @property
    def common(self) -> int:
        """How many neighbours are the same, raw and scaled."""
        return len(set(self.neighbours[0].tolist()) & set(self.neighbours[1].tolist()))

    @property
    def missing(self) -> int:
        """How many cells of the table are missing."""
        return int(np.isnan(self.sheet.x).sum())

    @property
    def outside(self) -> int | None:
        """How many test rows are outside of 0…1, where both columns are scaled to it."""
        if set(self.prepared.scaler.kinds) != {"min-max"} or not self.sheet.test.any():
            return None
        test = self.prepared.scaled[self.sheet.test]
        return int(((test < 0) | (test > 1)).any(axis=1).sum())
