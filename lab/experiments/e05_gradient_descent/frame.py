"""What is shown of one step: where every ball stands, what it feels, where it will go next, and all that
the read-outs, the marks on the sliders and the divergence card say. A frame never changes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence, Limit
from lab.core.text import _
from lab.experiments.e05_gradient_descent.arithmetic import explain_metric, update_line, update_lines
from lab.experiments.e05_gradient_descent.ball import Ball
from lab.experiments.e05_gradient_descent.limits import divergence_of, lit_limit, slider_limits
from lab.experiments.e05_gradient_descent.settings import OPTIMIZER_NAMES, Params
from lab.experiments.e05_gradient_descent.slices import Slice, slice_through
from lab.experiments.e05_gradient_descent.terrain import Terrain
from lab.kit.record import Past

__all__ = ["DescentFrame"]

Pair = tuple[float, float]
STEPPERS = ("sgd", "momentum", "nesterov")  # those whose arrows are as long as their steps, or enlarged with them


@dataclass(frozen=True, slots=True, eq=False)
class DescentFrame:
    """One step of a walk.

    lit: which of the balls is followed.  rate: η of the next step.  past: all steps so far.
    start_distance: from the start to the nearest known minimum.
    """

    step: int
    params: Params
    terrain: Terrain
    balls: tuple[Ball, ...]
    lit: int
    rate: float
    past: Past
    start_distance: float | None
    received: bool

    @property
    def ball(self) -> Ball:
        """The ball that is followed."""
        return self.balls[self.lit]

    @property
    def start(self) -> Pair:
        """Where the balls set out unless one was moved by hand."""
        params = self.params
        return self.terrain.surface.start if params.start == "usual" else (params.start_x, params.start_y)

    @property
    def slice(self) -> Slice:
        """The cut down the lit ball's slope, worked out when it is asked for: most frames are seen as a map."""
        return slice_through(self.terrain.surface, self.ball)

    def pose(self) -> tuple[object, ...]:
        """All that the balls and arrows are drawn from, but not the trails: equal for balls that lie still."""
        return self.terrain, self.start, self.lit, tuple(self._ball_pose(ball) for ball in self.balls)

    def _ball_pose(self, ball: Ball) -> tuple[object, ...]:
        if ball.goes is None:
            return ball.x, ball.y
        step = ball.goes.change
        if ball.optimizer in STEPPERS and max(abs(step[0]), abs(step[1])) < self.terrain.unseen:
            return ball.x, ball.y, None  # no arrow shows so short a step, nor the slope it comes from
        return ball.x, ball.y, ball.slope, step, ball.root_second

    def trail(self, number: int) -> NDArray[np.float64]:
        """Where a ball has been: [N, 2], the last row is where it is."""
        return self.past.columns(1 + 3 * number, 3 + 3 * number)

    def losses(self, number: int) -> NDArray[np.float64]:
        """A ball's loss at `past.steps`: [N]."""
        return self.past.column(3 + 3 * number)

    @property
    def rates(self) -> NDArray[np.float64]:
        """η at `past.steps`: [N]."""
        return self.past.column(0)

    # ---------------------------------------------------------------------------------- the read-outs

    def metrics(self) -> dict[str, Value]:
        """Every number on screen: those of the lit ball by their own names, those of each ball with its name
        behind, such as `loss_adam`."""
        values: dict[str, Value] = {"step": self.step, "learning_rate": self.rate}
        values |= self._of(self.ball, everything=True)
        terrain = self.terrain
        values |= {"lowest": terrain.lowest, "condition": terrain.condition}
        values["limit"] = lit_limit(self) if self.params.mark_limit else None
        for ball in self.balls:
            values |= {f"{name}_{ball.optimizer}": value for name, value in self._of(ball).items()}
        return values

    def _of(self, ball: Ball, everything: bool = False) -> dict[str, Value]:
        came, goes = ball.came, ball.goes
        next_x, next_y = goes.target if goes else (None, None)
        values: dict[str, Value] = {
            "x": ball.x,
            "y": ball.y,
            "loss": ball.loss,
            "gradient_norm": ball.steepness,
        }
        values |= {"step_length": came.length if came else None, "next_x": next_x, "next_y": next_y}
        values["distance"] = self.distance((ball.x, ball.y))
        if everything:
            values |= self._details(ball)
        return values

    def _details(self, ball: Ball) -> dict[str, Value]:
        came = ball.came
        step_x, step_y = came.change if came else (None, None)
        velocity = ball.first or (None, None)
        root = ball.root_second or (None, None)
        table = self.terrain.table
        line = table.as_measured(ball.x, ball.y) if table else (None, None)
        here = self.distance((ball.x, ball.y))
        before = self.distance(came.position) if came else None
        return {
            "gradient_x": ball.slope[0],
            "gradient_y": ball.slope[1],
            "step_x": step_x,
            "step_y": step_y,
            "velocity_x": velocity[0],
            "velocity_y": velocity[1],
            "root_v_x": root[0],
            "root_v_y": root[1],
            "distance_share": here / self.start_distance if here is not None and self.start_distance else None,
            "distance_factor": here / before if here is not None and before else None,
            "table_slope": line[0],
            "table_intercept": line[1],
        }

    def distance(self, place: Pair) -> float | None:
        """From a place to the nearest known minimum."""
        nearest = self.terrain.nearest_minimum(*place)
        return None if nearest is None else math.hypot(place[0] - nearest[0], place[1] - nearest[1])

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the very numbers that were used."""
        return explain_metric(self, name)

    def update_line(self, axis: str) -> str:
        """The next update of the lit ball along "x" or "y", with its numbers filled in."""
        return update_line(self, axis)

    def update_lines(self, axis: str) -> tuple[str, ...]:
        """The same for rooms of different width, the fullest first."""
        return update_lines(self, axis)

    # ---------------------------------------------------------------------------------- words

    def describe(self) -> str:
        """The state in one or two sentences."""
        ball = self.ball
        values = {
            "step": self.step,
            "who": _(OPTIMIZER_NAMES[ball.optimizer]),
            "loss": show_number(ball.loss, 3),
        }
        if ball.diverged is not None:
            first = _("Step {step}: {who} diverged at step {when}.").format(**values, when=ball.diverged)
        else:
            place = {"x": show_number(ball.x, 3), "y": show_number(ball.y, 3), "how": _motion(ball)}
            first = _("Step {step}: {who} is at ({x}, {y}), loss {loss}, {how}.").format(**values, **place)
        others = [self._short(other) for i, other in enumerate(self.balls) if i != self.lit]
        return first if not others else first + " " + _("Also walking: {others}.").format(others="; ".join(others))

    @staticmethod
    def _short(ball: Ball) -> str:
        who = _(OPTIMIZER_NAMES[ball.optimizer])
        if ball.diverged is not None:
            return _("{who}, lost at step {when}").format(who=who, when=ball.diverged)
        return _("{who}, loss {loss}").format(who=who, loss=show_number(ball.loss, 3))

    # ------------------------------------------------------------------- what the window may ask beside

    def limits(self) -> dict[str, Limit]:
        """Computed marks on sliders: the largest stable learning rate."""
        return slider_limits(self)

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        params, chosen = self.params, set(self.params.optimizers)
        reasons: dict[str, str] = {}
        if not chosen & {"momentum", "nesterov", "adam", "adamw"}:
            reasons["beta"] = _("No chosen optimiser keeps a velocity: choose Momentum, Nesterov, Adam or AdamW.")
        if not chosen & {"rmsprop", "adam", "adamw"}:
            reasons["beta2"] = _("Only RMSProp, Adam and AdamW remember the size of the slope.")
        if "adamw" not in chosen:
            reasons["weight_decay"] = _("Only AdamW decays the weights.")
        if params.surface != "formula":
            reasons["formula"] = _("Choose “My formula” as the landscape to type one.")
        if params.start == "usual":
            reasons["start_x"] = reasons["start_y"] = _("The balls start at the landscape's own place.")
        if params.schedule == "constant":
            reasons["schedule_steps"] = _("A constant learning rate has no schedule.")
        if lit_limit(self) is None:
            reasons["mark_limit"] = _("No largest stable learning rate is known here.")
        return reasons

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """A received landscape can only be chosen when one was received."""
        return {} if self.received else {"surface": ("received",)}

    @property
    def divergence(self) -> Divergence | None:
        """The first ball that was lost."""
        return divergence_of(self)

    def curves(self) -> tuple[Curve, ...]:
        """The loss of each ball, its trail, and η."""
        steps, terrain = self.past.steps, self.terrain
        found = [Curve(_("learning rate"), _("step"), "η", steps, self.rates)]
        for i, ball in enumerate(self.balls):
            who, trail = _(OPTIMIZER_NAMES[ball.optimizer]), self.trail(i)
            found.append(Curve(who, _("step"), _("loss"), steps, self.losses(i)))
            name = _("{who}, trail").format(who=who)
            found.append(Curve(name, _(terrain.x_name), _(terrain.y_name), trail[:, 0], trail[:, 1]))
        return tuple(found)


def _motion(ball: Ball) -> str:
    """What the ball is doing, in words; never that it has arrived: a small slope proves nothing."""
    if ball.slope == (0.0, 0.0):
        return _("where the slope is exactly 0")
    if ball.came is None or ball.before is None:
        return _("about to set out")
    if abs(ball.loss - ball.before) <= 1e-12 * max(1.0, abs(ball.loss)):  # less is rounding
        return _("neither rising nor falling")
    return _("rolling down") if ball.loss < ball.before else _("climbing")
