"""A network is layers one after the other, with a head that says what its outputs mean and how wrong they
are. This is the engine to be read, in float64 with every layer's output and cache in the open; `fast`
trains the same dense networks many times faster and is tested against it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import sigmoid, softmax
from lab.engine.basics.losses import (
    bce_with_logits,
    bce_with_logits_gradient,
    cross_entropy,
    cross_entropy_gradient,
    mse,
    mse_gradient,
)
from lab.engine.basics.optim import leaves, tree_map
from lab.engine.graph.operations import Array
from lab.engine.nets.initializers import Scheme
from lab.engine.nets.layers import Activate, Dropout, Layer, Residual, dense
from lab.engine.nets.normalization import BatchNorm

__all__ = [
    "ForwardPass",
    "Head",
    "Network",
    "UnitHealth",
    "mlp",
    "parameter_count",
    "penalty",
    "penalty_gradients",
    "unit_health",
]

Head = Literal["mse", "logistic", "softmax"]
Tree = Any


@dataclass(frozen=True, slots=True)
class ForwardPass:
    """Everything a forward pass produced.

    activations: the input, then every layer's output.  caches: one a layer, for the way back.
    """

    activations: tuple[Array, ...]
    caches: tuple[Any, ...]

    @property
    def outputs(self) -> Array:
        return self.activations[-1]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Layers and a head.

    head: "mse", targets [N, K]; "logistic", one output through a sigmoid, targets 0 or 1 [N]; "softmax",
    targets whole numbers [N] or, for sequences, [N, T], where −1 asks for nothing. The last layer gives plain
    sums (logits); sigmoid and softmax belong to the head.
    Raises ValueError when the head is unknown.
    """

    layers: tuple[Layer, ...]
    head: Head = "mse"

    def __post_init__(self) -> None:
        if self.head not in get_args(Head):
            raise ValueError(f"head: {self.head!r}, needs one of {', '.join(get_args(Head))}")

    def parameters(self) -> tuple[Tree, ...]:
        """The layers' parameters, in the nest that `optim` takes."""
        return tuple(layer.parameters() for layer in self.layers)

    def with_parameters(self, parameters: Sequence[Tree]) -> "Network":
        """The same network with other parameters."""
        layers = (layer.with_parameters(new) for layer, new in zip(self.layers, parameters, strict=True))
        return replace(self, layers=tuple(layers))

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> ForwardPass:
        """x: [N, ...].  train, rng: dropout and batch statistics act in training only."""
        activations, caches = [x], []
        for layer in self.layers:
            out, cache = layer.forward(activations[-1], train, rng)
            activations.append(out)
            caches.append(cache)
        return ForwardPass(tuple(activations), tuple(caches))

    def backward(self, gradient: Array, run: ForwardPass) -> tuple[tuple[Array, ...], tuple[Tree, ...]]:
        """gradient: of the outputs.  run: the forward pass it belongs to.
        Returns the gradients of the activations, the input first, and those of the parameters."""
        arriving, grads = [gradient], []
        for layer, cache in zip(reversed(self.layers), reversed(run.caches), strict=True):
            gradient, own = layer.backward(gradient, cache)
            arriving.append(gradient)
            grads.append(own)
        return tuple(reversed(arriving)), tuple(reversed(grads))

    def predict(self, x: Array) -> Array:
        """x: [N, ...].  Returns [N, K]: values, or the probability of class 1, or of every class."""
        outputs = self.forward(x).outputs
        if self.head == "logistic":
            return sigmoid(outputs)
        return softmax(outputs) if self.head == "softmax" else outputs

    def classify(self, x: Array) -> Array:
        """The most probable class of each example, [N] or [N, T]. Raises ValueError when there are no classes."""
        if self.head == "mse":
            raise ValueError("head: 'mse' predicts values, classes need 'logistic' or 'softmax'")
        outputs = self.forward(x).outputs
        return (outputs[:, 0] > 0).astype(int) if self.head == "logistic" else outputs.argmax(axis=-1)

    def accuracy(self, x: Array, y: Array) -> float:
        """The share of examples put into their class. x: [N, ...].  y: [N] or [N, T], −1 not counted."""
        targets = np.asarray(y)
        guesses = self.classify(x)
        targets = targets.reshape(guesses.shape)
        return float(np.mean((guesses == targets)[targets >= 0]))

    def loss_of(self, outputs: Array, y: Array) -> tuple[float, Array]:
        """The head's mean loss, and its gradient for the outputs.

        outputs: [N, K] or [N, T, K].  y: [N, K] for "mse", else without the K.
        Raises ValueError when the shapes do not fit.
        """
        targets = np.asarray(y)
        if self.head == "softmax":
            return float(cross_entropy(outputs, targets, ignore_index=-1)), cross_entropy_gradient(
                outputs, targets, ignore_index=-1
            )
        if targets.size == outputs.size:
            targets = targets.reshape(outputs.shape)  # [N] beside a single output
        if self.head == "logistic":
            return float(bce_with_logits(outputs, targets)), bce_with_logits_gradient(outputs, targets)
        return float(mse(outputs, targets)), mse_gradient(outputs, targets)

    def loss(self, x: Array, y: Array) -> float:
        """The mean loss on some examples, dropout and the like off."""
        return self.loss_of(self.forward(x).outputs, y)[0]

    def gradients(
        self, x: Array, y: Array, train: bool = True, rng: np.random.Generator | None = None
    ) -> tuple[float, tuple[Tree, ...], ForwardPass]:
        """One forward and one backward pass: the loss, the parameters' gradients, and all that was computed."""
        run = self.forward(x, train, rng)
        loss, gradient = self.loss_of(run.outputs, y)
        return loss, self.backward(gradient, run)[1], run

    def remembering(self, run: ForwardPass) -> "Network":
        """The network after a training step: batch norms keep what they saw of the batch."""
        return replace(self, layers=tuple(_remember(self.layers, run.caches)))


def _remember(layers: Sequence[Layer], caches: Sequence[Any]) -> Iterator[Layer]:
    for layer, cache in zip(layers, caches, strict=True):
        if isinstance(layer, BatchNorm):
            yield layer.remembering(cache)
        elif isinstance(layer, Residual):
            yield replace(layer, layers=tuple(_remember(layer.layers, cache)))
        else:
            yield layer


def mlp(
    sizes: Sequence[int],
    rng: np.random.Generator,
    activation: str = "tanh",
    head: Head = "logistic",
    scheme: Scheme = "xavier",
    scale: float = 1.0,
    dropout: float = 0.0,
) -> Network:
    """A dense network, a multi-layer perceptron: sums and gates in turn, plain sums at the end.

    sizes: inputs, hidden units per layer, outputs.  scheme, scale: of the weights; biases start at 0.
    dropout: behind every hidden layer.
    Raises ValueError when there are fewer than two sizes or one is below 1.
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes: {tuple(sizes)}, needs at least two sizes of at least 1")
    layers: list[Layer] = []
    for place, (n_in, n_out) in enumerate(pairwise(sizes)):
        layers.append(dense(n_in, n_out, rng, scheme, scale))
        if place < len(sizes) - 2:
            layers.append(Activate(activation))
            if dropout:
                layers.append(Dropout(dropout))
    return Network(tuple(layers), head)


def parameter_count(network: Network) -> int:
    """How many numbers are trained; in a dense network Σ (n_in + 1)·n_out."""
    return sum(array.size for array in leaves(network.parameters()))


def penalty(network: Network, l1: float = 0.0, l2: float = 0.0) -> float:
    """What regularisation adds to the loss: l1·Σ|w| + ½·l2·Σw², over weights, not biases or gains."""
    weights = [array for array in leaves(network.parameters()) if array.ndim > 1]
    return float(sum(l1 * np.abs(w).sum() + 0.5 * l2 * np.square(w).sum() for w in weights))


def penalty_gradients(network: Network, grads: Tree, l1: float = 0.0, l2: float = 0.0) -> Tree:
    """The gradients with those of the penalty added: l1·sign(w) + l2·w on weights."""

    def added(w: Array, g: Array) -> Array:
        return g + l1 * np.sign(w) + l2 * w if w.ndim > 1 else g

    return tree_map(added, network.parameters(), grads)


@dataclass(frozen=True, slots=True)
class UnitHealth:
    """The units of one gate that have stopped learning.

    dead: [n] slope exactly 0 on every example.  saturated: [n] slope below a small limit on every example.
    """

    dead: Array
    saturated: Array


def unit_health(network: Network, x: Array, limit: float = 0.01) -> tuple[UnitHealth, ...]:
    """For every gate which of its units pass no gradient on, whatever the example.

    x: [N, n_in], the examples to judge by.  limit: the slope below which a unit counts as saturated.
    """
    activations = network.forward(x).activations
    found = []
    for layer, z in zip(network.layers, activations, strict=False):
        if isinstance(layer, Activate):
            steepest = np.abs(layer.backward(np.ones_like(z), z)[0]).max(axis=0)  # [N, n] -> [n]
            found.append(UnitHealth(steepest == 0, (steepest < limit) & (steepest > 0)))
    return tuple(found)
