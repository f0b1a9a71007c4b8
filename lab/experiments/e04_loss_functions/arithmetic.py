"""Why each number is what it is: its formula with the very values that were used."""

from __future__ import annotations

import math

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e04_loss_functions.frame import LossFrame

__all__ = ["cost", "gradient", "loss", "prediction_gradient", "residual", "share", "stepped"]

WRITTEN_OUT = 12  # points up to which a sum is written term by term


def _prediction(frame: LossFrame, i: int) -> Term:
    x = given(f"x_{i + 1}", float(frame.points.x[i]))
    height = given("w", frame.line[0]) * x + given("b", frame.line[1])
    if not frame.loss.squash:
        return height.named(f"ŷ_{i + 1}")
    return given(f"p_{i + 1}", float(frame.judged.predictions[i]))


def residual(frame: LossFrame, i: int) -> Term:
    """r = y − ŷ."""
    y = given(f"y_{i + 1}", float(frame.points.y[i]))
    return (y - _prediction(frame, i)).named(f"r_{i + 1}")


def cost(frame: LossFrame, i: int) -> Term:
    """What one point costs."""
    chosen, name = frame.loss, f"ℓ_{i + 1}"
    if chosen.kind == "log":
        chance = chosen.chance(frame.judged.predictions[i : i + 1], frame.points.y[i : i + 1])
        return (-apply("log", given(f"p_{i + 1}", float(chance[0])))).named(name)
    miss = residual(frame, i)
    if chosen.kind == "mse":
        return (miss**2.0).named(name)
    size = apply("abs", miss)
    if chosen.kind == "mae":
        return size.named(name)
    if size.value <= chosen.delta:
        return (0.5 * miss**2.0).named(name)
    delta = given("δ", chosen.delta)
    return (delta * (size - 0.5 * delta)).named(name)


def _whole(frame: LossFrame) -> Term:
    """The sum over the points, written out for few of them."""
    if frame.n <= WRITTEN_OUT:
        return total([cost(frame, i) for i in range(frame.n)])
    return given("Σℓ", frame.judged.whole)


def loss(frame: LossFrame) -> Term:
    whole = _whole(frame)
    return (whole if frame.loss.summed else whole / given("n", float(frame.n))).named("L")


def share(frame: LossFrame, i: int) -> Term | None:
    if not math.isfinite(frame.judged.whole) or frame.judged.whole == 0:
        return None
    return cost(frame, i) / given("Σℓ", frame.judged.whole)


def prediction_gradient(frame: LossFrame, i: int) -> Term | None:
    """∂L/∂ŷ: for squared error 2(ŷ − y)/n."""
    count = given("n", 1.0 if frame.loss.summed else float(frame.n))
    if frame.loss.kind == "mse":
        y = given(f"y_{i + 1}", float(frame.points.y[i]))
        return (2.0 * (_prediction(frame, i) - y) / count).named(f"g_{i + 1}")
    slope = frame.loss.slope(frame.judged.predictions[i : i + 1], frame.points.y[i : i + 1])
    return (given(f"slope_{i + 1}", float(slope[0])) / count).named(f"g_{i + 1}")


def gradient(frame: LossFrame, weight: str) -> Term:
    """Σ g·x for w, Σ g for b."""
    points = frame.points
    down = frame.loss.slope_of_height(frame.judged.predictions, points.y) * frame.loss.scale(frame.n)
    if frame.n > WRITTEN_OUT:
        return given("Σg·x" if weight == "w" else "Σg", frame.judged.gradient[0 if weight == "w" else 1])
    parts = [given(f"g_{i + 1}", float(down[i])) for i in range(frame.n)]
    if weight == "w":
        parts = [part * given(f"x_{i + 1}", float(points.x[i])) for i, part in enumerate(parts)]
    return total(parts).named(f"∂L/∂{weight}")


def stepped(frame: LossFrame, weight: str, value: float) -> Term:
    """w′ = w − η·∂L/∂w."""
    down = given(f"∂L/∂{weight}", frame.judged.gradient[0 if weight == "w" else 1])
    return (given(weight, value) - given("η", frame.params.learning_rate) * down).named(f"{weight}′")
