"""What the numbers mean for the controls: where the sliders reach for these points, the learning rate from which on a
descent diverges, what has no effect and what cannot be chosen."""

from __future__ import annotations

import math

from lab.core.simulation import Divergence, Limit
from lab.core.text import _
from lab.experiments.e03_linear_regression.columns import COLUMN_NAMES
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.notes import suggested_ridge
from lab.experiments.e03_linear_regression.solved import Solved

__all__ = ["divergence", "limits", "unavailable", "unused"]


def limits(frame: RegressionFrame) -> dict[str, Limit]:
    """Where the sliders reach for these points, and the mark from which on a descent diverges."""
    ranges = frame.solved.ranges
    marks = {"w": Limit(None, "", ranges[0]), "b": Limit(None, "", ranges[-1])}
    if frame.two:
        marks["w2"] = Limit(None, "", ranges[1])
    marks["ridge"] = Limit(None, "", (0.0, _ridge_end(frame.solved)))
    text = _("Beyond 1 both descents overshoot further at every step.")
    return marks | {"rate": Limit(1.0, text)}


def _ridge_end(found: Solved) -> float:
    """A price that takes about two thirds off a slope, rounded up to one digit."""
    spread = 60.0 * suggested_ridge(found)
    unit = 10.0 ** math.floor(math.log10(spread))
    return math.ceil(spread / unit) * unit


def unused(frame: RegressionFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    params, reasons = frame.params, dict[str, str]()
    if not frame.two:
        reasons["w2"] = _("A line has one slope: choose two features.")
    if params.data != "collinear":
        reasons["apart"] = _("Only the twins can be made more alike.")
    if not params.ridge:
        reasons["penalise_bias"] = _("Without ridge nothing is penalised.")
    if frame.sheet.second is None:
        reasons["features"] = _("These points have one feature only.")
    return reasons


def unavailable(frame: RegressionFrame) -> dict[str, tuple[str, ...]]:
    """A plane only where there is a second column."""
    return {} if frame.sheet.second is not None else {"features": ("two",)}


def divergence(frame: RegressionFrame) -> Divergence | None:
    """What the divergence card says of the first descent that was lost."""
    lost = [(step, name) for step, name in zip(frame.lost, ("raw", "scaled")) if step is not None]
    if not lost:
        return None
    step, name = min(lost)
    reason = _("the learning rate is beyond the limit: each step overshoots further than the one before")
    what = _("the slope found by {name}").format(name=_(COLUMN_NAMES[name]))
    return Divergence(step, what, reason, {"rate": 0.5}, _("Set it to half the limit"))
