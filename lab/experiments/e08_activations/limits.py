"""What a state means for the controls: the marks on sliders, what has no effect or cannot be chosen, and what to set
once a number is lost."""

from __future__ import annotations

import math

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Divergence, Limit
from lab.core.text import _
from lab.experiments.e08_activations.chain_report import DepthPage
from lab.experiments.e08_activations.descent import SoftmaxPage
from lab.experiments.e08_activations.frame import ActivationsFrame
from lab.experiments.e08_activations.learner import FunctionPage
from lab.experiments.e08_activations.lift import StabilityPage

__all__ = ["DRAWN", "USED", "divergence", "hidden", "limits", "reason_lost", "unused"]

USED = {
    "function": ("function", "layers", "learning_rate", "x", "functions", "swiglu"),
    "depth": ("function", "layers", "learning_rate", "scheme", "gain"),
    "softmax": ("logits", "names", "learning_rate", "truth", "temperature", "infinite", "source"),
    "stability": ("logits", "names", "truth", "source", "number_format", "subtract_max"),
}
"""Which controls each page listens to, beside the choice of the page."""

DRAWN = {"function": ("tangent", "maxima"), "depth": ("bounds",), "softmax": ("next_step",), "stability": ()}
"""Which view options each page has."""

VANISHED = 1e-7  # of float32's seven digits none would notice such a gradient beside a weight of 1


def limits(frame: ActivationsFrame) -> dict[str, Limit]:
    """The depth at which the steepest slope, multiplied with itself, falls below 10⁻⁷; none for a slope near 1."""
    page = frame.page
    best = page.peak.slope if isinstance(page, (FunctionPage, DepthPage)) else 1.0
    depth = math.ceil(math.log(VANISHED) / math.log(best)) if 0 < best < 1 else 1000
    return {"layers": Limit(float(depth), _("slopes alone below 10⁻⁷")) if depth <= 24 else Limit(None, "")}


def unused(frame: ActivationsFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    params, reasons = frame.params, dict[str, str]()
    if params.topic == "softmax" and params.infinite:
        reasons["temperature"] = _("The temperature is ∞: switch that off first.")
    if params.topic in ("softmax", "stability") and params.source != "own":
        reasons["names"] = _("The classes of these logits have names of their own.")
        reasons["logits"] = _("The logits come from elsewhere: drag a bar to make them your own.")
    return reasons


def hidden(frame: ActivationsFrame) -> frozenset[str]:
    """The controls and view options of the pages that are not open."""
    return frozenset(name for of in (USED, DRAWN) for names in of.values() for name in names) - {
        *USED[frame.params.topic],
        *DRAWN[frame.params.topic],
    }


# ------------------------------------------------------------------------------------- what was lost


def divergence(frame: ActivationsFrame) -> Divergence | None:
    """What stopped being a number, if anything did."""
    page = frame.page
    if page.lost is None:
        return None
    match page:
        case FunctionPage():
            reason = _("each step overshoots the goal further than the one before")
            return _slower(page.lost, _("the place of the ball"), reason, 0.5 / max(1.0, page.peak.slope) ** 2)
        case DepthPage():
            reason = _("the learning rate is too large: each step overshoots further than the one before")
            return _slower(page.lost, _("a weight"), reason, page.params.learning_rate / 10)
        case SoftmaxPage():
            reason = _("the learning rate is too large for this temperature")
            values = {"learning_rate": 0.5, "temperature": 1.0}
            return Divergence(page.lost, _("a logit"), reason, values, _("Set η to 0.5 and T to 1"))
        case StabilityPage():
            return _overflow(page, page.lost)


def _slower(step: int, tensor: str, reason: str, rate: float) -> Divergence:
    """The card that offers a smaller learning rate, of one digit."""
    rate = float(f"{rate:.1g}")
    text = _("Set η to {rate}").format(rate=show_number(rate, 2))
    return Divergence(step, tensor, reason, {"learning_rate": rate}, text)


def _overflow(page: StabilityPage, step: int) -> Divergence:
    reason = reason_lost(page)[1]
    if not np.isfinite(page.columns.logits).all():
        return Divergence(step, _("a logit"), reason, {"number_format": "float64"}, _("Use float64"))
    undefined = not math.isinf(page.columns.total)
    what = _("the softmax") if undefined else _("the sum of the powers")
    return Divergence(step, what, reason, {"subtract_max": True}, _("Subtract the maximum"), undefined)


def reason_lost(page: StabilityPage) -> tuple[str, str]:
    """What is no number any more, or no share, and why, in words."""
    found, form = page.columns, page.form.name
    if not np.isfinite(found.logits).all():
        largest = show_number(page.form.largest, 5)
        return _("a logit is lost"), _("{form} ends at {largest}").format(form=form, largest=largest)
    top = show_number(float(found.exponents.max()), 4)
    if page.overflowed:
        reason = _("e^{x} is more than {form} can hold, and ∞ / ∞ is not a number")
        return _("the softmax is lost"), reason.format(x=top, form=form)
    if math.isinf(found.total):
        reason = _("the powers add up to more than {form} can hold, so every share is 0")
        return _("the sum is lost"), reason.format(form=form)
    reason = _("e^{x} is 0 in {form}, and 0 / 0 is not a number")
    return _("the softmax is lost"), reason.format(x=top, form=form)
