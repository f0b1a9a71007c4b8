"""The graph of a whole network on one example, with the loss at its end and every weight under its name.
Folded, it has one node per layer and step: x, W1, b1, z1, a1 and so on. Unrolled, every number is a node of
its own, W1[1,2] the weight from input 1 to unit 2 of the first layer: the form in which each product and
each path can be followed with a finger. Indices count from 1, as in a book."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from lab.engine.basics.activations import ACTIVATIONS
from lab.engine.graph.autograd import Tensor, apply
from lab.engine.graph.nodes import Graph, graph_of_tensor
from lab.engine.graph.operations import Array
from lab.engine.nets.layers import Activate
from lab.engine.nets.network import Network
from lab.engine.nets.resize import dense_layers

__all__ = ["COURSE_NET", "GraphLoss", "graph_of_network", "network_graph"]

GraphLoss = Literal["mse", "bce", "ce"]
OF_HEAD: dict[str, GraphLoss] = {"mse": "mse", "logistic": "bce", "softmax": "ce"}
Layer = tuple[ArrayLike, ArrayLike]  # weights [n_in, n_out], biases [n_out]

# The 2→3→1 net of the course; with x = [0.5, −0.3] and y = 0.8.
COURSE_NET: tuple[Layer, ...] = (
    ([[0.2, -0.4, 0.7], [0.5, 0.1, -0.6]], [0.1, -0.2, 0.3]),
    ([[0.6], [-0.3], [0.8]], [0.05]),
)


def network_graph(
    layers: Sequence[Layer],
    x: ArrayLike,
    y: ArrayLike,
    activation: str = "sigmoid",
    output: str = "sigmoid",
    loss: GraphLoss = "mse",
    unrolled: bool = True,
) -> Graph:
    """The graph of a dense network's loss on one example.

    layers: (weights [n_in, n_out], biases [n_out]) from first to last.  x: [n_in].  y: [n_out], or the
    number of the true class for "ce".
    activation: of the hidden layers, one of ACTIVATIONS.  output: the last layer's; "bce" and "ce" take its z
    and bring their own sigmoid or softmax.
    unrolled: a node for every number, or one for every matrix.
    Raises ValueError when shapes do not fit each other, or an activation is unknown.
    """
    for name in (activation, output):
        if name not in ACTIVATIONS:
            raise ValueError(f"activation: {name!r}, needs one of {', '.join(ACTIVATIONS)}")
    parameters = [(np.asarray(w, dtype=float), np.asarray(b, dtype=float)) for w, b in layers]
    inputs = np.asarray(x, dtype=float)
    _check(parameters, inputs)
    build = _unrolled if unrolled else _folded
    result, names = build(parameters, inputs, activation, "linear" if loss != "mse" else output)
    cost = _loss(result, np.asarray(y, dtype=float), loss, unrolled)
    cost.name = "L"
    return graph_of_tensor(cost, inputs=names)


def graph_of_network(network: Network, x: ArrayLike, y: ArrayLike, unrolled: bool = True) -> Graph:
    """The graph of a readable dense network's loss on one example, dropout left out.

    x: [n_in].  y: as the network's head wants it.
    Raises ValueError when it has other layers, or more than one kind of gate.
    """
    gates = {layer.name for layer in network.layers if isinstance(layer, Activate)}
    if len(gates) > 1:
        raise ValueError(f"network: has gates {', '.join(sorted(gates))}, needs one kind for all layers")
    layers = [(layer.weight, layer.bias) for layer in dense_layers(network)]
    return network_graph(layers, x, y, gates.pop() if gates else "linear", "linear", OF_HEAD[network.head], unrolled)


def _check(layers: Sequence[tuple[Array, Array]], x: Array) -> None:
    if not layers:
        raise ValueError("layers: none given, needed at least one")
    if x.ndim != 1:
        raise ValueError(f"x: has shape {x.shape}, needed [n_in]: a single example")
    width = len(x)
    for number, (w, b) in enumerate(layers, start=1):
        if w.ndim != 2 or len(w) != width or b.shape != (w.shape[1],):
            raise ValueError(
                f"layers: W{number} has shape {w.shape} and b{number} {b.shape}, needed ({width}, n) and (n,)"
            )
        width = w.shape[1]


def _activate(z: Tensor, activation: str) -> Tensor:
    if activation == "linear":
        return z
    return apply(activation, z)


def _folded(
    layers: Sequence[tuple[Array, Array]], x: Array, activation: str, output: str
) -> tuple[list[Tensor], list[str]]:
    a = Tensor(x, name="x")
    for number, (w, b) in enumerate(layers, start=1):
        z = a @ Tensor(w, name=f"W{number}") + Tensor(b, name=f"b{number}")  # [n_in] -> [n_out]
        z.name = f"z{number}"
        a = _activate(z, output if number == len(layers) else activation)
        a.name = a.name or f"a{number}"
    return [a], ["x"]


def _unrolled(
    layers: Sequence[tuple[Array, Array]], x: Array, activation: str, output: str
) -> tuple[list[Tensor], list[str]]:
    names = [f"x{i}" for i in range(1, len(x) + 1)]
    a = [Tensor(value, name=name) for value, name in zip(x, names, strict=True)]
    for number, (w, b) in enumerate(layers, start=1):
        units = []
        for j in range(w.shape[1]):
            terms = [a[i] * Tensor(w[i, j], name=f"W{number}[{i + 1},{j + 1}]") for i in range(len(a))]
            z = sum(terms[1:], start=terms[0]) + Tensor(b[j], name=f"b{number}[{j + 1}]")
            z.name = f"z{number}[{j + 1}]"
            unit = _activate(z, output if number == len(layers) else activation)
            unit.name = unit.name or f"a{number}[{j + 1}]"
            units.append(unit)
        a = units
    return a, names


def _loss(outputs: list[Tensor], y: Array, loss: GraphLoss, unrolled: bool) -> Tensor:
    """One number: MSE, or the cross-entropy of a sigmoid or of a softmax computed from z, as it should be."""
    width = len(outputs) if unrolled else len(outputs[0])
    if loss == "ce":
        return _cross_entropy(outputs, int(y), width, unrolled)
    if y.size != width:
        raise ValueError(f"y: has shape {y.shape}, needed {width} number{'s' * (width > 1)}")
    if not unrolled:
        target = Tensor(y.reshape(width), requires_grad=False, name="y")
        if loss == "mse":
            return (outputs[0] - target).square().mean()
        return (outputs[0].softplus() - target * outputs[0]).mean()  # log(1 + eᶻ) − y·z
    parts = []
    for j, (z, value) in enumerate(zip(outputs, y.reshape(width), strict=True), start=1):
        target = Tensor(value, requires_grad=False, name="y" if width == 1 else f"y{j}")
        parts.append((z - target).square() if loss == "mse" else z.softplus() - target * z)
    total = sum(parts[1:], start=parts[0])
    return total if width == 1 else total / width


def _cross_entropy(outputs: list[Tensor], label: int, width: int, unrolled: bool) -> Tensor:
    if not 0 <= label < width:
        raise ValueError(f"y: class {label}, needed 0 to {width - 1}")
    if not unrolled:
        return -outputs[0].log_softmax()[label]
    exponentials = [z.exp() for z in outputs]
    return sum(exponentials[1:], start=exponentials[0]).log() - outputs[label]  # log Σeᶻ − z of the class
