"""Goals the program checks, from what the curve is and how often the lid was opened."""

from __future__ import annotations

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e12_overfitting.frame import FitFrame
from lab.experiments.e12_overfitting.gestures import Look
from lab.experiments.e12_overfitting.settings import Params

__all__ = ["CHALLENGES", "GOAL", "LOOKS", "check_few", "check_lid"]

GOAL, LOOKS = 0.08, 3
FEW, FEW_ERROR = 7, 0.1


def _elsewhere(text: str) -> Progress:
    return Progress(False, 0.0, text, failed=True)


def check_lid(frame: FitFrame, params: Params, _log: Log) -> Progress:
    """The error under the lid at most 0.08, with at most three looks."""
    shown = frame.curve
    if shown is None or params.data != "mystery":
        return _elsewhere(_("Go back to the mystery wave."))
    if shown.sheet.edited:
        return _elsewhere(_("A point was moved. Take it back."))
    looks, last = shown.lid.looks, shown.lid.last
    if last is None:
        return Progress(False, 0.0, _("Choose a curve, then look under the lid. You have {n} looks.").format(n=LOOKS))
    values = {"error": show_number(last.error, 3), "goal": show_number(GOAL, 2), "n": looks, "most": LOOKS}
    if last.error <= GOAL and looks <= LOOKS:
        return Progress(True, 1.0, _("Done at look {n}: the test error is {error}.").format(**values))
    share = min(0.99, GOAL / max(last.error, GOAL))
    text = _("Look {n} of {most}: the test error is {error}, the goal {goal}.").format(**values)
    return Progress(False, share, text, failed=looks >= LOOKS)


def check_few(frame: FitFrame, params: Params, _log: Log) -> Progress:
    """Degree 15 with at most seven weights that are not 0, and a validation error of at most 0.1."""
    shown = frame.curve
    if shown is None or shown.fit is None or (params.data, params.degree) != ("mystery", 15):
        return _elsewhere(_("Go back to the mystery wave, with degree 15."))
    if shown.sheet.edited:
        return _elsewhere(_("A point was moved. Take it back."))
    alive, error = shown.fit.alive, shown.fit.validation or 0.0
    values = {"alive": alive, "most": FEW, "error": show_number(error, 3), "goal": show_number(FEW_ERROR, 2)}
    if alive <= FEW and error <= FEW_ERROR:
        return Progress(
            True, 1.0, _("Done: {alive} weights are left, the validation error is {error}.").format(**values)
        )
    text = _("{alive} weights are not 0 (at most {most}); the validation error is {error} (at most {goal}).")
    share = 0.5 * min(1.0, FEW / max(alive, 1)) + 0.49 * min(1.0, FEW_ERROR / max(error, 1e-9))
    return Progress(False, min(share, 0.99), text.format(**values))


CHALLENGES = (
    Challenge(
        "lid",
        N_("Three looks"),
        N_("Nobody knows this wave. Bring the error on the hidden points to 0.08 with at most three looks."),
        Setting({"data": "mystery", "degree": 15}),
        check_lid,
        Setting({"data": "mystery", "degree": 7}, actions=((0, Look()),)),
        (
            N_("The validation error is free. Look at it as often as you like, and under the lid when you are done."),
            N_("Drag the line along the error curve to where the validation error is least."),
        ),
        N_("one look"),
    ),
    Challenge(
        "few",
        N_("Throw weights away"),
        N_("Degree 15 has 15 weights. Leave at most 7 of them, with a validation error of at most 0.1."),
        Setting({"data": "mystery", "degree": 15, "page": "weights"}),
        check_few,
        Setting({"data": "mystery", "degree": 15, "page": "weights", "regularizer": "lasso", "penalty": 0.02}),
        (
            N_("Ridge makes weights small but hardly ever 0. Which price can make one exactly 0?"),
            N_("Choose lasso and drag the line to the right until enough weights are gone."),
        ),
        N_("5 weights"),
    ),
)
