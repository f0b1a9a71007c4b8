"""The same equations in whole numbers. A float is a whole number over a power of two, so the sums of the
normal equations can be taken without any rounding, and their solution is a fraction. Against it every
other way of solving them can be held, digit by digit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from lab.experiments.e03_linear_regression.problem import Array, Problem

__all__ = ["MOST_DIGITS", "exact_solution", "right_digits"]

MOST_DIGITS = 16  # a float has no more
Fractions = tuple[Fraction, ...]


def exact_solution(problem: Problem) -> Fractions | None:
    """θ of (XᵀCX + P)·θ = XᵀCy without any rounding; None where there is not exactly one."""
    columns = [_whole(column) for column in (*problem.design.T, problem.y)]
    counts, below = _whole(problem.counts)
    p = len(columns) - 1
    table: list[list[Fraction]] = []
    for j in range(p):
        numbers, over = columns[j]
        weighted = [c * v for c, v in zip(counts, numbers)]
        table.append(
            [Fraction(sum(a * v for a, v in zip(weighted, other)), below * over * under) for other, under in columns]
        )
        for k in range(p):
            table[j][k] += Fraction(float(problem.penalty[j, k]))
    return _eliminated(table)


def _whole(values: Array) -> tuple[list[int], int]:
    """Floats as whole numbers over one power of two."""
    ratios = [value.as_integer_ratio() for value in values.tolist()]
    below = max((bottom for _top, bottom in ratios), default=1)
    return [top * (below // bottom) for top, bottom in ratios], below


def _eliminated(rows: list[list[Fraction]]) -> Fractions | None:
    """Gauss and Jordan's elimination. rows: [p][p + 1], the right side last."""
    p = len(rows)
    for k in range(p):
        pivot = next((row for row in range(k, p) if rows[row][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for row in range(p):
            if row != k and (factor := rows[row][k]):
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[k])]
    return tuple(row[-1] for row in rows)


def right_digits(theta: Sequence[float] | Array, exact: Fractions | None) -> tuple[float, ...]:
    """How many significant digits of each number are right, 0 to 16; nan where nothing is known."""
    if exact is None:
        return tuple(math.nan for _value in theta)
    largest = max((abs(value) for value in exact), default=Fraction(0)) or Fraction(1)
    return tuple(_right(float(value), true, largest) for value, true in zip(theta, exact))


def _right(value: float, true: Fraction, largest: Fraction) -> float:
    if not np.isfinite(value):
        return 0.0
    error = abs(Fraction(value) - true)
    if not error:
        return float(MOST_DIGITS)
    share = error / (abs(true) or largest)
    lost = math.log10(share.numerator) - math.log10(share.denominator)
    return min(max(-lost, 0.0), float(MOST_DIGITS))
