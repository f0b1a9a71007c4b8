"""Operations on a network during training: other sizes, another gate, another loss, other inputs or another number of
classes, each time without losing a weight that can be kept. Networks are frozen values here;
`engine.nets.resize` changes the shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.nets.fast import FastNet
from lab.engine.nets.fast_plan import Layout
from lab.engine.nets.initializers import Scheme
from lab.engine.nets.layers import Activate, Dense, Layer
from lab.engine.nets.network import Head, Network, mlp
from lab.engine.nets.resize import add_layer, add_unit, dense_layers, hidden_sizes, remove_layer, remove_unit
from lab.experiments.e09_decision_boundaries.settings import Params
from lab.experiments.e09_decision_boundaries.settings import hidden_sizes as sizes_of

__all__ = [
    "features_of",
    "from_values",
    "new_network",
    "plain_values",
    "resized",
    "with_activation",
    "with_head",
    "with_inputs",
    "with_weight",
]

Array = NDArray[np.float64]
SCHEMES: dict[str, Scheme] = {"relu": "he", "leaky_relu": "he", "silu": "he"}
LARGE = 5.0


def features_of(x: Array, features: tuple[str, ...]) -> Array:
    """The inputs of the network at places on the canvas: [N, 2] -> [N, F]."""
    if features == ("x1", "x2"):
        return x
    one, two = x[:, 0], x[:, 1]
    columns = {
        "x1": one,
        "x2": two,
        "x1_squared": one * one,
        "x2_squared": two * two,
        "product": one * two,
        "sin_x1": np.sin(2 * one),
        "sin_x2": np.sin(2 * two),
    }
    return np.column_stack([columns[name] for name in features])


def _head(loss: str, classes: int) -> tuple[Head, int]:
    """The engine's head, and how many outputs it has."""
    outputs = 1 if classes == 2 else classes
    return ("mse" if loss == "mse" else "logistic" if classes == 2 else "softmax"), outputs


def new_network(params: Params, classes: int, rng: np.random.Generator) -> Network:
    """The network that the controls ask for, at its start."""
    head, outputs = _head(params.loss, classes)
    sizes = (len(params.features), *sizes_of(params.hidden), outputs)
    scale = {"zero": 0.0, "large": LARGE}.get(params.start, 1.0)
    return mlp(sizes, rng, params.activation, head, SCHEMES.get(params.activation, "xavier"), scale)


def resized(network: Network, sizes: tuple[int, ...], gate: str, rng: np.random.Generator) -> Network:
    """The network with other hidden layers. Layers come and go at the end, units at the end of their layer."""
    while len(hidden_sizes(network)) > len(sizes):
        network = remove_layer(network, len(hidden_sizes(network)) - 1)
    while len(hidden_sizes(network)) < len(sizes):
        network = add_layer(network, len(hidden_sizes(network)), gate)
    for layer, wanted in enumerate(sizes):
        while (now := hidden_sizes(network)[layer]) > wanted:
            network = remove_unit(network, layer, now - 1)
        while hidden_sizes(network)[layer] < wanted:
            network = add_unit(network, layer, rng, SCHEMES.get(gate, "xavier"))
    return network


def with_activation(network: Network, gate: str) -> Network:
    """The same weights behind another gate."""
    return replace(
        network, layers=tuple(Activate(gate) if isinstance(layer, Activate) else layer for layer in network.layers)
    )


def with_head(network: Network, loss: str, classes: int) -> Network:
    """The network for so many classes. A sigmoid's one score z is the softmax of −z/2 and z/2; a further class
    begins without an opinion; one that is no longer there goes with its links."""
    head, outputs = _head(loss, classes)
    last = dense_layers(network)[-1]
    have = len(last.bias)
    if have == 1 and outputs > 1:
        last = Dense(np.hstack((-0.5 * last.weight, 0.5 * last.weight)), np.hstack((-0.5 * last.bias, 0.5 * last.bias)))
    elif have > 1 and outputs == 1:
        last = Dense(last.weight[:, 1:2] - last.weight[:, :1], last.bias[1:2] - last.bias[:1])
    missing = outputs - len(last.bias)
    if missing > 0:
        last = Dense(np.pad(last.weight, ((0, 0), (0, missing))), np.pad(last.bias, (0, missing)))
    elif missing < 0:
        last = Dense(last.weight[:, :outputs].copy(), last.bias[:outputs].copy())
    return Network((*network.layers[:-1], last), head)


def with_inputs(network: Network, before: tuple[str, ...], after: tuple[str, ...]) -> Network:
    """The network with other inputs: those it had keep their links, new ones begin with weights of 0."""
    first = dense_layers(network)[0]
    rows = [first.weight[before.index(name)] if name in before else np.zeros(len(first.bias)) for name in after]
    return replace(network, layers=(Dense(np.array(rows), first.bias), *network.layers[1:]))


def with_weight(network: Network, layer: int, unit: int, source: int, value: float) -> tuple[Network, float]:
    """The network with one other weight, or bias for source −1, and the value that stood there.

    Raises IndexError when there is no such link.
    """
    places = [i for i, found in enumerate(network.layers) if isinstance(found, Dense)]
    if not 0 <= layer < len(places) or unit < 0 or source < -1:
        raise IndexError(f"link {layer}, {unit}, {source}")
    dense = network.layers[places[layer]]
    assert isinstance(dense, Dense)
    weight, bias = dense.weight.copy(), dense.bias.copy()
    before = float(bias[unit] if source < 0 else weight[source, unit])
    if source < 0:
        bias[unit] = value
    else:
        weight[source, unit] = value
    layers = list(network.layers)
    layers[places[layer]] = Dense(weight, bias)
    return replace(network, layers=tuple(layers)), before


def plain_values(net: FastNet) -> dict[str, Any]:
    """A network as plain values."""
    return {"sizes": list(net.sizes), "gate": net.activation, "head": net.head, "flat": net.parameters.copy()}


def from_values(state: Mapping[str, Any]) -> Network:
    """The network of plain values. Raises ValueError when they do not fit each other."""
    sizes, flat = tuple(int(n) for n in state["sizes"]), np.array(state["flat"], np.float64)
    needed = sum(n_out * (n_in + 1) for n_in, n_out in pairwise(sizes))
    if flat.shape != (needed,):
        raise ValueError(f"state: {flat.size} parameters, needs {needed} for {sizes}")
    layers: list[Layer] = []
    for wide in Layout.of(sizes, flat).weights:
        layers += [Dense(wide[:, :-1].T.copy(), wide[:, -1].copy()), Activate(str(state["gate"]))]
    return Network(tuple(layers[:-1]), state["head"])
