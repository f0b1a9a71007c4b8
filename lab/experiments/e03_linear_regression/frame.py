"""What is shown of one step: the points, the line by hand, the best line by every method, and how far the descents
are."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from lab.core.records import dataclass
from lab.experiments.e03_linear_regression.columns import Column, columns
from lab.experiments.e03_linear_regression.descent import LastStep
from lab.experiments.e03_linear_regression.drawer import Drawer
from lab.experiments.e03_linear_regression.problem import Array
from lab.experiments.e03_linear_regression.settings import Params
from lab.experiments.e03_linear_regression.sheet import Sheet
from lab.experiments.e03_linear_regression.solved import Solved

__all__ = ["RegressionFrame"]


@dataclass(frozen=True, eq=False)
class RegressionFrame:
    """One step of a fit.

    solved: what follows from points and settings.  hand, raw: θ, [p].  scaled: φ, [p], standardised.
    last_raw, last_scaled: the last step of each descent.  lost: the step at which each became infinite.
    trail: [N, 2p], where both were, in raw units, at the steps 0, stride, 2·stride …
    looking: the point that is looked at, −1 for none.  still: whether a further step changes nothing.
    """

    step: int
    params: Params
    solved: Solved
    hand: Array
    raw: Array
    scaled: Array
    last_raw: LastStep | None
    last_scaled: LastStep | None
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
        """Every method's answer, by name."""
        return columns(self.solved, self.hand, self.raw, self.solved.lens.raw(self.scaled))

    def errors(self, whose: str) -> Array:
        """y − ŷ of every point, those in the test drawer too, for the line "mine" or "best", [N]."""
        theta = self.hand if whose == "mine" or self.solved.best is None else self.solved.best
        return np.asarray(self.sheet.y - self.sheet.features(self.two) @ theta[:-1] - theta[-1])

    @cached_property
    def inverse_digits(self) -> int | None:
        """The right digits of the weights that the inverse of XᵀX gives."""
        found = self.solved
        return None if found.inverse is None else Column("inverse", found.inverse, found).least_digits

    @property
    def ratio(self) -> float | None:
        """The mean squared error by hand, in least ones."""
        hand, best = self.columns["hand"], self.columns.get("best")
        return hand.mse / best.mse if best and hand.mse is not None and best.mse else None

    @property
    def predictions(self) -> Array:
        """What the hand's line says at each point the fit sees, [M]."""
        return np.asarray(self.solved.problem.design @ self.hand)

    @property
    def chi2(self) -> float | None:
        """χ² per degree of freedom: whether the error bars are honest."""
        found = self.solved
        free = len(found.rows) - int(found.problem.design.shape[1])
        if self.params.weighting != "bars" or free <= 0:
            return None
        share = self.errors("best")[found.rows] / self.sheet.bar[found.rows]
        return float(share @ share) / free

    @property
    def selected_row(self) -> int | None:
        """The row of the point that is looked at among those the fit sees."""
        return self.solved.row_of(self.looking) if self.looking >= 0 and self.solved.influence is not None else None
