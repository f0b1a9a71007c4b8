"""The test drawer. Points in it are seen by no fit; their score is read when someone opens the drawer, and it
is written down how often that was: a score that may be read as often as one likes is no test any more."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.engine.basics.residuals import r_squared, root_mean_squared_error
from lab.experiments.e03_linear_regression.problem import Array
from lab.experiments.e03_linear_regression.solved import Solved

__all__ = ["Drawer", "opened"]


@dataclass(frozen=True, slots=True)
class Drawer:
    """What was read at the last opening: R² and RMSE of the best line and the hand's, on the test points."""

    times: int = 0
    best_r2: float | None = None
    best_rmse: float | None = None
    hand_r2: float | None = None
    hand_rmse: float | None = None


def opened(drawer: Drawer, found: Solved, hand: Array) -> Drawer:
    """The drawer after one more look; as it was where there are no test points."""
    sheet = found.sheet
    if not sheet.test.any() or found.best is None:
        return drawer
    x, y = sheet.features(found.two)[sheet.test], sheet.y[sheet.test]
    scores: list[float] = []
    for theta in (found.best, hand):
        predicted = x @ theta[:-1] + theta[-1]
        scores += [r_squared(y, predicted), root_mean_squared_error(y, predicted)]
    return Drawer(drawer.times + 1, *scores)
