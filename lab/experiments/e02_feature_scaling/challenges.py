"""What to reach, checked on the frame: the bottom soon, and neighbours that know the answer."""

from __future__ import annotations

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.experiments.e02_feature_scaling.settings import Params

__all__ = ["CHALLENGES"]

BUDGET, ACCURATE, RULE = 50, 0.85, Params().rate


def check_scale(frame: ScalingFrame, params: Params, log: Log) -> Progress:
    """Within 1 % of the least error in 50 steps, and 85 % of the test rows right; the rate rule untouched."""
    touched = any(isinstance(action, Set) and "rate" in action.values for _step, action in log)
    if params.data != "flats" or params.rate != RULE or touched:
        text = _("Go back to the flats, and leave the learning-rate rule alone.")
        return Progress(False, 0.0, text, failed=True)
    if frame.place is not None:
        return Progress(False, 0.0, _("Start from weights of 0: undo the drag of the ball."), failed=True)
    arrived, accuracy = frame.runs[1].arrived, frame.prepared.scores["scaled"]
    soon, percent = arrived is not None and arrived <= BUDGET, show_number(100 * accuracy, 3)
    if soon and accuracy >= ACCURATE:
        text = _("Done: at the bottom after {n} steps, and the neighbours are right for {p} % of the test rows.")
        return Progress(True, 1.0, text.format(n=arrived, p=percent))
    if accuracy < ACCURATE:
        text = _("The neighbours are right for {p} % of the test rows; 85 % are wanted, and the bottom in 50 steps.")
        return Progress(False, min(0.5, 0.5 * accuracy / ACCURATE), text.format(p=percent))
    if frame.runs[1].steps <= BUDGET and arrived is None:
        text = _("The neighbours know: {p} % right. Now the race: within 1 % of the least error in 50 steps.")
        return Progress(False, 0.5, text.format(p=percent))
    text = _("The neighbours know, but 50 steps were too few for the race. Is the valley round in both directions?")
    return Progress(False, 0.5, text)


CHALLENGES = (
    Challenge(
        "scale",
        N_("Make the valley round"),
        N_("Get the scaled race within 1 % of the least error in at most 50 steps, and the test accuracy to 85 %."),
        Setting({"data": "flats", "scaler_1": "none", "scaler_2": "none"}),
        check_scale,
        Setting({"data": "flats", "scaler_1": "z", "scaler_2": "z"}, steps=20),
        (
            N_("Which of the two columns owns nearly all of the distance? See the bar under Neighbours."),
            N_("The chips on the column cards choose a scaler. What should both columns have in common?"),
        ),
        N_("2 changes of a scaler"),
    ),
)
