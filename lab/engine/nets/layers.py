"""The layers a network is stacked from, in the form to be read: each a frozen set of arrays with a `forward`
that returns its output and what it keeps for the way back, and a `backward` that takes the gradient of the
output and returns that of the input and of its own parameters. Nothing is stored in the layer itself, so a
layer can be used by two threads, and training one means replacing it. Rows are examples: x is [N, features].

`normalization`, `convolution` and `recurrent` hold more layers of the same form."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol, Self

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import ACTIVATIONS
from lab.engine.graph.operations import Array
from lab.engine.nets.initializers import Scheme, initial_weight

__all__ = ["Activate", "Dense", "Dropout", "Flatten", "Layer", "Residual", "dense"]

Cache = Any  # what a layer keeps; its own business
Tree = Any  # a layer's parameters or gradients: a dict of arrays, or a tuple of such


class Layer(Protocol):
    """What all layers have in common."""

    def parameters(self) -> Tree:
        """The arrays that are trained, by name; {} when there are none."""

    def with_parameters(self, parameters: Tree) -> Self:
        """The same layer with other parameters of the same shapes."""

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """The output, and what `backward` will need. train: whether dropout and batch statistics act."""

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, Tree]:
        """The gradient of the input, and of the parameters in their own structure."""


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """Every output is a weighted sum of all inputs plus a bias: x W + b.

    weight: [n_in, n_out].  bias: [n_out].
    Raises ValueError when their shapes do not fit each other.
    """

    weight: Array
    bias: Array

    def __post_init__(self) -> None:
        if self.weight.ndim != 2 or self.bias.shape != self.weight.shape[1:]:
            raise ValueError(
                f"bias: has shape {self.bias.shape}, needed (n_out,) beside a weight of shape "
                f"{self.weight.shape}, which needs (n_in, n_out)"
            )

    def parameters(self) -> dict[str, Array]:
        """weight and bias."""
        return {"weight": self.weight, "bias": self.bias}

    def with_parameters(self, parameters: Mapping[str, Any]) -> "Dense":
        """The same layer with other weights."""
        return replace(self, **parameters)

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """x: [N, n_in].  Returns z [N, n_out], and x.  Raises ValueError when the width does not fit."""
        if x.shape[-1] != self.weight.shape[0]:
            raise ValueError(f"x: has shape {x.shape}, needed (N, {self.weight.shape[0]})")
        return x @ self.weight + self.bias, x  # [N, n_in] -> [N, n_out]

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, dict[str, Array]]:
        """gradient: dL/dz [N, n_out].  Returns dL/dx, and dL/dW = xᵀ dL/dz with dL/db."""
        x: Array = cache
        rows, sums = x.reshape(-1, x.shape[-1]), gradient.reshape(-1, gradient.shape[-1])
        return gradient @ self.weight.T, {"weight": rows.T @ sums, "bias": sums.sum(axis=0)}


@dataclass(frozen=True, slots=True)
class Activate:
    """The gate behind the weighted sums, entry by entry.

    name: one of ACTIVATIONS.  Raises ValueError when it is not.
    """

    name: str

    def __post_init__(self) -> None:
        if self.name not in ACTIVATIONS:
            raise ValueError(f"name: {self.name!r}, needs one of {', '.join(ACTIVATIONS)}")

    def parameters(self) -> dict[str, Array]:
        """None."""
        return {}

    def with_parameters(self, parameters: Mapping[str, Any]) -> "Activate":
        """Itself."""
        return self

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """x: any shape.  Returns the same shape, and x."""
        return ACTIVATIONS[self.name].value(x), x

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, dict[str, Array]]:
        """gradient: of the output.  Returns it times the slope at every entry."""
        return gradient * ACTIVATIONS[self.name].derivative(cache), {}


@dataclass(frozen=True, slots=True)
class Dropout:
    """In training each entry is left out with probability p, and the others are scaled by 1/(1 − p), so that
    the expected activation stays the same; afterwards the layer does nothing.

    p: from 0 to below 1.  Raises ValueError when it is not.
    Source: Srivastava et al., 2014.
    """

    p: float

    def __post_init__(self) -> None:
        if not 0 <= self.p < 1:
            raise ValueError(f"p: {self.p}, needs 0 to below 1")

    def parameters(self) -> dict[str, Array]:
        """None."""
        return {}

    def with_parameters(self, parameters: Mapping[str, Any]) -> "Dropout":
        """Itself."""
        return self

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """x: any shape.  rng: needed in training.  Returns the same shape, and the mask, None if unused."""
        if not train or self.p == 0:
            return x, None
        if rng is None:
            raise ValueError("rng: none given, dropout needs a generator in training")
        mask = (rng.random(x.shape) >= self.p).astype(x.dtype) / (1 - self.p)
        return x * mask, mask

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, dict[str, Array]]:
        """gradient: of the output.  Returns that of the input: nothing where the entry was left out."""
        return (gradient if cache is None else gradient * cache), {}


@dataclass(frozen=True, slots=True)
class Flatten:
    """Each example's numbers in one row: [N, ...] -> [N, features]."""

    def parameters(self) -> dict[str, Array]:
        """None."""
        return {}

    def with_parameters(self, parameters: Mapping[str, Any]) -> "Flatten":
        """Itself."""
        return self

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """x: [N, ...].  Returns [N, features], and the shape it had."""
        return x.reshape(len(x), -1), x.shape

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, dict[str, Array]]:
        """gradient: [N, features].  Returns it in the input's shape."""
        return gradient.reshape(cache), {}


@dataclass(frozen=True, slots=True, eq=False)
class Residual:
    """A shortcut around some layers: x + scale · F(x). On the way back the gradient arrives twice, unchanged
    over the shortcut and through F, so that depth cannot choke it. The skip itself has no parameters.

    layers: F, whose output has the shape of its input; a norm in front makes it "pre-norm".
    scale: how much of F is added.
    Source: He et al., Deep residual learning, 2015.
    """

    layers: tuple[Layer, ...]
    scale: float = 1.0

    def parameters(self) -> tuple[Tree, ...]:
        """Those of F's layers, one after the other."""
        return tuple(layer.parameters() for layer in self.layers)

    def with_parameters(self, parameters: Tree) -> "Residual":
        """The same block with other parameters in F."""
        layers = (layer.with_parameters(new) for layer, new in zip(self.layers, parameters, strict=True))
        return replace(self, layers=tuple(layers))

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, Cache]:
        """x: [N, width].  Returns the same shape, and the caches of F.  Raises ValueError when F changes it."""
        inside, caches = x, []
        for layer in self.layers:
            inside, cache = layer.forward(inside, train, rng)
            caches.append(cache)
        if inside.shape != x.shape:
            raise ValueError(f"layers: F turned shape {x.shape} into {inside.shape}, the skip needs it unchanged")
        return x + self.scale * inside, caches

    def backward(self, gradient: Array, cache: Cache) -> tuple[Array, tuple[Tree, ...]]:
        """gradient: of the output.  Returns that of the input, and those of F's layers."""
        through, skip = self.backward_parts(gradient, cache)
        return skip + through[0], through[1]

    def backward_parts(self, gradient: Array, cache: Cache) -> tuple[tuple[Array, tuple[Tree, ...]], Array]:
        """The gradient's two ways apart: ((through F, gradients of F's layers), over the skip)."""
        arriving = self.scale * gradient
        grads: list[Tree] = []
        for layer, kept in zip(reversed(self.layers), reversed(cache), strict=True):
            arriving, own = layer.backward(arriving, kept)
            grads.append(own)
        return (arriving, tuple(reversed(grads))), gradient


def dense(n_in: int, n_out: int, rng: np.random.Generator, scheme: Scheme = "he", scale: float = 1.0) -> Dense:
    """A new dense layer, its biases 0.

    scheme, scale: see `initial_weight`.
    """
    return Dense(initial_weight(scheme, n_in, n_out, rng, scale), np.zeros(n_out))
