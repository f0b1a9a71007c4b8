"""The third way to the same line: gradient descent, once in the units of the table and once with every feature
standardised. Both use the same share of their own largest stable learning rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.core.artifact import frozen
from lab.experiments.e03_linear_regression.problem import Array, Problem
from lab.kit.arrays import read_only

__all__ = ["Descent", "LastStep"]


@dataclass(frozen=True, slots=True, eq=False)
class LastStep:
    """The last step: from where, [p], the gradient there, [p], and the learning rate."""

    place: Array
    slope: Array
    rate: float


class Descent:
    """One descent, in coordinates of its own. place: [p].  settled: whether the last step changed nothing."""

    def __init__(self, place: Array) -> None:
        self.place = read_only(place)
        self.last: LastStep | None = None
        self.settled = False
        self.lost: int | None = None  # the step at which it became infinite

    def put(self, place: Array) -> None:
        """Start anew from another place."""
        self.place, self.last, self.settled, self.lost = read_only(place), None, False, None

    def step(self, problem: Problem, rate: float | None, number: int) -> None:
        """One step down the slope of a problem; nothing moves where there is no rate, or where it is lost."""
        if self.lost is not None or rate is None:
            self.settled = True
            return
        slope = problem.gradient(self.place)
        with np.errstate(all="ignore"):
            place = self.place - rate * slope
        self.settled = bool((place == self.place).all())
        self.last = LastStep(self.place, read_only(slope), rate)
        self.place = read_only(place)
        if not np.isfinite(place).all():
            self.lost = number

    def save(self) -> dict[str, object]:
        """Everything, as numbers and arrays."""
        last = self.last
        return {
            "place": self.place,
            "from": None if last is None else last.place,
            "slope": None if last is None else last.slope,
            "rate": None if last is None else last.rate,
            "settled": self.settled,
            "lost": self.lost,
        }

    @classmethod
    def load(cls, saved: dict[str, object], p: int) -> Descent:
        """What was saved. Raises ValueError unless it has p weights."""
        made = cls(_weights(saved["place"], p))
        if saved["from"] is not None:
            rate = saved["rate"]
            assert isinstance(rate, (int, float))
            made.last = LastStep(_weights(saved["from"], p), _weights(saved["slope"], p), float(rate))
        lost = saved["lost"]
        made.settled, made.lost = bool(saved["settled"]), lost if isinstance(lost, int) else None
        return made


def _weights(values: object, p: int) -> Array:
    array = np.asarray(values, np.float64)
    if array.shape != (p,):
        raise ValueError(f"state: weights of shape {array.shape}, needs {p}")
    kept: Array = frozen(array)
    return kept
