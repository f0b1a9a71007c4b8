"""The columns of the comparison: the same few weights, found by five methods, and how good each line is. Laid
side by side they show that there is one answer, and how many of its digits each method finds."""

from __future__ import annotations

import math

import numpy as np

from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.basics.residuals import mean_absolute_error, r_squared, root_mean_squared_error
from lab.experiments.e03_linear_regression.exact import right_digits
from lab.experiments.e03_linear_regression.problem import Array
from lab.experiments.e03_linear_regression.solved import Solved

__all__ = ["COLUMN_NAMES", "Column", "column", "columns"]

COLUMN_NAMES = {
    "hand": N_("by hand"),
    "best": N_("least squares"),
    "normal": N_("normal equations"),
    "raw": N_("descent, raw"),
    "scaled": N_("descent, scaled"),
}
"""What each method is called on screen."""


@dataclass(frozen=True, slots=True)
class Column:
    """One method's answer. slopes: w, or w and w₂.  digits: right digits of the slopes and then of the bias.

    mse, rmse, mae, r2: on the points the fit sees; None where they are not finite.
    """

    name: str
    slopes: tuple[float, ...]
    bias: float
    mse: float | None
    rmse: float | None
    mae: float | None
    r2: float | None
    loss: float | None
    digits: tuple[float, ...]

    @property
    def least_digits(self) -> int | None:
        """The right digits of the weight that has the fewest; None where no exact answer is known."""
        least = min(self.digits, default=math.nan)
        return None if math.isnan(least) else math.floor(least)


def column(name: str, theta: Array, found: Solved) -> Column:
    """One method's answer, measured. theta: [p]."""
    x, y = found.x, found.problem.y
    with np.errstate(all="ignore"):
        predicted = x @ theta[:-1] + theta[-1]
        rmse = mae = mse = r2 = None
        if len(y):
            rmse = _finite(root_mean_squared_error(y, predicted))
            mae = _finite(mean_absolute_error(y, predicted))
            mse = _finite(float(np.mean((predicted - y) ** 2)))
            r2 = _finite(r_squared(y, predicted))
        loss = _finite(found.problem.loss(theta)) if len(y) else None
    slopes = tuple(float(weight) for weight in theta[:-1])
    digits = right_digits(theta, found.exact)
    return Column(name, slopes, float(theta[-1]), mse, rmse, mae, r2, loss, digits)


def columns(found: Solved, hand: Array, raw: Array, scaled: Array) -> dict[str, Column]:
    """Every method that has an answer, by name. raw, scaled: where the descents are, both in raw units."""
    found_by = {"hand": hand, "best": found.best, "normal": found.elimination, "raw": raw, "scaled": scaled}
    return {name: column(name, theta, found) for name, theta in found_by.items() if theta is not None}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
