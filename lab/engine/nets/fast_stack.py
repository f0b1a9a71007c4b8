"""Deep stacks at speed: the blocks of `depth`, with skips and norms, as plans of NumPy calls (see `fast_plan`).
Four stacks of fifty layers then train side by side while one looks on.

The stream h runs from block to block; in each, a norm (before the sum or behind the block), a weighted sum, a
gate, and with a skip the addition of h. A norm needs means down the columns (over features: layer, rms) or along
the rows (over the batch: batch); either is a product with a vector of 1/n, cheaper than a sum."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.nets.depth import NormKind, NormPosition
from lab.engine.nets.fast import flat_parameters, float_kind
from lab.engine.nets.fast_activations import GATES, Block, Gate
from lab.engine.nets.fast_plan import Layout, Plan, number
from lab.engine.nets.layers import Activate, Dense, Layer, Residual
from lab.engine.nets.network import Head, Network
from lab.engine.nets.normalization import BatchNorm, LayerNorm, RMSNorm, batch_norm, layer_norm, rms_norm

__all__ = ["FastStack", "StackPasses", "fast_stack"]

MOMENTUM = 0.1  # of a batch norm's running statistics, as in `normalization`
EPSILON = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class FastStack:
    """A sum, equal blocks, a sum, as `depth.deep_classifier` stacks them.

    layout: sizes (n_in, width, …, width, n_out).  activation: of the blocks, one of GATES.
    norm, position, residual, skip_scale: see `depth.depth_stack`.
    memory: a batch norm's running mean and variance, [blocks, 2, width], else empty.
    """

    layout: Layout
    activation: str
    head: Head
    norm: NormKind
    position: NormPosition
    residual: bool
    skip_scale: float
    memory: Array

    @property
    def width(self) -> int:
        return self.layout.sizes[1]

    @property
    def blocks(self) -> int:
        return len(self.layout.sizes) - 3

    def passes(
        self, width: int, train: bool = False, dropout: float = 0.0, rng: np.random.Generator | None = None
    ) -> "StackPasses":
        """New arrays and plans for batches of `width` examples. Raises ValueError for dropout: it has none."""
        if dropout:
            raise ValueError(f"dropout: {dropout}, a stack has none, needs 0")
        return StackPasses.of(self, width, train)

    def to_network(self) -> Network:
        """A frozen copy in float64, to be read, inspected or sent elsewhere."""
        sums = []
        for weight in self.layout.weights:
            wide = weight.astype(np.float64)
            sums.append(Dense(wide[:, :-1].T.copy(), wide[:, -1].copy()))
        layers: list[Layer] = [sums[0]]
        for place, dense in enumerate(sums[1:-1]):
            norm = self._norm(place)
            inside: tuple[Layer, ...] = (dense, Activate(self.activation))
            if norm and self.position == "pre":
                inside = (norm, *inside)
            layers += [Residual(inside, self.skip_scale)] if self.residual else inside
            if norm and self.position == "post":
                layers.append(norm)
        return Network((*layers, sums[-1]), self.head)

    def _norm(self, place: int) -> Layer | None:
        if self.norm == "batch":
            mean, variance = self.memory[place].astype(np.float64)
            return replace(batch_norm(self.width, trained=False), mean=mean, variance=variance)
        if self.norm == "none":
            return None
        return layer_norm(self.width, False) if self.norm == "layer" else rms_norm(self.width, False)


def fast_stack(network: Network, dtype: DTypeLike = np.float32) -> FastStack:
    """The fast form of a network as `depth.deep_classifier` makes it.

    dtype: float32 or float64.
    Raises ValueError when it is built otherwise, or its norms have a trained gain.
    """
    kind = float_kind(dtype)
    inner = network.layers[1:-1]
    residual = bool(inner) and isinstance(inner[0], Residual)
    flat: list[Layer] = []
    for layer in inner:
        flat += layer.layers if isinstance(layer, Residual) else [layer]
    sums = tuple(layer for layer in (network.layers[0], *flat, network.layers[-1]) if isinstance(layer, Dense))
    gates = {layer.name for layer in flat if isinstance(layer, Activate)}
    norms = [layer for layer in flat if isinstance(layer, LayerNorm | RMSNorm | BatchNorm)]
    if len(sums) < 3 or len(gates) != 1:
        raise ValueError(f"network: has {len(sums)} sums and gates {sorted(gates)}, needs a sum, equal blocks, a sum")
    if any(norm.trained for norm in norms):
        raise ValueError("network: has norms with a trained gain, needs them fixed")
    memory = np.array([(norm.mean, norm.variance) for norm in norms if isinstance(norm, BatchNorm)], dtype=kind)
    stack = FastStack(
        Layout.of((len(sums[0].weight), *(len(d.bias) for d in sums)), flat_parameters(sums, kind)),
        gates.pop(),
        network.head,
        _norm_kind(norms[0]) if norms else "none",
        "post" if norms and not isinstance(flat[0], LayerNorm | RMSNorm | BatchNorm) else "pre",
        residual,
        inner[0].scale if isinstance(inner[0], Residual) else 1.0,
        memory,
    )
    if _shape(stack.to_network()) != _shape(network):
        raise ValueError("network: its blocks differ from one another, needs equal ones")
    return stack


def _norm_kind(norm: Layer) -> NormKind:
    if isinstance(norm, BatchNorm):
        return "batch"
    return "layer" if isinstance(norm, LayerNorm) else "rms"


def _shape(network: Network) -> list[Any]:
    def of(layer: Layer) -> Any:
        if isinstance(layer, Residual):
            return (layer.scale, *(of(inside) for inside in layer.layers))
        return layer.weight.shape if isinstance(layer, Dense) else layer if isinstance(layer, Activate) else type(layer)

    return [of(layer) for layer in network.layers]


@dataclass(frozen=True, slots=True, eq=False)
class _Norm:
    """One norm's arrays and calls. source -> normal, both [width, batch], the latter kept for the way back.

    mean, variance, inverse: of the way forward, inverse being 1/σ; back: two means of the way back.
    average: what a product with gives means.  running: of a batch norm.
    """

    kind: NormKind
    source: Array
    normal: Array
    spare: Array
    mean: Array
    variance: Array
    inverse: Array
    back: tuple[Array, Array]
    average: Array
    running: Array | None

    @staticmethod
    def of(kind: NormKind, source: Array, normal: Array, spare: Array, running: Array | None) -> "_Norm":
        n, batch = source.shape
        over_batch = kind == "batch"

        def statistic() -> Array:
            return np.zeros(n if over_batch else (1, batch), dtype=source.dtype)

        size = batch if over_batch else n
        average = np.full(batch if over_batch else (1, n), 1.0 / size, dtype=source.dtype)
        statistics = (statistic(), statistic(), statistic(), (statistic(), statistic()))
        return _Norm(kind, source, normal, spare, *statistics, average, running)

    def _averaged(self, array: Array, out: Array) -> Plan:
        if self.kind == "batch":
            return [(array.dot, (self.average, out))]  # [width, batch] · [batch]
        return [(self.average.dot, (array, out))]  # [1, width] · [width, batch]

    def _wide(self, statistic: Array) -> Array:
        return statistic[:, None] if self.kind == "batch" else statistic

    def forward(self, train: bool) -> Plan:
        """The calls from source to normal; outside training a batch norm uses its running statistics."""
        centred = self.source
        plan: Plan = []
        if self.kind == "batch" and not train and self.running is not None:
            mean, variance = self.running
            plan = [(np.subtract, (self.source, mean[:, None], self.normal)), (np.copyto, (self.variance, variance))]
            centred = self.normal
        else:
            if self.kind != "rms":
                plan = [
                    *self._averaged(self.source, self.mean),
                    (np.subtract, (self.source, self._wide(self.mean), self.normal)),
                ]
                centred = self.normal
            plan += [(np.square, (centred, self.spare)), *self._averaged(self.spare, self.variance)]
        return [
            *plan,
            (np.add, (self.variance, number(EPSILON, self.spare.dtype), self.inverse)),
            (np.sqrt, (self.inverse, self.inverse)),
            (np.reciprocal, (self.inverse, self.inverse)),
            (np.multiply, (centred, self._wide(self.inverse), self.normal)),
        ]

    def remember(self) -> Plan:
        """A batch norm's running statistics moved towards the batch's; a batch of one has no variance to teach."""
        batch = self.source.shape[1]
        if self.running is None or batch < 2:
            return []
        dtype, plan = self.source.dtype, Plan()
        kept, share = number(1 - MOMENTUM, dtype), MOMENTUM
        for running, seen, factor in (
            (self.running[0], self.mean, share),
            (self.running[1], self.variance, share * batch / (batch - 1)),
        ):
            plan += [
                (np.multiply, (running, kept, running)),
                (np.multiply, (seen, number(factor, dtype), seen)),
                (np.add, (running, seen, running)),
            ]
        return plan

    def backward(self, gradient: Array) -> Plan:
        """The calls that turn the gradient of normal into that of source, in place."""
        mean, along = self.back
        plan: Plan = [] if self.kind == "rms" else self._averaged(gradient, mean)
        plan += [
            (np.multiply, (gradient, self.normal, self.spare)),
            *self._averaged(self.spare, along),
            (np.multiply, (self.normal, self._wide(along), self.spare)),
            (np.subtract, (gradient, self.spare, gradient)),
        ]
        if self.kind != "rms":
            plan.append((np.subtract, (gradient, self._wide(mean), gradient)))
        return [*plan, (np.multiply, (gradient, self._wide(self.inverse), gradient))]


@dataclass(frozen=True, slots=True, eq=False)
class StackPasses:
    """A stack's plans for one width of batch.

    stream: the first sum and what every block gave, each [width + 1, batch] with a row of ones.
    normal: what each block's norm made, likewise.  norms: None where there are none.
    """

    stack: FastStack
    gate: Gate
    block: Block
    stream: tuple[Array, ...]
    read: tuple[Array, ...]
    norms: tuple[_Norm, ...]
    arriving: Array
    inside: Array
    behind: Array
    out: Array
    train: bool

    @staticmethod
    def of(stack: FastStack, batch: int, train: bool) -> "StackPasses":
        """New arrays."""
        n, dtype, gate = stack.width, stack.layout.flat.dtype, GATES[stack.activation]

        def with_ones() -> Array:
            return np.ones((n + 1, batch), dtype=dtype)

        def plain() -> Array:
            return np.empty((n, batch), dtype=dtype)

        block = Block.of(stack.blocks * n, batch, dtype, gate)
        stream = tuple(with_ones() for _ in range(stack.blocks + 1))
        pre, spare, norms = stack.position == "pre", plain(), []
        read = tuple(with_ones() if pre and stack.norm != "none" else stream[i] for i in range(stack.blocks))
        if stack.norm != "none":
            for i in range(stack.blocks):
                source = stream[i][:n] if pre else plain()
                normal = read[i][:n] if pre else stream[i + 1][:n]
                running = stack.memory[i] if stack.norm == "batch" else None
                norms.append(_Norm.of(stack.norm, source, normal, spare, running))
        out = np.zeros((stack.layout.sizes[-1], batch), dtype=dtype)
        return StackPasses(stack, gate, block, stream, read, tuple(norms), plain(), plain(), with_ones(), out, train)

    @property
    def hidden(self) -> tuple[Array, ...]:
        return tuple(h[:-1] for h in self.stream)

    @property
    def draw(self) -> Plan:
        return []

    @property
    def remember(self) -> Plan:
        return [call for norm in self.norms for call in norm.remember()]

    def forward(self, x: Array) -> Plan:
        """The calls from a batch x [n_in + 1, batch] to the output sums."""
        weights, n = self.stack.layout.weights, self.stack.width
        plan: Plan = [(weights[0].dot, (x, self.stream[0][:n]))]
        for i in range(self.stack.blocks):
            post = bool(self.norms) and self.stack.position == "post"
            if self.norms and not post:
                plan += self.norms[i].forward(self.train)
            sums, gated = self.block.layer(self.gate, i * n, (i + 1) * n)
            plan += [(weights[i + 1].dot, (self.read[i], sums)), *gated]
            plan += self._joined(i, self.norms[i].source if post else self.stream[i + 1][:n])
            if post:
                plan += self.norms[i].forward(self.train)
        return [*plan, (weights[-1].dot, (self.stream[-1], self.out))]

    def _joined(self, i: int, target: Array) -> Plan:
        """What a block gives: its values, added to the stream if there is a skip."""
        n, s = self.stack.width, self.stack
        values = self.block.value[i * n : (i + 1) * n]
        if not s.residual:
            return [(np.copyto, (target, values))]
        if s.skip_scale == 1.0:
            return [(np.add, (self.stream[i][:n], values, target))]
        return [
            (np.multiply, (values, number(s.skip_scale, values.dtype), target)),
            (np.add, (self.stream[i][:n], target, target)),
        ]

    def backward(self, grads: Layout, x_rows: Array) -> Plan:
        """The calls from the gradient in `out` to that of every parameter. x_rows: [batch, n_in + 1]."""
        s, n, weights = self.stack, self.stack.width, self.stack.layout.weights
        plan: Plan = [] if self.gate.slopes is None else self.gate.slopes(self.block, self.out.dtype)
        behind = self.behind[:n]
        plan += [
            (self.out.dot, (self.stream[-1].T, grads.weights[-1])),
            (weights[-1].T.dot, (self.out, self.behind)),
            (np.copyto, (self.arriving, behind)),
        ]
        for i in reversed(range(s.blocks)):
            if self.norms and s.position == "post":
                plan += self.norms[i].backward(self.arriving)
            inside = self._through_gate(i, plan)
            plan += [
                (inside.dot, (self.read[i].T, grads.weights[i + 1])),
                (weights[i + 1].T.dot, (inside, self.behind)),
            ]
            if self.norms and s.position == "pre":
                plan += self.norms[i].backward(behind)
            if s.residual:
                plan.append((np.add, (self.arriving, behind, self.arriving)))
            else:
                plan.append((np.copyto, (self.arriving, behind)))
        return [*plan, (self.arriving.dot, (x_rows, grads.weights[0]))]

    def _through_gate(self, i: int, plan: Plan) -> Array:
        """Adds the calls that bring the gradient to a block's sums, and tells where it stands then."""
        n, arrived = self.stack.width, self.arriving
        if self.gate.slopes is not None:
            plan.append((np.multiply, (arrived, self.block.slope[i * n : (i + 1) * n], self.inside)))
            arrived = self.inside
        if self.stack.residual and self.stack.skip_scale != 1.0:
            plan.append((np.multiply, (arrived, number(self.stack.skip_scale, arrived.dtype), self.inside)))
            arrived = self.inside
        return arrived
