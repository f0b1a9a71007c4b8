"""The feed-forward layer of the fast language model, forward and back in buffers made once. The slope of its bend is
computed together with the bend itself, while all they share is in the cache; numbers that only scale what is bent are
folded into the matrices on both sides, which saves passes over the widest tensors of the model.
"""

from __future__ import annotations

import math

import numpy as np

from lab.engine.lm.fast_parts import Scratch, add_bias, aligned, fold_into, scalars, sum_bias, unfold_from
from lab.engine.lm.parameters import Floats, Parameters

__all__ = ["FastFeedForward", "gelu"]

GELU_A = math.sqrt(2.0 / math.pi)
GELU_B = 0.044715 * GELU_A
GELU_IN = GELU_B ** (1.0 / 3.0)  # with z = GELU_IN·x the argument of tanh is z³ + GELU_P·z
GELU_P = GELU_A / GELU_IN
GELU_OUT, GELU_SLOPE = 0.5 / GELU_IN, 1.5  # what the folded bend and its folded slope are multiplied by
SILU_IN, SILU_SLOPE = 0.5, 0.5


class FastFeedForward:
    """The two-matrix layer with GELU (tanh form), or the three-matrix one with SwiGLU."""

    def __init__(self, parameters: Parameters, partial: Parameters, block: int, n: int, scratch: Scratch) -> None:
        config, dtype = parameters.config, parameters.flat.dtype
        c, f = config.d_model, config.d_ff
        self._gated = config.feed_forward == "swiglu"
        inner = ("gate", "up") if self._gated else ("up",)
        self._factors: tuple[float, ...] = (SILU_IN, 1.0) if self._gated else (GELU_IN,)
        self._factors_back: tuple[float, ...] = (SILU_SLOPE, 1.0) if self._gated else (GELU_SLOPE,)
        self._factor_down = 1.0 if self._gated else GELU_OUT
        self._inner_names = [f"block{block}.{name}" for name in inner]
        self._down_name = f"block{block}.down"
        self._inner_weights = [parameters[name] for name in self._inner_names]
        self._inner_gradients = [partial[name] for name in self._inner_names]
        self._down_weight, self._down_gradient = parameters[self._down_name], partial[self._down_name]
        names = [*self._inner_names, self._down_name]
        self._biases = [parameters.bias(name) for name in names]
        self._bias_gradients = [partial.bias(name) for name in names]
        self._folded = [aligned(dtype, f, c) for _ in inner]
        self._folded_back = [aligned(dtype, f, c) for _ in inner]
        self._folded_down = aligned(dtype, c, f)
        self._act, self._slope = aligned(dtype, f, n), aligned(dtype, f, n)
        self._bent, self._spare, self._more = (scratch.view(slot, f, n) for slot in ("wide", "spare", "more"))
        self._up, self._silu = (aligned(dtype, f, n) for _ in range(2)) if self._gated else (self._bent, self._act)
        self._y, self._d_a, self._d_more = (scratch.view(slot, c, n) for slot in ("y", "d_a", "d_more"))
        self._numbers = scalars(dtype, 1.0, 1.0 / 3.0, GELU_P, GELU_P / 3.0)

    def fold(self, gain: Floats | None) -> None:
        for i, weight in enumerate(self._inner_weights):
            fold_into(weight, gain, self._folded[i])
            np.multiply(self._folded[i], self._factors_back[i], self._folded_back[i])
            np.multiply(self._folded[i], self._factors[i], self._folded[i])
        np.multiply(self._down_weight, self._factor_down, self._folded_down)

    def unfold(self, gradients: Parameters, gain: Floats | None, gain_name: str) -> None:
        gain_gradient = gradients[gain_name] if gain is not None else None
        for name, weight, factor in zip(self._inner_names, self._inner_weights, self._factors_back, strict=True):
            unfold_from(weight, gradients[name], gain, factor, gain_gradient)
        if not self._gated:
            unfold_from(self._down_weight, gradients[self._down_name], None, self._factor_down, None)

    def forward(self, a: Floats) -> Floats:
        """[C, n] -> [F, n] -> [C, n]."""
        for i, out in enumerate((self._bent, self._up) if self._gated else (self._bent,)):
            self._folded[i].dot(a, out)
            add_bias(self._biases[i], self._factors[i], out)
        if self._gated:
            _silu(self._bent, self._silu, self._slope, self._spare, self._numbers[0])
            np.multiply(self._silu, self._up, self._act)
        else:
            _gelu(self._bent, self._act, self._slope, self._spare, self._more, self._numbers)
        self._folded_down.dot(self._act, self._y)
        add_bias(self._biases[-1], 1.0, self._y)
        return self._y

    def backward(self, d: Floats, a: Floats) -> Floats:
        sum_bias(d, 1.0, self._bias_gradients[-1])
        d.dot(self._act.T, self._down_gradient)
        d_act = self._down_weight.T.dot(d, self._bent)
        if not self._gated:
            np.multiply(d_act, self._slope, d_act)
            return self._inner_back(0, d_act, a, self._d_a)
        d_up = np.multiply(self._silu, d_act, self._spare)
        np.multiply(d_act, self._up, d_act)
        np.multiply(d_act, self._slope, d_act)  # the gradient of gate
        self._inner_back(0, d_act, a, self._d_a)
        self._inner_back(1, d_up, a, self._d_more)
        return np.add(self._d_a, self._d_more, self._d_a)

    def _inner_back(self, i: int, d: Floats, a: Floats, out: Floats) -> Floats:
        sum_bias(d, self._factors_back[i], self._bias_gradients[i])
        d.dot(a.T, self._inner_gradients[i])
        return self._folded_back[i].T.dot(d, out)


def gelu(x: Floats, out: Floats, slope: Floats, spare: Floats, more: Floats) -> None:
    """out = x·s with s = ½(1 + tanh(√(2/π)(x + 0.044715x³))), and its slope; x is used up.

    Source: Hendrycks, Gimpel, Gaussian Error Linear Units (2016).
    """
    np.multiply(x, GELU_IN, x)
    _gelu(x, out, slope, spare, more, scalars(x.dtype, 1.0, 1.0 / 3.0, GELU_P, GELU_P / 3.0))
    np.multiply(out, GELU_OUT, out)
    np.multiply(slope, GELU_SLOPE, slope)


def _gelu(z: Floats, out: Floats, slope: Floats, y: Floats, t: Floats, numbers: tuple[Floats, ...]) -> None:
    """For z = GELU_IN·x: out · GELU_OUT is GELU of x and slope · GELU_SLOPE its slope; y and t are used up.

    With h = 1 + tanh(z³ + pz) they are z·h and h·(⅓ + z(2 - h)(z² + p/3)).
    """
    one, third, p, third_p = numbers
    np.multiply(z, z, y)
    np.add(y, p, t)
    np.multiply(t, z, t)
    np.tanh(t, t)
    np.add(t, one, slope)  # h
    np.multiply(z, slope, out)
    np.subtract(one, t, t)  # 2 - h
    np.add(y, third_p, y)
    np.multiply(y, t, y)
    np.multiply(y, z, y)
    np.add(y, third, y)
    np.multiply(slope, y, slope)


def _silu(z: Floats, out: Floats, slope: Floats, t: Floats, one: Floats) -> None:
    """For z = SILU_IN·x: out is SiLU of x and slope · SILU_SLOPE its slope; t is used up.

    With h = 1 + tanh z they are z·h and h·(1 + z(2 - h)).
    Source: Elfwing, Uchibe, Doya (2018); Shazeer, GLU Variants Improve Transformer (2020).
    """
    np.tanh(z, t)
    np.add(t, one, slope)  # h
    np.multiply(z, slope, out)
    np.subtract(one, t, t)  # 2 - h
    np.multiply(t, z, t)
    np.add(t, one, t)
    np.multiply(slope, t, slope)
