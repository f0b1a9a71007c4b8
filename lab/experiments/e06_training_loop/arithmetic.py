"""Why each number is what it is: its formula with the very values that were used."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from lab.core.arithmetic import Term, apply, given, total

if TYPE_CHECKING:
    from lab.experiments.e06_training_loop.frame import LoopFrame

__all__ = ["explain_metric"]

WRITTEN_OUT = 12  # rows up to which a sum is written term by term


def explain_metric(frame: LoopFrame, name: str) -> Term | None:
    """The derivation of a metric by its name; None where it was simply given, or is not a number."""
    value = frame.metrics().get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    known: dict[str, Callable[[LoopFrame], Term | None]] = {
        "w": lambda frame: _moved(frame, "w"),
        "b": lambda frame: _moved(frame, "b"),
        "delta_w": lambda frame: _change(frame, "w"),
        "delta_b": lambda frame: _change(frame, "b"),
        "gradient_w": lambda frame: _gradient(frame, "w"),
        "gradient_b": lambda frame: _gradient(frame, "b"),
        "gradient_norm": _norm,
        "loss": _loss,
        "loss_all": _loss_all,
        "loss_ratio": _ratio,
        "learning_rate": _rate,
        "epoch_loss": _epoch_loss,
        "best_loss": lambda frame: _square(frame, "Σ(y−ŷ_best)²", frame.samples.best_loss),
    }
    return known[name](frame) if name in known else None


def _change(frame: LoopFrame, which: str) -> Term | None:
    """Δ = −η·g, as the last update made it."""
    move = frame.memory.move
    if move is None:
        return None
    slope = move.gw if which == "w" else move.gb
    return (-(given("η", move.rate) * given(f"g_{which}", slope))).named(f"Δ{which}")


def _moved(frame: LoopFrame, which: str) -> Term:
    """w′ = w − η·g; a weight that no update has touched is what it was set to."""
    move, change = frame.memory.move, _change(frame, which)
    if move is None or change is None:
        return given(which, frame.memory.w if which == "w" else frame.memory.b)
    slope = given(f"g_{which}", move.gw if which == "w" else move.gb)
    return (given(which, move.w if which == "w" else move.b) - given("η", move.rate) * slope).named(f"{which}′")


def _gradient(frame: LoopFrame, which: str) -> Term:
    """Σ x·d of the batch, and whatever was in the sum before it."""
    m = frame.memory
    value = m.gw if which == "w" else m.gb
    summed = m.batches > 0 and frame.card in ("backward", "update")
    if not summed or m.x is None or m.d is None or m.d.shape != m.x.shape:
        return given(f"g_{which}", value)
    parts = m.x * m.d if which == "w" else m.d
    if m.batches == 1 and math.isclose(float(np.sum(parts)), value, rel_tol=1e-9, abs_tol=1e-12):
        return _written_sum(m.x, m.d, which).named(f"g_{which}")
    before = value - float(np.sum(parts))
    return (given("g_before", before) + given("Σx·d" if which == "w" else "Σd", float(np.sum(parts)))).named(
        f"g_{which}"
    )


def _written_sum(x: np.ndarray, d: np.ndarray, which: str) -> Term:
    if x.size > WRITTEN_OUT:
        return given("Σx·d" if which == "w" else "Σd", float(np.sum(x * d if which == "w" else d)))
    slopes = [given(f"d_{i}", float(value)) for i, value in enumerate(d, 1)]
    if which == "b":
        return total(slopes)
    return total([given(f"x_{i}", float(value)) * slope for i, (value, slope) in enumerate(zip(x, slopes), 1)])


def _norm(frame: LoopFrame) -> Term:
    gw, gb = _gradient(frame, "w").named("g_w"), _gradient(frame, "b").named("g_b")
    return apply("sqrt", gw**2.0 + gb**2.0).named("‖g‖")


def _loss(frame: LoopFrame) -> Term | None:
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


def _square(frame: LoopFrame, symbol: str, mean: float) -> Term:
    n = frame.samples.n
    return given(symbol, mean * n) / given("n", float(n))


def _loss_all(frame: LoopFrame) -> Term:
    return _square(frame, "Σ(y−ŷ)²", frame.whole_loss).named("L_all")


def _ratio(frame: LoopFrame) -> Term:
    return _loss_all(frame) / given("L_best", frame.samples.best_loss)


def _rate(frame: LoopFrame) -> Term:
    eta = given("η", frame.params.learning_rate)
    if frame.params.decay == "constant":
        return eta
    return (eta * given("f", frame.rate / frame.params.learning_rate)).named("η_now")


def _epoch_loss(frame: LoopFrame) -> Term | None:
    loss = frame.progress.epoch_loss
    return None if loss is None else _square(frame, "ΣB·L", loss)
