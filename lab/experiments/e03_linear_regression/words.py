"""A frame in words, and its curves as data."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.experiments.e03_linear_regression.columns import COLUMN_NAMES, Column
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.kit.naming import letters

__all__ = ["curves", "describe", "letters_of"]


def letters_of(frame: RegressionFrame) -> dict[str, str]:
    """The names of the columns, by the letters that they stand for."""
    x, second, y = frame.sheet.names
    return letters({"x₁": x, "x₂": second, "y": y} if frame.two else {"x": x, "y": y})


def describe(frame: RegressionFrame) -> str:
    """The state in one or two sentences."""
    hand, best = frame.columns["hand"], frame.columns.get("best")
    count = n_("{n} point", "{n} points", len(frame.solved.rows))
    if best is None:
        return _("No points yet: click into the picture, paste a table, or choose other points.")
    names = letters_of(frame)
    signs = ("x",) if len(hand.slopes) == 1 else ("x₁", "x₂")
    called = [names.get(sign, sign) for sign in signs]
    mine = _("Your line {y} = {line} has RMSE {mine} on {count}; the best, {y} = {best}, has {least}.").format(
        count=count,
        y=names.get("y", "y"),
        line=_equation(hand, called),
        best=_equation(best, called),
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


def _equation(one: Column, names: Sequence[str]) -> str:
    """A line or plane such as 4.243·temperature − 27.95."""
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
