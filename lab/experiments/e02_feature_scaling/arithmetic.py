"""Why each number is what it is: its formula with the very values that were used."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lab.core.arithmetic import Term, apply, given, total

if TYPE_CHECKING:
    from lab.experiments.e02_feature_scaling.frame import ScalingFrame

__all__ = ["explain_metric"]

WRITTEN_OUT = 12  # rows up to which a sum is written term by term
SIDES = ("raw", "scaled")


def explain_metric(frame: ScalingFrame, name: str) -> Term | None:
    """The derivation of a metric by its name; None where it was given, or is not a number."""
    value = frame.metrics().get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    term = _explained(frame, name)
    if term is None or not math.isclose(term.value, value, rel_tol=5e-10, abs_tol=5e-13):
        return None
    return term


def _explained(frame: ScalingFrame, name: str) -> Term | None:
    head, _mark, tail = name.rpartition("_")
    if tail in SIDES:
        return _of_a_race(frame, head, SIDES.index(tail))
    if head in ("mean", "std", "scaled_mean", "scaled_std"):
        return _statistic(frame, head, int(tail) - 1)
    if head.startswith("row_"):
        return _cell(frame, int(head[4:]) - 1, int(tail) - 1)
    if head == "squeezed":
        return _squeezed(frame, int(tail) - 1)
    if name == "bytes":
        return given("n", frame.n) * given("d", 2) * given("", 8)
    if name == "leak":
        scores = frame.prepared.scores
        return given("acc_all", scores["all"]) - given("acc_train", scores["train"])
    return None


def _mean(frame: ScalingFrame, j: int, scaled: bool) -> Term:
    values = frame.version(scaled)[frame.prepared.fitted.astype(bool), j]
    letter, count = "z" if scaled else "x", given("n", len(values))
    if len(values) > WRITTEN_OUT:
        return (given(f"Σ{letter}", float(np.sum(values))) / count).named("μ")
    return (total([given(f"{letter}{i + 1}", v) for i, v in enumerate(values.tolist())]) / count).named("μ")


def _std(frame: ScalingFrame, j: int, scaled: bool) -> Term:
    """σ = √(Σ(x − μ)²/n)."""
    values = frame.version(scaled)[frame.prepared.fitted.astype(bool), j]
    mean, count, letter = _mean(frame, j, scaled), given("n", len(values)), "z" if scaled else "x"
    if len(values) > WRITTEN_OUT:
        squares = given(f"Σ({letter} − μ)²", float(np.sum((values - values.mean()) ** 2)))
    else:
        squares = total([(given(f"{letter}{i + 1}", v) - mean) ** 2.0 for i, v in enumerate(values.tolist())])
    return apply("sqrt", squares / count).named("σ")


def _statistic(frame: ScalingFrame, head: str, j: int) -> Term:
    scaled = head.startswith("scaled_")
    return _mean(frame, j, scaled) if head.endswith("mean") else _std(frame, j, scaled)


def _cell(frame: ScalingFrame, i: int, j: int) -> Term:
    """z = (x − μ)/σ, or what stands for μ and σ in another scaler."""
    scaler = frame.prepared.scaler
    x = given("x", float(frame.prepared.raw[i, j]))
    if scaler.kinds[j] == "log":
        return apply("log", x).named("z")
    if scaler.kinds[j] == "z" and not scaler.constant[j]:
        return ((x - _mean(frame, j, False)) / _std(frame, j, False)).named("z")
    center, spread = given("c", float(scaler.center[j])), given("s", float(scaler.spread[j]))
    return ((x - center) / spread).named("z")


def _squeezed(frame: ScalingFrame, j: int) -> Term:
    values = np.sort(frame.prepared.raw[:, j])
    low, high = (0, -2) if values[-2] - values[0] <= values[-1] - values[1] else (1, -1)
    least, most = given("min", float(values[0])), given("max", float(values[-1]))
    return (given("b", float(values[high])) - given("a", float(values[low]))) / (most - least)


def _of_a_race(frame: ScalingFrame, head: str, i: int) -> Term | None:
    run, on = frame.runs[i], frame.prepared.lanes[i]
    if head == "condition":
        return (given("λ_max", on.steepest) / given("λ_min", on.steepest / on.condition)).named("κ")
    if head == "rate":
        return (given("ρ", frame.params.rate) * given("", 2) / given("λ_max", on.steepest)).named("η")
    if head == "loss":
        errors = on.design @ run.theta - on.y
        if len(errors) > WRITTEN_OUT:
            return (given("Σr²", float(errors @ errors)) / given("n", len(errors))).named("L")
        squares = [given(f"r{j + 1}", r) ** 2.0 for j, r in enumerate(errors.tolist())]
        return (total(squares) / given("n", len(errors))).named("L")
    if head == "goal":
        return given("L*", on.lowest) + (on.goal - on.lowest)
    if head in ("share_1", "share_2"):
        rows = frame.version(bool(i))[~frame.sheet.test] - frame.asked[i]
        first, second = (given(f"Σd{j + 1}²", float(v)) for j, v in enumerate(np.sum(rows**2, axis=0)))
        return (first if head == "share_1" else second) / (first + second)
    return None
