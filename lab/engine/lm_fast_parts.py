"""The parts of the fast language model: norm, attention, feed-forward and the sub-layer that joins them. Each keeps
its buffers, runs forward in them and back again; tensors are feature-major, [C, n] with the n tokens of `rows`
texts side by side. Gains and scale factors are folded into the matrices (`fold`) before a batch and divided out of
the gradients (`unfold`) after it, which costs a pass over the weights instead of one over the activations.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from lab.engine.lm import NORM_EPSILON, Floats, LMConfig, Parameters
from lab.engine.positions import alibi_bias, rope_tables

__all__ = ["FastAttention", "FastFeedForward", "FastNorm", "SubLayer"]

LOG2_E = math.log2(math.e)
LN_2 = math.log(2.0)
GELU_A = math.sqrt(2.0 / math.pi)
GELU_B = 0.044715 * GELU_A
HIDDEN = -1e30  # a score that no softmax sees
VANISHING = -120.0  # 2^-120 is nothing beside 1, and exp2 is ten times slower below its range


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


def unfold_from(
    matrix: Floats, gradient: Floats, gain: Floats | None, factor: Floats | float, gain_gradient: Floats | None
) -> None:
    """Turns the gradient of a folded matrix into that of the matrix, in place, and adds that of the gain."""
    np.multiply(gradient, factor, out=gradient)
    if gain is not None and gain_gradient is not None:
        gain_gradient += np.einsum("oi,oi->i", gradient, matrix)
        np.multiply(gradient, gain, out=gradient)


class FastAttention:
    """Multi-head attention of `rows` texts of `length` tokens, with its two matrices."""

    def __init__(self, parameters: Parameters, partial: Parameters, block: int, rows: int, length: int) -> None:
        config, dtype = parameters.config, parameters.flat.dtype
        c, h, d, n = config.d_model, config.n_heads, config.d_head, rows * length
        self._names = f"block{block}.qkv", f"block{block}.out"
        self._qkv_weight, self._out_weight = (parameters[name] for name in self._names)
        self._qkv_gradient, self._out_gradient = (partial[name] for name in self._names)
        self._folded, self._folded_back = np.empty((3 * c, c), dtype), np.empty((3 * c, c), dtype)
        scale = config.score_scale
        thirds = np.repeat(np.eye(3), c, axis=0).astype(dtype)  # which third a row belongs to
        self._factor = (thirds @ np.array([scale * LOG2_E, 1, 1], dtype))[:, None]
        self._factor_back = (thirds @ np.array([scale, LN_2, 1], dtype))[:, None]

        def heads(x: Floats) -> Floats:  # [C, n] -> [H, rows, D, T], a view
            return x.reshape(h, d, rows, length).transpose(0, 2, 1, 3)

        def buffer(*shape: int) -> Floats:
            return np.empty(shape, dtype)

        self._qkv, self._d_qkv = buffer(3 * c, n), buffer(3 * c, n)
        self._q, self._k, self._v = (heads(self._qkv[i * c : (i + 1) * c]) for i in range(3))
        self._dq, self._dk, self._dv = (heads(self._d_qkv[i * c : (i + 1) * c]) for i in range(3))
        self._mixed, self._d_mixed, self._spare = buffer(c, n), buffer(c, n), buffer(c, n)
        self._mixed_heads, self._d_mixed_heads = heads(self._mixed), heads(self._d_mixed)
        self._by_head = (h, d, n)
        self._weights, self._d_weights = buffer(h, length, n), buffer(h, length, n)  # [H, Tk, rows·Tq]
        self._weight_blocks, self._d_weight_blocks = (
            x.reshape(h, length, rows, length).transpose(0, 2, 1, 3) for x in (self._weights, self._d_weights)
        )  # [H, rows, Tk, Tq]
        self._row, self._inverse = buffer(h, 1, n), buffer(h, 1, n)
        self._y, self._d_a = buffer(c, n), buffer(c, n)
        self._floor = np.full((1, length, n), VANISHING, dtype)  # an array: NumPy's maximum is slow with a number
        self._bias = _score_bias(config, rows, length, dtype)
        self._turn = _turns(config, rows, length, dtype)

    def fold(self, gain: Floats | None) -> None:
        fold_into(self._qkv_weight, gain, self._factor, self._folded)
        fold_into(self._qkv_weight, gain, self._factor_back, self._folded_back)

    def unfold(self, gradients: Parameters, gain: Floats | None, gain_name: str) -> None:
        gain_gradient = gradients[gain_name] if gain is not None else None
        unfold_from(self._qkv_weight, gradients[self._names[0]], gain, self._factor_back, gain_gradient)

    def forward(self, a: Floats) -> Floats:
        """[C, n] -> [C, n]; scores carry a factor log2(e), so that 2^score is the softmax's e^score."""
        np.dot(self._folded, a, out=self._qkv)
        if self._turn is not None:
            self._turn.forward(self._qkv)
        weights = self._weights
        np.matmul(self._k.swapaxes(2, 3), self._q, out=self._weight_blocks)  # [Tk, D] @ [D, Tq]
        if self._bias is not None:
            np.add(weights, self._bias, out=weights)
        np.maximum.reduce(weights, axis=1, out=self._row, keepdims=True)
        np.subtract(weights, self._row, out=weights)
        np.maximum(weights, self._floor, out=weights)
        np.exp2(weights, out=weights)
        np.add.reduce(weights, axis=1, out=self._row, keepdims=True)
        np.reciprocal(self._row, out=self._inverse)
        np.matmul(self._v, self._weight_blocks, out=self._mixed_heads)  # [D, Tk] @ [Tk, Tq]
        mixed = self._mixed.reshape(self._by_head)
        np.multiply(mixed, self._inverse, out=mixed)  # the softmax's division, done on the smaller tensor
        return np.dot(self._out_weight, self._mixed, out=self._y)

    def backward(self, d: Floats, a: Floats) -> Floats:
        np.dot(d, self._mixed.T, out=self._out_gradient)
        np.dot(self._out_weight.T, d, out=self._d_mixed)
        by_head = self._d_mixed.reshape(self._by_head)
        np.multiply(by_head, self._inverse, out=by_head)
        np.multiply(self._d_mixed, self._mixed, out=self._spare)
        np.add.reduce(self._spare.reshape(self._by_head), axis=1, out=self._row, keepdims=True)
        np.matmul(self._d_mixed_heads, self._weight_blocks.swapaxes(2, 3), out=self._dv)
        np.matmul(self._v.swapaxes(2, 3), self._d_mixed_heads, out=self._d_weight_blocks)
        np.subtract(self._d_weights, self._row, out=self._d_weights)
        np.multiply(self._d_weights, self._weights, out=self._d_weights)
        np.matmul(self._k, self._d_weight_blocks, out=self._dq)  # [D, Tk] @ [Tk, Tq]
        np.matmul(self._q, self._d_weight_blocks.swapaxes(2, 3), out=self._dk)  # [D, Tq] @ [Tq, Tk]
        if self._turn is not None:
            self._turn.backward(self._d_qkv)
        np.dot(self._d_qkv, a.T, out=self._qkv_gradient)
        return np.dot(self._folded_back.T, self._d_qkv, out=self._d_a)


def _score_bias(config: LMConfig, rows: int, length: int, dtype: np.dtype[np.floating]) -> Floats | None:
    """What is added to the scores: the mask and ALiBi, [1 or H, Tk, rows·Tq], in units of log2."""
    bias = np.zeros((1, length, length))
    if config.positions == "alibi":
        bias = alibi_bias(config.n_heads, length).swapaxes(1, 2) * LOG2_E
    if config.causal:
        bias = np.where(np.tril(np.ones((length, length), bool), -1), HIDDEN, bias)  # key after query
    return np.tile(bias, (1, 1, rows)).astype(dtype) if bias.any() else None


class _Turn:
    """RoPE on the queries and keys of [3C, n], in place."""

    def __init__(self, config: LMConfig, rows: int, length: int, dtype: np.dtype[np.floating]) -> None:
        tables = rope_tables(length, config.d_head, config.rope_base)
        self._cos, self._sin = (np.tile(table.T, (1, rows)).astype(dtype) for table in tables)  # [D/2, n]
        self._shape = (2 * config.n_heads, config.d_head // 2, 2, rows * length)
        self._spare = np.empty((2, 2 * config.n_heads, config.d_head // 2, rows * length), dtype)

    def forward(self, qkv: Floats) -> None:
        self._apply(qkv, +1)

    def backward(self, d_qkv: Floats) -> None:
        self._apply(d_qkv, -1)

    def _apply(self, qkv: Floats, sign: int) -> None:
        pairs = qkv[: 2 * len(qkv) // 3].reshape(self._shape)
        even, odd = pairs[:, :, 0], pairs[:, :, 1]
        from_even, from_odd = self._spare
        np.multiply(even, self._sin, out=from_even)
        np.multiply(odd, self._sin, out=from_odd)
        np.multiply(even, self._cos, out=even)
        np.multiply(odd, self._cos, out=odd)
        (np.subtract if sign > 0 else np.add)(even, from_odd, out=even)
        (np.add if sign > 0 else np.subtract)(odd, from_even, out=odd)


def _turns(config: LMConfig, rows: int, length: int, dtype: np.dtype[np.floating]) -> _Turn | None:
    return _Turn(config, rows, length, dtype) if config.positions == "rope" else None


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
        for folded, inner in zip(self._folded, self._inner, strict=True):
            np.dot(folded, a, out=inner)
        if self._gated:
            gate, up = self._inner
            silu(gate, self._act, self._slope, self._spare, self._d_act)
            np.copyto(self._d_act, self._act)  # silu(gate), kept for the way back
            np.multiply(self._act, up, out=self._act)
        else:
            gelu(self._inner[0], self._act, self._slope, self._spare, self._d_act)
        return np.dot(self._down_weight, self._act, out=self._y)

    def backward(self, d: Floats, a: Floats) -> Floats:
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
