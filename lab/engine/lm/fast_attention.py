"""Attention in the fast language model, forward and back in buffers made once. Scores are key-major, [H, Tk, n] with
the queries of all texts in one row, so that each softmax runs down a column; they carry a factor log2(e), because
2^x is quicker than e^x; and the division by a row's sum is done on what was mixed, which is smaller than the weights.
"""

from __future__ import annotations

import math

import numpy as np

from lab.engine.lm.fast_parts import add_bias, fold_into, sum_bias, unfold_from
from lab.engine.lm.parameters import Floats, LMConfig, Parameters
from lab.engine.transformer.positions import alibi_bias, rope_tables

__all__ = ["LOG2_E", "FastAttention", "Mask", "softmax_terms"]

LOG2_E = math.log2(math.e)
LN_2 = math.log(2.0)
ORDINARY = 50.0  # 2^50 and 2^-50 are far from the ends of float32
HIDDEN = -1e30  # a score that no softmax sees
VANISHING = -120.0  # 2^-120 is nothing beside 1, and exp2 is ten times slower below its range


class FastAttention:
    """Multi-head attention of `rows` texts of `length` tokens, with its two matrices."""

    def __init__(self, parameters: Parameters, partial: Parameters, block: int, rows: int, length: int) -> None:
        config, dtype = parameters.config, parameters.flat.dtype
        c, h, d, n = config.d_model, config.n_heads, config.d_head, rows * length
        self._names = f"block{block}.qkv", f"block{block}.out"
        self._qkv_weight, self._out_weight = (parameters[name] for name in self._names)
        self._qkv_gradient, self._out_gradient = (partial[name] for name in self._names)
        self._biases = [parameters.bias(name) for name in self._names]
        self._bias_gradients = [partial.bias(name) for name in self._names]
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
        self._mask = Mask(length, rows, dtype) if config.causal else None
        self._slopes = _slopes(config, rows, length, dtype)
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
        add_bias(self._biases[0], self._factor, self._qkv)
        if self._turn is not None:
            self._turn.forward(self._qkv)
        weights = self._weights
        np.matmul(self._k.swapaxes(2, 3), self._q, out=self._weight_blocks)  # [Tk, D] @ [D, Tq]
        if self._slopes is not None:
            np.add(weights, self._slopes, out=weights)
        softmax_terms(weights, 1, self._row, self._mask)
        np.add.reduce(weights, axis=1, out=self._row, keepdims=True)
        np.reciprocal(self._row, out=self._inverse)
        np.matmul(self._v, self._weight_blocks, out=self._mixed_heads)  # [D, Tk] @ [Tk, Tq]
        mixed = self._mixed.reshape(self._by_head)
        np.multiply(mixed, self._inverse, out=mixed)  # the softmax's division, done on the smaller tensor
        np.dot(self._out_weight, self._mixed, out=self._y)
        add_bias(self._biases[1], 1.0, self._y)
        return self._y

    def backward(self, d: Floats, a: Floats) -> Floats:
        sum_bias(d, 1.0, self._bias_gradients[1])
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
        sum_bias(self._d_qkv, self._factor_back, self._bias_gradients[0])
        np.dot(self._d_qkv, a.T, out=self._qkv_gradient)
        return np.dot(self._folded_back.T, self._d_qkv, out=self._d_a)


def _slopes(config: LMConfig, rows: int, length: int, dtype: np.dtype[np.floating]) -> Floats | None:
    """What ALiBi adds to the scores, [H, Tk, rows·Tq], in units of log2."""
    if config.positions != "alibi":
        return None
    bias = alibi_bias(config.n_heads, length).swapaxes(1, 2) * LOG2_E
    return np.tile(bias, (1, 1, rows)).astype(dtype)


class Mask:
    """Which keys a query may see, in the two forms that `softmax_terms` needs, [1, Tk, rows·Tq] each."""

    def __init__(self, length: int, rows: int, dtype: np.dtype[np.floating]) -> None:
        seen = np.tile(np.triu(np.ones((length, length))), (1, 1, rows))  # key before query or the same
        self.factor = seen.astype(dtype)
        self.hidden = np.where(seen > 0, 0.0, HIDDEN).astype(dtype)


def softmax_terms(x: Floats, axis: int, row: Floats, mask: Mask | None = None) -> bool:
    """x becomes the terms of its softmax along an axis, 2^x up to one factor for each row, in place.

    Scores of ordinary size need no maximum taken off: 2^x is far from overflow, and hidden terms are struck out
    afterwards. Where a score is large the textbook way is taken. row: a buffer like x with 1 along the axis.
    Returns whether maxima were taken off; they are in `row` then.
    """
    if max(x.max(), -x.min()) < ORDINARY:
        np.exp2(x, out=x)
        if mask is not None:
            np.multiply(x, mask.factor, out=x)
        return False
    if mask is not None:
        np.add(x, mask.hidden, out=x)
    np.maximum.reduce(x, axis=axis, out=row, keepdims=True)
    np.subtract(x, row, out=x)
    np.maximum(x, VANISHING, out=x)
    np.exp2(x, out=x)
    return True


class _Turn:
    """RoPE on the queries and keys of [3C, n], in place."""

    def __init__(self, config: LMConfig, rows: int, length: int, dtype: np.dtype[np.floating]) -> None:
        tables = rope_tables(length, config.d_head, config.rope_base, "linear", config.rope_factor)
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
