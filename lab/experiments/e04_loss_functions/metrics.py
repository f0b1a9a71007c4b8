"""Every number on screen, with its arithmetic. While a learner searches blind, what would give the answer away is
None or is left out."""

from __future__ import annotations

import math
from collections.abc import Callable

from lab.core.arithmetic import Term, apply, given
from lab.core.metric import Metric, Metrics, Value, agreeing, only
from lab.core.text import N_
from lab.experiments.e04_loss_functions import arithmetic as why
from lab.experiments.e04_loss_functions.frame import LossFrame
from lab.experiments.e04_loss_functions.loss import Array, Measured
from lab.kit.metrics import Column, numbered
from lab.kit.naming import letters

__all__ = ["METRICS"]

LISTED = 60  # points whose own numbers are listed


def _row(
    name: str,
    label: str,
    value: Callable[[LossFrame], Value],
    term: Callable[[LossFrame], Term | None] | None = None,
    digits: int | None = None,
) -> Metric[LossFrame]:
    """A read-out that is secret in a blind search."""

    def shown(frame: LossFrame) -> Value:
        return None if frame.blind else value(frame)

    return Metric(name, label, shown, term and agreeing(shown, term), digits)


def _best(along: int) -> Callable[[LossFrame], Value]:
    return lambda frame: frame.best[along] if frame.best else None


def _next(along: int) -> Callable[[LossFrame], Value]:
    return lambda frame: frame.line[along] - frame.params.learning_rate * frame.judged.gradient[along]


def _owner_share(frame: LossFrame) -> float | None:
    return None if frame.owner is None else float(frame.judged.shares[frame.owner])


def _of_points(
    name: str,
    label: str,
    values: Callable[[Measured], Array],
    term: Callable[[LossFrame, int], Term | None],
    digits: int | None = None,
) -> Column[LossFrame]:
    """A number of each point; an infinite one has no arithmetic."""
    return Column(
        name,
        label,
        lambda frame: () if frame.blind else values(frame.judged)[:LISTED].tolist(),
        lambda frame, i: term(frame, i) if math.isfinite(values(frame.judged)[i]) else None,
        digits,
    )


METRICS: Metrics[LossFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("slope", N_("slope w"), lambda frame: frame.line[0], lambda frame: given("w", frame.line[0])),
    Metric("intercept", N_("intercept b"), lambda frame: frame.line[1], lambda frame: given("b", frame.line[1])),
    Metric("n", N_("points"), lambda frame: frame.n),
    Metric("learning_rate", N_("η now"), lambda frame: frame.params.learning_rate),
    Metric("evaluations", N_("evaluations bought"), lambda frame: len(frame.probes)),
    Metric("lowest_found", N_("lowest loss found"), lambda frame: frame.lowest_found),
    _row("loss", N_("loss"), lambda frame: frame.judged.total, why.loss, 3),
    _row(
        "gradient_w",
        N_("slope of the loss along w"),
        lambda frame: frame.judged.gradient[0],
        lambda frame: why.gradient(frame, "w"),
    ),
    _row(
        "gradient_b",
        N_("slope of the loss along b"),
        lambda frame: frame.judged.gradient[1],
        lambda frame: why.gradient(frame, "b"),
    ),
    only(
        lambda frame: not frame.blind,
        _row("next_slope", N_("next w"), _next(0), lambda frame: why.stepped(frame, "w", frame.line[0])),
        _row("next_intercept", N_("next b"), _next(1), lambda frame: why.stepped(frame, "b", frame.line[1])),
        _row("limit", N_("largest stable η"), lambda frame: frame.limit, digits=3),
    ),
    _row("best_slope", N_("slope of the best line"), _best(0), digits=3),
    only(
        lambda frame: not frame.blind,
        _row("best_intercept", N_("intercept of the best line"), _best(1), digits=3),
    ),
    _row("best_loss", N_("least possible loss"), lambda frame: frame.best_loss, digits=3),
    only(
        lambda frame: not frame.blind,
        _row("owner", N_("point that owns most"), lambda frame: None if frame.owner is None else frame.owner + 1),
        _row(
            "owner_share",
            N_("share of the largest owner"),
            _owner_share,
            lambda frame: None if frame.owner is None else why.share(frame, frame.owner),
            2,
        ),
        _row(
            "typical_miss",
            N_("root of the loss, in y's unit"),
            lambda frame: frame.typical_miss,
            lambda frame: apply("sqrt", why.loss(frame)),
            3,
        ),
    ),
    numbered(
        LISTED,
        _of_points("residual", N_("residual of point {n}"), lambda judged: judged.residuals, why.residual),
        _of_points("loss", N_("loss of point {n}"), lambda judged: judged.each, why.cost),
        _of_points("share", N_("share of point {n}"), lambda judged: judged.shares, why.share, 2),
        _of_points(
            "gradient", N_("slope ∂L/∂ŷ of point {n}"), lambda judged: judged.slopes, why.prediction_gradient, 2
        ),
    ),
    symbols=lambda frame: letters({"x": frame.points.names[0], "y": frame.points.names[1]}),
)
