"""Layers that bring the signal back to a standard size. LayerNorm and RMSNorm do it for each example over
its features, whatever the rest of the batch; BatchNorm for each feature over the batch, and so behaves
differently in training, with the batch's own statistics, and afterwards, with a running average of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.operations import Array

__all__ = ["BatchNorm", "LayerNorm", "RMSNorm", "batch_norm", "layer_norm", "rms_norm"]

Cache = Any


def _check_width(x: Array, width: int, axis: int = -1) -> None:
    if x.ndim < 2 or x.shape[axis] != width:
        needed = f"(..., {width})" if axis == -1 else f"(N, {width}, ...)"
        raise ValueError(f"x: has shape {x.shape}, needed {needed}")


@dataclass(frozen=True, slots=True, eq=False)
class LayerNorm:
    """Each example's features shifted to mean 0 and scaled to variance 1, then gain · x̂ + bias.

    gain, bias: [width].  epsilon: added to the variance, inside the root.  trained: whether gain and bias are.
    Source: Ba, Kiros & Hinton, 2016.
    """

    gain: Array
    bias: Array
    epsilon: float = 1e-5
    trained: bool = True

    def parameters(self) -> dict[str, Array]:
        """gain and bias, or nothing when they are fixed."""
        return {"gain": self.gain, "bias": self.bias} if self.trained else {}

    def with_parameters(self, parameters: Mapping[str, Any]) -> "LayerNorm":
        """The same layer with another gain and bias."""
        return replace(self, **parameters)

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """x: [..., width].  Returns the same shape, and x̂ with 1/σ."""
        _check_width(x, len(self.gain))
        centred = x - x.mean(axis=-1, keepdims=True)
        inverse = 1.0 / np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + self.epsilon)
        normal = centred * inverse
        return normal * self.gain + self.bias, (normal, inverse)

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, dict[str, Array]]:
        """gradient: of the output.  Returns that of x: what would change the mean or the size is taken out."""
        normal, inverse = cache
        inside = gradient * self.gain
        mean = inside.mean(axis=-1, keepdims=True)
        along = np.mean(inside * normal, axis=-1, keepdims=True)
        grads = {"gain": _over_examples(gradient * normal), "bias": _over_examples(gradient)}
        return (inside - mean - normal * along) * inverse, grads if self.trained else {}


@dataclass(frozen=True, slots=True, eq=False)
class RMSNorm:
    """Each example's features divided by their root mean square, without centring; then times gain.

    gain: [width].  epsilon: added to the mean square, inside the root.  trained: whether the gain is.
    Source: Zhang & Sennrich, 2019.
    """

    gain: Array
    epsilon: float = 1e-5
    trained: bool = True

    def parameters(self) -> dict[str, Array]:
        """The gain, or nothing when it is fixed."""
        return {"gain": self.gain} if self.trained else {}

    def with_parameters(self, parameters: Mapping[str, Any]) -> "RMSNorm":
        """The same layer with another gain."""
        return replace(self, **parameters)

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """x: [..., width].  Returns the same shape, and x̂ with 1/rms."""
        _check_width(x, len(self.gain))
        inverse = 1.0 / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + self.epsilon)
        normal = x * inverse
        return normal * self.gain, (normal, inverse)

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, dict[str, Array]]:
        """gradient: of the output.  Returns that of x: what would only change the size is taken out."""
        normal, inverse = cache
        inside = gradient * self.gain
        along = np.mean(inside * normal, axis=-1, keepdims=True)
        grads = {"gain": _over_examples(gradient * normal)} if self.trained else {}
        return (inside - normal * along) * inverse, grads


def _over_examples(gradient: Array) -> Array:
    return np.asarray(gradient.reshape(-1, gradient.shape[-1]).sum(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class BatchNorm:
    """Each feature brought to mean 0 and variance 1 over the batch, then gain · x̂ + bias.

    In training the batch's own mean and variance are used (with one example the variance is 0 and every
    output the bias); afterwards the running ones, which `remembering` moves. Works on [N, width] and, per
    channel, on pictures [N, width, height, ...].
    gain, bias, mean, variance: [width].  momentum: how much of a new batch enters the running statistics.
    trained: whether gain and bias are.
    Source: Ioffe & Szegedy, 2015; conventions as in PyTorch (the running variance is unbiased).
    """

    gain: Array
    bias: Array
    mean: Array
    variance: Array
    momentum: float = 0.1
    epsilon: float = 1e-5
    trained: bool = True

    def parameters(self) -> dict[str, Array]:
        """gain and bias, or nothing when they are fixed."""
        return {"gain": self.gain, "bias": self.bias} if self.trained else {}

    def with_parameters(self, parameters: Mapping[str, Any]) -> "BatchNorm":
        """The same layer with another gain and bias."""
        return replace(self, **parameters)

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """x: [N, width] or [N, width, ...].  Returns the same shape, and x̂, 1/σ, and the batch's statistics."""
        _check_width(x, len(self.gain), axis=1)
        axes = (0, *range(2, x.ndim))
        shape = (1, -1) + (1,) * (x.ndim - 2)
        count = x.size // x.shape[1]
        mean = x.mean(axis=axes) if train else self.mean
        variance = x.var(axis=axes) if train else self.variance
        inverse = (1.0 / np.sqrt(variance + self.epsilon)).reshape(shape)
        normal = (x - mean.reshape(shape)) * inverse
        out = normal * self.gain.reshape(shape) + self.bias.reshape(shape)
        return out, (normal, inverse, train, mean, variance, count)

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, dict[str, Array]]:
        """gradient: of the output.  Returns that of x; in training it flows through the statistics too."""
        normal, inverse, train = cache[:3]
        axes = (0, *range(2, gradient.ndim))
        grads = {"gain": (gradient * normal).sum(axis=axes), "bias": gradient.sum(axis=axes)}
        inside = gradient * self.gain.reshape((1, -1) + (1,) * (gradient.ndim - 2))
        if train:
            along = np.mean(inside * normal, axis=axes, keepdims=True)
            inside = inside - inside.mean(axis=axes, keepdims=True) - normal * along
        return inside * inverse, grads if self.trained else {}

    def remembering(self, cache: Cache) -> "BatchNorm":
        """The layer after a training step: the running statistics moved towards those of the batch."""
        _, _, train, mean, variance, count = cache
        if not train or count < 2:  # one example has no variance to learn from
            return self
        unbiased = variance * (count / (count - 1))
        return replace(
            self,
            mean=self.mean + self.momentum * (mean - self.mean),
            variance=self.variance + self.momentum * (unbiased - self.variance),
        )


def layer_norm(width: int, trained: bool = True) -> LayerNorm:
    """A new LayerNorm: gain 1, bias 0."""
    return LayerNorm(np.ones(width), np.zeros(width), trained=trained)


def rms_norm(width: int, trained: bool = True) -> RMSNorm:
    """A new RMSNorm: gain 1."""
    return RMSNorm(np.ones(width), trained=trained)


def batch_norm(width: int, trained: bool = True) -> BatchNorm:
    """A new BatchNorm: gain 1, bias 0, running mean 0 and variance 1."""
    zeros, ones = np.zeros(width), np.ones(width)
    return BatchNorm(ones, zeros, zeros, ones, trained=trained)
