"""Data sets with a story, and the ways to be fooled by a perfect score."""

from __future__ import annotations

import numpy as np

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.experiments.e01_what_is_ml.gestures import AddPoint
from lab.experiments.e01_what_is_ml.line import Line, error_of

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "lemonade",
        N_("Lemonade"),
        Setting({"data": "lemonade"}),
        N_("Ten days at a lemonade stall (written for this lab). The hotter the day, the more cups. How many more?"),
    ),
    Preset(
        "shoes",
        N_("Shoes"),
        Setting({"data": "shoes"}),
        N_("Ten people (written for this lab). Guess a person's height from a footprint!"),
    ),
    Preset(
        "crickets",
        N_("Crickets"),
        Setting({"data": "crickets"}),
        N_("Real measurements: tree crickets sing faster when it is warm. Ten songs are seen, twenty kept back."),
    ),
    Preset(
        "falling",
        N_("Falling"),
        Setting({"data": "battery"}),
        N_("The longer it runs, the less is left: a slope can be negative."),
    ),
    Preset(
        "noise",
        N_("Pure noise"),
        Setting({"data": "luck", "n": 40}),
        N_("Does your house number decide your marks? Lock in a line and see how much even the best one is worth."),
    ),
    Preset(
        "curve",
        N_("Curve"),
        Setting({"data": "ball"}),
        N_("A thrown ball rises and falls. A straight line cannot do that, wherever its two knobs stand."),
    ),
    Preset(
        "outlier",
        N_("One wrong"),
        Setting({"data": "plant"}),
        N_("One height was noted ten times too small. Run the machine, then drag that point up and run again."),
    ),
    Preset(
        "course",
        N_("Course example"),
        Setting({"data": "five"}, steps=150),
        N_(
            "Five points, y = 2.1, 4.0, 5.8, 8.1, 9.9. After 150 steps the line has slope "
            "1.97 and intercept 0.07."
            " These two numbers, 16 bytes, are the whole model."
        ),
    ),
)

TWO_POINTS = {"data": "battery", "n": 2, "noise": 2.0, "reveal": True}
SAME_X = tuple((0, AddPoint("own", 4.0, y)) for y in (2.0, 3.5, 5.0, 7.5))


def _perfect_and_wrong(frame: LineFrame) -> bool:
    """No error on the two seen points, and far more on the new ones than their noise explains."""
    seen, new = frame.mse, frame.new_mse
    noise = (6.0 * frame.params.noise) ** 2
    return seen is not None and new is not None and seen < 0.01 and new > 3 * noise


def _no_slope(frame: LineFrame) -> bool:
    no_best = frame.best is not None and frame.best.slope is None and frame.best.error > 1
    return no_best and frame.line.slope == 0.0 and frame.n == len(SAME_X)


def _nothing_explained(frame: LineFrame) -> bool:
    return frame.mse is not None and frame.mse > 0.9 * float(np.var(frame.examples.y))


def _dragged_down(frame: LineFrame) -> bool:
    """On the new points the line of the true formula does several times better."""
    new = frame.examples
    learned, true = (error_of(line, new.new_x, new.new_y) for line in (frame.line, Line(0.9, 2.0)))
    return learned is not None and true is not None and learned > 5 * true


BREAKS = (
    Break(
        "two-points",
        N_("Two points, a perfect score"),
        N_(
            "The error on the two seen points sinks to 0: nothing could be better. Now look at the other"
            " thermometer: on 20 new points the same line is far off. Good on what was seen is not the goal."
        ),
        Setting(TWO_POINTS, seed=3, steps=200),
        _perfect_and_wrong,
    ),
    Break(
        "same-x",
        N_("All at the same x"),
        N_(
            "The line finds the right height at this x and never turns: with one value of x, every slope is"
            " as good as every other. What was never varied cannot be learned."
        ),
        Setting({"data": "own"}, actions=SAME_X, steps=200),
        _no_slope,
    ),
    Break(
        "no-relation",
        N_("Nothing to learn"),
        N_("House numbers and marks: the machine does its best, and the error hardly sinks below a level line's."),
        Setting({"data": "luck", "n": 40, "start": "own", "start_intercept": 20.0}, steps=200),
        _nothing_explained,
    ),
    Break(
        "one-wrong",
        N_("One wrong value"),
        N_(
            "Eleven heights are right and one is ten times too small. Errors count squared, so that one point"
            " pulls hardest, and the line misses the new points. Drag the point up and see."
        ),
        Setting({"data": "plant", "reveal": True}, steps=200),
        _dragged_down,
    ),
)
