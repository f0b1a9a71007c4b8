"""What is shown of one step: the table, its two versions, both races, the query with its neighbours, and
every number of it. A frame never changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.engine.basics.neighbors import distance_shares, nearest
from lab.engine.basics.scaling import fill_missing
from lab.experiments.e02_feature_scaling.arithmetic import explain_metric
from lab.experiments.e02_feature_scaling.prepared import Prepared
from lab.experiments.e02_feature_scaling.race import Run
from lab.experiments.e02_feature_scaling.settings import Params
from lab.experiments.e02_feature_scaling.sheets import Array, Sheet
from lab.kit.arrays import read_only

__all__ = ["ScalingFrame"]

SIDES = ("raw", "scaled")
LISTED = 12  # rows whose scaled values are listed


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
    def asked(self) -> tuple[Array, Array]:
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
            read_only(rows[nearest(self.version(bool(i))[rows], self.asked[i][None], self.k)[0]], np.int64)
            for i in range(2)
        )
        return raw, scaled

    @cached_property
    def shares(self) -> tuple[Array, Array]:
        """Each column's share of the squared distance from the query to all train rows, raw and scaled, [2]."""
        rows = ~self.sheet.test
        raw, scaled = (read_only(distance_shares(self.version(bool(i))[rows], self.asked[i])) for i in range(2))
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

    # ------------------------------------------------------------------------------------- the read-outs

    def metrics(self) -> dict[str, Value]:
        """Every number on screen."""
        values: dict[str, Value] = {"step": self.step, "rows": self.n, "columns": 2, "bytes": self.n * 2 * 8}
        values["shape"] = f"({self.n}, 2)"
        values["train_rows"], values["test_rows"] = int((~self.sheet.test).sum()), int(self.sheet.test.sum())
        values["missing"] = int(np.isnan(self.sheet.x).sum())
        values |= {"rate": self.params.rate, "k": self.k}
        for j in range(2):
            values |= self._column(j)
        for i, side in enumerate(SIDES):
            values |= self._race(i, side)
        both = set(self.neighbours[0].tolist()) & set(self.neighbours[1].tolist())
        values |= {"common_neighbours": len(both), "kept_by_unit": self.kept_by_unit}
        return values | self._scores() | self._listed()

    def _column(self, j: int) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for prefix, scaled in (("", False), ("scaled_", True)):
            numbers = self.prepared.statistics(j, scaled)
            values |= {f"{prefix}{name}_{j + 1}": v for name, v in zip(("min", "max", "mean", "std"), numbers)}
        values[f"squeezed_{j + 1}"] = self.squeezed(j)
        values[f"query_{j + 1}"] = float(self.asked[0][j])
        return values

    def _race(self, i: int, side: str) -> dict[str, Value]:
        run, on = self.runs[i], self.prepared.lanes[i]
        share = float(self.shares[i][0])
        return {
            f"steps_{side}": run.steps,
            f"w1_{side}": float(run.theta[0]),
            f"w2_{side}": float(run.theta[1]),
            f"b_{side}": float(run.theta[2]),
            f"loss_{side}": on.loss(run.theta),
            f"best_{side}": on.lowest,
            f"goal_{side}": on.goal,
            f"arrived_{side}": run.arrived,
            f"rate_{side}": self.rates[i],
            f"condition_{side}": on.condition if math.isfinite(on.condition) else None,
            f"share_1_{side}": None if math.isnan(share) else share,
            f"share_2_{side}": None if math.isnan(share) else float(self.shares[i][1]),
        }

    def _scores(self) -> dict[str, Value]:
        scores = self.prepared.scores
        values: dict[str, Value] = {f"accuracy_{name}": scores.get(name) for name in ("raw", "scaled", "train", "all")}
        values["leak"] = scores["all"] - scores["train"] if scores else None
        test = self.prepared.scaled[self.sheet.test]
        values["outside"] = int(((test < 0) | (test > 1)).any(axis=1).sum()) if self._fits_unit_box() else None
        return values

    def _fits_unit_box(self) -> bool:
        return set(self.prepared.scaler.kinds) == {"min-max"} and bool(self.sheet.test.any())

    def _listed(self) -> dict[str, Value]:
        if self.n > LISTED:
            return {}
        rows = self.prepared.scaled.tolist()
        return {f"row_{i + 1}_{j + 1}": row[j] for i, row in enumerate(rows) for j in range(2)}

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the very numbers that were used."""
        return explain_metric(self, name)

    # -------------------------------------------------------------------------------------------- words

    def describe(self) -> str:
        """The state in one or two sentences."""
        raw, scaled = (self._told(i) for i in range(2))
        share = self.shares[0][0]
        owner = (
            ""
            if math.isnan(share)
            else " "
            + _("Raw, “{name}” owns {share} % of the squared distance.").format(
                name=_(self.sheet.names[0]), share=show_number(100 * float(share), 6 if share < 1 else 3)
            )
        )
        return _("Step {step}: raw {raw}, scaled {scaled}.").format(step=self.step, raw=raw, scaled=scaled) + owner

    def _told(self, i: int) -> str:
        arrived = self.runs[i].arrived
        if arrived is not None:
            return n_("was there after {n} step", "was there after {n} steps", arrived)
        ratio = self.excess(i)
        if ratio is None:
            loss = self.prepared.lanes[i].loss(self.runs[i].theta)
            return _("has an error of {loss}, where 0 is possible").format(loss=show_number(loss, 3))
        return _("still {percent} % above the least error").format(percent=show_number(100 * ratio, 3))

    def excess(self, i: int) -> float | None:
        """How far above the least error a race is, as a share of it; None where the table can be fitted exactly."""
        on = self.prepared.lanes[i]
        return (on.loss(self.runs[i].theta) - on.lowest) / on.lowest if on.lowest else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong with a column, in words."""
        found = []
        for j, name in enumerate(self.sheet.names[:2]):
            if self.prepared.statistics(j, False)[3] == 0:
                told = _("“{name}” is constant: σ = 0. Dividing by it would give NaN, so it is left at one value.")
                found.append(told.format(name=_(name)))
            if self.prepared.refused[j]:
                found.append(_("“{name}” has values of 0 or less: no logarithm, so it stays raw.").format(name=_(name)))
        return tuple(found)

    # ----------------------------------------------------------------- what the window may ask beside

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        reasons = dict[str, str]()
        if not self.sheet.test.any():
            reasons["fit_on"] = _("With fewer than nine rows none is kept for a test.")
        if not np.isnan(self.sheet.x).any():
            reasons["impute"] = _("No cell of this table is missing.")
        return reasons

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """Logarithms of what is not above 0, and a table that was never received."""
        found: dict[str, tuple[str, ...]] = {} if self.received else {"data": ("received",)}
        for j in range(2):
            name = f"scaler_{j + 1}"
            if self.prepared.raw[:, j].min() <= 0 and getattr(self.params, name) != "log":
                found[name] = ("log",)
        return found

    def curves(self) -> tuple[Curve, ...]:
        """Both errors by step, and the table raw and scaled."""
        names = [_(name) for name in self.sheet.names]
        losses = [
            Curve(title, _("step"), _("error"), run.path[:, 0], run.path[:, 3])
            for title, run in zip((_("raw race"), _("scaled race")), self.runs)
        ]
        tables = [
            Curve(title, names[0], names[1], *self.version(scaled).T)
            for title, scaled in ((_("raw table"), False), (_("scaled table"), True))
        ]
        return (*losses, *tables)
