"""A frame in words: its description for the status line and screen readers, a remark where the points are a special
case that would puzzle a newcomer, and why a control has no effect. And its curves as data."""

from __future__ import annotations

import numpy as np

from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.experiments.e01_what_is_ml.settings import MADE

__all__ = ["curves", "describe", "error_words", "plus", "remark", "unreached", "unused"]

UNSEEN = 1e-4  # of the picture's height
NO_RELATION = 0.1  # share of the spread that even the best line explains, below which it says nothing


def describe(frame: LineFrame) -> str:
    """The state in one or two sentences; what is secret stays so."""
    count = frame.n
    line = _("{y} = {w} · {x} {b}").format(
        y=_(frame.examples.names[3]),
        x=_(frame.examples.names[2]),
        w=show_number(frame.line.slope, 3),
        b=plus(frame.line.intercept),
    )
    if count == 0:
        return _("No points yet.") + " " + _("The line is {line}.").format(line=line)
    points = n_("{n} seen point", "{n} seen points", count)
    line = _("Step {step}: the line {line} before {points}, mean squared error {mse}.").format(
        step=frame.step, line=line, points=points, mse=show_number(frame.mse, 3)
    )
    return f"{line} {_comparison(frame)}"


def error_words(value: Value, frame: LineFrame) -> str:
    """An error as the picture says it: one that nobody could see there is "≈ 0"; its digits are in the
    table."""
    _x0, _x1, y0, y1 = frame.examples.extent
    if isinstance(value, float) and 0 < value < (UNSEEN * (y1 - y0)) ** 2:
        return "≈ 0"
    return show_number(value, 3)


def plus(value: float) -> str:
    """A number that is added: "+ 3.2", or "− 3.2" where it is negative."""
    return f"{'−' if value < 0 else '+'} {show_number(abs(value), 3)}"


def _comparison(frame: LineFrame) -> str:
    if frame.revealed:
        return _("On the {n} new points it is {new}.").format(
            n=frame.examples.new_x.size, new=show_number(frame.new_mse, 3)
        )
    if frame.committed:
        return _("The best possible is {best}.").format(best=show_number(frame.best.error if frame.best else None, 3))
    return _("The best possible is hidden until you lock in your line.")


def remark(frame: LineFrame) -> str:
    """What is special about the seen points; "" where nothing is."""
    seen, count = frame.examples, frame.n
    if count == 0:
        return ""
    if count == 1:
        return _("Through one point every line is perfect. So it says nothing about the next point.")
    if np.ptp(seen.x) == 0:
        return _("All points have the same {x}. No slope is better than another: it cannot be learned.").format(
            x=_(seen.names[2])
        )
    if count == 2:
        return _("Through two points there is always a line with error 0. Is it good? Show the new points.")
    spread = float(np.var(seen.y))
    if frame.committed and frame.best and spread > 0 and 1 - frame.best.error / spread < NO_RELATION:
        return _("The best line is almost level and its error stays large: {x} says next to nothing here.").format(
            x=_(seen.names[2])
        )
    return ""


def unreached(frame: LineFrame) -> str:
    """Which row of the rule never answers, and why; "" where all of them do."""
    rows = frame.rule.unreached()
    if not rows:
        return ""
    text = _("Row {rows} never answers: a row above it is asked first. Let the limits grow from top to bottom.")
    if len(rows) > 1:
        text = _("Rows {rows} never answer: a row above is asked first. Let the limits grow from top to bottom.")
    return text.format(rows=", ".join(str(row + 1) for row in rows))


def unused(frame: LineFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    params, reasons = frame.params, dict[str, str]()
    if params.data not in MADE:
        why = _("These points are a table: they are as they are. Battery, house numbers, ball and plant are made.")
        reasons["n"] = reasons["noise"] = why
    if params.start == "flat":
        reasons["start_slope"] = reasons["start_intercept"] = _("Choose “As typed below” first.")
    if not frame.examples.new_x.size:
        reasons["reveal"] = _("Nothing was kept back: there are no new points.")
    return reasons


def curves(frame: LineFrame) -> tuple[Curve, ...]:
    """The points and the line, as data."""
    seen, (x_name, y_name) = frame.examples, (_(name) for name in frame.examples.names[:2])
    ends = np.array(seen.extent[:2])
    found = [
        Curve(_("seen points"), x_name, y_name, seen.x, seen.y),
        Curve(_("line"), x_name, y_name, ends, np.asarray(frame.line.at(ends))),
    ]
    if frame.revealed:
        found.insert(1, Curve(_("new points"), x_name, y_name, seen.new_x, seen.new_y))
    return tuple(found)
