"""Goals the program checks, from the numbers and never from which buttons were pressed."""

from __future__ import annotations

import math
from typing import Any

from lab.core.experiment import Challenge, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e08_activations.frame import ActivationsFrame
from lab.experiments.e08_activations.metrics import METRICS
from lab.experiments.e08_activations.settings import Params

__all__ = ["CHALLENGES"]

Log = tuple[tuple[int, Any], ...]
WANTED = (0.7, 0.2, 0.1)
WITHIN = 0.01
DEEP, LEAST = 20, 1e-3


def check_shares(frame: ActivationsFrame, params: Params, _log: Log) -> Progress:
    """Whether the softmax of three logits, at a temperature of 1, is the one that is wanted."""
    if params.topic != "softmax" or params.source != "own":
        return Progress(False, 0.0, _("Go back to the Softmax page and its bars."), failed=True)
    values = METRICS.values(frame)
    if "p_3" not in values or "p_4" in values:
        return Progress(False, 0.0, _("The goal is about three classes."), failed=True)
    if params.temperature != 1 or params.infinite:
        return Progress(False, 0.0, _("Leave the temperature at 1: the bars are to do it."))
    p = [METRICS.number(frame, f"p_{i}") or 0.0 for i in (1, 2, 3)]
    gaps = [abs(now - share) for now, share in zip(p, WANTED, strict=True)]
    if max(gaps) <= WITHIN:
        return Progress(True, 1.0, _("Done: all three are within 0.01."))
    shown = ", ".join(show_number(share, 3) for share in p)
    text = _("Now {shown}; the goal is 0.70, 0.20, 0.10.").format(shown=shown)
    return Progress(False, max(0.0, 1.0 - max(gaps)), text)


def check_deep(frame: ActivationsFrame, params: Params, _log: Log) -> Progress:
    """Whether the first of twenty layers, untrained, gets a gradient worth the name, and no infinite one."""
    if params.topic != "depth" or params.layers != DEEP:
        return Progress(False, 0.0, _("Go back to the Depth page and 20 layers."), failed=True)
    value = METRICS.value(frame, "first_gradient")
    first = value if isinstance(value, float) else math.nan
    shown = show_number(first, 2)
    if LEAST < first < 1e3:
        return Progress(True, 1.0, _("Done: the first layer's gradient is {shown}.").format(shown=shown))
    if first >= 1e3:
        return Progress(False, 0.5, _("{shown} is an explosion. Keep it below 1000.").format(shown=shown))
    text = _("The first layer's gradient is {shown}; the goal is above 0.001.").format(shown=shown)
    return Progress(False, 0.0, text)


CHALLENGES = (
    Challenge(
        "shares",
        N_("Seventy, twenty, ten"),
        N_("Set the three bars so that the softmax is 0.70, 0.20 and 0.10, each to within 0.01."),
        Setting({"topic": "softmax", "logits": "0, 0, 0"}),
        check_shares,
        Setting({"topic": "softmax", "logits": "1.95, 0.69, 0"}),
        (
            N_("Only the distances between the bars count. Leave the third at 0 and move the other two."),
            N_("Every step of 0.69 upwards doubles a share against the others, since e^0.69 is 2."),
            N_("The logits are the logarithms of the shares, up to a constant: ln 7, ln 2 and ln 1."),
        ),
        N_("two drags: 1.95 and 0.69"),
    ),
    Challenge(
        "deep",
        N_("Heard through twenty layers"),
        N_("Keep the gradient of the first layer above 0.001 with 20 layers, before any training."),
        Setting({"topic": "depth", "function": "sigmoid", "layers": DEEP, "scheme": "xavier"}),
        check_deep,
        Setting({"topic": "depth", "function": "relu", "layers": DEEP, "scheme": "he"}),
        (
            N_("A sigmoid's slope is at most 0.25. Which gates have a slope of 1 somewhere?"),
            N_("With ReLU half of the signal is cut off. He's weights are larger by √2 to make up for it."),
            N_("tanh with Xavier's weights does it too, and so does ReLU with He's."),
        ),
        N_("two changes: another gate, and weights that suit it"),
    ),
)
