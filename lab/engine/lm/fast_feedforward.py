"""The feed-forward layer of the fast language model, forward and back in buffers made once. The slope of its bend is
computed together with the bend itself, while all they share is in the cache.
"""

from __future__ import annotations

import math

import numpy as np

from lab.engine.lm.fast_parts import add_bias, fold_into, sum_bias, unfold_from
from lab.engine.lm.parameters import Floats, Parameters

__all__ = ["FastFeedForward", "gelu", "silu"]

GELU_A = math.sqrt(2.0 / math.pi)
GELU_B = 0.044715 * GELU_A


class FastFeedForward:
    """The two-matrix layer with GELU (tanh form), or the three-matrix one with SwiGLU."""

    def __init__(self, parameters: Parameters, partial: Parameters, block: int, n: int) -> None:
        config, dtype = parameters.config, parameters.flat.dtype
        c, f = config.d_model, config.d_ff
        self._gated = config.feed_forward == "swiglu"
        inner = ("gate", "up") if self._gated else ("up",)
        self._inner_names = [f"block{block}.{name}" for name in inner]
        down = f"block{block}.down"
        self._inner_weights = [parameters[name] for name in self._inner_names]
        self._inner_gradients = [partial[name] for name in self._inner_names]
        self._down_weight, self._down_gradient = parameters[down], partial[down]
        names = [*self._inner_names, down]
        self._biases = [parameters.bias(name) for name in names]
        self._bias_gradients = [partial.bias(name) for name in names]
        self._folded = [np.empty((f, c), dtype) for _ in inner]
        self._inner = [np.empty((f, n), dtype) for _ in inner]
        self._act, self._slope, self._spare = (np.empty((f, n), dtype) for _ in range(3))
        self._d_act = np.empty((f, n), dtype)
        self._y, self._d_a, self._more = (np.empty((c, n), dtype) for _ in range(3))

    def fold(self, gain: Floats | None) -> None:
        for weight, folded in zip(self._inner_weights, self._folded, strict=True):
            fold_into(weight, gain, 1.0, folded)

    def unfold(self, gradients: Parameters, gain: Floats | None, gain_name: str) -> None:
        gain_gradient = gradients[gain_name] if gain is not None else None
        for name, weight in zip(self._inner_names, self._inner_weights, strict=True):
            unfold_from(weight, gradients[name], gain, 1.0, gain_gradient)

    def forward(self, a: Floats) -> Floats:
        """[C, n] -> [F, n] -> [C, n]."""
        for folded, inner, bias in zip(self._folded, self._inner, self._biases, strict=False):
            np.dot(folded, a, out=inner)
            add_bias(bias, 1.0, inner)
        if self._gated:
            gate, up = self._inner
            silu(gate, self._act, self._slope, self._spare, self._d_act)
            np.copyto(self._d_act, self._act)  # silu(gate), kept for the way back
            np.multiply(self._act, up, out=self._act)
        else:
            gelu(self._inner[0], self._act, self._slope, self._spare, self._d_act)
        np.dot(self._down_weight, self._act, out=self._y)
        add_bias(self._biases[-1], 1.0, self._y)
        return self._y

    def backward(self, d: Floats, a: Floats) -> Floats:
        sum_bias(d, 1.0, self._bias_gradients[-1])
        np.dot(d, self._act.T, out=self._down_gradient)
        if not self._gated:
            np.dot(self._down_weight.T, d, out=self._d_act)
            np.multiply(self._d_act, self._slope, out=self._d_act)
            return self._inner_back(0, self._d_act, a, self._d_a)
        _, up = self._inner
        np.dot(self._down_weight.T, d, out=self._spare)
        np.multiply(self._d_act, self._spare, out=self._d_act)  # silu(gate) · d, the gradient of up
        np.multiply(self._spare, up, out=self._spare)
        np.multiply(self._spare, self._slope, out=self._spare)  # the gradient of gate
        self._inner_back(0, self._spare, a, self._d_a)
        self._inner_back(1, self._d_act, a, self._more)
        return np.add(self._d_a, self._more, out=self._d_a)

    def _inner_back(self, i: int, d: Floats, a: Floats, out: Floats) -> Floats:
        sum_bias(d, 1.0, self._bias_gradients[i])
        np.dot(d, a.T, out=self._inner_gradients[i])
        return np.dot(self._folded[i].T, d, out=out)


def gelu(x: Floats, out: Floats, slope: Floats, spare: Floats, more: Floats) -> None:
    """out = x·s with s = ½(1 + tanh(√(2/π)(x + 0.044715x³))), and its slope, while both are at hand.

    Source: Hendrycks, Gimpel, Gaussian Error Linear Units (2016).
    """
    np.multiply(x, x, out=spare)
    np.multiply(spare, GELU_B, out=out)
    np.add(out, GELU_A, out=out)
    np.multiply(out, x, out=out)
    _half_tanh(out, slope)  # s
    np.multiply(x, slope, out=out)
    np.multiply(spare, 6.0 * GELU_B, out=spare)
    np.add(spare, 2.0 * GELU_A, out=spare)
    np.multiply(spare, out, out=spare)  # x·s·(2u)' with u the argument of tanh
    _add_share(slope, spare, more)


def silu(x: Floats, out: Floats, slope: Floats, spare: Floats, more: Floats) -> None:
    """out = x·s with s = 1/(1 + e^-x), and its slope.

    Source: Elfwing, Uchibe, Doya (2018); Shazeer, GLU Variants Improve Transformer (2020).
    """
    np.multiply(x, 0.5, out=spare)
    _half_tanh(spare, slope)
    np.multiply(x, slope, out=out)
    _add_share(slope, out, more)


def _half_tanh(u: Floats, out: Floats) -> None:
    """out = ½(1 + tanh u), the logistic function of 2u; tanh never overflows."""
    np.tanh(u, out=out)
    np.multiply(out, 0.5, out=out)
    np.add(out, 0.5, out=out)


def _add_share(s: Floats, w: Floats, spare: Floats) -> None:
    """s += w·(1 - s)."""
    np.multiply(s, w, out=spare)
    np.add(s, w, out=s)
    np.subtract(s, spare, out=s)
