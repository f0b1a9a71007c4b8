"""Where the numbers that check a network came from: spreads, differences, shares and margins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e10_forward_pass.digits import SEEN
from lab.experiments.e10_forward_pass.nets import XOR_TRUTH, multiplied
from lab.experiments.e10_forward_pass.passing import outputs_of, stuck_gates

if TYPE_CHECKING:
    from lab.experiments.e10_forward_pass.frame import ForwardFrame

__all__ = ["BUMP_X", "bump", "explain_check"]

Array = NDArray[np.float64]
SPELLED = 8  # numbers of a mean that are written out
FANS = {"he": 64.0, "xavier": 128.0}  # what 2 is divided by in the stacks of the page “Signal”
BUMP_X = np.linspace(-3.0, 3.0, 121)


def bump(x: Array) -> Array:
    """What the second challenge asks for: 0 outside ±1.5, 1 inside ±0.5, straight in between."""
    return np.clip(1.5 - np.abs(x), 0.0, 1.0)


def explain_check(frame: ForwardFrame, name: str) -> Term | None:
    """The arithmetic of a read-out that looks at more than one unit; None where it is only measured."""
    if name.startswith("std_"):
        layer = int(name[4:])
        return _spread(frame.run.into(layer), "a" if layer else "x")
    match name:
        case "flat_gap":
            return _gap(frame)
        case "saturated":
            stuck = stuck_gates(frame.net, frame.run)
            return None if stuck is None else given("n_stuck", stuck.sum()) / given("n", stuck.size)
        case "margin" if frame.xor is not None:
            return _margin(frame.xor)
        case "bump_error" if frame.line is not None:
            y, wanted = frame.line, bump(BUMP_X)
            worst = int(np.abs(y - wanted).argmax())
            return apply("abs", given("y", y[worst]) - given("y_bump", wanted[worst]))
        case "accuracy" if frame.accuracy is not None:
            return given("n_right", round(SEEN * frame.accuracy)) / given("n", SEEN)
        case "drawn" if frame.params.init in FANS:
            spread = apply("sqrt", given("", 2.0) / given("", FANS[frame.params.init]))
            return given("gain", frame.params.gain) * spread
    return None


def _spread(numbers: Array, letter: str) -> Term:
    """√(Σ(a − m)² / n), m being the mean of all n numbers, row after row."""
    flat, n = numbers.ravel(), given("n", numbers.size)
    if flat.size > SPELLED:
        return apply("sqrt", given("S", float(np.square(flat - flat.mean()).sum())) / n)
    parts = [given(f"{letter}_{i}", value) for i, value in enumerate(flat, 1)]
    mean = (total(parts) / n).named("m")
    squares = total([(part - mean) ** 2 for part in parts]).named("S")
    return apply("sqrt", squares / n)


def _gap(frame: ForwardFrame) -> Term:
    """The output for which one layer is furthest off from all of them."""
    layers, one = outputs_of(frame.deep, frame.run.x), outputs_of(multiplied(frame.deep), frame.run.x)
    worst = np.unravel_index(int(np.abs(one - layers).argmax()), one.shape)
    return apply("abs", given("y_one", one[worst]) - given("y_all", layers[worst]))


def _margin(table: Array) -> Term:
    """How far the worst row of XOR is on its side of ½."""
    row = int(np.where(XOR_TRUTH > 0.5, table - 0.5, 0.5 - table).argmin())
    said, half = given(f"y_{row + 1}", table[row]), given("", 0.5)
    return said - half if XOR_TRUTH[row] > 0.5 else half - said
