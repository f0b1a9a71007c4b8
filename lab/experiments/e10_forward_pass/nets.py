"""The networks to choose from: weights, biases and activations, built by hand, random, or received."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.nets.exchange import NetworkForm
from lab.engine.nets.initializers import initial_weight
from lab.experiments.e10_forward_pass.digits import digit_net
from lab.experiments.e10_forward_pass.gestures import BIAS
from lab.experiments.e10_forward_pass.settings import MOST_ROWS, Params, sizes_of
from lab.kit.exchange import nothing_received

__all__ = ["BUMP_X", "XOR_ROWS", "XOR_TRUTH", "Network", "base_key", "bump", "chosen", "edited", "misfit", "multiplied"]

Array = NDArray[np.float64]
XOR_ROWS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_TRUTH = np.array([0.0, 1.0, 1.0, 0.0])
LINE_ROWS = np.array([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0])[:, None]
BUMP_X = np.linspace(-3.0, 3.0, 121)


def bump(x: Array) -> Array:
    """What the second challenge asks for: 0 outside ±1.5, 1 inside ±0.5, straight in between."""
    return np.clip(1.5 - np.abs(x), 0.0, 1.0)


@dataclass(frozen=True, eq=False, slots=True)
class Network:
    """weights: one a layer, [n_in, n_out].  biases: [n_out].  hidden, output: the gates.  x: examples, [N, n_in].
    labels: their classes, or None."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    hidden: str
    output: str
    x: Array
    labels: NDArray[np.int64] | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, then the units of each layer."""
        return (self.weights[0].shape[0], *(w.shape[1] for w in self.weights))


def base_key(params: Params) -> str:
    """What edits belong to: the network they were made on."""
    return f"sizes {params.sizes}" if params.net == "sizes" else params.net


def chosen(params: Params, seed: int, received: NetworkForm | None) -> Network:
    """The network as chosen, before edits. Raises ParamError when one has to be received first."""
    net = _as_chosen(params, seed, received)
    hidden = net.hidden if params.activation == "built" else params.activation
    output = net.output if params.output == "built" else params.output
    return replace(net, hidden=hidden, output=output)


def _as_chosen(params: Params, seed: int, received: NetworkForm | None) -> Network:
    weights: tuple[list[list[float]], ...]
    match params.net:
        case "xor":
            weights = [[20.0, -20.0], [20.0, -20.0]], [[20.0], [20.0]]
            return _by_hand(weights, ([-10.0, 30.0], [-30.0]), "sigmoid", "sigmoid", XOR_ROWS)
        case "hat":
            return _by_hand(([[1.0, -1.0]], [[-1.0], [-1.0]]), ([0.0, 0.0], [1.0]), "relu", "relu", LINE_ROWS)
        case "stack":
            weights = (
                [[1.0, -1.0, 0.5], [0.5, 1.0, -1.0]],
                [[1.0, 0.5], [-0.5, 1.0], [1.0, -1.0]],
                [[1.0], [-1.0]],
            )
            return _by_hand(weights, ([0.1, 0.0, -0.2], [0.0, 0.3], [0.2]), "linear", "identity", XOR_ROWS)
        case "identity":
            weights = [[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0]], [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]
            rows = np.array([[0.5, -0.5], [1.0, 2.0], [-1.5, 0.0], [-2.0, -1.0]])
            return _by_hand(weights, ([0.0] * 4, [0.0] * 2), "relu", "identity", rows)
        case "digits":
            net = digit_net()
            return Network(net.weights, net.biases, "relu", "softmax", net.x, net.labels)
        case "received":
            return _received(received, seed)
    return _random(params, seed)


def _by_hand(weights: tuple[list[list[float]], ...], biases: tuple[list[float], ...], hidden: str, output: str,
          x: Array) -> Network:  # fmt: skip
    return Network(tuple(np.array(w) for w in weights), tuple(np.array(b) for b in biases), hidden, output, x)


def _random(params: Params, seed: int) -> Network:
    sizes, rng = sizes_of(params.sizes), np.random.default_rng(seed)
    rows = _rows(sizes[0], np.random.default_rng([seed, 1]))
    pairs = tuple(pairwise(sizes))
    weights = tuple(initial_weight(params.init, n_in, n_out, rng, params.gain) for n_in, n_out in pairs)
    return Network(weights, tuple(np.zeros(n) for n in sizes[1:]), "relu", "identity", rows)


def _rows(inputs: int, rng: np.random.Generator) -> Array:
    """Examples: the table of XOR for two inputs, places on a line for one, numbers by chance behind them."""
    known = {1: LINE_ROWS, 2: XOR_ROWS}.get(inputs, np.zeros((0, inputs)))
    chance = np.round(rng.normal(size=(MOST_ROWS - len(known), inputs)), 1)
    return np.vstack((known, chance)) + 0.0


def _received(form: NetworkForm | None, seed: int) -> Network:
    if form is None:
        raise nothing_received("net", "network")
    weights = tuple(np.ascontiguousarray(weight.T) for weight in form.weights)
    labels = None
    if form.x is not None and len(form.x):
        rows = np.asarray(form.x[:MOST_ROWS], np.float64)
        found = form.labels[:MOST_ROWS] if form.labels is not None else None
        labels = None if found is None or not np.array_equal(found, np.round(found)) else found.astype(np.int64)
    else:
        rows = _rows(form.sizes[0], np.random.default_rng([seed, 1]))
    return Network(weights, form.biases, form.hidden, form.output, rows, labels)


WeightEdits = dict[tuple[int, int, int], float]  # (layer, unit, source): value
InputEdits = dict[tuple[int, int], float]  # (row, place): value


def edited(net: Network, weights: WeightEdits, inputs: InputEdits) -> Network:
    """The network with the weights and inputs that were changed by hand."""
    if weights:
        w, b = [a.copy() for a in net.weights], [a.copy() for a in net.biases]
        for (layer, unit, source), value in weights.items():
            if source == BIAS:
                b[layer][unit] = value
            else:
                w[layer][source, unit] = value
        net = replace(net, weights=tuple(w), biases=tuple(b))
    if inputs:
        x = net.x.copy()
        for at, value in inputs.items():
            x[at] = value
        net = replace(net, x=x)
    return net


def multiplied(net: Network) -> Network:
    """All layers multiplied into one, as if there were no gates: W = W₁W₂…, b = (b₁W₂ + b₂)W₃ …"""
    weight, bias = net.weights[0], net.biases[0]
    for w, b in zip(net.weights[1:], net.biases[1:], strict=True):
        weight, bias = weight @ w, bias @ w + b
    return replace(net, weights=(weight,), biases=(bias,))


def misfit(net: Network, mistake: str) -> Network:
    """The network with one shape that does not fit."""
    w, b, count = list(net.weights), list(net.biases), len(net.weights)
    match mistake:
        case "turned":
            layer = next((i for i in range(count) if w[i].shape[0] != w[i].shape[1]), count - 1)
            w[layer] = np.ascontiguousarray(w[layer].T)
        case "row":
            layer = min(1, count - 1)
            w[layer] = np.vstack((w[layer], np.zeros((1, w[layer].shape[1]))))
        case "bias":
            layer = next((i for i in range(count) if len(b[i]) > 1), count - 1)
            b[layer] = np.append(b[layer], 0.0)
    return replace(net, weights=tuple(w), biases=tuple(b))
