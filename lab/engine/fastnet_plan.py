"""The fast engine's idea: a training step of a small network is a fixed list of NumPy calls on fixed arrays.
At ten examples a batch the arithmetic costs nothing and each call about 0.25 µs, so what counts is their
number, and that nothing is looked up, allocated or decided on the way. A `Plan` is that list, written once;
to train is to run it.

What keeps the list short (19 calls for 2-4-2-1):
- rows are features, columns examples, so every inner loop runs along the batch;
- the bias is one more column of the weights, fed by a row of ones: no addition, no gradient of its own;
- all hidden layers lie in one block under one another, so their slopes take two calls however many there are;
- all parameters lie in one vector, so an update takes two calls;
- `a.dot(b, out)` is half the price of `a @ b` and lets other threads run meanwhile, which `@` does not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from lab.engine.activations import GELU_SCALE
from lab.engine.operations import Array

__all__ = ["GATES", "Call", "Gate", "Layout", "Plan", "Workspace", "backward_plan", "forward_plan", "run"]

Call = tuple[Callable[..., Any], tuple[Any, ...]]
Plan = list[Call]


def run(plan: Plan) -> None:
    """Makes the calls, one after the other."""
    for function, arguments in plan:
        function(*arguments)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The parameters of a dense network as one vector.

    sizes: inputs, hidden units, outputs.  flat: [P].  weights: per layer a view [n_out, n_in + 1] of it, the
    bias in the last column.
    """

    sizes: tuple[int, ...]
    flat: Array
    weights: tuple[Array, ...]

    @staticmethod
    def of(sizes: tuple[int, ...], flat: Array) -> "Layout":
        """The views into a vector. flat: [Σ n_out·(n_in + 1)]."""
        views, start = [], 0
        for n_in, n_out in pairwise(sizes):
            stop = start + n_out * (n_in + 1)
            views.append(flat[start:stop].reshape(n_out, n_in + 1))
            start = stop
        return Layout(sizes, flat, tuple(views))


@dataclass(frozen=True, slots=True, eq=False)
class Workspace:
    """The arrays one batch of a given width runs through: a block per purpose, hidden layers one under another,
    each layer followed by one row for the bias.

    value: activations, ones in the bias rows.  passed: what the next layer reads, the same array unless there
    is dropout.  slope: d activation / d sum.  arriving: the gradient.  sums, spare: for gates that need them.
    rows: per hidden layer where it begins and ends, without its bias row.  out: [n_out, width].
    """

    value: Array
    passed: Array
    slope: Array
    arriving: Array
    sums: Array
    spare: Array
    rows: tuple[tuple[int, int], ...]
    out: Array

    @staticmethod
    def of(sizes: tuple[int, ...], width: int, dtype: Any, gate: "Gate", dropout: bool = False) -> "Workspace":
        """New arrays for batches of `width` examples."""
        rows, start = [], 0
        for n in sizes[1:-1]:
            rows.append((start, start + n))
            start += n + 1

        def block() -> Array:
            return np.ones((start, width), dtype=dtype)

        value = block()
        sums, spare = (block() if needed else value for needed in (gate.keeps_sums, gate.needs_spare))
        passed = block() if dropout else value
        out = np.zeros((sizes[-1], width), dtype=dtype)
        return Workspace(value, passed, block(), block(), sums, spare, tuple(rows), out)


@dataclass(frozen=True, slots=True)
class Gate:
    """An activation function in calls.

    apply: (sums, value, spare, dtype) of one layer -> calls that fill value.
    slopes: (workspace, dtype) -> calls that fill the slopes of all layers at once; None when they are all 1.
    keeps_sums: whether the slopes need the sums, which otherwise share the values' array.
    """

    apply: Callable[[Array, Array, Array, Any], Plan]
    slopes: Callable[[Workspace, Any], Plan] | None
    keeps_sums: bool = False
    needs_spare: bool = False


def _number(value: float, dtype: Any) -> Array:
    return np.array(value, dtype=dtype)  # a 0-d array: half the price of a Python number


def _tanh_slopes(w: Workspace, dtype: Any) -> Plan:
    return [(np.square, (w.value, w.slope)), (np.subtract, (_number(1, dtype), w.slope, w.slope))]  # 1 − a²


def _sigmoid(z: Array, a: Array, spare: Array, dtype: Any) -> Plan:
    half = _number(0.5, dtype)  # σ(z) = ½ tanh(½z) + ½, and exp cannot overflow
    return [(np.multiply, (z, half, a)), (np.tanh, (a, a)), (np.multiply, (a, half, a)), (np.add, (a, half, a))]


def _sigmoid_slopes(w: Workspace, dtype: Any) -> Plan:
    return [(np.square, (w.value, w.slope)), (np.subtract, (w.value, w.slope, w.slope))]  # a − a²


def _relu(z: Array, a: Array, spare: Array, dtype: Any) -> Plan:
    return [(partial(np.maximum, out=a), (z, _number(0, dtype)))]


def _relu_slopes(w: Workspace, dtype: Any) -> Plan:
    return [(np.sign, (w.value, w.slope))]  # of an activation that is never negative: 1 or 0


def _leaky(z: Array, a: Array, spare: Array, dtype: Any) -> Plan:
    return [(np.multiply, (z, _number(0.01, dtype), spare)), (partial(np.maximum, out=a), (z, spare))]


def _leaky_slopes(w: Workspace, dtype: Any) -> Plan:
    return [
        (np.sign, (w.value, w.slope)),
        (partial(np.maximum, out=w.slope), (w.slope, _number(0.01, dtype))),  # 1, or the leak where a ≤ 0
    ]


def _silu(z: Array, a: Array, spare: Array, dtype: Any) -> Plan:
    return [*_sigmoid(z, spare, spare, dtype), (np.multiply, (z, spare, a))]


def _silu_slopes(w: Workspace, dtype: Any) -> Plan:
    return [  # s + a(1 − s), s being the sigmoid kept in `spare`
        (np.multiply, (w.value, w.spare, w.slope)),
        (np.subtract, (w.value, w.slope, w.slope)),
        (np.add, (w.slope, w.spare, w.slope)),
    ]


def _gelu(z: Array, a: Array, spare: Array, dtype: Any) -> Plan:
    return [  # ½z(1 + tanh(c(z + 0.044715z³))), the tanh kept in `spare`
        (np.square, (z, a)),
        (np.multiply, (a, _number(0.044715, dtype), a)),
        (np.add, (a, _number(1, dtype), a)),
        (np.multiply, (a, z, a)),
        (np.multiply, (a, _number(GELU_SCALE, dtype), a)),
        (np.tanh, (a, spare)),
        (np.add, (spare, _number(1, dtype), a)),
        (np.multiply, (a, z, a)),
        (np.multiply, (a, _number(0.5, dtype), a)),
    ]


def _gelu_slopes(w: Workspace, dtype: Any) -> Plan:
    one, half = _number(1, dtype), _number(0.5, dtype)
    return [  # ½(1 + t) + ½z(1 − t²)·c(1 + 3·0.044715z²); the incoming gradients' block serves as scratch
        (np.square, (w.sums, w.slope)),
        (np.multiply, (w.slope, _number(3 * 0.044715 * GELU_SCALE, dtype), w.slope)),
        (np.add, (w.slope, _number(GELU_SCALE, dtype), w.slope)),
        (np.multiply, (w.slope, w.sums, w.slope)),
        (np.square, (w.spare, w.arriving)),
        (np.subtract, (one, w.arriving, w.arriving)),
        (np.multiply, (w.slope, w.arriving, w.slope)),
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


def forward_plan(layout: Layout, gate: Gate, w: Workspace, x: Array, masks: Array | None = None) -> Plan:
    """The calls from a batch to the output sums.

    x: [n_in + 1, width], its last row ones.  masks: a block like the workspace's, for dropout.
    """
    dtype = layout.flat.dtype
    plan: Plan = []
    reads = x
    for weight, (start, stop) in zip(layout.weights, w.rows, strict=False):
        value = w.value[start:stop]
        sums = value if w.sums is w.value else w.sums[start:stop]  # one object: two views would be compared
        plan.append((weight.dot, (reads, sums)))  # [n_out, n_in + 1] · [n_in + 1, width]
        plan += gate.apply(sums, value, w.spare[start:stop], dtype)
        if masks is not None:
            plan.append((np.multiply, (value, masks[start:stop], w.passed[start:stop])))
        reads = w.passed[start : stop + 1]
    return [*plan, (layout.weights[-1].dot, (reads, w.out))]


def backward_plan(
    layout: Layout, grads: Layout, gate: Gate, w: Workspace, x_rows: Array, masks: Array | None = None
) -> Plan:
    """The calls from the gradient of the output sums, in `w.out`, to that of every parameter.

    grads: laid out like the parameters.  x_rows: the batch turned round, [width, n_in + 1].
    """
    plan: Plan = [] if gate.slopes is None or not w.rows else gate.slopes(w, layout.flat.dtype)
    scaled = gate.slopes is not None
    if masks is not None and w.rows:
        source = w.slope if scaled else np.ones_like(w.slope)
        plan.append((np.multiply, (source, masks, w.slope)))
        scaled = True
    arrived = w.out
    for layer in reversed(range(1, len(layout.weights))):
        start, stop = w.rows[layer - 1]
        reads, behind = w.passed[start : stop + 1], w.arriving[start : stop + 1]
        plan.append((arrived.dot, (reads.T, grads.weights[layer])))
        plan.append((layout.weights[layer].T.dot, (arrived, behind)))  # its last row, the bias's, is not used
        if scaled:
            plan.append((np.multiply, (behind, w.slope[start : stop + 1], behind)))
        arrived = w.arriving[start:stop]
    return [*plan, (arrived.dot, (x_rows, grads.weights[0]))]
