"""Why each number is what it is: its formula with the very values that were used."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e06_training_loop.frame import LoopFrame

__all__ = [
    "best_loss",
    "change",
    "epoch_loss",
    "gradient",
    "gradient_norm",
    "loss",
    "loss_ratio",
    "parameter",
    "rate",
    "whole_loss",
]

Array = NDArray[np.float64]
WRITTEN_OUT = 12  # rows up to which a sum is written term by term


def change(frame: LoopFrame, which: str) -> Term | None:
    """Δ = −η·g, as the last update made it. which: "w" or "b", as in all that follow."""
    move = frame.memory.move
    if move is None:
        return None
    slope = move.gw if which == "w" else move.gb
    return (-(given("η", move.rate) * given(f"g_{which}", slope))).named(f"Δ{which}")


def parameter(frame: LoopFrame, which: str) -> Term:
    """w′ = w − η·g; a weight that no update has touched is what it was set to."""
    move = frame.memory.move
    if move is None:
        return given(which, frame.memory.w if which == "w" else frame.memory.b)
    old, slope = (move.w, move.gw) if which == "w" else (move.b, move.gb)
    return (given(which, old) - given("η", move.rate) * given(f"g_{which}", slope)).named(f"{which}′")


@np.errstate(all="ignore")
def gradient(frame: LoopFrame, which: str) -> Term:
    """Σ x·d of the batch, and whatever was in the sum before it."""
    m, symbol = frame.memory, f"g_{which}"
    whole = m.gw if which == "w" else m.gb
    summed = m.batches > 0 and frame.card in ("backward", "update")
    if not summed or m.x is None or m.d is None or m.d.shape != m.x.shape:
        return given(symbol, whole)
    part = float(np.sum(m.x * m.d if which == "w" else m.d))
    if m.batches == 1 and math.isclose(part, whole, rel_tol=1e-9, abs_tol=1e-12):
        return (_written_sum(m.x, m.d, which) if m.x.size <= WRITTEN_OUT else _sum(which, part)).named(symbol)
    return (given("g_before", whole - part) + _sum(which, part)).named(symbol)


def _sum(which: str, value: float) -> Term:
    return given("Σx·d" if which == "w" else "Σd", value)


def _written_sum(x: Array, d: Array, which: str) -> Term:
    slopes = [given(f"d_{i}", float(value)) for i, value in enumerate(d, 1)]
    if which == "b":
        return total(slopes)
    return total([given(f"x_{i}", float(value)) * slope for i, (value, slope) in enumerate(zip(x, slopes), 1)])


def gradient_norm(frame: LoopFrame) -> Term:
    """‖g‖ of w and b."""
    return apply("sqrt", gradient(frame, "w") ** 2.0 + gradient(frame, "b") ** 2.0).named("‖g‖")


@np.errstate(all="ignore")
def loss(frame: LoopFrame) -> Term | None:
    """(Σ (p − y)²)/B, written out for small batches."""
    m = frame.memory
    if m.loss is None:
        return None
    if m.p is None or m.y is None or m.p.shape != m.y.shape or frame.params.mistake == "column":
        return given("L", m.loss)
    squares = (m.p - m.y) ** 2
    if not math.isclose(float(np.mean(squares)), m.loss, rel_tol=1e-9, abs_tol=1e-12):
        return given("L", m.loss)  # the loss of the batch before: this one has not got so far
    count = given("B", float(squares.size))
    if squares.size > WRITTEN_OUT:
        return (given("Σ(p−y)²", float(np.sum(squares))) / count).named("L")
    misses = [given(f"p_{i}", float(p)) - given(f"y_{i}", float(y)) for i, (p, y) in enumerate(zip(m.p, m.y), 1)]
    return (total([miss**2.0 for miss in misses]) / count).named("L")


def _mean(frame: LoopFrame, symbol: str, mean: float) -> Term:
    """A mean over all samples. symbol: of their sum."""
    n = frame.samples.n
    return given(symbol, mean * n) / given("n", float(n))


def whole_loss(frame: LoopFrame) -> Term:
    """The mean square over all samples."""
    return _mean(frame, "Σ(y−ŷ)²", frame.whole_loss).named("L_all")


def best_loss(frame: LoopFrame) -> Term:
    """The same for the least-squares line."""
    return _mean(frame, "Σ(y−ŷ_best)²", frame.samples.best_loss)


def loss_ratio(frame: LoopFrame) -> Term:
    """How many times as large the loss is as the best one."""
    return whole_loss(frame) / given("L_best", frame.samples.best_loss)


def epoch_loss(frame: LoopFrame) -> Term | None:
    """The loss of an epoch, each batch by its size."""
    mean = frame.progress.epoch_loss
    return None if mean is None else _mean(frame, "ΣB·L", mean)


def rate(frame: LoopFrame) -> Term:
    """η, multiplied by the factor of its decay."""
    eta = given("η", frame.params.learning_rate)
    if frame.params.decay == "constant":
        return eta
    return (eta * given("f", frame.rate / frame.params.learning_rate)).named("η_now")
