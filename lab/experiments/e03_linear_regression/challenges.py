"""Goals the program checks, from where the points and lines are and never from which buttons were pressed."""

from __future__ import annotations

import numpy as np

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.engine.basics.regression import fit_least_squares
from lab.engine.basics.residuals import r_squared
from lab.experiments.e03_linear_regression.datasets import original
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.gestures import (
    AddPoint,
    Look,
    MovePoint,
    RemovePoint,
    SetBar,
    SetSecond,
    SetTable,
)
from lab.experiments.e03_linear_regression.settings import Params
from lab.experiments.e03_linear_regression.sheet import Sheet

__all__ = ["CHALLENGES"]


def _first(name: str) -> Sheet:
    """The points of a data set that is the same for every seed."""
    return original(name, Params(), np.random.default_rng(0))


def _elsewhere(text: str) -> Progress:
    return Progress(False, 0.0, text, failed=True)


def _moved(sheet: Sheet, first: Sheet) -> int | None:
    """How many points are not where they were; None when there are more or fewer of them."""
    if len(sheet) != len(first):
        return None
    return int(((sheet.x != first.x) | (sheet.y != first.y)).sum())


def check_sign(frame: RegressionFrame, params: Params, _log: Log) -> Progress:
    wanted = (params.data, params.features, params.weighting, params.ridge, params.test)
    if wanted != ("quartet-1", "one", "equal", 0.0, "none"):
        return _elsewhere(_("Go back to the points of the challenge, all counting the same, without ridge."))
    first = _first("quartet-1")
    moved = _moved(frame.sheet, first)
    if moved is None:
        return _elsewhere(_("A point was added or removed: take it back."))
    if moved > 1:
        return _elsewhere(_("{count} points were moved. Put all but one back.").format(count=moved))
    before = float(fit_least_squares(first.x, first.y).weights[0])
    best = frame.columns.get("best")
    slope = best.slopes[0] if best else before
    values = {"slope": show_number(slope, 3), "before": show_number(before, 3)}
    if slope < 0:  # without a move it is not
        return Progress(True, 1.0, _("Done: one point turned the slope from {before} to {slope}.").format(**values))
    share = min(max((before - slope) / before, 0.0), 0.99)
    return Progress(False, share, _("The slope is {slope}; it was {before}.").format(**values))


BAR_GOAL = 1.2


def check_bar(frame: RegressionFrame, params: Params, _log: Log) -> Progress:
    if (params.data, params.features, params.ridge, params.test) != ("leverage", "one", 0.0, "none"):
        return _elsewhere(_("Go back to the points of the challenge, without ridge."))
    first = _first("leverage")
    if _moved(frame.sheet, first) != 0:
        return _elsewhere(_("Every point has to stay where it was. Take the last move back."))
    if params.weighting != "bars":
        return Progress(False, 0.0, _("Let the points count by their error bars."))
    changed = int((frame.sheet.bar != first.bar).sum())
    if changed > 1:
        return _elsewhere(_("{count} error bars were changed; one has to be enough.").format(count=changed))
    slope = frame.columns["best"].slopes[0]
    values = {"slope": show_number(slope, 3), "goal": show_number(BAR_GOAL, 3)}
    if slope >= BAR_GOAL:  # with all bars as they were it is near 0
        return Progress(True, 1.0, _("Done: the slope is {slope}, and no point was moved.").format(**values))
    share = min(max(slope / BAR_GOAL, 0.0), 0.99)
    return Progress(False, share, _("The slope is {slope}; the goal is {goal}.").format(**values))


NEAR, COST = 0.1, 0.005  # of the true weights; of R²
OF_POINTS = (AddPoint, MovePoint, RemovePoint, SetSecond, SetTable)


def check_twins(frame: RegressionFrame, params: Params, log: Log) -> Progress:
    wanted = (params.data, params.features, params.apart, params.weighting, params.penalise_bias, params.test)
    if wanted != ("collinear", "two", 0.01, "equal", False, "none"):
        return _elsewhere(_("Go back to the twins of the challenge."))
    if any(isinstance(action, OF_POINTS) and action.data == "collinear" for _step, action in log):
        return _elsewhere(_("A point was moved. Start over: only ridge may be used."))
    best, found = frame.columns["best"], frame.solved
    plain = r_squared(found.problem.y, fit_least_squares(found.x, found.problem.y).predict(found.x))
    lost = plain - (best.r2 or 0.0)
    far = max(abs(slope - 1.0) for slope in best.slopes)
    values = {"far": show_number(far, 2), "lost": show_number(lost, 2)}
    if far <= NEAR and lost <= COST:
        return Progress(True, 1.0, _("Done: both weights are within {far} of 1, and R² lost {lost}.").format(**values))
    text = _("The weights are up to {far} away from 1, and R² has lost {lost}.").format(**values)
    return Progress(False, min(0.99, NEAR / max(far, NEAR / 0.99)), text)


CHALLENGES = (
    Challenge(
        "sign",
        N_("One point turns the line"),
        N_("Move exactly one point so that the slope of the best line becomes negative."),
        Setting({"data": "quartet-1", "w": 0.5, "b": 3.0}),
        check_sign,
        Setting(
            {"data": "quartet-1", "w": 0.5, "b": 3.0},
            actions=((0, Look("quartet-1", 2)), (0, MovePoint("quartet-1", 2, 20.0, 1.5))),
        ),
        (
            N_("Press a point: the strip below says how hard it pulls. Which ones pull hardest?"),
            N_("A point far from the middle of x has a long lever. Take one as far to the side as you can."),
            N_("Then down: on the right a low point pulls the line down, and the slope with it."),
        ),
        N_("One drag of just over half the picture's width: point III, to (18.8, 1.6)"),
    ),
    Challenge(
        "bar",
        N_("One bar silences the lever"),
        N_("No point may move. Change the error bar of one point so that the best slope is at least 1.2."),
        Setting({"data": "leverage", "weighting": "bars", "w": 1.2, "b": 1.2}),
        check_bar,
        Setting(
            {"data": "leverage", "weighting": "bars", "w": 1.2, "b": 1.2},
            actions=((0, SetBar("leverage", 9, 8.0)),),
        ),
        (
            N_("Which point holds the line down? A point with a longer bar counts less."),
            N_("Twice the bar, a quarter of the weight: drag the end of the bar, or type it under Data."),
        ),
        N_("A bar of 5.6, eleven times the usual one"),
    ),
    Challenge(
        "twins",
        N_("Tame the twins"),
        N_(
            "The truth is y = x₁ + x₂. Use ridge to bring both weights to within 0.1 of 1, and give away at"
            " most 0.005 of R²."
        ),
        Setting({"data": "collinear", "features": "two", "w": 0.5, "w2": 0.5, "b": 0.0}),
        check_twins,
        Setting({"data": "collinear", "features": "two", "w": 0.5, "w2": 0.5, "b": 0.0, "ridge": 1.0}),
        (
            N_("The valley on the map is long and almost level: a small price chooses a place in it."),
            N_("Too large a price makes both weights too small. Try between 0.5 and 3."),
        ),
        N_("λ = 1"),
    ),
)
