"""Deep stacks whose blocks differ: some with a skip, some with a norm, some as wide as the one before and some not.
The calls are those of `fast_stack`, written block by block, so that one block can be rewired while the rest of the
network stays as it is and goes on learning."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import get_args

import numpy as np
from numpy.typing import DTypeLike

from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.nets.depth import NormKind, NormPosition
from lab.engine.nets.fast import flat_parameters, float_kind
from lab.engine.nets.fast_activations import GATES, Block
from lab.engine.nets.fast_plan import Layout, Plan, number
from lab.engine.nets.fast_stack import _Norm as Norm
from lab.engine.nets.layers import Activate, Dense, Layer, Residual
from lab.engine.nets.network import Head, Network
from lab.engine.nets.normalization import batch_norm, layer_norm, rms_norm

__all__ = ["MixedPasses", "MixedStack", "StackBlock", "mixed_stack"]


@dataclass(frozen=True, slots=True)
class StackBlock:
    """What is done around one weighted sum.

    activation: one of GATES.  skip: x + scale · F(x) in place of F(x).  norm, position: see `depth.depth_stack`.
    Raises ValueError for a name that is unknown.
    """

    activation: str = "linear"
    skip: bool = False
    scale: float = 1.0
    norm: NormKind = "none"
    position: NormPosition = "pre"

    def __post_init__(self) -> None:
        if self.activation not in GATES:
            raise ValueError(f"activation: {self.activation!r}, needs one of {', '.join(GATES)}")
        if self.norm not in get_args(NormKind) or self.position not in get_args(NormPosition):
            known = f"{', '.join(get_args(NormKind))} and {' or '.join(get_args(NormPosition))}"
            raise ValueError(f"norm, position: {self.norm!r} and {self.position!r}, needs one of {known}")

    def normed(self, position: NormPosition) -> bool:
        """Whether there is a norm in that place."""
        return self.norm != "none" and self.position == position


@dataclass(frozen=True, slots=True, eq=False)
class MixedStack:
    """Weighted sums one after the other, each with what its block says.

    layout: sizes (n_in, …, n_out) and all parameters.  blocks: one a weighted sum; the first is only a gate, the last
    is plain.  memory: running mean and variance of every sum that could have a batch norm, one vector.
    Raises ValueError naming the block whose skip does not fit, or that has to be plain.
    """

    layout: Layout
    blocks: tuple[StackBlock, ...]
    head: Head
    memory: Array

    def __post_init__(self) -> None:
        sizes, blocks = self.layout.sizes, self.blocks
        if len(blocks) != len(sizes) - 1 or len(blocks) < 2:
            raise ValueError(f"blocks: {len(blocks)} for {len(sizes) - 1} sums, needs one each, at least 2")
        if blocks[-1] != StackBlock() or blocks[0].skip or blocks[0].norm != "none":
            raise ValueError("blocks: the last has to be plain, and the first may have a gate only")
        for place, block in enumerate(blocks):
            if block.skip and sizes[place] != sizes[place + 1]:
                raise ValueError(
                    f"block {place}: leads from {sizes[place]} to {sizes[place + 1]} units, a skip needs as many"
                )

    def rewired(self, blocks: Sequence[StackBlock]) -> "MixedStack":
        """The same parameters, not copied, with other blocks around them."""
        return replace(self, blocks=tuple(blocks))

    def running(self, place: int) -> Array:
        """The running mean and variance of the norm at one sum, a view [2, n]."""
        sizes, block = self.layout.sizes, self.blocks[place]
        start = 2 * sum(max(pair) for pair in pairwise(sizes[: place + 1]))
        most = max(sizes[place], sizes[place + 1])
        n = sizes[place] if block.position == "pre" else sizes[place + 1]
        return self.memory[start : start + 2 * most].reshape(2, most)[:, :n]

    def passes(
        self, width: int, train: bool = False, dropout: float = 0.0, rng: np.random.Generator | None = None
    ) -> "MixedPasses":
        """New arrays and plans for batches of `width` examples. Raises ValueError for dropout: it has none."""
        if dropout:
            raise ValueError(f"dropout: {dropout}, a stack has none, needs 0")
        return MixedPasses(self, width, train)

    def to_network(self) -> Network:
        """A frozen copy in float64, to be read, inspected or sent elsewhere."""
        layers: list[Layer] = []
        for place, (weight, block) in enumerate(zip(self.layout.weights, self.blocks, strict=True)):
            wide = weight.astype(np.float64)
            inside: tuple[Layer, ...] = (Dense(wide[:, :-1].T.copy(), wide[:, -1].copy()),)
            if block.activation != "linear":
                inside = (*inside, Activate(block.activation))
            if block.normed("pre"):
                inside = (self._norm(place), *inside)
            layers += [Residual(inside, block.scale)] if block.skip else inside
            if block.normed("post"):
                layers.append(self._norm(place))
        return Network(tuple(layers), self.head)

    def _norm(self, place: int) -> Layer:
        running, kind = self.running(place).astype(np.float64), self.blocks[place].norm
        if kind == "batch":
            return replace(batch_norm(running.shape[1], False), mean=running[0], variance=running[1])
        n = running.shape[1]
        return layer_norm(n, False) if kind == "layer" else rms_norm(n, False)


def mixed_stack(
    sums: Sequence[Dense], blocks: Sequence[StackBlock], head: Head = "logistic", dtype: DTypeLike = np.float32
) -> MixedStack:
    """A stack of these weighted sums, copied, with these blocks around them.

    dtype: float32 or float64.  Raises ValueError where a block does not fit, see `MixedStack`.
    """
    kind = float_kind(dtype)
    sizes = (len(sums[0].weight), *(len(one.bias) for one in sums))
    memory = [np.repeat([0.0, 1.0], max(pair)) for pair in pairwise(sizes)]
    layout = Layout.of(sizes, flat_parameters(tuple(sums), kind))
    return MixedStack(layout, tuple(blocks), head, np.concatenate(memory).astype(kind))


class MixedPasses:
    """A stack's plans for one width of batch, and the arrays they run through.

    After a forward pass `stream[i]` [n + 1, width] is what block i gave, with a row of ones; after a backward pass
    `arriving[i]` [n_out, width] is the gradient at its output, or behind its post-norm where it has one, and
    `through[i]` [n_in + 1, width] the gradient that came through F to its input. What came over the skip is
    `arriving[i]` itself.
    """

    draw: Plan = []

    def __init__(self, stack: MixedStack, width: int, train: bool) -> None:
        self.stack, self.train = stack, train
        self._sizes, dtype = stack.layout.sizes, stack.layout.flat.dtype
        most = max(self._sizes)

        def new(rows: int) -> Array:
            return np.ones((rows, width), dtype=dtype)

        self.out = new(self._sizes[-1])
        self.stream = tuple(new(n + 1) for n in self._sizes[1:-1])
        self.arriving = (*(new(n) for n in self._sizes[1:-1]), self.out)
        self.through = tuple(new(n + 1) for n in self._sizes[:-1])
        self._slope, self._inside, self._spare = new(most), new(most), new(most)
        self._read: list[Array] = []
        self._gates: list[Block] = []
        self._norms: list[Norm | None] = []
        for place, block in enumerate(stack.blocks):
            self._prepare(place, block, new)

    def _prepare(self, place: int, block: StackBlock, new: Callable[[int], Array]) -> None:
        """The arrays of one block."""
        n_in, n_out, gate = self._sizes[place], self._sizes[place + 1], GATES[block.activation]
        source = self.stream[place - 1] if place else new(1)  # the first one reads what is given
        target = self._target(place)
        self._read.append(new(n_in + 1) if block.normed("pre") else source)
        value = new(n_out) if block.skip or block.normed("post") else target
        sums, spare = (new(n_out) if needed else value for needed in (gate.keeps_sums, gate.needs_spare))
        self._gates.append(Block(value, sums, self._slope[:n_out], spare, self._inside[:n_out]))
        norm = None
        if block.norm != "none":
            running = self.stack.running(place) if block.norm == "batch" else None
            if block.position == "pre":
                norm = Norm.of(block.norm, source[:n_in], self._read[-1][:n_in], self._spare[:n_in], running)
            else:
                norm = Norm.of(block.norm, new(n_out), target, self._spare[:n_out], running)
        self._norms.append(norm)

    def _target(self, place: int) -> Array:
        return self.out if place == len(self._sizes) - 2 else self.stream[place][:-1]

    @property
    def hidden(self) -> tuple[Array, ...]:
        return tuple(h[:-1] for h in self.stream)

    @property
    def remember(self) -> Plan:
        return [call for norm in self._norms if norm is not None for call in norm.remember()]

    def forward(self, x: Array) -> Plan:
        """The calls from a batch x [n_in + 1, width] to the output sums."""
        plan: Plan = []
        for place, block in enumerate(self.stack.blocks):
            norm, weight, dtype = self._norms[place], self.stack.layout.weights[place], x.dtype
            if norm is not None and block.position == "pre":
                plan += norm.forward(self.train)
            gate = self._gates[place]
            read = self._read[place] if place else x
            plan.append((weight.dot, (read, gate.sums)))
            plan += GATES[block.activation].apply(gate.sums, gate.value, gate.spare, dtype)
            target = norm.source if norm is not None and block.position == "post" else self._target(place)
            if block.skip:
                plan += _joined(self.stream[place - 1][:-1], gate.value, block.scale, target)
            elif target is not gate.value and block.normed("post"):
                plan.append((np.copyto, (target, gate.value)))
            if norm is not None and block.position == "post":
                plan += norm.forward(self.train)
        return plan

    def backward(self, grads: Layout, x_rows: Array) -> Plan:
        """The calls from the gradient in `out` to that of every parameter. x_rows: [width, n_in + 1]."""
        plan: Plan = []
        for place in reversed(range(1, len(self.stack.blocks))):
            plan += self._back_through(place, grads)
        inside = self._behind_gate(0, plan)
        return [*plan, (inside.dot, (x_rows, grads.weights[0]))]

    def _back_through(self, place: int, grads: Layout) -> Plan:
        block, norm, arriving = self.stack.blocks[place], self._norms[place], self.arriving[place]
        plan: Plan = [] if norm is None or block.position == "pre" else norm.backward(arriving)
        inside, behind = self._behind_gate(place, plan), self.through[place]
        plan += [
            (inside.dot, (self._read[place].T, grads.weights[place])),
            (self.stack.layout.weights[place].T.dot, (inside, behind)),
        ]
        n = self._sizes[place]
        if norm is not None and block.position == "pre":
            plan += norm.backward(behind[:n])
        before = self.arriving[place - 1]
        if block.skip:
            return [*plan, (np.add, (arriving, behind[:n], before))]
        return [*plan, (np.copyto, (before, behind[:n]))]

    def _behind_gate(self, place: int, plan: Plan) -> Array:
        """Adds the calls that bring the gradient to a block's sums, and tells where it stands then."""
        block, arrived = self.stack.blocks[place], self.arriving[place]
        gate, n = GATES[block.activation], self._sizes[place + 1]
        if gate.slopes is not None:
            plan += gate.slopes(self._gates[place], arrived.dtype)
            plan.append((np.multiply, (arrived, self._slope[:n], self._inside[:n])))
            arrived = self._inside[:n]
        if block.skip and block.scale != 1.0:
            plan.append((np.multiply, (arrived, number(block.scale, arrived.dtype), self._inside[:n])))
            arrived = self._inside[:n]
        return arrived


def _joined(stream: Array, value: Array, scale: float, target: Array) -> Plan:
    """x + scale · F(x)."""
    if scale == 1.0:
        return [(np.add, (stream, value, target))]
    return [(np.multiply, (value, number(scale, value.dtype), target)), (np.add, (stream, target, target))]
