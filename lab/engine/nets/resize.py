"""Changing a dense network's shape while it trains. A new unit starts with outgoing weights of zero, so the
function stays what it was and learning goes on from there; a removed unit just goes, with all its links. A
new layer starts as the identity; a removed one is multiplied through, as if its gate were a straight line.
All other weights keep their values."""

from dataclasses import replace

import numpy as np

from lab.engine.graph.operations import Array
from lab.engine.nets.initializers import Scheme, initial_weight
from lab.engine.nets.layers import Activate, Dense, Dropout
from lab.engine.nets.network import Network

__all__ = ["add_layer", "add_unit", "dense_layers", "hidden_sizes", "remove_layer", "remove_unit", "sizes"]


def dense_layers(network: Network) -> tuple[Dense, ...]:
    """The weighted sums of a dense network, first to last.

    Raises ValueError when it has other layers than sums, gates and dropout.
    """
    return tuple(layer for i in _places(network) if isinstance(layer := network.layers[i], Dense))


def _places(network: Network) -> list[int]:
    for layer in network.layers:
        if not isinstance(layer, Dense | Activate | Dropout):
            raise ValueError(f"network: has a {type(layer).__name__} layer, needs Dense, Activate and Dropout only")
    return [i for i, layer in enumerate(network.layers) if isinstance(layer, Dense)]


def sizes(network: Network) -> tuple[int, ...]:
    """Inputs, hidden units per layer, outputs."""
    layers = dense_layers(network)
    return (layers[0].weight.shape[0], *(len(layer.bias) for layer in layers))


def hidden_sizes(network: Network) -> tuple[int, ...]:
    """Units per hidden layer."""
    return sizes(network)[1:-1]


def _hidden(network: Network, layer: int) -> tuple[int, Dense, int, Dense]:
    """The sums that make hidden layer `layer`, and those that read it, with their places."""
    places, found = _places(network), dense_layers(network)
    if not 0 <= layer < len(places) - 1:
        raise ValueError(f"layer: {layer}, the network has {len(places) - 1} hidden layers, counted from 0")
    return places[layer], found[layer], places[layer + 1], found[layer + 1]


def _with(network: Network, changes: dict[int, Dense]) -> Network:
    return replace(network, layers=tuple(changes.get(i, layer) for i, layer in enumerate(network.layers)))


def add_unit(
    network: Network, layer: int, rng: np.random.Generator, scheme: Scheme = "xavier", scale: float = 1.0
) -> Network:
    """One unit more at the end of hidden layer `layer`; every output stays exactly what it was.

    rng, scheme, scale: for its incoming weights.
    Raises ValueError when there is no such layer.
    """
    place, reads, next_place, sends = _hidden(network, layer)
    incoming = initial_weight(scheme, reads.weight.shape[0], reads.weight.shape[1] + 1, rng, scale)[:, -1:]
    wider = Dense(np.hstack([reads.weight, incoming]), np.append(reads.bias, 0.0))
    outgoing = np.vstack([sends.weight, np.zeros((1, sends.weight.shape[1]))])
    return _with(network, {place: wider, next_place: replace(sends, weight=outgoing)})


def remove_unit(network: Network, layer: int, unit: int) -> Network:
    """One unit less in hidden layer `layer`.

    unit: which, counted from 0.  Raises ValueError when there is none, or it is the layer's last.
    """
    place, reads, next_place, sends = _hidden(network, layer)
    if not 0 <= unit < len(reads.bias):
        raise ValueError(f"unit: {unit}, hidden layer {layer} has {len(reads.bias)} units, counted from 0")
    if len(reads.bias) == 1:
        raise ValueError(f"unit: hidden layer {layer} has only this one; remove the layer instead")
    narrower = Dense(np.delete(reads.weight, unit, axis=1), np.delete(reads.bias, unit))
    rest = np.delete(sends.weight, unit, axis=0)
    return _with(network, {place: narrower, next_place: replace(sends, weight=rest)})


def add_layer(network: Network, layer: int, activation: str | None = None) -> Network:
    """A hidden layer more, in front of what is now hidden layer `layer` (or of the outputs, when it equals
    their number). It is as wide as what it reads and starts as the identity, so behind a ReLU the outputs
    stay exactly what they were; behind another gate they change a little, and no old weight does.

    activation: its gate, that of the network's first gate when not given.
    Raises ValueError when the place does not exist.
    """
    places = _places(network)
    if not 0 <= layer < len(places):
        raise ValueError(f"layer: {layer}, needs 0 to {len(places) - 1}")
    gates = [found.name for found in network.layers if isinstance(found, Activate)]
    width = dense_layers(network)[layer].weight.shape[0]
    new = (Dense(np.eye(width), np.zeros(width)), Activate(activation or (gates[0] if gates else "tanh")))
    at = places[layer]
    return replace(network, layers=(*network.layers[:at], *new, *network.layers[at:]))


def remove_layer(network: Network, layer: int) -> Network:
    """A hidden layer less: its sums are multiplied into those that read it, as if its gate were not there.

    Raises ValueError when there is no such layer.
    """
    place, reads, next_place, sends = _hidden(network, layer)
    weight: Array = reads.weight @ sends.weight  # [n_in, n] @ [n, n_out]
    joined = Dense(weight, reads.bias @ sends.weight + sends.bias)
    return replace(network, layers=(*network.layers[:place], joined, *network.layers[next_place + 1 :]))
