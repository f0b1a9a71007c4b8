"""Every number on screen. Most are of one ball: of the one that is followed by their own name, and a few of each ball
with the name of its optimiser behind, such as `loss_adam`."""

from __future__ import annotations

from collections.abc import Callable

from lab.core.arithmetic import Term
from lab.core.metric import Family, Metric, Metrics, Value
from lab.core.records import dataclass
from lab.core.text import N_
from lab.experiments.e05_gradient_descent import arithmetic as why
from lab.experiments.e05_gradient_descent.ball import Ball
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.limits import shown_limit
from lab.experiments.e05_gradient_descent.settings import OPTIMIZER_NAMES

__all__ = ["METRICS"]

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class OfBall:
    """A read-out of one ball."""

    name: str
    label: str
    value: Callable[[DescentFrame, Ball], Value]
    why: Callable[[DescentFrame, Ball], Term | None]
    digits: int | None = None

    def followed(self) -> Metric[DescentFrame]:
        """The same, of the ball that is followed."""
        return Metric(
            self.name,
            self.label,
            lambda frame: self.value(frame, frame.ball),
            lambda frame: self.why(frame, frame.ball),
            self.digits,
        )


def _both(
    name: str, labels: tuple[str, str], pair: Callable[[Ball], Pair | None], term: why.OfAxis
) -> tuple[OfBall, OfBall]:
    """The read-outs of a quantity along x and along y; `name` holds {} where the axis stands."""

    def row(along: int) -> OfBall:
        def value(_frame: DescentFrame, ball: Ball) -> float | None:
            numbers = pair(ball)
            return None if numbers is None else numbers[along]

        return OfBall(name.format("xy"[along]), labels[along], value, lambda frame, ball: term(frame, ball, along))

    return row(0), row(1)


EACH = (
    *_both("{}", (N_("weight x"), N_("weight y")), lambda ball: (ball.x, ball.y), why.position),
    OfBall("loss", N_("loss"), lambda frame, ball: ball.loss, why.loss, 4),
    OfBall("gradient_norm", N_("gradient norm ‖∇L‖"), lambda frame, ball: ball.steepness, why.steepness, 3),
    OfBall("step_length", N_("length of the last step ‖Δ‖"), DescentFrame.last_length, why.step_length, 3),
    *_both(
        "next_{}", (N_("next x"), N_("next y")), lambda ball: ball.goes.target if ball.goes else None, why.next_position
    ),
    OfBall("distance", N_("distance to the nearest minimum"), DescentFrame.distance_of, why.distance),
)
"""Those that every ball has by its name."""

FOLLOWED = (
    *_both("gradient_{}", (N_("slope along x"), N_("slope along y")), lambda ball: ball.slope, why.slope),
    *_both(
        "step_{}",
        (N_("last step along x"), N_("last step along y")),
        Ball.change,
        why.last_step,
    ),
    *_both("velocity_{}", (N_("velocity along x"), N_("velocity along y")), lambda ball: ball.first, why.velocity),
    *_both("root_v_{}", (N_("√v along x"), N_("√v along y")), lambda ball: ball.root_second, why.root_v),
    OfBall("distance_share", N_("distance left, of that at the start"), DescentFrame.share, why.share, 4),
    OfBall("distance_factor", N_("distance left by the last step"), DescentFrame.factor, why.factor, 3),
    OfBall("table_slope", N_("slope in the table's units"), DescentFrame.slope, why.table_slope),
    OfBall("table_intercept", N_("intercept in the table's units"), DescentFrame.intercept, why.table_intercept),
)
"""Those of the ball that is followed alone."""


def _of_each(frame: DescentFrame) -> dict[str, Value]:
    return {f"{row.name}_{ball.optimizer}": row.value(frame, ball) for ball in frame.balls for row in EACH}


def _why_of_each(frame: DescentFrame, name: str) -> Term | None:
    ball = next(ball for ball in frame.balls if name.endswith(f"_{ball.optimizer}"))
    row = next(row for row in EACH if name == f"{row.name}_{ball.optimizer}")
    return row.why(frame, ball)


METRICS: Metrics[DescentFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("learning_rate", N_("η now"), lambda frame: frame.rate, why.rate),
    *(row.followed() for row in (*EACH, *FOLLOWED)),
    Metric("lowest", N_("lowest possible loss"), lambda frame: frame.terrain.lowest, why.lowest),
    Metric("condition", N_("condition number"), lambda frame: frame.terrain.condition, why.condition, 3),
    Metric("limit", N_("largest stable η"), shown_limit, why.limit),
    Family(
        _of_each,
        _why_of_each,
        {f"{row.name}_{who}": f"{row.label} · {name}" for who, name in OPTIMIZER_NAMES.items() for row in EACH},
    ),
)
