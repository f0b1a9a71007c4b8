"""Dense networks at speed: the same mathematics as `network`, in float32 or float64, as plans of NumPy calls on
arrays made beforehand (see `fastnet_plan`). A `FastNet` is the parameters; a `FastMap` carries fixed points
through it, a 100×100 picture with the map of every hidden unit or a table of examples, and tells loss and
accuracy. `fastnet_trainer` changes the parameters."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lab.engine.fastnet_plan import GATES, Layout, Plan, Workspace, backward_plan, forward_plan, run
from lab.engine.layers import Activate, Dense, Dropout, Layer
from lab.engine.network import Head, Network
from lab.engine.operations import Array
from lab.engine.surgery import dense_layers, sizes

__all__ = ["FastMap", "FastNet", "delta_plan", "fast_net", "gradients", "grid_points", "targets_for"]


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

    def weight(self, layer: int) -> Array:
        """A view [n_out, n_in]: writing to it changes the network."""
        return self.layout.weights[layer][:, :-1]

    def bias(self, layer: int) -> Array:
        """A view [n_out]: writing to it changes the network."""
        return self.layout.weights[layer][:, -1]

    def to_network(self) -> Network:
        """A frozen copy in float64, to be read, inspected, operated on or sent elsewhere."""
        layers: list[Layer] = []
        for weight in self.layout.weights:
            wide = weight.astype(np.float64)
            layers += [Dense(wide[:, :-1].T.copy(), wide[:, -1].copy()), Activate(self.activation)]
        return Network(tuple(layers[:-1]), self.head)


def fast_net(network: Network, dtype: DTypeLike = np.float32) -> FastNet:
    """The fast form of a readable dense network; dropout layers are left to the trainer.

    dtype: float32 or float64.
    Raises ValueError when the network has other layers, or more than one kind of gate.
    """
    kind = np.dtype(dtype)
    if kind not in (np.float32, np.float64):
        raise ValueError(f"dtype: {kind}, needs float32 or float64")
    gates = {layer.name for layer in network.layers if isinstance(layer, Activate)}
    if len(gates) > 1:
        raise ValueError(f"network: has gates {', '.join(sorted(gates))}, needs one kind for all layers")
    if isinstance(network.layers[-1], Activate | Dropout):
        raise ValueError("network: ends with a gate, needs plain sums at its end")
    stacked = [np.hstack([layer.weight.T, layer.bias[:, None]]).ravel() for layer in dense_layers(network)]
    flat = np.concatenate(stacked).astype(kind)
    return FastNet(Layout.of(sizes(network), flat), gates.pop() if gates else "linear", network.head)


def targets_for(net: FastNet, y: ArrayLike) -> Array:
    """Targets in the form the fast path subtracts: [n_out, N], for "logistic" −1 and 1, for "softmax" one-hot.

    y: [N, K] for "mse", else whole numbers [N].
    Raises ValueError when they do not fit the head.
    """
    values, n_out = np.asarray(y), net.sizes[-1]
    if net.head == "mse":
        columns = values.reshape(len(values), -1)
        if columns.shape[1] != n_out:
            raise ValueError(f"y: has shape {values.shape}, needed (N, {n_out})")
        return np.ascontiguousarray(columns.T, dtype=net.dtype)
    top = 1 if net.head == "logistic" else n_out - 1
    if values.ndim != 1 or (values.size and not (np.isin(values, np.arange(top + 1)).all())):
        raise ValueError(f"y: has shape {values.shape}, needed [N] of whole numbers from 0 to {top}")
    if net.head == "logistic":
        return np.asarray(2.0 * values[None, :] - 1.0, dtype=net.dtype)
    return np.ascontiguousarray(np.eye(n_out, dtype=net.dtype)[values.astype(int)].T)


def delta_plan(net: FastNet, out: Array, targets: Array) -> tuple[Plan, float]:
    """The calls that turn the output sums into their gradient, in place, and the factor still to be applied.

    out: [n_out, width].  targets: from `targets_for`.
    """
    width = out.shape[1]
    if net.head == "mse":
        return [(np.subtract, (out, targets, out))], 2.0 / out.size
    if net.head == "logistic":  # σ(z) − y is half of tanh(z/2) − (2y − 1)
        half = np.array(0.5, dtype=net.dtype)
        return [
            (np.multiply, (out, half, out)),
            (np.tanh, (out, out)),
            (np.subtract, (out, targets, out)),
        ], 0.5 / width
    return [*softmax_plan(out), (np.subtract, (out, targets, out))], 1.0 / width


def softmax_plan(out: Array) -> Plan:
    """The softmax over the rows of each column, in place; sums by a product with ones, cheaper than a sum."""
    peak = np.empty(out.shape[1], dtype=out.dtype)
    total = np.empty_like(out)
    ones = np.ones((len(out), len(out)), dtype=out.dtype)
    return [
        (np.maximum.reduce, (out, 0, None, peak)),
        (np.subtract, (out, peak, out)),
        (np.exp, (out, out)),
        (ones.dot, (out, total)),
        (np.divide, (out, total, out)),
    ]


def with_ones(x: ArrayLike, n_in: int, dtype: Any) -> Array:
    """Examples [N, n_in] with a column of ones behind: [N, n_in + 1]. Raises ValueError for another shape."""
    values = np.asarray(x)
    if values.ndim != 2 or values.shape[1] != n_in:
        raise ValueError(f"x: has shape {values.shape}, needed (N, {n_in})")
    if not np.isfinite(values).all():
        raise ValueError("x: holds values that are not finite, needs numbers")
    rows = np.ones((len(values), n_in + 1), dtype=dtype)
    rows[:, :-1] = values
    return rows


def gradients(net: FastNet, x: ArrayLike, y: ArrayLike) -> Layout:
    """The gradient of the mean loss over all examples, laid out like the parameters.

    x: [N, n_in].  y: as in `targets_for`.
    """
    rows = with_ones(x, net.sizes[0], net.dtype)
    gate, grads = GATES[net.activation], Layout.of(net.sizes, np.zeros_like(net.parameters))
    work = Workspace.of(net.sizes, len(rows), net.dtype, gate)
    delta, factor = delta_plan(net, work.out, targets_for(net, y))
    with np.errstate(all="ignore"):
        run(forward_plan(net.layout, gate, work, np.ascontiguousarray(rows.T)))
        run([*delta, *backward_plan(net.layout, grads, gate, work, rows)])
        np.multiply(grads.flat, factor, grads.flat)
    return grads


class FastMap:
    """Fixed points carried through a network, again and again, into arrays that are reused.

    x: [N, n_in].
    After `update`, `sums` is [n_out, N], the raw outputs, and `hidden` per layer [n, N]: views, overwritten
    by the next update; copy what must stay.
    """

    def __init__(self, net: FastNet, x: ArrayLike) -> None:
        self.net = net
        rows = with_ones(x, net.sizes[0], net.dtype)
        gate = GATES[net.activation]
        work = Workspace.of(net.sizes, len(rows), net.dtype, gate)
        self.sums = work.out
        self.hidden = tuple(work.value[start:stop] for start, stop in work.rows)
        self._plan = forward_plan(net.layout, gate, work, np.ascontiguousarray(rows.T))
        self._probabilities = np.zeros_like(work.out)
        self._softmax = softmax_plan(self._probabilities)

    def update(self) -> None:
        """Carries the points through with the parameters as they are now."""
        with np.errstate(all="ignore"):
            run(self._plan)

    def probabilities(self) -> Array:
        """[n_out, N]: of class 1 for "logistic", of every class for "softmax", the plain values for "mse"."""
        p = self._probabilities
        with np.errstate(all="ignore"):
            if self.net.head == "logistic":
                np.multiply(self.sums, 0.5, p)
                np.tanh(p, p)
                np.multiply(p, 0.5, p)
                np.add(p, 0.5, p)
            else:
                np.copyto(p, self.sums)
                if self.net.head == "softmax":
                    run(self._softmax)
        return p

    def loss(self, targets: Array) -> float:
        """The mean loss. targets: from `targets_for`, for these points."""
        with np.errstate(all="ignore"):
            if self.net.head == "mse":
                return _mean(np.square(self.sums - targets))
            if self.net.head == "logistic":  # log(1 + e⁻ᶻ) for class 1, log(1 + eᶻ) for class 0
                return _mean(np.logaddexp(0.0, np.multiply(-targets, self.sums)))
            shifted = self.sums - self.sums.max(axis=0)
            return _mean(np.log(np.exp(shifted).sum(axis=0)) - (shifted * targets).sum(axis=0))

    def classes(self) -> Array:
        """The most probable class of each point, [N]."""
        return np.asarray(self.sums[0] > 0 if self.net.head == "logistic" else self.sums.argmax(axis=0))

    def accuracy(self, targets: Array) -> float:
        """The share of points put into their class. targets: from `targets_for`, for these points."""
        truth = targets[0] > 0 if self.net.head == "logistic" else targets.argmax(axis=0)
        return float(np.mean(self.classes() == truth))


def _mean(losses: Array) -> float:
    return float(np.add.reduce(losses, axis=None)) / losses.size


def grid_points(
    x_range: tuple[float, float], y_range: tuple[float, float], columns: int = 100, rows: int = 100
) -> Array:
    """The points of a picture, row by row from the lowest y, so that a map [n, N] reshapes to [n, rows, columns].

    Returns [rows·columns, 2].
    """
    across, up = np.meshgrid(np.linspace(*x_range, columns), np.linspace(*y_range, rows))
    return np.column_stack([across.ravel(), up.ravel()])
