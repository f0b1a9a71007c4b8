"""Goals the program checks, from where the line is and what a blind search has bought."""

from __future__ import annotations

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e04_loss_functions.frame import LossFrame
from lab.experiments.e04_loss_functions.gestures import Probe
from lab.experiments.e04_loss_functions.loss import measured
from lab.experiments.e04_loss_functions.settings import Params

__all__ = ["CHALLENGES"]

TENTH, NEARLY, BUDGET, EXCESS = 0.1, 1.05, 8, 0.001


def check_robust(frame: LossFrame, params: Params, _log: Log) -> Progress:
    """The line lies where its loss is least, and its slope is within 10 % of the true 1."""
    whole = [*range(9), 40]
    if params.data != "outlier" or frame.points.y.tolist() != whole or frame.points.x.tolist() != [*range(10)]:
        return Progress(False, 0.0, _("Go back to the ten points, the last one at 40."), failed=True)
    best, slope = frame.best, frame.line[0]
    assert best is not None
    lowest = measured(frame.loss, frame.points.x, frame.points.y, *best).total
    assert lowest is not None and frame.judged.total is not None
    if not frame.judged.total <= NEARLY * lowest:
        text = _("Let the machine run, or press “Best line”: the loss is {now}, it can be {best}.")
        now, least = show_number(frame.judged.total, 3), show_number(lowest, 3)
        return Progress(False, min(0.9, lowest / frame.judged.total), text.format(now=now, best=least))
    if abs(slope - 1) <= TENTH:
        text = _("Done: slope {w} although one point of ten is wrong.")
        return Progress(True, 1.0, text.format(w=show_number(slope, 3)))
    text = _("With this loss the best slope is {w}: not within 10 % of 1. Choose another loss.")
    return Progress(False, 0.5, text.format(w=show_number(slope, 3)))


def check_blind(frame: LossFrame, params: Params, log: Log) -> Progress:
    """A place whose loss is within 0.1 % of the slice's height above the lowest, in at most 8 evaluations."""
    revealed = any(isinstance(action, Set) and action.values.get("blind") is False for _step, action in log)
    if params.data != "secret" or not params.blind or revealed:
        return Progress(False, 0.0, _("Go back to the secret points, and search blind."), failed=True)
    for number, (w, b, _found) in enumerate(frame.probes[:BUDGET], 1):
        if frame.excess(w, b) <= EXCESS:
            text = _("Done with evaluation {n}: the lowest place is near w = {w}.")
            return Progress(True, 1.0, text.format(n=number, w=show_number(w, 3)))
    bought = len(frame.probes)
    text = _("{n} of {most} evaluations bought.").format(n=min(bought, BUDGET), most=BUDGET)
    return Progress(False, min(bought, BUDGET) / (2 * BUDGET), text, failed=bought >= BUDGET)


CHALLENGES = (
    Challenge(
        "robust",
        N_("Do not be fooled by one"),
        N_("Nine points lie on y = x, the tenth at 40. Choose a loss whose best line has a slope within 10 % of 1."),
        Setting({"data": "outlier"}),
        check_robust,
        Setting({"data": "outlier", "loss": "mae"}, steps=600),
        (
            N_("Look at the bar: which loss lets one point own nearly everything?"),
            N_("Where a cost grows straight and not squared, ten times the miss costs only ten times as much."),
            N_("Then press “Best line”, or let the machine run some hundred steps."),
        ),
        N_("1 change of a control"),
    ),
    Challenge(
        "blind",
        N_("Eight looks in the dark"),
        N_("Points and landscape are hidden. Press Slice and find the lowest loss along w in eight evaluations."),
        Setting({"data": "secret", "blind": True}),
        check_blind,
        Setting(
            {"data": "secret", "blind": True},
            actions=tuple((0, Probe(w, 0.0)) for w in (-2.0, 4.0, 1.0, 1.28)),
        ),
        (
            N_("Begin at both ends and in the middle: the lowest place lies beside the lowest of the three."),
            N_("The valley is a parabola: equal heights left and right have the lowest place half-way between."),
        ),
        N_("4 evaluations: three points fix a parabola, the fourth proves it"),
    ),
)
