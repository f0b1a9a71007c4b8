"""The eight gates of this experiment: what they are called, their curves for the plots, and where each is
steepest. The functions themselves are the engine's."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.basics.activations import ACTIVATIONS
from lab.kit.arrays import freeze_fields

__all__ = [
    "FORMULAS",
    "GATES",
    "GATE_NAMES",
    "LOCKED",
    "NEVER_FLAT",
    "Curve",
    "Peak",
    "curve",
    "reach_for",
    "slope_at",
    "steepest",
    "value_at",
    "values_at",
]

Array = NDArray[np.float64]

GATE_NAMES = {
    "sigmoid": N_("Sigmoid"),
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": N_("Leaky ReLU"),
    "elu": "ELU",
    "silu": N_("SiLU (Swish)"),
    "gelu": "GELU",
    "gelu_tanh": N_("GELU, tanh form"),
}
"""What each gate is called on screen."""

GATES = tuple(GATE_NAMES)
FORMULAS = {
    "sigmoid": "1 / (1 + e⁻ˣ)",
    "tanh": "tanh x",
    "relu": "max(0, x)",
    "leaky_relu": "max(0.01·x, x)",
    "elu": "x > 0: x,  else eˣ − 1",
    "silu": "x · σ(x)",
    "gelu": "x · Φ(x)",
    "gelu_tanh": "½x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))",
}
"""The formula of each gate, as it can be written on one line."""

NEVER_FLAT = frozenset(GATES) - {"relu"}
"""Gates whose slope never stays at exactly 0; where the computer says 0, the true slope is only very small."""

LOCKED = 0.01
"""A slope below this passes next to nothing on."""

REACH, POINTS = 6.0, 481  # of the curves that are drawn


@dataclass(frozen=True, slots=True)
class Curve:
    """A gate to draw: x, value and slope, [N] each, read-only."""

    gate: str
    x: Array
    value: Array
    slope: Array


@dataclass(frozen=True, slots=True)
class Peak:
    """The steepest slope of a gate, and where it is; `x` is None where a whole stretch is as steep."""

    slope: float
    x: float | None


def reach_for(x: float) -> float:
    """How far to draw so that x is in sight: 6, or as many times twice that as it takes."""
    doublings = math.ceil(math.log2(abs(x) / (0.97 * REACH))) if abs(x) > 0.97 * REACH else 0
    return REACH * 2.0**doublings


@lru_cache(maxsize=64)
def curve(gate: str, reach: float = REACH) -> Curve:
    """A gate from −reach to reach."""
    x = np.linspace(-reach, reach, POINTS)
    with np.errstate(all="ignore"):
        value = np.asarray(ACTIVATIONS[gate].value(x), np.float64)
        slope = np.asarray(ACTIVATIONS[gate].derivative(x), np.float64)
    return freeze_fields(Curve(gate, x, value, slope))


@cache
def steepest(gate: str) -> Peak:
    """Where a gate is steepest: the best point of the curve, then thirds of the stretch around it are cut off."""
    drawn = curve(gate)
    at = int(np.argmax(drawn.slope))
    top = float(drawn.slope[at])
    if np.count_nonzero(drawn.slope > top - 1e-12) > 2:  # level at the top, as of ReLU
        return Peak(top, None)
    low, high = float(drawn.x[at - 1]), float(drawn.x[at + 1])
    while high - low > 1e-9:
        third = (high - low) / 3
        if slope_at(gate, low + third) < slope_at(gate, high - third):
            low += third
        else:
            high -= third
    x = round((low + high) / 2, 7) + 0.0  # around a maximum more digits are noise; no minus before a zero
    return Peak(slope_at(gate, x), x)


def value_at(gate: str, x: float) -> float:
    """f(x)."""
    place: Any = np.float64(x)  # a single number is taken like an array of any shape
    with np.errstate(all="ignore"):
        return float(ACTIVATIONS[gate].value(place))


def values_at(gate: str, x: np.ndarray) -> np.ndarray:
    """f of many places. [N] -> [N]"""
    with np.errstate(all="ignore"):
        return np.asarray(ACTIVATIONS[gate].value(x.astype(float)))


def slope_at(gate: str, x: float) -> float:
    """f′(x), quietly NaN where x is not a number."""
    place: Any = np.float64(x)
    with np.errstate(all="ignore"):
        slope = float(ACTIVATIONS[gate].derivative(place))
    return slope if math.isfinite(x) else math.nan
