"""Dense networks at speed: the same mathematics as `network`, in float32 or float64, as plans of NumPy calls on
arrays made beforehand (see `fast_plan`). `fast_trainer` changes the parameters, `fast_map` carries
points through the network and shows what comes out."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.nets.fast_activations import GATES, Block, Gate
from lab.engine.nets.fast_plan import Layout, Plan, number
from lab.engine.nets.layers import Activate, Dense, Dropout, Layer
from lab.engine.nets.network import Head, Network
from lab.engine.nets.resize import dense_layers, sizes

__all__ = ["DensePasses", "FastNet", "fast_net", "flat_parameters", "float_kind"]

NOTHING = np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False)
class FastNet:
    """A dense network whose parameters lie in one vector, changed in place by training and by hand.

    layout: sizes, the vector `flat` and per layer its view [n_out, n_in + 1], the bias last.
    activation: one of GATES.  head: see `network.Network`.
    Raises ValueError when activation and head are not such, or "logistic" has other than one output.
    """

    layout: Layout
    activation: str
    head: Head

    def __post_init__(self) -> None:
        if self.activation not in GATES:
            raise ValueError(f"activation: {self.activation!r}, needs one of {', '.join(GATES)}")
        if self.head == "logistic" and self.sizes[-1] != 1:
            raise ValueError(f"head: 'logistic' needs one output, the network has {self.sizes[-1]}")

    @property
    def sizes(self) -> tuple[int, ...]:
        return self.layout.sizes

    @property
    def dtype(self) -> Any:
        return self.layout.flat.dtype

    @property
    def parameters(self) -> Array:
        return self.layout.flat

    @property
    def memory(self) -> Array:
        return NOTHING

    def weight(self, layer: int) -> Array:
        """A view [n_out, n_in]: writing to it changes the network."""
        return self.layout.weights[layer][:, :-1]

    def bias(self, layer: int) -> Array:
        """A view [n_out]: writing to it changes the network."""
        return self.layout.weights[layer][:, -1]

    def passes(
        self, width: int, train: bool = False, dropout: float = 0.0, rng: np.random.Generator | None = None
    ) -> "DensePasses":
        """New arrays and plans for batches of `width` examples."""
        return DensePasses.of(self, width, dropout if train else 0.0, rng)

    def to_network(self) -> Network:
        """A frozen copy in float64, to be read, inspected, operated on or sent elsewhere."""
        layers: list[Layer] = []
        for weight in self.layout.weights:
            wide = weight.astype(np.float64)
            layers += [Dense(wide[:, :-1].T.copy(), wide[:, -1].copy()), Activate(self.activation)]
        return Network(tuple(layers[:-1]), self.head)


def float_kind(dtype: DTypeLike) -> Any:
    """float32 or float64 as a dtype. Raises ValueError for another."""
    kind = np.dtype(dtype)
    if kind not in (np.float32, np.float64):
        raise ValueError(f"dtype: {kind}, needs float32 or float64")
    return kind


def flat_parameters(layers: tuple[Dense, ...], dtype: Any) -> Array:
    """The layers' weights and biases as one vector, in the order of `Layout`."""
    return np.concatenate([np.hstack([d.weight.T, d.bias[:, None]]).ravel() for d in layers]).astype(dtype)


def fast_net(network: Network, dtype: DTypeLike = np.float32) -> FastNet:
    """The fast form of a readable dense network; dropout layers are left to the trainer.

    dtype: float32 or float64.
    Raises ValueError when the network has other layers, or more than one kind of gate.
    """
    kind = float_kind(dtype)
    gates = {layer.name for layer in network.layers if isinstance(layer, Activate)}
    if len(gates) > 1:
        raise ValueError(f"network: has gates {', '.join(sorted(gates))}, needs one kind for all layers")
    if isinstance(network.layers[-1], Activate | Dropout):
        raise ValueError("network: ends with a gate, needs plain sums at its end")
    flat = flat_parameters(dense_layers(network), kind)
    return FastNet(Layout.of(sizes(network), flat), gates.pop() if gates else "linear", network.head)


@dataclass(frozen=True, slots=True, eq=False)
class DensePasses:
    """A dense network's plans. In the blocks each hidden layer is followed by one row for the bias.

    passed: what the next layer reads, the values themselves unless there is dropout.  arriving: gradients.
    rows: where each hidden layer begins and ends.  masks: dropout's, None without; draw: the calls that fill them.
    """

    layout: Layout
    gate: Gate
    block: Block
    passed: Array
    arriving: Array
    rows: tuple[tuple[int, int], ...]
    out: Array
    masks: Array | None
    draw: Plan

    @property
    def remember(self) -> Plan:
        return []

    @staticmethod
    def of(net: FastNet, width: int, dropout: float, rng: np.random.Generator | None) -> "DensePasses":
        """New arrays. dropout: the share left out, drawn from rng before every pass."""
        rows, start = [], 0
        for n in net.sizes[1:-1]:
            rows.append((start, start + n))
            start += n + 1
        gate = GATES[net.activation]
        block = Block.of(start, width, net.dtype, gate)
        masks, draw, passed = None, Plan(), block.value
        if dropout and rng is not None:
            masks, passed = np.ones_like(block.value), np.ones_like(block.value)
            draw = _mask_plan(masks, dropout, rng)
        out = np.zeros((net.sizes[-1], width), dtype=net.dtype)
        arriving = np.empty_like(block.value)  # costs nothing until a backward pass fills it
        return DensePasses(net.layout, gate, block, passed, arriving, tuple(rows), out, masks, draw)

    @property
    def hidden(self) -> tuple[Array, ...]:
        return tuple(self.block.value[start:stop] for start, stop in self.rows)

    def forward(self, x: Array) -> Plan:
        """The calls from a batch x [n_in + 1, width], its last row ones, to the output sums."""
        plan: Plan = []
        reads = x
        for weight, (start, stop) in zip(self.layout.weights, self.rows, strict=False):
            sums, gated = self.block.layer(self.gate, start, stop)
            plan.append((weight.dot, (reads, sums)))  # [n_out, n_in + 1] · [n_in + 1, width]
            plan += gated
            if self.masks is not None:
                kept = self.passed[start:stop]
                plan.append((np.multiply, (self.block.value[start:stop], self.masks[start:stop], kept)))
            reads = self.passed[start : stop + 1]
        return [*plan, (self.layout.weights[-1].dot, (reads, self.out))]

    def backward(self, grads: Layout, x_rows: Array) -> Plan:
        """The calls from the gradient in `out` to that of every parameter. x_rows: [width, n_in + 1]."""
        plan, scaled = self._slopes()
        arrived, weights = self.out, self.layout.weights
        for layer in reversed(range(1, len(weights))):
            start, stop = self.rows[layer - 1]
            reads, behind = self.passed[start : stop + 1], self.arriving[start : stop + 1]
            plan.append((arrived.dot, (reads.T, grads.weights[layer])))
            plan.append((weights[layer].T.dot, (arrived, behind)))  # its last row, the bias's, is not used
            if scaled:
                plan.append((np.multiply, (behind, self.block.slope[start : stop + 1], behind)))
            arrived = self.arriving[start:stop]
        return [*plan, (arrived.dot, (x_rows, grads.weights[0]))]

    def _slopes(self) -> tuple[Plan, bool]:
        """The calls that fill the slopes, and whether there are any but 1."""
        if not self.rows:
            return [], False
        plan = [] if self.gate.slopes is None else self.gate.slopes(self.block, self.out.dtype)
        if self.masks is not None:
            source = np.ones_like(self.masks) if self.gate.slopes is None else self.block.slope
            plan.append((np.multiply, (source, self.masks, self.block.slope)))
        return plan, bool(plan)


def _mask_plan(masks: Array, p: float, rng: np.random.Generator) -> Plan:
    return [
        (rng.random, (None, masks.dtype, masks)),
        (np.add, (masks, number(1 - p, masks.dtype), masks)),
        (np.floor, (masks, masks)),  # 1 with probability 1 − p, else 0
        (np.multiply, (masks, number(1 / (1 - p), masks.dtype), masks)),
    ]
