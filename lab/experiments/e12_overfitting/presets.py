"""States worth seeing, and the ways to break it."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e12_overfitting.frame import FitFrame
from lab.experiments.e12_overfitting.gestures import Look, MovePoint
from lab.experiments.e12_overfitting.sheet import truth

__all__ = ["BREAKS", "NUDGE", "PRESETS", "SEED"]

SEED = 7  # of the course's ten points
NUDGE = 0.05
CALM = 1185  # the seed of ten points that degree 9 goes through without leaving the picture
NUDGED = (6, 0.5982, -0.2266)  # one of them, so much higher
LOOK = ((0, Look()),)
PEEKS = 12

PRESETS = (
    Preset(
        "course",
        N_("10 points"),
        Setting(seed=SEED, actions=LOOK),
        N_("Ten points off a wave, and a curve of degree 3. Drag the line on the error curve from 0 to 15."),
    ),
    Preset(
        "ridge",
        N_("Ridge"),
        Setting({"degree": 9, "regularizer": "ridge", "penalty": 0.1}, SEED, LOOK),
        N_("Degree 9, but weights cost something. The curve stays calm, though it has ten numbers for ten points."),
    ),
    Preset(
        "variance",
        N_("Ghosts"),
        Setting({"degree": 9, "noise": 0.2}, SEED, steps=20),
        N_("Twenty other samples of the same wave, each with its own curve of degree 9. The spread is the variance."),
    ),
    Preset(
        "line",
        N_("Line"),
        Setting({"data": "line", "degree": 4, "noise": 0.3, "page": "errors"}, SEED, steps=30),
        N_("The truth is a straight line. Every degree above 1 adds variance and takes away no bias."),
    ),
    Preset(
        "many",
        N_("200 points"),
        Setting({"degree": 9, "n": 200, "page": "data"}, SEED),
        N_("With 200 points degree 9 is harmless: train and validation error meet at the noise."),
    ),
    Preset(
        "descent",
        N_("Descent"),
        Setting({"degree": 100, "page": "errors"}, SEED, LOOK),
        N_("Worst at degree 9, where the curve only just hits all points. Far beyond it calms down again."),
    ),
    Preset(
        "noise",
        N_("Labels"),
        Setting({"task": "net", "classes": "noise"}, SEED, steps=40),
        N_("A fifth of the labels are wrong. The network left alone learns them too; compare the other three."),
    ),
    Preset(
        "blobs",
        N_("Clouds"),
        Setting({"task": "net", "classes": "blobs"}, SEED, steps=40),
        N_("Two clouds that overlap. No network can get all points right, and trying costs it dearly."),
    ),
    Preset(
        "grok",
        N_("Grokking"),
        Setting({"task": "grok"}, SEED, steps=20),
        N_("All sums seen are right, nearly all others wrong. Run on to update 2,000 and watch the left table."),
    ),
)


def _swung(frame: FitFrame) -> bool:
    """The curve went at least ten times as far as the point."""
    return frame.curve is not None and (frame.curve.moved or 0.0) >= 10 * NUDGE


def _leaked(frame: FitFrame) -> bool:
    """The validation error says 0, and the lid says otherwise."""
    shown = frame.curve
    if shown is None or shown.fit is None or shown.lid.last is None:
        return False
    return (shown.fit.validation or 0.0) < 1e-6 and shown.lid.last.error > 1.0


def _lured(frame: FitFrame) -> bool:
    """The luckiest of many equals looks a good deal better under the lid than it is."""
    lid = frame.curve.lid if frame.curve is not None else None
    return lid is not None and lid.lucky is not None and lid.fair is not None and lid.lucky < 0.8 * lid.fair


def _ran_off(frame: FitFrame) -> bool:
    """Beyond the last point the curve is far from the truth."""
    shown = frame.curve
    if shown is None or shown.fit is None:
        return False
    there = shown.fit.x[-1:]
    return bool(abs(shown.fit.curve[-1] - truth(shown.sheet.world, there)[0]) > 3)


def _stiff(frame: FitFrame) -> bool:
    """Price so high that nothing is left to learn with."""
    fit = frame.curve.fit if frame.curve is not None else None
    return fit is not None and fit.train is not None and fit.train > 0.3


BREAKS = (
    Break(
        "nudge",
        N_("Nudge one point"),
        N_("One point went up by 0.05, and the curve of degree 9 moved by up to 2.34. Dashed: how it was."),
        Setting({"degree": 9}, CALM, ((0, MovePoint("sine", *NUDGED)),)),
        _swung,
    ),
    Break(
        "leak",
        N_("Copy points across the split"),
        N_("The held-out points are copies of the others: the validation error is 0. Under the lid it is over 1."),
        Setting({"degree": 9, "data": "twins"}, SEED, LOOK),
        _leaked,
    ),
    Break(
        "peek",
        N_("Look twelve times"),
        N_("Of twelve random curves, all just as good as yours, the luckiest looks a fifth better under the lid."),
        Setting({"degree": 3}, SEED, LOOK * PEEKS),
        _lured,
    ),
    Break(
        "outside",
        N_("Ask beyond the points"),
        N_("Between the points degree 3 is fine. At x = 1.25, where no point is, it says 4.72; the true wave says 1."),
        Setting({"degree": 3, "beyond": True}, SEED),
        _ran_off,
    ),
    Break(
        "stiff",
        N_("Far too high a price"),
        N_("At λ = 10 the weights cost more than they bring: the curve hardly bends. Both errors are high."),
        Setting({"degree": 9, "regularizer": "ridge", "penalty": 10.0}, SEED, LOOK),
        _stiff,
    ),
)
