"""Why each number is what it is: its formula with the very values that were used."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lab.core.arithmetic import Term, apply, given, total

if TYPE_CHECKING:
    from lab.experiments.e04_loss_functions.frame import LossFrame

__all__ = ["explain_metric"]

WRITTEN_OUT = 12  # points up to which a sum is written term by term


def explain_metric(frame: LossFrame, name: str) -> Term | None:
    """The derivation of a metric by its name; None where it was given, is secret, or is not a number."""
    value = frame.metrics().get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    kind, _mark, number = name.rpartition("_")
    if number.isdigit():
        i = int(number) - 1
        parts = {"residual": _residual, "loss": _cost, "share": _share, "gradient": _gradient_of_prediction}
        return parts[kind](frame, i)
    match name:
        case "loss":
            return _loss(frame)
        case "typical_miss":
            return apply("sqrt", _loss(frame))
        case "owner_share":
            return None if frame.owner is None else _share(frame, frame.owner)
        case "gradient_w" | "gradient_b":
            return _gradient(frame, name[-1])
        case "next_slope":
            return _stepped(frame, "w", frame.line[0])
        case "next_intercept":
            return _stepped(frame, "b", frame.line[1])
        case "slope":
            return given("w", frame.line[0])
        case "intercept":
            return given("b", frame.line[1])
    return None


def _prediction(frame: LossFrame, i: int) -> Term:
    x = given(f"x_{i + 1}", float(frame.points.x[i]))
    height = given("w", frame.line[0]) * x + given("b", frame.line[1])
    if not frame.loss.squash:
        return height.named(f"ŷ_{i + 1}")
    return given(f"p_{i + 1}", float(frame.judged.predictions[i]))


def _residual(frame: LossFrame, i: int) -> Term:
    """r = y − ŷ."""
    y = given(f"y_{i + 1}", float(frame.points.y[i]))
    return (y - _prediction(frame, i)).named(f"r_{i + 1}")


def _cost(frame: LossFrame, i: int) -> Term:
    """What one point costs."""
    loss, name = frame.loss, f"ℓ_{i + 1}"
    if loss.kind == "log":
        chance = loss.chance(frame.judged.predictions[i : i + 1], frame.points.y[i : i + 1])
        return (-apply("log", given(f"p_{i + 1}", float(chance[0])))).named(name)
    residual = _residual(frame, i)
    if loss.kind == "mse":
        return (residual**2.0).named(name)
    size = apply("abs", residual)
    if loss.kind == "mae":
        return size.named(name)
    if size.value <= loss.delta:
        return (0.5 * residual**2.0).named(name)
    delta = given("δ", loss.delta)
    return (delta * (size - 0.5 * delta)).named(name)


def _whole(frame: LossFrame) -> Term:
    """The sum over the points, written out for few of them."""
    if frame.n <= WRITTEN_OUT:
        return total([_cost(frame, i) for i in range(frame.n)])
    return given("Σℓ", frame.judged.whole)


def _loss(frame: LossFrame) -> Term:
    whole = _whole(frame)
    return (whole if frame.loss.summed else whole / given("n", float(frame.n))).named("L")


def _share(frame: LossFrame, i: int) -> Term | None:
    if not math.isfinite(frame.judged.whole) or frame.judged.whole == 0:
        return None
    return _cost(frame, i) / given("Σℓ", frame.judged.whole)


def _gradient_of_prediction(frame: LossFrame, i: int) -> Term | None:
    """∂L/∂ŷ: for squared error 2(ŷ − y)/n."""
    count = given("n", 1.0 if frame.loss.summed else float(frame.n))
    if frame.loss.kind == "mse":
        y = given(f"y_{i + 1}", float(frame.points.y[i]))
        return (2.0 * (_prediction(frame, i) - y) / count).named(f"g_{i + 1}")
    slope = frame.loss.slope(frame.judged.predictions[i : i + 1], frame.points.y[i : i + 1])
    return (given(f"slope_{i + 1}", float(slope[0])) / count).named(f"g_{i + 1}")


def _gradient(frame: LossFrame, weight: str) -> Term:
    """Σ g·x for w, Σ g for b."""
    loss, points = frame.loss, frame.points
    down = loss.slope_of_height(frame.judged.predictions, points.y) * loss.scale(frame.n)
    if frame.n > WRITTEN_OUT:
        return given("Σg·x" if weight == "w" else "Σg", frame.judged.gradient[0 if weight == "w" else 1])
    parts = [given(f"g_{i + 1}", float(down[i])) for i in range(frame.n)]
    if weight == "w":
        parts = [part * given(f"x_{i + 1}", float(points.x[i])) for i, part in enumerate(parts)]
    return total(parts).named(f"∂L/∂{weight}")


def _stepped(frame: LossFrame, weight: str, value: float) -> Term:
    """w′ = w − η·∂L/∂w."""
    down = given(f"∂L/∂{weight}", frame.judged.gradient[0 if weight == "w" else 1])
    return (given(weight, value) - given("η", frame.params.learning_rate) * down).named(f"{weight}′")
