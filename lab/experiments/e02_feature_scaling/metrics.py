"""Every number on screen, with its arithmetic: of the table, of each column, of both races, and of the neighbours."""

from __future__ import annotations

import math
from collections.abc import Callable

from lab.core.arithmetic import Term
from lab.core.metric import Metric, Metrics, Value, agreeing
from lab.core.text import N_
from lab.experiments.e02_feature_scaling import arithmetic as why
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.kit.metrics import Column, numbered

__all__ = ["METRICS"]

Row = Metric[ScalingFrame]
LISTED = 12  # rows whose scaled values are listed


OfColumn = Callable[[ScalingFrame, int, bool], Term]
STATISTICS: tuple[tuple[str, str, str, OfColumn | None], ...] = (
    ("min", N_("least value of column"), N_("scaled least value of column"), None),
    ("max", N_("largest value of column"), N_("scaled largest value of column"), None),
    ("mean", N_("mean of column"), N_("scaled mean of column"), why.mean),
    ("std", N_("σ of column"), N_("scaled σ of column"), why.std),
)
"""Name, label of the raw and of the scaled one, and arithmetic, in the order of `Statistics`."""


def _statistic(i: int, j: int, scaled: bool) -> Row:
    """One of the statistics of a column."""
    name, raw_label, scaled_label, term = STATISTICS[i]

    def value(frame: ScalingFrame) -> float:
        return frame.prepared.statistics(j, scaled)[i]

    name, label = (f"scaled_{name}", scaled_label) if scaled else (name, raw_label)
    explained = term and agreeing(value, lambda frame: term(frame, j, scaled))
    return Metric(f"{name}_{j + 1}", f"{label} {j + 1}", value, explained)


def _column(j: int) -> tuple[Row, ...]:
    """The read-outs of a column, as it is and scaled."""
    return (
        *(_statistic(i, j, scaled) for scaled in (False, True) for i in range(len(STATISTICS))),
        Metric(
            f"squeezed_{j + 1}",
            N_("part of the range without the farthest value, column") + f" {j + 1}",
            lambda frame: frame.squeezed(j),
            lambda frame: why.squeezed(frame, j),
        ),
        Metric(f"query_{j + 1}", N_("query in column") + f" {j + 1}", lambda frame: float(frame.query_point[0][j])),
    )


def _race(side: int, name: str) -> tuple[Row, ...]:
    """The read-outs of the race on one version of the table."""

    def row(
        what: str,
        words: str,
        value: Callable[[ScalingFrame], Value],
        term: Callable[[ScalingFrame, int], Term] | None = None,
        digits: int | None = None,
    ) -> Row:
        return Metric(f"{what}_{name}", f"{words} · {name}", value, term and (lambda frame: term(frame, side)), digits)

    def condition(frame: ScalingFrame) -> float | None:
        found = frame.prepared.lanes[side].condition
        return found if math.isfinite(found) else None

    return (
        row("steps", N_("steps since the start"), lambda frame: frame.runs[side].steps),
        row("w1", "w₁", lambda frame: float(frame.runs[side].theta[0])),
        row("w2", "w₂", lambda frame: float(frame.runs[side].theta[1])),
        row("b", "b", lambda frame: float(frame.runs[side].theta[2])),
        row("loss", N_("error"), lambda frame: frame.loss(side), why.loss),
        row("best", N_("least error"), lambda frame: frame.prepared.lanes[side].lowest),
        row("goal", N_("error that counts as arrived"), lambda frame: frame.prepared.lanes[side].goal, why.goal),
        row("arrived", N_("steps until within 1 %"), lambda frame: frame.runs[side].arrived),
        row("rate", "η", lambda frame: frame.rates[side], why.rate),
        row("condition", N_("condition κ"), condition, why.condition, 3),
        row(
            "share_1",
            N_("first column's share of the squared distance"),
            lambda frame: frame.share(side, 0),
            lambda frame, side: why.share(frame, side, 0),
            None if side else 6,
        ),
        row(
            "share_2",
            N_("second column's share of the squared distance"),
            lambda frame: frame.share(side, 1),
            lambda frame, side: why.share(frame, side, 1),
        ),
    )


def _accuracy(name: str, label: str, digits: int | None = None) -> Row:
    return Metric(f"accuracy_{name}", label, lambda frame: frame.prepared.scores.get(name), digits=digits)


def _leak(frame: ScalingFrame) -> float | None:
    scores = frame.prepared.scores
    return scores["all"] - scores["train"] if scores else None


def _cells(j: int) -> Column[ScalingFrame]:
    """A column of the scaled table, where it is small."""
    return Column(
        f"row_{{n}}_{j + 1}",
        f"{{n}}, {j + 1}",
        lambda frame: frame.prepared.scaled[:, j].tolist() if frame.n <= LISTED else (),
        lambda frame, i: why.cell(frame, i, j),
    )


METRICS: Metrics[ScalingFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("rows", N_("rows"), lambda frame: frame.n),
    Metric("columns", N_("columns"), lambda _frame: 2),
    Metric("bytes", N_("bytes"), lambda frame: frame.n * 2 * 8, why.size),
    Metric("shape", N_("shape"), lambda frame: f"({frame.n}, 2)"),
    Metric("train_rows", N_("train rows"), lambda frame: int((~frame.sheet.test).sum())),
    Metric("test_rows", N_("test rows"), lambda frame: int(frame.sheet.test.sum())),
    Metric("missing", N_("missing cells"), lambda frame: frame.missing),
    Metric("rate", N_("part of the largest stable η"), lambda frame: frame.params.rate),
    Metric("k", N_("neighbours"), lambda frame: frame.k),
    *_column(0),
    *_column(1),
    *_race(0, "raw"),
    *_race(1, "scaled"),
    Metric("common_neighbours", N_("neighbours in common"), lambda frame: frame.common),
    Metric("kept_by_unit", N_("neighbours the unit left as they were"), lambda frame: frame.kept_by_unit),
    _accuracy("raw", N_("test accuracy, raw"), 2),
    _accuracy("scaled", N_("test accuracy, scaled"), 3),
    _accuracy("train", N_("test accuracy, scaler fitted on train")),
    _accuracy("all", N_("test accuracy, scaler fitted on all")),
    Metric("leak", N_("difference the leak makes"), _leak, why.leak),
    Metric("outside", N_("test rows outside 0…1"), lambda frame: frame.outside),
    numbered(LISTED, _cells(0), _cells(1)),
)
