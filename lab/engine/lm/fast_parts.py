"""What the halves of a block share in the fast language model: the norm, the sub-layer that joins a half to the
stream, dropout. Each keeps its buffers, runs forward in them and back again; tensors are feature-major, [C, n] with
the n tokens of several texts side by side. Gains and scale factors are folded into the matrices (`fold`) before a
batch and divided out of the gradients (`unfold`) after it, which costs a pass over the weights instead of one over
the activations.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from lab.engine.lm.parameters import NORM_EPSILON, Floats, LMConfig, Parameters

CACHE_LINE = 64  # bytes

__all__ = [
    "FastNorm",
    "Inner",
    "Scratch",
    "SubLayer",
    "add_bias",
    "aligned",
    "drop",
    "fold_into",
    "scalars",
    "sum_bias",
    "unfold_from",
]


def aligned(dtype: np.dtype[np.floating], *shape: int) -> Floats:
    """An array of a shape, of no certain content, that begins where a line of the cache does (64 bytes).

    NumPy's own begin 16 or 32 bytes later, and a pass over them takes up to a tenth longer.
    """
    size = math.prod(shape)
    raw = np.empty(size + CACHE_LINE // dtype.itemsize, dtype)
    start = -raw.__array_interface__["data"][0] % CACHE_LINE // dtype.itemsize
    return raw[start : start + size].reshape(shape)


class Scratch:
    """Buffers for what lasts no longer than one half of a block: all halves share them, so that they stay in the cache.

    A slot is for one tensor at a time; who holds a view of it must be done before the next half writes there.
    """

    def __init__(self, dtype: np.dtype[np.floating]) -> None:
        self._dtype, self._slots = dtype, dict[str, Floats]()

    def view(self, slot: str, *shape: int) -> Floats:
        """The slot as a tensor of a shape; what is in it is left from others."""
        size = math.prod(shape)
        if slot not in self._slots or self._slots[slot].size < size:
            self._slots[slot] = aligned(self._dtype, size)  # earlier views keep the smaller one
        return self._slots[slot][:size].reshape(shape)


def scalars(dtype: np.dtype[np.floating], *values: float) -> tuple[Floats, ...]:
    """Numbers as arrays without a dimension: NumPy takes them 0.3 µs sooner than Python's, at every call."""
    return tuple(np.array(value, dtype) for value in values)


class FastNorm:
    """x̂ = x / √(mean square + ε), of centred x for "layer", x itself for "none"; no gain."""

    def __init__(self, config: LMConfig, n: int, dtype: np.dtype[np.floating], scratch: Scratch) -> None:
        self.kind = config.norm
        self.out = aligned(dtype, config.d_model, n)
        self._spare = scratch.view("norm", config.d_model, n)
        (self._epsilon,) = scalars(dtype, NORM_EPSILON)
        self._scale, self._mean = aligned(dtype, n), aligned(dtype, n)
        self._averaging = np.full(config.d_model, 1.0 / config.d_model, dtype)

    def forward(self, x: Floats) -> Floats:
        """x̂ of x, [C, n] -> [C, n]; x is left as it is."""
        if self.kind == "none":
            np.copyto(self.out, x)
            return self.out
        if self.kind == "layer":
            np.dot(self._averaging, x, out=self._mean)  # [C] @ [C, n] -> [n]
            x = np.subtract(x, self._mean, self.out)
        np.multiply(x, x, self._spare)
        self._averaging.dot(self._spare, self._scale)
        np.add(self._scale, self._epsilon, self._scale)
        np.sqrt(self._scale, self._scale)
        np.reciprocal(self._scale, self._scale)
        return np.multiply(x, self._scale, self.out)

    def backward(self, d: Floats) -> None:
        """Turns the gradient at x̂ into the gradient at x, in place: (d - mean(d) - x̂·mean(d·x̂)) / √(…)."""
        if self.kind == "none":
            return
        np.multiply(d, self.out, self._spare)
        self._averaging.dot(self._spare, self._mean)
        np.multiply(self.out, self._mean, self._spare)
        if self.kind == "layer":
            self._averaging.dot(d, self._mean)
            np.subtract(d, self._mean, d)
        np.subtract(d, self._spare, d)
        np.multiply(d, self._scale, d)


class Inner(Protocol):
    """What a sub-layer computes between the norm and the stream, with the gain of that norm folded in."""

    def fold(self, gain: Floats | None) -> None: ...
    def unfold(self, gradients: Parameters, gain: Floats | None, gain_name: str) -> None: ...
    def forward(self, a: Floats) -> Floats: ...
    def backward(self, d: Floats, a: Floats) -> Floats: ...


def fold_into(matrix: Floats, gain: Floats | None, out: Floats) -> None:
    """out = matrix · gain: what the gain of a norm does to the matrix behind it; factors come on top."""
    if gain is None:
        out[...] = matrix
    else:
        np.multiply(matrix, gain, out)


def add_bias(bias: Floats | None, factor: Floats | float, out: Floats) -> None:
    """out, [rows, n], and a bias, [rows], added in place where the plan has one; factor: as the matrix was folded."""
    if bias is not None:
        np.add(out, bias[:, None] * factor, out)


def sum_bias(d: Floats, factor: Floats | float, gradient: Floats | None) -> None:
    """The gradient of such a bias from that of what it was added to, [rows, n]."""
    if gradient is not None:
        np.copyto(gradient, (d.sum(axis=1, keepdims=True) * factor)[:, 0])


def unfold_from(
    matrix: Floats, gradient: Floats, gain: Floats | None, factor: Floats | float, gain_gradient: Floats | None
) -> None:
    """Turns the gradient of a folded matrix into that of the matrix, in place, and adds that of the gain."""
    np.multiply(gradient, factor, gradient)
    if gain is not None and gain_gradient is not None:
        gain_gradient += np.einsum("oi,oi->i", gradient, matrix)
        np.multiply(gradient, gain, gradient)


class SubLayer:
    """One half of a block: a norm, attention or feed-forward, and the way back into the stream.

    inner: what is computed; gain_name: its norm's gain among the parameters.
    """

    def __init__(
        self, parameters: Parameters, partial: Parameters, inner: Inner, gain_name: str, n: int, scratch: Scratch
    ) -> None:
        config, dtype = parameters.config, parameters.flat.dtype
        self._inner, self._gain_name = inner, gain_name
        self._residual, self._dropout = config.residual, config.dropout
        self._post = config.norm_place == "post" and config.norm != "none"
        has_gain = gain_name in parameters
        self._gain = parameters[gain_name] if has_gain else None
        self._gain_gradient = partial[gain_name] if has_gain else None
        self._norm = FastNorm(config, n, dtype, scratch)
        self._input = aligned(dtype, config.d_model, n)
        self._keep: Floats | None = None  # the dropout mask of this pass
        self._mask, self._d_y = (aligned(dtype, config.d_model, n) for _ in range(2))

    @property
    def _folded_gain(self) -> Floats | None:
        return None if self._post else self._gain

    def fold(self) -> None:
        """Reads the weights anew."""
        self._inner.fold(self._folded_gain)

    def unfold(self, gradients: Parameters) -> None:
        """Turns the gradients of the folded weights into those of the weights."""
        self._inner.unfold(gradients, self._folded_gain, self._gain_name)

    def forward(self, x: Floats, rng: np.random.Generator | None) -> None:
        """Changes the stream x, [C, n], in place; rng draws the dropout mask, None switches dropout off."""
        if self._post:
            np.copyto(self._input, x)
        else:
            self._input = self._norm.forward(x)
        y = self._inner.forward(self._input)
        self._keep = drop(y, self._dropout, rng, self._mask)
        if self._residual:
            np.add(x, y, x)
        else:
            np.copyto(x, y)
        if self._post and self._gain is not None:
            np.multiply(self._norm.forward(x), self._gain[:, None], x)

    def backward(self, d: Floats) -> None:
        """Turns the gradient at the stream behind into the gradient at the stream before, in place."""
        if self._post and self._gain is not None and self._gain_gradient is not None:
            np.einsum("cn,cn->c", d, self._norm.out, out=self._gain_gradient)
            np.multiply(d, self._gain[:, None], d)
            self._norm.backward(d)
        d_y = d if self._keep is None else np.multiply(d, self._keep, self._d_y)
        d_a = self._inner.backward(d_y, self._input)
        if not self._post:
            self._norm.backward(d_a)
        if self._residual:
            np.add(d, d_a, d)
        else:
            np.copyto(d, d_a)


def drop(x: Floats, share: float, rng: np.random.Generator | None, mask: Floats) -> Floats | None:
    """Inverted dropout of x, in place; returns the mask it was multiplied by, or None when it was not.

    Source: Srivastava et al., Dropout (2014).
    """
    if share == 0.0 or rng is None:
        return None
    rng.random(out=mask, dtype=mask.dtype.type)
    np.greater_equal(mask, share, out=mask)
    np.multiply(mask, 1.0 / (1.0 - share), mask)
    np.multiply(x, mask, x)
    return mask
