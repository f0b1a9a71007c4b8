"""The columns of the comparison: the same few weights, found by five methods, and how good each line is. Laid
side by side they show that there is one answer, and how many of its digits each method finds."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property

import numpy as np

from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.basics.residuals import mean_absolute_error, r_squared, root_mean_squared_error
from lab.experiments.e03_linear_regression.exact import right_digits
from lab.experiments.e03_linear_regression.problem import Array
from lab.experiments.e03_linear_regression.solved import Solved

__all__ = ["COLUMN_NAMES", "Column", "columns"]

COLUMN_NAMES = {
    "hand": N_("by hand"),
    "best": N_("least squares"),
    "normal": N_("normal equations"),
    "raw": N_("descent, raw"),
    "scaled": N_("descent, scaled"),
}
"""What each method is called on screen."""


@dataclass(frozen=True, eq=False)
class Column:
    """One method's answer, measured when it is asked for. theta: [p], the slopes and then the bias.

    mse, rmse, mae, r2, loss: on the points the fit sees; None where there are none, or it is not finite.
    """

    name: str
    theta: Array
    found: Solved

    @property
    def slopes(self) -> tuple[float, ...]:
        """w, or w and w₂."""
        return tuple(self.theta[:-1].tolist())

    @property
    def bias(self) -> float:
        """b."""
        return float(self.theta[-1])

    @cached_property
    def mse(self) -> float | None:
        """The mean of the squared errors."""
        return self._measured(lambda y, predicted: float(np.mean((predicted - y) ** 2)))

    @cached_property
    def rmse(self) -> float | None:
        """The root of that, in the unit of y."""
        return self._measured(root_mean_squared_error)

    @cached_property
    def mae(self) -> float | None:
        """The mean size of an error."""
        return self._measured(mean_absolute_error)

    @cached_property
    def r2(self) -> float | None:
        """The share of the variance that is explained."""
        return self._measured(r_squared)

    @cached_property
    def loss(self) -> float | None:
        """What the descents go down: with weights and penalty."""
        return self._measured(lambda _y, _predicted: self.found.problem.loss(self.theta))

    @cached_property
    def digits(self) -> tuple[float, ...]:
        """Right digits of the slopes and then of the bias."""
        return right_digits(self.theta, self.found.exact)

    @property
    def least_digits(self) -> int | None:
        """The right digits of the weight that has the fewest; None where no exact answer is known."""
        least = min(self.digits, default=math.nan)
        return None if math.isnan(least) else math.floor(least)

    @cached_property
    def _predicted(self) -> Array:
        return np.asarray(self.found.x @ self.theta[:-1] + self.theta[-1])

    def _measured(self, measure: Callable[[Array, Array], float]) -> float | None:
        y = self.found.problem.y
        if not len(y):
            return None
        with np.errstate(all="ignore"):
            value = measure(y, self._predicted)
        return value if math.isfinite(value) else None


def columns(found: Solved, hand: Array, raw: Array, scaled: Array) -> dict[str, Column]:
    """Every method that has an answer, by name. raw, scaled: where the descents are, both in raw units."""
    found_by = {"hand": hand, "best": found.best, "normal": found.elimination, "raw": raw, "scaled": scaled}
    return {name: Column(name, theta, found) for name, theta in found_by.items() if theta is not None}
