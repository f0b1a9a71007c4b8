"""What the numbers mean for the controls: the largest stable learning rate, what has no effect and what cannot be
chosen, and which knob made a number infinite."""

from __future__ import annotations

import math

from lab.core.numbers import show_number
from lab.core.simulation import Divergence, Limit
from lab.core.text import _
from lab.experiments.e04_loss_functions.frame import LossFrame
from lab.experiments.e04_loss_functions.loss import CLIP

__all__ = ["divergence", "limits", "unavailable", "unused"]


def limits(frame: LossFrame) -> dict[str, Limit]:
    """The largest stable learning rate."""
    if frame.blind or frame.limit is None:  # then a mark of before is taken away
        return {"learning_rate": Limit(None, "")}
    text = _("steps grow above {rate}").format(rate=show_number(frame.limit, 3))
    return {"learning_rate": Limit(frame.limit, text)}


def unused(frame: LossFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    reasons = dict[str, str]()
    if frame.loss.kind != "huber":
        reasons["delta"] = _("Only Huber's loss has a border.")
    if frame.loss.kind != "log":
        reasons["clip"] = _("Only log-loss takes a logarithm of a probability.")
    if frame.params.loss == "log" and not frame.points.labels:
        reasons["loss"] = _("Log-loss needs labels 0 and 1: squared error is used instead.")
    if frame.blind:
        reasons["learning_rate"] = _("You search yourself: the machine does not step.")
    return reasons


def unavailable(frame: LossFrame) -> dict[str, tuple[str, ...]]:
    """Log-loss where there are no labels."""
    return {} if frame.points.labels or frame.params.loss == "log" else {"loss": ("log",)}


def divergence(frame: LossFrame) -> Divergence | None:
    """The first number that is not finite, and the knob that did it."""
    total = frame.judged.total
    if frame.blind or total is None or math.isfinite(total + sum(frame.line)):
        return None
    if frame.loss.kind == "log" and not frame.loss.clipped and math.isfinite(sum(frame.line)):
        reason = _("a point has probability 0 for its true label, and −log 0 is ∞")
        remedy = _("Clip p at {clip}").format(clip=show_number(CLIP, 1))
        return Divergence(frame.step, _("the log-loss"), reason, {"clip": True}, remedy)
    if frame.loss.summed and frame.limit is not None and frame.params.learning_rate < frame.limit * frame.n:
        reason = _("the loss is the sum over {n} points, so its gradient is {n} times that of the mean: too much for η")
        text = _("Take the mean instead")
        return Divergence(frame.step, _("the loss"), reason.format(n=frame.n), {"reduction": "mean"}, text)
    rate = 0.5 * (frame.limit or 2e-3)
    return Divergence(
        frame.step,
        _("the loss"),
        _("the learning rate is too large: every step overshot further, until squaring overflowed"),
        {"learning_rate": rate},
        _("Set η to {rate}").format(rate=show_number(rate, 2)),
    )
