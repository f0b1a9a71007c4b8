"""Where the cliff is. On a quadratic the largest learning rate that does not diverge is known
beforehand, for plain descent and both kinds of momentum; the adaptive optimisers have none. And once a
ball is lost, this says which knob did it and to what it should be set."""

from __future__ import annotations

import math

import numpy as np

from lab.core.artifact import Artifact
from lab.core.numbers import show_number
from lab.core.simulation import Divergence, Limit
from lab.core.text import _
from lab.engine.basics.stability import stability_limit
from lab.experiments.e05_gradient_descent.ball import Ball
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.settings import OPTIMIZER_NAMES, Params
from lab.experiments.e05_gradient_descent.terrain import Terrain, terrain_for

__all__ = ["divergence", "followed_limit", "limits", "shown_limit", "stable_rate", "suited", "unused"]

SLIDER = (1e-4, 2.0)  # the declared range of the learning rate
LEAST_RATE = 1e-10


def stable_rate(optimizer: str, beta: float, terrain: Terrain) -> float | None:
    """The largest learning rate at which this optimiser does not diverge here, where that is known."""
    if optimizer not in ("sgd", "momentum", "nesterov") or not terrain.lambda_max or not terrain.minima:
        return None
    if optimizer == "sgd":
        return stability_limit(terrain.lambda_max)
    return stability_limit(terrain.lambda_max, beta, nesterov=optimizer == "nesterov")


def followed_limit(frame: DescentFrame) -> float | None:
    """The largest stable learning rate of the ball that is followed."""
    return stable_rate(frame.ball.optimizer, frame.params.beta, frame.terrain)


def shown_limit(frame: DescentFrame) -> float | None:
    """The same, where it is to be seen."""
    return followed_limit(frame) if frame.params.mark_limit else None


def _known_limits(params: Params, terrain: Terrain) -> dict[str, float]:
    found = {name: stable_rate(name, params.beta, terrain) for name in params.optimizers}
    return {name: rate for name, rate in found.items() if rate is not None}


def limits(frame: DescentFrame) -> dict[str, Limit]:
    """The red mark on the learning rate, and where the sliders of the start reach on this landscape."""
    x0, x1, y0, y1 = frame.terrain.extent
    marks = {"start_x": Limit(None, "", (x0, x1)), "start_y": Limit(None, "", (y0, y1))}
    known = _known_limits(frame.params, frame.terrain)
    if not known:
        return marks
    least = min(known.values())
    inside = SLIDER[0] * 10 <= least <= SLIDER[1]
    slider = None if inside else (least / 1e3, least * 10)
    if not frame.params.mark_limit:
        return marks | {"learning_rate": Limit(None, "", slider)}
    who = next(name for name, rate in known.items() if rate == least)
    text = _("{who} unstable above {rate}").format(who=_(OPTIMIZER_NAMES[who]), rate=show_number(least, 3))
    return marks | {"learning_rate": Limit(least, text, slider)}


def divergence(frame: DescentFrame) -> Divergence | None:
    """What the divergence card says of the first ball that was lost, or None."""
    lost = [ball for ball in frame.balls if ball.diverged is not None]
    if not lost:
        return None
    ball = min(lost, key=lambda ball: ball.diverged or 0)
    step, who = ball.diverged or 0, _(OPTIMIZER_NAMES[ball.optimizer])
    tensor = _("the position of {who}") if not math.isfinite(ball.x + ball.y) else _("the loss of {who}")
    if step == 0:
        return _undefined_start(frame, tensor.format(who=who))
    reason = _("the learning rate is too large: each step overshoots further than the one before")
    if _is_hole(ball):
        reason = _("a step of this learning rate led to a place where the loss has no value")
    rate = _safe_rate(frame, ball)
    text = _("Set η to {rate}").format(rate=show_number(rate, 2))
    return Divergence(step, tensor.format(who=who), reason, {"learning_rate": rate}, text, _is_hole(ball))


def _is_hole(ball: Ball) -> bool:
    """Whether the ball stands at an ordinary place where the loss is not defined."""
    return math.isnan(ball.loss) and abs(ball.x) < 1e100 and abs(ball.y) < 1e100


def _safe_rate(frame: DescentFrame, ball: Ball) -> float:
    """Nine tenths of the limit where one is known and was passed; else a tenth of η, or what the bend at the
    start allows if that is less. Rounded down to two digits, so that the button keeps what it says."""
    eta = frame.params.learning_rate
    known = stable_rate(ball.optimizer, frame.params.beta, frame.terrain)
    if known is not None and eta >= known:
        rate = 0.9 * known
    else:
        rate = eta / 10
        bend = frame.terrain.steepest_bend(*frame.start)
        if bend is not None and bend > 0:
            rate = min(rate, 1.0 / bend)
    return _two_digits(rate)


def _two_digits(rate: float) -> float:
    """Rounded down to two digits, and never below what can be typed."""
    unit = 10.0 ** (math.floor(math.log10(rate)) - 1)
    return max(LEAST_RATE, float(f"{math.floor(rate / unit * (1 + 1e-12)) * unit:.1e}"))


def suited(artifact: Artifact) -> dict[str, float]:
    """A learning rate for a received landscape on which the usual one would throw the balls out: η = 1/λ, half the
    limit of plain descent. Nothing where the usual one will do, or where the landscape cannot be used."""
    usual = Params()
    try:
        terrain = terrain_for("received", usual.formula, (artifact,))
    except ValueError:
        return {}  # the receiver says what is wrong with it
    bend = terrain.lambda_max or terrain.steepest_bend(*terrain.surface.start)
    if not bend or usual.learning_rate * bend < 1.0:
        return {}
    return {"learning_rate": _two_digits(1.0 / bend)}


def _undefined_start(frame: DescentFrame, tensor: str) -> Divergence:
    """The loss has no value where the balls start: offer a place in the middle of where it has one."""
    reason = _("the loss has no value at the start: a logarithm or a root of a negative number, or a division by 0")
    heights, (x0, x1, y0, y1) = frame.terrain.heights, frame.terrain.extent
    rows, columns = np.nonzero(np.isfinite(heights))
    if not len(rows):
        return Divergence(0, tensor, reason, {"surface": "bowl"}, _("Choose the bowl"), True)
    middle = int(np.argmin(np.hypot(rows - rows.mean(), columns - columns.mean())))
    x = float(f"{x0 + (x1 - x0) * columns[middle] / (heights.shape[1] - 1):.2g}")
    y = float(f"{y0 + (y1 - y0) * rows[middle] / (heights.shape[0] - 1):.2g}")
    text = _("Start at ({x}, {y})").format(x=show_number(x, 2), y=show_number(y, 2))
    return Divergence(0, tensor, reason, {"start": "own", "start_x": x, "start_y": y}, text, True)


def unused(frame: DescentFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    params, chosen = frame.params, set(frame.params.optimizers)
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
    if followed_limit(frame) is None:
        reasons["mark_limit"] = _("No largest stable learning rate is known here.")
    return reasons
