"""Back-propagation of a small sigmoid network written out by hand, layer by layer, as it would stand on the
blackboard: dL/da, dL/dz = dL/da · σ′(z), dL/dW = aᵀ dL/dz, dL/db = dL/dz, and dL/da of the layer before =
dL/dz Wᵀ. The three classic bugs can be switched on one by one:

    wrong transpose    dL/dW is taken as (dL/dz)ᵀ a and poured into the shape of W: right numbers, wrong places
    missing cache      the forward pass kept z but not a = σ(z), and backward uses z where it needs a
    not zeroed         every gradient is added to that of the step before"""

from collections.abc import Sequence

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import sigmoid
from lab.engine.graph.operations import Array

__all__ = ["Faults", "ForwardCache", "LayerGradients", "backward", "forward", "mean_squared_error"]

Parameters = Sequence[tuple[Array, Array]]  # per layer weights [n_in, n_out] and biases [n_out]


@dataclass(frozen=True, slots=True)
class Faults:
    """Which of the three classic bugs are switched on."""

    wrong_transpose: bool = False
    missing_cache: bool = False
    not_zeroed: bool = False


@dataclass(frozen=True, slots=True)
class ForwardCache:
    """What the forward pass keeps for the way back.

    x: [N, n_in].  z, a: per layer [N, n_out], before and after the sigmoid; the last a is the prediction.
    """

    x: Array
    z: tuple[Array, ...]
    a: tuple[Array, ...]

    @property
    def prediction(self) -> Array:
        return self.a[-1]


@dataclass(frozen=True, slots=True)
class LayerGradients:
    """One layer's share of the blame: dL/da and dL/dz [N, n_out], dL/dW [n_in, n_out], dL/db [n_out]."""

    a: Array
    z: Array
    weight: Array
    bias: Array


def forward(layers: Parameters, x: Array) -> ForwardCache:
    """The forward pass, everything kept.

    layers: weights and biases.  x: [N, n_in].
    Raises ValueError when x or a layer does not fit the one before.
    """
    zs, activations = [], [x]
    for number, (weight, bias) in enumerate(layers, start=1):
        if x.ndim != 2 or activations[-1].shape[1] != weight.shape[0]:
            raise ValueError(f"layers: W{number} has shape {weight.shape}, needed ({activations[-1].shape[-1]}, n)")
        zs.append(activations[-1] @ weight + bias)  # [N, n_in] -> [N, n_out]
        activations.append(sigmoid(zs[-1]))
    return ForwardCache(x, tuple(zs), tuple(activations[1:]))


def mean_squared_error(prediction: Array, y: Array) -> float:
    """The mean of (prediction − y)². prediction, y: [N, n_out]."""
    return float(np.mean((prediction - y) ** 2))


def backward(
    layers: Parameters,
    cache: ForwardCache,
    y: Array,
    faults: Faults | None = None,
    previous: Sequence[LayerGradients] | None = None,
) -> tuple[LayerGradients, ...]:
    """The backward pass of the mean squared error.

    y: [N, n_out].  faults: bugs switched on.  previous: the gradients of the step before, which only the bug
    "not zeroed" makes use of.
    Returns gradients for every layer, first to last.
    Source: Rumelhart, Hinton & Williams, 1986.
    """
    faults = faults or Faults()
    kept = cache.z if faults.missing_cache else cache.a
    grad_a = 2.0 * (cache.prediction - y) / y.size  # [N, n_out]
    gradients: list[LayerGradients] = []
    for number in reversed(range(len(layers))):
        weight, _ = layers[number]
        grad_z = grad_a * kept[number] * (1.0 - kept[number])
        before = kept[number - 1] if number else cache.x
        grad_weight = before.T @ grad_z  # [n_in, N] @ [N, n_out]
        if faults.wrong_transpose:
            grad_weight = (grad_z.T @ before).reshape(weight.shape)
        gradients.append(LayerGradients(grad_a, grad_z, grad_weight, grad_z.sum(axis=0)))
        grad_a = grad_z @ weight.T  # [N, n_out] @ [n_out, n_in]
    gradients.reverse()
    if faults.not_zeroed and previous is not None:
        gradients = [_added(now, old) for now, old in zip(gradients, previous, strict=True)]
    return tuple(gradients)


def _added(now: LayerGradients, old: LayerGradients) -> LayerGradients:
    return LayerGradients(now.a, now.z, now.weight + old.weight, now.bias + old.bias)
