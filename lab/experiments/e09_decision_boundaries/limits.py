"""Which controls have no effect now, which choices cannot be taken, and the card for numbers that run away."""

from __future__ import annotations

import math

from lab.core.numbers import show_number
from lab.core.simulation import Divergence
from lab.core.text import _
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.painting import FEW
from lab.experiments.e09_decision_boundaries.settings import hidden_sizes, written

__all__ = ["divergence", "unavailable", "unused"]


def unused(frame: BoundaryFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    reasons: dict[str, str] = {}
    params = frame.params
    if params.data in ("corners", "empty", "own", "received"):
        reasons["n"] = reasons["noise"] = _("Only the shapes are made of so many points.")
    if params.penalty == "none":
        reasons["strength"] = _("There is no penalty on the weights.")
    if frame.hidden_layers != hidden_sizes(params.hidden):
        received = _("The received network has {sizes}. Use + and − above its layers.")
        reasons["hidden"] = received.format(sizes=written(frame.hidden_layers))
    if len(frame.points) < FEW:
        reasons["held_out"] = _("With fewer than {n} points none is hidden.").format(n=FEW)
    if frame.gate != params.activation:
        reasons["activation"] = _("The received network brings its own gate.")
    if not frame.hidden_layers:
        reasons["activation"] = _("Without a hidden layer there is no gate.")
    return reasons


def unavailable(frame: BoundaryFrame) -> dict[str, tuple[str, ...]]:
    """A received network can only be chosen when one was received."""
    return {} if "network" in frame.received else {"start": ("received",)}


def divergence(frame: BoundaryFrame) -> Divergence | None:
    """The card for weights that are no longer numbers, or so large that the sums they make are none."""
    losses = [score.loss for score in (frame.seen, frame.test) if score is not None]
    if frame.lost < 0 and all(map(math.isfinite, losses)):
        return None
    rate = float(f"{min(0.03, frame.params.learning_rate / 10):.1g}")
    return Divergence(
        frame.lost if frame.lost >= 0 else frame.step,
        _("a weight") if frame.lost >= 0 else _("the loss"),
        _("the learning rate is too large: every step overshoots further than the one before"),
        {"learning_rate": rate},
        _("Set η to {rate}").format(rate=show_number(rate, 2)),
    )
