"""Why each number is what it is: its formula with the very values that were used."""

from __future__ import annotations

import math

import numpy as np

from lab.core.arithmetic import Term, apply, given, total
from lab.engine.basics.regression import line_gradient
from lab.experiments.e01_what_is_ml.examples import Array
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.experiments.e01_what_is_ml.line import RATE, Line

__all__ = [
    "best_error",
    "best_intercept",
    "best_slope",
    "guess_miss",
    "intercept",
    "level",
    "line_answer",
    "line_miss",
    "mean_square",
    "miss",
    "ratio",
    "rule_square",
    "scaled_slope",
    "slope",
]

WRITTEN_OUT = 12  # points up to which a sum is written term by term


# ----------------------------------------------------------------------------------------- errors


def _prediction(line: Line, x: Term) -> Term:
    return given("w", line.slope) * x + given("b", line.intercept)


def miss(line: Line, x: Array, y: Array, number: int) -> Term:
    """e = y − (w·x + b) of the point of that number, from 1."""
    i = number - 1
    guess = _prediction(line, given(f"x_{number}", float(x[i]))).named(f"ŷ_{number}")
    return (given(f"y_{number}", float(y[i])) - guess).named(f"e_{number}")


def mean_square(line: Line | None, x: Array, y: Array) -> Term | None:
    """(e₁² + e₂² + …)/n, written out for few points."""
    if line is None or not x.size:
        return None
    count = given("n", float(x.size))
    if x.size <= WRITTEN_OUT:
        return (total([miss(line, x, y, i) ** 2.0 for i in range(1, x.size + 1)]) / count).named("MSE")
    return (given("Σe²", float(np.sum((y - np.asarray(line.at(x))) ** 2))) / count).named("MSE")


def rule_square(frame: LineFrame, x: Array, y: Array) -> Term:
    squares = float(np.sum((frame.rule.at(x) - y) ** 2))
    return (given("Σe²", squares) / given("n", float(x.size))).named("MSE")


def ratio(frame: LineFrame) -> Term | None:
    mse, best = frame.mse, frame.best
    return None if mse is None or best is None else given("MSE", mse) / given("MSE_best", best.error)


# ------------------------------------------------------------------------------------- the best line


def best_slope(frame: LineFrame) -> Term:
    """Σ(x − x̄)(y − ȳ) / Σ(x − x̄)²."""
    x, y = frame.examples.x, frame.examples.y
    along = x - x.mean()
    together = given("Σ(x−x̄)(y−ȳ)", float(along @ (y - y.mean())))
    return (together / given("Σ(x−x̄)²", float(along @ along))).named("w_best")


def best_intercept(frame: LineFrame) -> Term:
    x, y = frame.examples.x, frame.examples.y
    return (given("ȳ", float(y.mean())) - best_slope(frame) * given("x̄", float(x.mean()))).named("b_best")


def best_error(frame: LineFrame) -> Term | None:
    best, x, y = frame.best, frame.examples.x, frame.examples.y
    if best is None:
        return None
    if best.slope is None or best.intercept is None:
        return given("variance of y", best.error)
    term = mean_square(Line(best.slope, best.intercept), x, y)
    close = term is not None and math.isclose(term.value, best.error, rel_tol=1e-9, abs_tol=1e-12)
    return term if close else given("MSE_best", best.error)


# ------------------------------------------------------------------------------- the machine's step


def _step(frame: LineFrame) -> tuple[Term, Term, Term] | None:
    """η, and the slopes of the error along the scaled slope and along the level, before the last step."""
    previous, scale = frame.previous, frame.scale
    if previous is None or scale is None:
        return None
    spread = scale.spread or 1.0
    z = (frame.examples.x - scale.mean) / spread
    down = line_gradient(z, frame.examples.y, previous.slope * spread, previous.slope * scale.mean + previous.intercept)
    return given("η", RATE), given("g_slope", down[0]), given("g_level", down[1])


def _change(frame: LineFrame, rate: Term, down: Term) -> Term:
    scale = frame.scale
    if scale is None or not scale.spread:
        return given("Δw", 0.0)
    return (-(rate * down) / given("s", scale.spread)).named("Δw")


def slope(frame: LineFrame) -> Term:
    """w′ = w + Δw after a step of the machine; else it is what the hand made it."""
    step = _step(frame)
    if step is None or frame.previous is None:
        return given("w", frame.line.slope)
    return (given("w", frame.previous.slope) + _change(frame, step[0], step[1])).named("w′")


def intercept(frame: LineFrame) -> Term:
    step = _step(frame)
    if step is None or frame.previous is None or frame.scale is None:
        return given("b", frame.line.intercept)
    rate, down_slope, down_level = step
    moved = given("b", frame.previous.intercept) - rate * down_level
    return (moved - _change(frame, rate, down_slope) * given("x̄", frame.scale.mean)).named("b′")


def scaled_slope(frame: LineFrame) -> Term | None:
    scale = frame.scale
    return None if scale is None else given("w", frame.line.slope) * given("s", scale.spread)


def level(frame: LineFrame) -> Term | None:
    scale = frame.scale
    return None if scale is None else _prediction(frame.line, given("x̄", scale.mean))


# ----------------------------------------------------------------------------------------- the guess


def line_answer(frame: LineFrame) -> Term | None:
    ask = frame.examples.ask
    return None if ask is None else _prediction(frame.line, given("x", ask[0])).named("ŷ")


def guess_miss(frame: LineFrame) -> Term | None:
    if frame.guess is None or frame.truth is None:
        return None
    return apply("abs", given("guess", frame.guess) - given("y", frame.truth))


def line_miss(frame: LineFrame) -> Term | None:
    answer = line_answer(frame)
    return None if answer is None or frame.truth is None else apply("abs", answer - given("y", frame.truth))
