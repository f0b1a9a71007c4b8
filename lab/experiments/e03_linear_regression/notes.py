"""Remarks on a fit: that no single line is the best, that two columns say the same, that the line is out of sight.
Each that names a trouble offers a way out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

import numpy as np

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _, n_
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.solved import Solved

__all__ = ["Note", "note_of", "suggested_ridge"]

ALIKE = 0.01  # 1 − r² of two features below which they are called nearly alike


@dataclass(frozen=True, slots=True)
class Note:
    """A remark of kind "warn" or "info", and what its button sets; `action` is empty where there is none."""

    kind: str
    text: str
    action: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def note_of(frame: RegressionFrame) -> Note | None:
    """The most urgent remark."""
    found, params = frame.solved, frame.params
    if found.best is None:
        return None
    if not found.determined:
        return _undetermined(found)
    if found.two and not params.ridge and 1.0 - found.r_features**2 < ALIKE:
        text = _("The two features say nearly the same. Condition number {one}, in XᵀX its square: {two}.")
        values = {"one": show_number(found.condition, 2), "two": show_number(found.condition**2, 2)}
        return _with_ridge(text.format(**values), found)
    if params.penalise_bias and params.ridge > 0:
        text = _("The bias is penalised too, so the line is pulled towards y = 0, wherever the points are.")
        return Note("warn", text, _("Leave the bias free"), {"penalise_bias": False})
    if len(found.rows) == found.problem.design.shape[1] and found.plain:
        return Note("info", _("As many points as numbers to find: the errors are 0, and that proves nothing."))
    return _out_of_sight(frame)


def _undetermined(found: Solved) -> Note:
    p, count = found.problem.design.shape[1], len(found.rows)
    if count < p:
        text = (
            n_("{n} point", "{n} points", count)
            + " "
            + _("for {p} numbers: endlessly many lines have no error. Shown is that of the shortest [w, b].").format(
                p=p
            )
        )
    elif not found.two:
        text = _("All x are equal, so the slope is not defined: XᵀX is singular, its condition number is ∞.")
    else:
        text = _("One feature determines the other: XᵀX is singular, its condition number is ∞.")
    return _with_ridge(text, found)


def suggested_ridge(found: Solved) -> float:
    """A price that decides between slopes and hardly bends a clear answer: a thirtieth of Σ(x − x̄)²."""
    x = found.x
    spread = float(np.max(np.sum((x - x.mean(axis=0)) ** 2, axis=0))) if len(x) else 0.0
    return float(f"{spread / 30:.1g}") or 1.0


def _with_ridge(text: str, found: Solved) -> Note:
    ridge = suggested_ridge(found)
    return Note("warn", text, _("Use ridge λ = {value}").format(value=show_number(ridge, 1)), {"ridge": ridge})


def _out_of_sight(frame: RegressionFrame) -> Note | None:
    """Whether no part of the hand's line crosses the picture."""
    if frame.two:
        return None
    x0, x1, y0, y1 = frame.sheet.window
    heights = frame.hand[0] * np.array([x0, x1]) + frame.hand[1]
    if heights.max() >= y0 and heights.min() <= y1:
        return None
    level = float(f"{frame.solved.problem.y.mean():.4g}")
    return Note("info", _("Your line is out of sight."), _("Bring it back"), {"w": 0.0, "b": level})
