"""What is said of a step in words, and its curves as data."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _
from lab.experiments.e05_gradient_descent.ball import Ball
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.settings import OPTIMIZER_NAMES

__all__ = ["curves", "describe"]


def describe(frame: DescentFrame) -> str:
    """The state in one or two sentences."""
    ball = frame.ball
    values = {
        "step": frame.step,
        "who": _(OPTIMIZER_NAMES[ball.optimizer]),
        "loss": show_number(ball.loss, 3),
    }
    if ball.diverged is not None:
        first = _("Step {step}: {who} diverged at step {when}.").format(**values, when=ball.diverged)
    else:
        place = {"x": show_number(ball.x, 3), "y": show_number(ball.y, 3), "how": _motion(ball)}
        first = _("Step {step}: {who} is at ({x}, {y}), loss {loss}, {how}.").format(**values, **place)
    others = [_short(other) for i, other in enumerate(frame.balls) if i != frame.highlighted]
    return first if not others else first + " " + _("Also walking: {others}.").format(others="; ".join(others))


def _short(ball: Ball) -> str:
    who = _(OPTIMIZER_NAMES[ball.optimizer])
    if ball.diverged is not None:
        return _("{who}, lost at step {when}").format(who=who, when=ball.diverged)
    return _("{who}, loss {loss}").format(who=who, loss=show_number(ball.loss, 3))


def _motion(ball: Ball) -> str:
    """What the ball is doing, in words; never that it has arrived: a small slope proves nothing."""
    if ball.slope == (0.0, 0.0):
        return _("where the slope is exactly 0")
    if ball.came is None or ball.before is None:
        return _("about to set out")
    if abs(ball.loss - ball.before) <= 1e-12 * max(1.0, abs(ball.loss)):  # less is rounding
        return _("neither rising nor falling")
    return _("rolling down") if ball.loss < ball.before else _("climbing")


def curves(frame: DescentFrame) -> tuple[Curve, ...]:
    """The loss of each ball, its trail, and η."""
    steps, terrain = frame.past.steps, frame.terrain
    found = [Curve(_("learning rate"), _("step"), "η", steps, frame.rates)]
    for i, ball in enumerate(frame.balls):
        who, trail = _(OPTIMIZER_NAMES[ball.optimizer]), frame.trail(i)
        found.append(Curve(who, _("step"), _("loss"), steps, frame.losses(i), course=True))
        name = _("{who}, trail").format(who=who)
        found.append(Curve(name, _(terrain.x_name), _(terrain.y_name), trail[:, 0], trail[:, 1]))
    return tuple(found)
