"""What the halves of a block share in the fast language model: the norm, the sub-layer that joins a half to the
stream, dropout. Each keeps its buffers, runs forward in them and back again; tensors are feature-major, [C, n] with
the n tokens of several texts side by side. Gains and scale factors are folded into the matrices (`fold`) before a
batch and divided out of the gradients (`unfold`) after it, which costs a pass over the weights instead of one over
the activations.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from lab.engine.lm.parameters import NORM_EPSILON, Floats, LMConfig, Parameters

__all__ = ["FastNorm", "Inner", "SubLayer", "add_bias", "drop", "fold_into", "sum_bias", "unfold_from"]


class FastNorm:
    """x̂ = x / √(mean square + ε), of centred x for "layer", x itself for "none"; no gain."""

    def __init__(self, config: LMConfig, n: int, dtype: np.dtype[np.floating]) -> None:
        self.kind = config.norm
        self.out = np.empty((config.d_model, n), dtype)
        self._spare = np.empty_like(self.out)
        self._scale, self._mean = np.empty(n, dtype), np.empty(n, dtype)
        self._averaging = np.full(config.d_model, 1.0 / config.d_model, dtype)

    def forward(self, x: Floats) -> Floats:
        """x̂ of x, [C, n] -> [C, n]; x is left as it is."""
        if self.kind == "none":
            np.copyto(self.out, x)
            return self.out
        if self.kind == "layer":
            np.dot(self._averaging, x, out=self._mean)  # [C] @ [C, n] -> [n]
            x = np.subtract(x, self._mean, out=self.out)
        np.multiply(x, x, out=self._spare)
        np.dot(self._averaging, self._spare, out=self._scale)
        np.add(self._scale, NORM_EPSILON, out=self._scale)
        np.sqrt(self._scale, out=self._scale)
        np.reciprocal(self._scale, out=self._scale)
        return np.multiply(x, self._scale, out=self.out)

    def backward(self, d: Floats) -> None:
        """Turns the gradient at x̂ into the gradient at x, in place: (d - mean(d) - x̂·mean(d·x̂)) / √(…)."""
        if self.kind == "none":
            return
        np.multiply(d, self.out, out=self._spare)
        np.dot(self._averaging, self._spare, out=self._mean)
        np.multiply(self.out, self._mean, out=self._spare)
        if self.kind == "layer":
            np.dot(self._averaging, d, out=self._mean)
            np.subtract(d, self._mean, out=d)
        np.subtract(d, self._spare, out=d)
        np.multiply(d, self._scale, out=d)


class Inner(Protocol):
    """What a sub-layer computes between the norm and the stream, with the gain of that norm folded in."""

    def fold(self, gain: Floats | None) -> None: ...
    def unfold(self, gradients: Parameters, gain: Floats | None, gain_name: str) -> None: ...
    def forward(self, a: Floats) -> Floats: ...
    def backward(self, d: Floats, a: Floats) -> Floats: ...


def fold_into(matrix: Floats, gain: Floats | None, factor: Floats | float, out: Floats) -> None:
    """out = factor · matrix · gain: what the gain of a norm does to the matrix behind it."""
    np.multiply(matrix, factor, out=out)
    if gain is not None:
        np.multiply(out, gain, out=out)


def add_bias(bias: Floats | None, factor: Floats | float, out: Floats) -> None:
    """out, [rows, n], and a bias, [rows], added in place where the plan has one; factor: as the matrix was folded."""
    if bias is not None:
        np.add(out, bias[:, None] * factor, out=out)


def sum_bias(d: Floats, factor: Floats | float, gradient: Floats | None) -> None:
    """The gradient of such a bias from that of what it was added to, [rows, n]."""
    if gradient is not None:
        np.copyto(gradient, (d.sum(axis=1, keepdims=True) * factor)[:, 0])


def unfold_from(
    matrix: Floats, gradient: Floats, gain: Floats | None, factor: Floats | float, gain_gradient: Floats | None
) -> None:
    """Turns the gradient of a folded matrix into that of the matrix, in place, and adds that of the gain."""
    np.multiply(gradient, factor, out=gradient)
    if gain is not None and gain_gradient is not None:
        gain_gradient += np.einsum("oi,oi->i", gradient, matrix)
        np.multiply(gradient, gain, out=gradient)


class SubLayer:
    """One half of a block: a norm, attention or feed-forward, and the way back into the stream.

    inner: what is computed; gain_name: its norm's gain among the parameters.
    """

    def __init__(self, parameters: Parameters, partial: Parameters, inner: Inner, gain_name: str, n: int) -> None:
        config, dtype = parameters.config, parameters.flat.dtype
        self._inner, self._gain_name = inner, gain_name
        self._residual, self._dropout = config.residual, config.dropout
        self._post = config.norm_place == "post" and config.norm != "none"
        has_gain = gain_name in parameters
        self._gain = parameters[gain_name] if has_gain else None
        self._gain_gradient = partial[gain_name] if has_gain else None
        self._norm = FastNorm(config, n, dtype)
        self._input = np.empty((config.d_model, n), dtype)
        self._keep: Floats | None = None  # the dropout mask of this pass
        self._mask, self._d_y = np.empty_like(self._input), np.empty_like(self._input)

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
            np.add(x, y, out=x)
        else:
            np.copyto(x, y)
        if self._post and self._gain is not None:
            np.multiply(self._norm.forward(x), self._gain[:, None], out=x)

    def backward(self, d: Floats) -> None:
        """Turns the gradient at the stream behind into the gradient at the stream before, in place."""
        if self._post and self._gain is not None and self._gain_gradient is not None:
            np.einsum("cn,cn->c", d, self._norm.out, out=self._gain_gradient)
            np.multiply(d, self._gain[:, None], out=d)
            self._norm.backward(d)
        d_y = d if self._keep is None else np.multiply(d, self._keep, out=self._d_y)
        d_a = self._inner.backward(d_y, self._input)
        if not self._post:
            self._norm.backward(d_a)
        if self._residual:
            np.add(d, d_a, out=d)
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
    np.multiply(mask, 1.0 / (1.0 - share), out=mask)
    np.multiply(x, mask, out=x)
    return mask
