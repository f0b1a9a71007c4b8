"""The third way to the same line: gradient descent, once in the units of the table and once with every feature
standardised. Both use the same share of their own largest stable learning rate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lab.core.artifact import frozen
from lab.core.records import dataclass
from lab.experiments.e03_linear_regression.lens import Lens
from lab.experiments.e03_linear_regression.problem import Array, Problem
from lab.kit.arrays import freeze, read_only

__all__ = ["Descent", "LastStep"]


@dataclass(frozen=True, slots=True, eq=False)
class LastStep:
    """The last step: from where, [p], the gradient there, [p], and the learning rate."""

    place: Array
    slope: Array
    rate: float


@dataclass(frozen=True, slots=True, eq=False)
class _Before:
    """Where a descent was before its coordinates changed: in the units of the table, [p], and in its own, [p]; the way
    out of those, [p, p]; and its last step there."""

    raw: Array
    out: Array
    place: Array
    last: LastStep | None


class Descent:
    """One descent, in coordinates of its own. place: [p].  settled: whether the last step changed nothing."""

    def __init__(self, place: Array) -> None:
        self.place = read_only(place)
        self.last: LastStep | None = None
        self.settled = False
        self.lost: int | None = None  # the step at which it became infinite
        self._before: _Before | None = None  # the coordinates changed since the last step

    def put(self, place: Array) -> None:
        """Start anew from another place."""
        self.place, self.last, self.settled, self.lost, self._before = read_only(place), None, False, None, None

    def change_units(self, before: Lens, after: Lens) -> None:
        """The same place in other coordinates. However often they change between two steps, as while a point is
        dragged, they count from those of the last step: so the way there leaves no trace, not of rounding either."""
        if before.out.tobytes() == after.out.tobytes():
            return
        first = self._before = self._before or _Before(before.raw(self.place), before.out, self.place, self.last)
        if first.out.tobytes() == after.out.tobytes():
            self.place, self.last = first.place, first.last
        else:
            self.place, self.last = read_only(after.scaled(first.raw)), None

    @property
    def over(self) -> bool:
        """Whether a further step would change nothing."""
        return self.settled or self.lost is not None

    def step(self, problem: Problem, size: float, rate: float | None, number: int) -> None:
        """One step down the slope of a problem of this size; nothing moves where there is no rate, or where it is lost.

        Numbers may become infinite, so whoever calls this ignores what NumPy warns of, once for many steps.
        """
        if self.lost is not None or rate is None:
            self.settled = True
            return
        self._before = None
        slope = problem.slope(self.place, size)
        place = self.place - rate * slope
        before, after = self.place.tolist(), place.tolist()  # of two or three numbers, lists are compared sooner
        self.settled = before == after
        self.last = LastStep(self.place, freeze(slope), rate)
        self.place = freeze(place)
        if not all(map(math.isfinite, after)):
            self.lost = number

    def save(self) -> dict[str, object]:
        """Everything, as numbers and arrays."""
        first = self._before
        return {
            "place": self.place,
            **_saved(self.last),
            "settled": self.settled,
            "lost": self.lost,
            "before": first and {"raw": first.raw, "out": first.out, "place": first.place, **_saved(first.last)},
        }

    @classmethod
    def load(cls, saved: Mapping[str, Any], p: int) -> Descent:
        """What was saved. Raises ValueError unless it has p weights."""
        made = cls(_weights(saved["place"], p))
        made.last = _step(saved, p)
        lost = saved["lost"]
        made.settled, made.lost = bool(saved["settled"]), lost if isinstance(lost, int) else None
        if (first := saved.get("before")) is not None:
            out = read_only(np.asarray(first["out"], np.float64).reshape(p, p))
            made._before = _Before(_weights(first["raw"], p), out, _weights(first["place"], p), _step(first, p))
        return made


def _saved(last: LastStep | None) -> dict[str, object]:
    place, slope, rate = (None, None, None) if last is None else (last.place, last.slope, last.rate)
    return {"from": place, "slope": slope, "rate": rate}


def _step(saved: Mapping[str, Any], p: int) -> LastStep | None:
    if saved["from"] is None:
        return None
    return LastStep(_weights(saved["from"], p), _weights(saved["slope"], p), float(saved["rate"]))


def _weights(values: object, p: int) -> Array:
    array = np.asarray(values, np.float64)
    if array.shape != (p,):
        raise ValueError(f"state: weights of shape {array.shape}, needs {p}")
    kept: Array = frozen(array)
    return kept
