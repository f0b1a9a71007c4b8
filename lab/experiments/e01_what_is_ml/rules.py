"""The other way to answer: rules written by hand. If x is below this, answer that; else if below … ;
otherwise … The first rule that holds decides, as in a program, so the order matters and a rule may never be
reached."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["ANSWERS", "Piece", "Rule", "first_rule"]

Array = NDArray[np.float64]
ANSWERS = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of x on which one answer is given; `number` is which."""

    left: float
    right: float
    number: int
    answer: float


@dataclass(frozen=True, slots=True)
class Rule:
    """limits: [K].  answers: [K + 1], the last one is the "otherwise"."""

    limits: tuple[float, ...]
    answers: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.answers) != len(self.limits) + 1:
            raise ValueError(f"answers: {len(self.answers)} of them, needs one more than the {len(self.limits)} limits")
        if not all(math.isfinite(value) for value in (*self.limits, *self.answers)):
            raise ValueError("limits and answers: need finite numbers")

    def at(self, x: Array) -> Array:
        """The rule's answer for each x. [N] -> [N]"""
        return np.asarray(self.answers)[self._which(x)]

    def _which(self, x: Array) -> NDArray[np.int64]:
        """The number of the answer for each x: that of the first limit which x is below. [N] -> [N]"""
        below = np.asarray(x)[:, None] < np.asarray(self.limits)[None, :]  # [N, K]
        always = np.ones((len(below), 1), dtype=bool)
        first: NDArray[np.int64] = np.argmax(np.concatenate([below, always], axis=1), axis=1)
        return first

    def unreached(self) -> tuple[int, ...]:
        """The rows that never answer, numbered from 0: whatever is below their limit, a row above has taken already."""
        return tuple(i for i, limit in enumerate(self.limits) if limit <= max(self.limits[:i], default=-math.inf))

    def pieces(self, x0: float, x1: float) -> tuple[Piece, ...]:
        """What the rule says from x0 to x1, stretch by stretch."""
        cuts = sorted({limit for limit in self.limits if x0 < limit < x1})
        ends = [x0, *cuts, x1]
        middles = np.array([(a + b) / 2 for a, b in pairwise(ends)])
        return tuple(
            Piece(a, b, int(number), self.answers[number]) for a, b, number in zip(ends, ends[1:], self._which(middles))
        )


def first_rule(extent: tuple[float, float, float, float]) -> Rule:
    """The rule to begin with: x cut into even parts, and the same answer everywhere."""
    x0, x1, y0, y1 = extent
    limits = tuple(_round(x0 + (x1 - x0) * part / ANSWERS, x1 - x0) for part in range(1, ANSWERS))
    return Rule(limits, (_round((y0 + y1) / 2, y1 - y0),) * ANSWERS)


def _round(value: float, span: float) -> float:
    """A number that is pleasant to read, to a hundredth of the span."""
    decimals = max(0, 1 - math.floor(math.log10(span)))
    return round(value, decimals) + 0.0
