"""Activation functions as calls of the fast engine. Each fills a layer's values from its sums in place, and the
slopes of all layers at once from what was kept; wherever the slope follows from the value, as for tanh, sigmoid
and ReLU, the sums need not be kept at all."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import GELU_SCALE
from lab.engine.graph.operations import Array
from lab.engine.nets.fast_plan import Plan, number

__all__ = ["GATES", "Block", "Gate"]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The arrays of all gated layers, one under another, all [rows, width].

    value: activations.  sums: what went in, the same array where the gate does not need it again.
    slope: d value / d sum.  spare: for what a gate keeps for itself.  scratch: free to overwrite.
    """

    value: Array
    sums: Array
    slope: Array
    spare: Array
    scratch: Array

    @staticmethod
    def of(rows: int, width: int, dtype: Any, gate: "Gate") -> "Block":
        """New arrays; values start as ones, as the rows between layers must be that feed the bias."""

        def ones() -> Array:
            return np.ones((rows, width), dtype=dtype)

        value = ones()
        sums, spare = (ones() if needed else value for needed in (gate.keeps_sums, gate.needs_spare))
        return Block(value, sums, np.empty_like(value), spare, np.empty_like(value))

    def layer(self, gate: "Gate", start: int, stop: int) -> tuple[Array, Plan]:
        """Where a layer's sums go, and the calls that turn them into its values."""
        value = self.value[start:stop]
        sums = value if self.sums is self.value else self.sums[start:stop]
        return sums, gate.apply(sums, value, self.spare[start:stop], value.dtype)


@dataclass(frozen=True, slots=True)
class Gate:
    """An activation function in calls.

    apply: (sums, value, spare, dtype) of one layer -> calls that fill value.
    slopes: (block, dtype) -> calls that fill the slopes of all layers at once; None when they are all 1.
    keeps_sums: whether the slopes need the sums, which otherwise share the values' array.
    """

    apply: Callable[[Array, Array, Array, Any], Plan]
    slopes: Callable[[Block, Any], Plan] | None
    keeps_sums: bool = False
    needs_spare: bool = False


def _tanh_slopes(w: Block, dtype: Any) -> Plan:
    return [(np.square, (w.value, w.slope)), (np.subtract, (number(1, dtype), w.slope, w.slope))]  # 1 − a²


def _sigmoid(z: Array, a: Array, spare: Array, dtype: Any) -> Plan:
    half = number(0.5, dtype)  # σ(z) = ½ tanh(½z) + ½, and exp cannot overflow
    return [(np.multiply, (z, half, a)), (np.tanh, (a, a)), (np.multiply, (a, half, a)), (np.add, (a, half, a))]


def _sigmoid_slopes(w: Block, dtype: Any) -> Plan:
    return [(np.square, (w.value, w.slope)), (np.subtract, (w.value, w.slope, w.slope))]  # a − a²


def _relu(z: Array, a: Array, spare: Array, dtype: Any) -> Plan:
    return [(partial(np.maximum, out=a), (z, number(0, dtype)))]


def _relu_slopes(w: Block, dtype: Any) -> Plan:
    return [(np.sign, (w.value, w.slope))]  # of an activation that is never negative: 1 or 0


def _leaky(z: Array, a: Array, spare: Array, dtype: Any) -> Plan:
    return [(np.multiply, (z, number(0.01, dtype), spare)), (partial(np.maximum, out=a), (z, spare))]


def _leaky_slopes(w: Block, dtype: Any) -> Plan:
    return [
        (np.sign, (w.value, w.slope)),
        (partial(np.maximum, out=w.slope), (w.slope, number(0.01, dtype))),  # 1, or the leak where a ≤ 0
    ]


def _silu(z: Array, a: Array, spare: Array, dtype: Any) -> Plan:
    return [*_sigmoid(z, spare, spare, dtype), (np.multiply, (z, spare, a))]


def _silu_slopes(w: Block, dtype: Any) -> Plan:
    return [  # s + a(1 − s), s being the sigmoid kept in `spare`
        (np.multiply, (w.value, w.spare, w.slope)),
        (np.subtract, (w.value, w.slope, w.slope)),
        (np.add, (w.slope, w.spare, w.slope)),
    ]


def _gelu(z: Array, a: Array, spare: Array, dtype: Any) -> Plan:
    return [  # ½z(1 + tanh(c(z + 0.044715z³))), the tanh kept in `spare`
        (np.square, (z, a)),
        (np.multiply, (a, number(0.044715, dtype), a)),
        (np.add, (a, number(1, dtype), a)),
        (np.multiply, (a, z, a)),
        (np.multiply, (a, number(GELU_SCALE, dtype), a)),
        (np.tanh, (a, spare)),
        (np.add, (spare, number(1, dtype), a)),
        (np.multiply, (a, z, a)),
        (np.multiply, (a, number(0.5, dtype), a)),
    ]


def _gelu_slopes(w: Block, dtype: Any) -> Plan:
    one, half = number(1, dtype), number(0.5, dtype)
    return [  # ½(1 + t) + ½z(1 − t²)·c(1 + 3·0.044715z²)
        (np.square, (w.sums, w.slope)),
        (np.multiply, (w.slope, number(3 * 0.044715 * GELU_SCALE, dtype), w.slope)),
        (np.add, (w.slope, number(GELU_SCALE, dtype), w.slope)),
        (np.multiply, (w.slope, w.sums, w.slope)),
        (np.square, (w.spare, w.scratch)),
        (np.subtract, (one, w.scratch, w.scratch)),
        (np.multiply, (w.slope, w.scratch, w.slope)),
        (np.add, (w.slope, w.spare, w.slope)),
        (np.add, (w.slope, one, w.slope)),
        (np.multiply, (w.slope, half, w.slope)),
    ]


GATES: dict[str, Gate] = {
    "linear": Gate(lambda z, a, spare, dtype: [], None),
    "tanh": Gate(lambda z, a, spare, dtype: [(np.tanh, (z, a))], _tanh_slopes),
    "sigmoid": Gate(_sigmoid, _sigmoid_slopes),
    "relu": Gate(_relu, _relu_slopes),
    "leaky_relu": Gate(_leaky, _leaky_slopes, needs_spare=True),
    "silu": Gate(_silu, _silu_slopes, needs_spare=True),
    "gelu_tanh": Gate(_gelu, _gelu_slopes, keeps_sums=True, needs_spare=True),
}
