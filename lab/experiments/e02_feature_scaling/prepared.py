"""From a table with holes and units to numbers a model can use: another unit, filled cells, scaled columns;
with the statistics of each column before and after, and what nearest neighbours make of both versions."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.neighbors import classify
from lab.engine.basics.scaling import Scaler, fill_missing, fit_scaler
from lab.experiments.e02_feature_scaling.race import Lane, lane
from lab.experiments.e02_feature_scaling.settings import Params
from lab.experiments.e02_feature_scaling.sheets import Array, Sheet
from lab.kit.arrays import read_only

__all__ = ["Prepared", "Statistics", "prepared"]


class Statistics(NamedTuple):
    """Of a column."""

    least: float
    largest: float
    mean: float
    std: float


@dataclass(frozen=True, eq=False)
class Prepared:
    """raw, scaled: [N, 2] without holes.  fitted: which rows the scaler saw, [N].  refused: for each column,
    whether its logarithm had to be refused.  scores: share of test rows that are classified rightly, by
    version of the table; empty where there is no test."""

    raw: Array
    scaled: Array
    fitted: Array
    scaler: Scaler
    refused: tuple[bool, bool]
    lanes: tuple[Lane, Lane]
    scores: dict[str, float]

    def statistics(self, column: int, scaled: bool) -> Statistics:
        """Those of the rows the scaler was fitted on."""
        return self._statistics[int(scaled)][column]

    @cached_property
    def _statistics(self) -> tuple[tuple[Statistics, ...], ...]:
        rows = self.fitted.astype(bool)
        return tuple(tuple(_statistics(values) for values in x[rows].T) for x in (self.raw, self.scaled))


def _statistics(values: Array) -> Statistics:
    """values: [N]."""
    mean, largest = float(values.mean()), float(np.abs(values).max())
    mean = 0.0 if abs(mean) < 1e-13 * largest else mean  # what rounding leaves of 0
    std = 0.0 if np.ptp(values) == 0 else float(values.std())
    return Statistics(float(values.min()), float(values.max()), mean, std)


def prepared(sheet: Sheet, params: Params) -> Prepared:
    """What the controls make of a table."""
    x = sheet.x * np.array([sheet.factor(params.unit), 1.0])
    test = sheet.test
    rows = {"train": ~test, "all": np.full(len(x), True)}
    sides = {name: _version(x, which, params) for name, which in rows.items()}
    raw, scaled, scaler, refused = sides[params.fit_on]
    train, fitted = ~test, rows[params.fit_on]
    scores: dict[str, float] = {}
    if test.any():
        k = min(params.k, int(train.sum()))
        for name, points in (("raw", raw), ("train", sides["train"][1]), ("all", sides["all"][1])):
            found = classify(points[train], sheet.label[train], points[test], k)
            scores[name] = float(np.mean(found == sheet.label[test]))
        scores["scaled"] = scores[params.fit_on]
    lanes = lane(raw[train], sheet.y[train]), lane(scaled[train], sheet.y[train])
    return Prepared(read_only(raw), read_only(scaled), read_only(fitted), scaler, refused, lanes, scores)


def _version(x: Array, rows: Array, params: Params) -> tuple[Array, Array, Scaler, tuple[bool, bool]]:
    """Filled and scaled as the given rows say: raw [N, 2], scaled [N, 2], the scaler, the refused logarithms."""
    raw = fill_missing(x, params.impute, x[rows])
    wanted = (params.scaler_1, params.scaler_2)
    refused = tuple(bool(kind == "log" and raw[:, j].min() <= 0) for j, kind in enumerate(wanted))
    kinds = tuple("none" if no else kind for kind, no in zip(wanted, refused))
    found = fit_scaler(raw[rows], kinds)
    scaler = Scaler(kinds, read_only(found.center), read_only(found.spread), read_only(found.constant, np.bool_))
    return raw, scaler.transform(raw), scaler, (refused[0], refused[1])
