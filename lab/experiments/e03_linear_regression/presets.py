"""Settings with a story, and the ways to break a fit on purpose."""

from __future__ import annotations

import numpy as np

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.gestures import AddPoint, Look, MovePoint, OpenTest

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "crickets",
        N_("Crickets"),
        Setting({"data": "crickets", "w": 1.0, "b": 50.0}),
        N_("Crickets chirp faster when it is warm. Drag the orange line until the errors are small."),
    ),
    Preset(
        "course",
        N_("Course"),
        Setting({"data": "course", "w": 2.0, "b": 1.0}),
        N_("w = 2 and b = 1 on 1, 2, 3, 4, 5 give 3, 5, 7, 9, 11. The five points lie exactly there."),
    ),
    Preset(
        "quartet",
        N_("Quartet"),
        Setting({"data": "quartet-1", "w": 0.3, "b": 5.0}),
        N_(
            "Four data sets with the same best line, the same r and the same R². Switch between I, II, III"
            " and IV and look at the points: four different worlds."
        ),
    ),
    Preset(
        "leverage",
        N_("Lever"),
        Setting({"data": "leverage", "w": 0.8, "b": 2.0}, actions=((0, Look("leverage", 9)),)),
        N_("Nine points rise, one far to the right does not, and the best line follows the one. Drag it."),
    ),
    Preset(
        "fan",
        N_("Fan"),
        Setting({"data": "fan", "w": 1.5, "b": 2.0, "weighting": "bars"}),
        N_(
            "The noise grows with x, and the error bars say so. Points with short bars count more. Look at"
            " the residuals, and drag a bar."
        ),
    ),
    Preset(
        "simpson",
        N_("Groups"),
        Setting({"data": "simpson", "w": 2.0, "b": 1.0}),
        N_(
            "The best line rises, yet in each group y falls. Give the group as a second feature, and the"
            " slope changes its sign."
        ),
    ),
    Preset(
        "collinear",
        N_("Twins"),
        Setting({"data": "collinear", "features": "two", "w": 0.5, "w2": 0.5, "b": 0.0}),
        N_(
            "y = x₁ + x₂, but the two columns are nearly the same. Only the sum of their weights is known:"
            " the map is a long valley. A little ridge settles it."
        ),
    ),
    Preset(
        "houses",
        N_("Houses"),
        Setting({"data": "houses", "w": 100.0, "b": 60000.0}),
        N_("932 sales in Sacramento. Run: the raw descent has hardly moved its b when the other arrives."),
    ),
    Preset(
        "diabetes",
        N_("Diabetes"),
        Setting({"data": "diabetes", "features": "two", "w": 5.0, "w2": 20.0, "b": -100.0}),
        N_("442 patients: body mass and a blood value together say more than either alone. Tilt the plane."),
    ),
)


def _on_the_lever(frame: RegressionFrame) -> bool:
    row, influence, r2 = frame.selected_row, frame.solved.influence, frame.columns["best"].r2
    leverage = 0.0 if row is None or influence is None else float(influence.leverage[row])
    return leverage > 0.9 and r2 is not None and r2 < 0.1


def _digits_are_gone(frame: RegressionFrame) -> bool:
    normal, best = frame.columns.get("normal"), frame.columns["best"]
    lost = normal is None or (normal.least_digits or 0) <= 3
    return lost and (best.least_digits or 0) >= 6


def _beside_the_middle(frame: RegressionFrame) -> bool:
    """With a free bias the errors always sum to 0."""
    return bool(abs(np.mean(frame.errors("best"))) > 0.3)


def _worse_than_the_mean(frame: RegressionFrame) -> bool:
    return frame.drawer.best_r2 is not None and frame.drawer.best_r2 < 0


def _no_single_line(frame: RegressionFrame) -> bool:
    return not frame.solved.determined


def _runs_away(frame: RegressionFrame) -> bool:
    start = frame.solved.problem.loss(frame.trail[0, : len(frame.hand)])
    loss = frame.columns["raw"].loss
    return loss is None or loss > 100.0 * start


BREAKS = (
    Break(
        "far-right",
        N_("Drag one point far right"),
        N_(
            "One point of eleven was taken to x = 50. Its leverage is almost 1: the line has to pass it, and"
            " the other ten hardly count. R² fell from 0.667 to nearly 0."
        ),
        Setting(
            {"data": "quartet-1", "w": 0.5, "b": 3.0},
            actions=((0, MovePoint("quartet-1", 0, 50.0, 8.04)), (0, Look("quartet-1", 0))),
        ),
        _on_the_lever,
    ),
    Break(
        "twins",
        N_("Twins that differ by a ten-millionth"),
        N_(
            "The condition number is 10⁷, and XᵀX has its square. The normal equations keep one right digit,"
            " the singular values about eight. Both predict alike: only the weights are lost."
        ),
        Setting({"data": "collinear", "features": "two", "apart": 1e-7, "w": 1.0, "w2": 1.0, "b": 0.0}),
        _digits_are_gone,
    ),
    Break(
        "bias",
        N_("Penalise the bias"),
        N_(
            "The same ridge, but laid on b as well. The whole line is pulled towards y = 0: its errors no"
            " longer sum to nothing. That is why the bias is never penalised."
        ),
        Setting({"data": "crickets", "ridge": 20.0, "penalise_bias": True, "w": 1.0, "b": 50.0}),
        _beside_the_middle,
    ),
    Break(
        "beyond",
        N_("Test on the right end of a curve"),
        N_(
            "The line was fitted on the left and is judged on the right, where it was never seen. R² on the"
            " test points is far below 0: worse than always answering their mean."
        ),
        Setting({"data": "curve", "test": "right", "w": -1.0, "b": 2.0}, actions=((0, OpenTest("curve")),)),
        _worse_than_the_mean,
    ),
    Break(
        "one-point",
        N_("Fit a line to one point"),
        N_(
            "One point and two numbers to find: every line through it is perfect, the valley on the map has"
            " no lowest place, and XᵀX cannot be inverted."
        ),
        Setting({"data": "own", "w": 0.5, "b": 1.0}, actions=((0, AddPoint("own", 4.0, 6.0)),)),
        _no_single_line,
    ),
    Break(
        "overshoot",
        N_("Learning rate past the limit"),
        N_("5 % beyond the limit, and every step of the descents overshoots further than the one before."),
        Setting({"data": "course", "rate": 1.05, "w": 0.0, "b": 2.0}, steps=120),
        _runs_away,
    ),
)
