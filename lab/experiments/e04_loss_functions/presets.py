"""Points with a story, and the ways a loss can mislead or burst."""

from __future__ import annotations

import math

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e04_loss_functions.frame import LossFrame
from lab.experiments.e04_loss_functions.gestures import MoveLine, MovePoint
from lab.experiments.e04_loss_functions.limits import divergence

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "clean",
        N_("Clean"),
        Setting({"data": "clean"}),
        N_("A plant, week by week. Drag the line's ends and watch the squares: their mean is the loss."),
    ),
    Preset(
        "outlier",
        N_("Outlier"),
        Setting({"data": "outlier"}),
        N_("Nine points on y = x, one far off. Who owns the loss? Change the loss and ask again."),
    ),
    Preset(
        "skewed",
        N_("Skewed"),
        Setting({"data": "skewed"}),
        N_("A bus is often a little late, sometimes very, never early. Squares chase the mean, sizes the median."),
    ),
    Preset(
        "offset",
        N_("Offset"),
        Setting({"data": "offset"}),
        N_("Every point is missed by the same 5. Which of the two weights must move, and which only seems to?"),
    ),
    Preset(
        "labels",
        N_("Labels"),
        Setting({"data": "labels", "loss": "log", "learning_rate": 0.2}),
        N_("Passed or not: the model gives a probability, and log-loss is the surprise at the truth."),
    ),
    Preset(
        "five",
        N_("Five"),
        Setting({"data": "five"}),
        N_("Misses of 1, 1, 1, 1 and 10. The last owns 96 % of the squared loss, 71 % of the absolute."),
    ),
    Preset(
        "course",
        N_("Course"),
        Setting({"data": "course", "learning_rate": 0.01}),
        N_("Truth 3, 5, 7, 9, predicted 2.8, 5.2, 6.5, 9.1: squared error 0.0850. The line is ŷ = prediction."),
    ),
)


def _boss(frame: LossFrame) -> bool:
    return frame.owner == 9 and float(frame.judged.shares[9]) > 0.9


def _burst(frame: LossFrame) -> bool:
    found = divergence(frame)
    return found is not None and found.remedy.keys() == {"learning_rate"}


def _infinite(frame: LossFrame) -> bool:
    return frame.judged.total == math.inf and all(map(math.isfinite, frame.line))


def _restless(frame: LossFrame) -> bool:
    """At the kink the slope does not fade, so the steps do not either."""
    best, down = frame.best_loss, max(map(abs, frame.judged.gradient))
    total = frame.judged.total
    return frame.step >= 500 and best is not None and total is not None and total > best + 0.05 and down > 0.1


def _too_steep(frame: LossFrame) -> bool:
    return frame.loss.summed and divergence(frame) is not None


BREAKS = (
    Break(
        "pull",
        N_("Pull one point up"),
        N_("One point of ten was pulled to 40. Watch the bar: it owns nearly all, so the line serves it alone."),
        Setting({"data": "outlier"}, actions=((0, MoveLine(1.0, 0.0)), (0, MovePoint("outlier", 9, 9.0, 40.0)))),
        _boss,
    ),
    Break(
        "overflow",
        N_("Square until it overflows"),
        N_("η is above the mark: each step overshoots further, and squares of huge misses leave the numbers."),
        Setting({"data": "clean", "learning_rate": 0.2}, steps=400),
        _burst,
    ),
    Break(
        "sum",
        N_("Sum instead of mean"),
        N_("The same η that was safe for the mean is ten times too large for the sum: its gradient is 10 times."),
        Setting({"data": "clean", "learning_rate": 0.02, "reduction": "sum"}, steps=400),
        _too_steep,
    ),
    Break(
        "sure",
        N_("Sure, and wrong"),
        N_("So steep a line gives a true label the probability 0. Minus its logarithm is ∞; clipping would cap it."),
        Setting({"data": "labels", "loss": "log", "clip": False}, actions=((0, MoveLine(600.0, -1620.0)),)),
        _infinite,
    ),
    Break(
        "kink",
        N_("Steps that never shrink"),
        N_("Absolute error is as steep beside its lowest place as far from it: with a fixed η the line shuttles."),
        Setting({"data": "clean", "loss": "mae", "learning_rate": 0.3}, steps=500),
        _restless,
    ),
)
