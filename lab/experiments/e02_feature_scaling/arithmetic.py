"""Why each number is what it is: its formula with the very values that were used."""

from __future__ import annotations

import numpy as np

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e02_feature_scaling.frame import ScalingFrame

__all__ = ["cell", "condition", "goal", "leak", "loss", "mean", "rate", "share", "size", "squeezed", "std"]

WRITTEN_OUT = 12  # rows up to which a sum is written term by term


def mean(frame: ScalingFrame, j: int, scaled: bool) -> Term:
    values = frame.version(scaled)[frame.prepared.fitted.astype(bool), j]
    letter, count = "z" if scaled else "x", given("n", len(values))
    if len(values) > WRITTEN_OUT:
        return (given(f"Σ{letter}", float(np.sum(values))) / count).named("μ")
    return (total([given(f"{letter}{i + 1}", v) for i, v in enumerate(values.tolist())]) / count).named("μ")


def std(frame: ScalingFrame, j: int, scaled: bool) -> Term:
    """σ = √(Σ(x − μ)²/n)."""
    values = frame.version(scaled)[frame.prepared.fitted.astype(bool), j]
    middle, count, letter = mean(frame, j, scaled), given("n", len(values)), "z" if scaled else "x"
    if len(values) > WRITTEN_OUT:
        squares = given(f"Σ({letter} − μ)²", float(np.sum((values - values.mean()) ** 2)))
    else:
        squares = total([(given(f"{letter}{i + 1}", v) - middle) ** 2.0 for i, v in enumerate(values.tolist())])
    return apply("sqrt", squares / count).named("σ")


def cell(frame: ScalingFrame, i: int, j: int) -> Term:
    """z = (x − μ)/σ, or what stands for μ and σ in another scaler."""
    scaler = frame.prepared.scaler
    x = given("x", float(frame.prepared.raw[i, j]))
    if scaler.kinds[j] == "log":
        return apply("log", x).named("z")
    if scaler.kinds[j] == "z" and not scaler.constant[j]:
        return ((x - mean(frame, j, False)) / std(frame, j, False)).named("z")
    center, spread = given("c", float(scaler.center[j])), given("s", float(scaler.spread[j]))
    return ((x - center) / spread).named("z")


def squeezed(frame: ScalingFrame, j: int) -> Term:
    values = np.sort(frame.prepared.raw[:, j])
    low, high = (0, -2) if values[-2] - values[0] <= values[-1] - values[1] else (1, -1)
    least, most = given("min", float(values[0])), given("max", float(values[-1]))
    return (given("b", float(values[high])) - given("a", float(values[low]))) / (most - least)


def condition(frame: ScalingFrame, side: int) -> Term:
    on = frame.prepared.lanes[side]
    return (given("λ_max", on.steepest) / given("λ_min", on.steepest / on.condition)).named("κ")


def rate(frame: ScalingFrame, side: int) -> Term:
    return (given("ρ", frame.params.rate) * given("", 2) / given("λ_max", frame.prepared.lanes[side].steepest)).named(
        "η"
    )


def loss(frame: ScalingFrame, side: int) -> Term:
    """L = Σr²/n."""
    on = frame.prepared.lanes[side]
    errors = on.design @ frame.runs[side].theta - on.y
    if len(errors) > WRITTEN_OUT:
        return (given("Σr²", float(errors @ errors)) / given("n", len(errors))).named("L")
    squares = [given(f"r{j + 1}", r) ** 2.0 for j, r in enumerate(errors.tolist())]
    return (total(squares) / given("n", len(errors))).named("L")


def goal(frame: ScalingFrame, side: int) -> Term:
    on = frame.prepared.lanes[side]
    return given("L*", on.lowest) + (on.goal - on.lowest)


def share(frame: ScalingFrame, side: int, j: int) -> Term:
    """Σd² along one column, of that along both."""
    rows = frame.version(bool(side))[~frame.sheet.test] - frame.query_point[side]
    along = [given(f"Σd{i + 1}²", float(v)) for i, v in enumerate(np.sum(rows**2, axis=0))]
    return along[j] / (along[0] + along[1])


def size(frame: ScalingFrame) -> Term:
    return given("n", frame.n) * given("d", 2) * given("", 8)


def leak(frame: ScalingFrame) -> Term:
    scores = frame.prepared.scores
    return given("acc_all", scores["all"]) - given("acc_train", scores["train"])
