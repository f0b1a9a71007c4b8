"""Goals the program checks, from where the line, the points and the rule are, and how many drags it took."""

from __future__ import annotations

import numpy as np

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _, n_
from lab.engine.basics.data import five_points
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.experiments.e01_what_is_ml.gestures import AddPoint, MoveLine, WriteRule
from lab.experiments.e01_what_is_ml.line import Line, error_of
from lab.experiments.e01_what_is_ml.settings import Params
from lab.experiments.e01_what_is_ml.tables import LEMONADE, SEEN

__all__ = ["CHALLENGES"]

DRAGS, RATIO = 40, 1.05


def check_by_eye(frame: LineFrame, params: Params, log: Log) -> Progress:
    """The mean squared error at most 1.05 times the least there can be, by hand, within 40 drags."""
    points = tuple(zip(frame.examples.x.tolist(), frame.examples.y.tolist()))
    if params.data != "lemonade" or points != tuple((float(x), float(y)) for x, y in LEMONADE[:SEEN]):
        return Progress(False, 0.0, _("Go back to the ten lemonade days as they were."), failed=True)
    if frame.step > 0 or params.start != "flat":
        return Progress(False, 0.0, _("By hand: go back to step 0, before the machine moved."), failed=True)
    mse, best = error_of(frame.line, frame.examples.x, frame.examples.y), frame.best
    assert mse is not None and best is not None
    drags = sum(isinstance(action, MoveLine) for _step, action in log)
    close = mse <= RATIO * best.error
    if close and drags <= DRAGS:
        text = _("Done in {drags}: your error {mse} is {ratio} times the best possible.").format(
            drags=n_("{n} drag", "{n} drags", drags), mse=_n(mse), ratio=_n(mse / best.error)
        )
        return Progress(True, 1.0, text)
    text = _("Drag {n} of {most}. Your error is {mse}.").format(n=drags, most=DRAGS, mse=_n(mse))
    return Progress(False, min(1.0, RATIO * best.error / mse), text, failed=drags > DRAGS)


def check_rule(frame: LineFrame, params: Params, _log: Log) -> Progress:
    """A written rule that is better than the best line on the points that were kept back."""
    if params.data != "ball" or params.n < 12 or params.noise != 1.0:
        return Progress(False, 0.0, _("Go back to the thrown ball as it was."), failed=True)
    if not frame.written:
        return Progress(False, 0.0, _("Write the rule: drag its steps, or type the limits and answers."))
    new, best = frame.examples, frame.best
    assert best is not None and best.slope is not None and best.intercept is not None
    by_line = error_of(Line(best.slope, best.intercept), new.new_x, new.new_y)
    by_rule = float(np.mean((frame.rule.at(new.new_x) - new.new_y) ** 2))
    assert by_line is not None
    if by_rule < by_line:
        text = _("Done: on the hidden points your rule has error {rule}, the best line {line}.")
        return Progress(True, 1.0, text.format(rule=_n(by_rule), line=_n(by_line)))
    return Progress(False, by_line / by_rule, _("On the hidden points the best line is still better than your rule."))


def check_one_point(frame: LineFrame, params: Params, _log: Log) -> Progress:
    """One added point that makes the best slope through the course's five points negative."""
    five = five_points()
    same = params.data == "five" and np.array_equal(frame.examples.x[:5], five.x)
    if not (same and np.array_equal(frame.examples.y[:5], five.y) and frame.n <= 6):
        return Progress(False, 0.0, _("Keep the five points as they are, and add only one."), failed=True)
    if frame.n < 6 or frame.best is None or frame.best.slope is None:
        return Progress(False, 0.0, _("Add one point."))
    slope = frame.best.slope
    inside = bool(0 <= frame.examples.x[5] <= 7 and 0 <= frame.examples.y[5] <= 14)
    if slope < 0 and inside:
        return Progress(True, 1.0, _("Done: one point turned the best slope from 1.97 to {w}.").format(w=_n(slope)))
    if not inside:
        return Progress(False, 0.5, _("Keep the point between 0 and 7, and between 0 and 14."))
    share = min(1.0, max(0.0, 1 - slope / 1.97))
    return Progress(False, share, _("The best slope is now {w}: not below 0 yet.").format(w=_n(slope)))


def _n(value: float) -> str:
    return show_number(value, 3)


CHALLENGES = (
    Challenge(
        "by-eye",
        N_("As good as the machine"),
        N_("By hand and within 40 drags: come within 5 % of the least error there can be."),
        Setting({"data": "lemonade"}),
        check_by_eye,
        Setting({"data": "lemonade"}, actions=((0, MoveLine(3.25, -28.2)),)),
        (
            N_("Get the tilt right first: as many points above the line at the left as at the right."),
            N_("Then take the line by its middle and lift it until the sticks above and below are equally long."),
            N_("Arrow keys move an orange dot in small steps; with Shift in tenths of them. Watch the thermometer."),
        ),
        N_("6 drags"),
    ),
    Challenge(
        "rule",
        N_("Beat the line by rules"),
        N_("The ball flies in a curve. Write a rule that is better than the best line on 20 hidden points."),
        Setting({"data": "ball"}),
        check_rule,
        Setting({"data": "ball"}, actions=((0, WriteRule("ball", (0.7, 1.4, 2.8), (8.0, 17.5, 20.0, 10.0))),)),
        (
            N_("Press Rule above the picture, then drag each step to the middle of its points."),
            N_("The points near the top belong together: put the limits before and after them."),
        ),
        N_("4 answers and 3 limits: 7 numbers against the line's 2"),
    ),
    Challenge(
        "one-point",
        N_("One point turns the line"),
        N_("The five points rise. Add a single point, inside the picture, so that the best line falls."),
        Setting({"data": "five"}),
        check_one_point,
        Setting({"data": "five"}, actions=((0, AddPoint("five", 7.0, 0.0)),)),
        (
            N_("Squared errors: the further a point is from the others, the harder it pulls."),
            N_("A line is turned most easily from far out at its end: try a corner of the picture."),
        ),
        N_("1 point, in a corner"),
    ),
)
