"""Convolution and pooling as layers of a network, in the form `layers` describes, and the small network that
reads 8×8 digits."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.nets.convolution import (
    avg_pool,
    avg_pool_backward,
    convolve,
    convolve_backward,
    max_pool,
    max_pool_backward,
)
from lab.engine.nets.layers import Activate, Flatten, dense
from lab.engine.nets.network import Network

__all__ = ["AvgPool", "Convolution", "MaxPool", "convolution", "digit_cnn"]

Cache = Any


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """Kernels laid on every place of a signal [N, C, L] or picture [N, C, H, W].

    weight: [C_out, C_in, k] or [C_out, C_in, kh, kw].  bias: [C_out].
    """

    weight: Array
    bias: Array
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    def parameters(self) -> dict[str, Array]:
        """weight and bias."""
        return {"weight": self.weight, "bias": self.bias}

    def with_parameters(self, parameters: Mapping[str, Any]) -> "Convolution":
        """The same layer with other kernels."""
        return replace(self, **parameters)

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """x: [N, C_in, ...].  Returns [N, C_out, ...], and x."""
        return convolve(x, self.weight, self.bias, self.stride, self.padding, self.dilation), x

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, dict[str, Array]]:
        """gradient: of the output.  Returns that of x, and those of weight and bias."""
        grad_x, weight, bias = convolve_backward(gradient, cache, self.weight, self.stride, self.padding, self.dilation)
        return grad_x, {"weight": weight, "bias": bias}


@dataclass(frozen=True, slots=True)
class MaxPool:
    """The largest entry under each window.

    kernel: the window's side.  stride: the kernel's size when None.  padding: counts as −∞.
    """

    kernel: int
    stride: int | None = None
    padding: int = 0

    def parameters(self) -> dict[str, Array]:
        """None."""
        return {}

    def with_parameters(self, parameters: Mapping[str, Any]) -> "MaxPool":
        """Itself."""
        return self

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """x: [N, C, ...].  Returns [N, C, ...], and the winners."""
        out, winners = max_pool(x, self.kernel, self.stride, self.padding)
        return out, (winners, x.shape)

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, dict[str, Array]]:
        """gradient: of the output.  Returns that of x: all to the winners."""
        winners, shape = cache
        return max_pool_backward(gradient, winners, shape, self.kernel, self.stride, self.padding), {}


@dataclass(frozen=True, slots=True)
class AvgPool:
    """The mean under each window.

    kernel: the window's side.  stride: the kernel's size when None.  padding: counts as zeros.
    """

    kernel: int
    stride: int | None = None
    padding: int = 0

    def parameters(self) -> dict[str, Array]:
        """None."""
        return {}

    def with_parameters(self, parameters: Mapping[str, Any]) -> "AvgPool":
        """Itself."""
        return self

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """x: [N, C, ...].  Returns [N, C, ...], and the shape of x."""
        return avg_pool(x, self.kernel, self.stride, self.padding), x.shape

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, dict[str, Array]]:
        """gradient: of the output.  Returns that of x: equal shares."""
        return avg_pool_backward(gradient, cache, self.kernel, self.stride, self.padding), {}


def convolution(
    n_in: int, n_out: int, kernel: int, rng: np.random.Generator, dimensions: int = 2, **settings: int
) -> Convolution:
    """A new convolution with He's spread for its fan-in of n_in · kernel^dimensions, its biases 0.

    dimensions: 1 for signals, 2 for pictures.  settings: stride, padding, dilation.
    """
    shape = (n_out, n_in, *(kernel,) * dimensions)
    weight = rng.normal(size=shape) * np.sqrt(2.0 / (n_in * kernel**dimensions))
    return Convolution(weight, np.zeros(n_out), **settings)


def digit_cnn(rng: np.random.Generator, kernels: int = 16, classes: int = 10, side: int = 8) -> Network:
    """A small network for pictures [N, 1, side, side]: two layers of 3×3 kernels with ReLU, the largest answer of
    each kernel of the second wherever it is, one dense layer. It sees what is there, hardly where.

    kernels: of the first layer; the second has twice as many.  side: at least 5.
    """
    return Network(
        (
            convolution(1, kernels, 3, rng),
            Activate("relu"),
            convolution(kernels, 2 * kernels, 3, rng),
            Activate("relu"),
            MaxPool(side - 4),
            Flatten(),
            dense(2 * kernels, classes, rng, "xavier"),
        ),
        "softmax",
    )
