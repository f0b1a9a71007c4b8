"""A frame in words, and its curves as data."""

from __future__ import annotations

import math

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.experiments.e03_linear_regression.columns import COLUMN_NAMES, Column
from lab.experiments.e03_linear_regression.frame import RegressionFrame

__all__ = ["curves", "describe"]


def describe(frame: RegressionFrame) -> str:
    """The state in one or two sentences."""
    hand, best = frame.columns["hand"], frame.columns.get("best")
    count = n_("{n} point", "{n} points", len(frame.solved.rows))
    if best is None:
        return _("No points yet: click into the picture, paste a table, or choose other points.")
    mine = _("Your line y = {line} has RMSE {mine} on {count}; the best, y = {best}, has {least}.").format(
        count=count,
        line=_equation(hand),
        best=_equation(best),
        mine=show_number(hand.rmse, 3),
        least=show_number(best.rmse, 3),
    )
    if not frame.step:
        return mine
    digits = [show_number(frame.columns[name].least_digits) for name in ("raw", "scaled")]
    return (
        mine
        + " "
        + _("After {step} the descents have {raw} (raw) and {scaled} (scaled) digits right.").format(
            step=n_("{n} step", "{n} steps", frame.step), raw=digits[0], scaled=digits[1]
        )
    )


def _equation(one: Column) -> str:
    """A line or plane such as 4.243·x − 27.95."""
    names = ("x",) if len(one.slopes) == 1 else ("x₁", "x₂")
    text = ""
    for value, name in [*zip(one.slopes, names), (one.bias, "")]:
        sign = (" + " if value >= 0 else " − ") if text else ("" if value >= 0 or math.isnan(value) else "−")
        text += sign + show_number(abs(value), 4) + (f"·{name}" if name else "")
    return text


def curves(frame: RegressionFrame) -> tuple[Curve, ...]:
    """The points, the errors, and where the descents were."""
    sheet, p = frame.sheet, len(frame.hand)
    x, y = _(sheet.names[0]), _(sheet.names[2])
    steps = np.arange(len(frame.trail), dtype=np.float64) * frame.stride
    found = [Curve(_("points"), x, y, sheet.x, sheet.y)]
    for whose, name in (("mine", _("errors of my line")), ("best", _("errors of the best line"))):
        found.append(Curve(name, x, _("error"), sheet.x, frame.errors(whose)))
    for i, name in enumerate(("raw", "scaled")):
        title = _(COLUMN_NAMES[name])
        found.append(Curve(f"{title}: w", _("step"), "w", steps, frame.trail[:, i * p]))
        found.append(Curve(f"{title}: b", _("step"), "b", steps, frame.trail[:, (i + 1) * p - 1]))
    return tuple(found)
