"""What is shown of one step: the points, the line by hand, the best line by every road, how far the descents
are, and all that the read-outs, the marks on the sliders and the notices say. A frame never changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence, Limit
from lab.core.text import _, n_
from lab.experiments.e03_linear_regression.arithmetic import explain_metric
from lab.experiments.e03_linear_regression.columns import COLUMN_NAMES, Column, column, columns
from lab.experiments.e03_linear_regression.descent import Came
from lab.experiments.e03_linear_regression.drawer import Drawer
from lab.experiments.e03_linear_regression.notes import (
    Note,
    divergence_of,
    note_of,
    slider_limits,
    without_effect,
)
from lab.experiments.e03_linear_regression.problem import Array
from lab.experiments.e03_linear_regression.settings import Params
from lab.experiments.e03_linear_regression.sheet import Sheet
from lab.experiments.e03_linear_regression.solved import Solved

__all__ = ["RegressionFrame"]

FEW_POINTS = 6  # up to which each prediction is a read-out of its own


@dataclass(frozen=True, eq=False)
class RegressionFrame:
    """One step of a fit.

    solved: what follows from points and settings.  hand, raw: θ, [p].  scaled: φ, [p], standardised.
    came: the last step of each descent.  lost: the step at which each became infinite.
    trail: [N, 2p], where both were, in raw units, at the steps 0, stride, 2·stride …
    looking: the point that is looked at, −1 for none.  still: whether a further step changes nothing.
    """

    step: int
    params: Params
    solved: Solved
    hand: Array
    raw: Array
    scaled: Array
    came_raw: Came | None
    came_scaled: Came | None
    lost: tuple[int | None, int | None]
    trail: Array
    stride: int
    looking: int
    drawer: Drawer
    still: bool
    received: bool

    @property
    def sheet(self) -> Sheet:
        """The points."""
        return self.solved.sheet

    @property
    def two(self) -> bool:
        """Whether there is a second feature."""
        return self.solved.two

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Every road's answer, by name."""
        return columns(self.solved, self.hand, self.raw, self.solved.lens.raw(self.scaled))

    def errors(self, whose: str) -> Array:
        """y − ŷ of every point, those in the test drawer too, for the line "mine" or "best", [N]."""
        theta = self.hand if whose == "mine" or self.solved.best is None else self.solved.best
        return np.asarray(self.sheet.y - self.sheet.features(self.two) @ theta[:-1] - theta[-1])

    # ---------------------------------------------------------------------------------- the read-outs

    def metrics(self) -> dict[str, Value]:
        """Every number on screen: of the hand's line by its name, of the other roads with theirs before."""
        return dict(self._numbers)

    @cached_property
    def _numbers(self) -> dict[str, Value]:
        found, params = self.solved, self.params
        values: dict[str, Value] = {"step": self.step, "points": len(found.rows)}
        for name in COLUMN_NAMES:
            values |= self._of_column(name, self.columns.get(name))
        hand, best = self.columns["hand"], self.columns.get("best")
        rates = [None if limit is None else params.rate * limit for limit in found.limits]
        values |= {
            "r": _known(found.r),
            "r_features": _known(found.r_features),
            "ratio": hand.mse / best.mse if best and hand.mse is not None and best.mse else None,
            "condition": found.condition if found.best is not None else None,
            "condition_gram": found.condition**2 if found.best is not None else None,
            "inverse_digits": self._inverse_digits(),
            "rate_raw": rates[0],
            "rate_scaled": rates[1],
        }
        return values | self._predictions() | self._sure() | self._point() | self._groups() | self._test()

    def _predictions(self) -> dict[str, Value]:
        """What the hand's line says at each point, of few points."""
        if len(self.solved.rows) > FEW_POINTS:
            return {}
        said = self.solved.problem.design @ self.hand
        return {f"prediction_{i + 1}": float(value) for i, value in enumerate(said)}

    def _of_column(self, name: str, one: Column | None) -> dict[str, Value]:
        before = "" if name == "hand" else f"{name}_"
        keys = ("w", "b", "mse", "rmse", "mae", "r2", "loss", "digits")
        if one is None:
            return {before + key: None for key in keys}
        slopes = {"w": one.slopes[0]} | ({"w2": one.slopes[1]} if len(one.slopes) > 1 else {})
        numbers = {"b": one.bias, "mse": one.mse, "rmse": one.rmse, "mae": one.mae, "r2": one.r2}
        numbers |= {"loss": one.loss, "digits": one.least_digits}
        return {before + key: value for key, value in (slopes | numbers).items()}

    def _inverse_digits(self) -> int | None:
        found = self.solved
        return None if found.inverse is None else column("inverse", found.inverse, found).least_digits

    def _sure(self) -> dict[str, Value]:
        """How sure the slope is, and whether the error bars are honest."""
        found, sure = self.solved, self.solved.sure
        values: dict[str, Value] = {"standard_error": None, "t_value": None, "chi2": None}
        if sure is not None:
            values["standard_error"] = _known(float(sure.standard_errors[0]))
            values["t_value"] = _known(float(sure.t_values[0]))
        free = len(found.rows) - found.problem.design.shape[1]
        if self.params.weighting == "bars" and free > 0:
            share = self.errors("best")[found.rows] / self.sheet.bar[found.rows]
            values["chi2"] = float(share @ share) / free
        return values

    def _point(self) -> dict[str, Value]:
        """The numbers of the point that is looked at."""
        keys = ("point", "leverage", "without_w", "without_b", "cook", "residual", "point_weight")
        values: dict[str, Value] = dict.fromkeys(keys)
        if self.looking < 0:
            return values
        row, pull = self.solved.row_of(self.looking), self.solved.pull
        values |= {"point": self.looking + 1, "residual": float(self.errors("best")[self.looking])}
        if row is not None and pull is not None:
            values |= {
                "leverage": float(pull.leverage[row]),
                "without_w": _known(float(pull.without[row, 0])),
                "without_b": _known(float(pull.without[row, -1])),
                "cook": _known(float(pull.distance[row])),
                "point_weight": float(self.solved.problem.counts[row]),
            }
        return values

    def _groups(self) -> dict[str, Value]:
        return {f"group_{i + 1}_w": slope for i, (slope, _b) in enumerate(self.solved.groups[:3])}

    def _test(self) -> dict[str, Value]:
        drawer = self.drawer
        return {
            "test_points": int(self.sheet.test.sum()),
            "test_openings": drawer.times,
            "test_r2": drawer.best_r2,
            "test_rmse": drawer.best_rmse,
            "hand_test_r2": drawer.hand_r2,
            "hand_test_rmse": drawer.hand_rmse,
        }

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the very numbers that were used."""
        return explain_metric(self, name)

    # ---------------------------------------------------------------------------------- words

    def describe(self) -> str:
        """The state in one or two sentences."""
        hand, best = self.columns["hand"], self.columns.get("best")
        count = n_("{n} point", "{n} points", len(self.solved.rows))
        if best is None:
            return _("No points yet: click into the picture, paste a table, or choose other points.")
        mine = _("Your line y = {line} has RMSE {mine} on {count}; the best, y = {best}, has {least}.").format(
            count=count,
            line=equation(hand),
            best=equation(best),
            mine=show_number(hand.rmse, 3),
            least=show_number(best.rmse, 3),
        )
        if not self.step:
            return mine
        digits = [show_number(self.columns[name].least_digits) for name in ("raw", "scaled")]
        return (
            mine
            + " "
            + _("After {step} the descents have {raw} (raw) and {scaled} (scaled) digits right.").format(
                step=n_("{n} step", "{n} steps", self.step), raw=digits[0], scaled=digits[1]
            )
        )

    def note(self) -> Note | None:
        """What should be said about these points, such as that no single line is the best."""
        return note_of(self)

    # ------------------------------------------------------------------- what the window may ask beside

    def limits(self) -> dict[str, Limit]:
        """Where the sliders reach for these points, and the largest stable learning rate."""
        return slider_limits(self)

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        return without_effect(self)

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """Received points only when some were received; a plane only where there is a second column."""
        gone: dict[str, tuple[str, ...]] = {} if self.received else {"data": ("received",)}
        return gone if self.sheet.second is not None else gone | {"features": ("two",)}

    @property
    def divergence(self) -> Divergence | None:
        """The first descent that was lost."""
        return divergence_of(self)

    def curves(self) -> tuple[Curve, ...]:
        """The points, the errors, and where the descents were."""
        sheet, p = self.sheet, len(self.hand)
        x, y = _(sheet.names[0]), _(sheet.names[2])
        steps = np.arange(len(self.trail), dtype=np.float64) * self.stride
        found = [Curve(_("points"), x, y, sheet.x, sheet.y)]
        for whose, name in (("mine", _("errors of my line")), ("best", _("errors of the best line"))):
            found.append(Curve(name, x, _("error"), sheet.x, self.errors(whose)))
        for i, name in enumerate(("raw", "scaled")):
            title = _(COLUMN_NAMES[name])
            found.append(Curve(f"{title}: w", _("step"), "w", steps, self.trail[:, i * p]))
            found.append(Curve(f"{title}: b", _("step"), "b", steps, self.trail[:, (i + 1) * p - 1]))
        return tuple(found)


def equation(one: Column) -> str:
    """A line or plane such as 4.243·x − 27.95."""
    names = ("x",) if len(one.slopes) == 1 else ("x₁", "x₂")
    text = ""
    for value, name in [*zip(one.slopes, names), (one.bias, "")]:
        sign = (" + " if value >= 0 else " − ") if text else ("" if value >= 0 or math.isnan(value) else "−")
        text += sign + show_number(abs(value), 4) + (f"·{name}" if name else "")
    return text


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
