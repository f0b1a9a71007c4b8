"""Attention in the fast language model, forward and back in buffers made once. Scores are key-major, [H, Tk, n] with
the queries of all texts in one row, so that each softmax runs down a column; they carry a factor log2(e), because
2^x is quicker than e^x; and the division by a row's sum is done on what was mixed, which is smaller than the weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lab.engine.lm.fast_parts import Scratch, add_bias, aligned, fold_into, sum_bias, unfold_from
from lab.engine.lm.parameters import Floats, LMConfig, Parameters
from lab.engine.transformer.positions import alibi_bias, rope_tables

__all__ = ["LOG2_E", "FastAttention", "Mask", "softmax_terms"]

LOG2_E = math.log2(math.e)
LN_2 = math.log(2.0)
ORDINARY = 2.0**-50, 2.0**50  # sums of terms between these are far from the ends of float32
HIDDEN = -1e30  # a score that no softmax sees
VANISHING = -120.0  # 2^-120 is nothing beside 1, and exp2 is ten times slower below its range


class FastAttention:
    """Multi-head attention of `rows` texts of `length` tokens, with its two matrices."""

    def __init__(
        self, parameters: Parameters, partial: Parameters, block: int, rows: int, length: int, scratch: Scratch
    ) -> None:
        config, dtype = parameters.config, parameters.flat.dtype
        c, h, d, n = config.d_model, config.n_heads, config.d_head, rows * length
        self._names = f"block{block}.qkv", f"block{block}.out"
        self._qkv_weight, self._out_weight = (parameters[name] for name in self._names)
        self._qkv_gradient, self._out_gradient = (partial[name] for name in self._names)
        self._biases = [parameters.bias(name) for name in self._names]
        self._bias_gradients = [partial.bias(name) for name in self._names]
        self._folded, self._folded_back = aligned(dtype, 3 * c, c), aligned(dtype, 3 * c, c)
        scale = config.score_scale
        thirds = np.repeat(np.eye(3), c, axis=0).astype(dtype)  # which third a row belongs to
        self._factor = (thirds @ np.array([scale * LOG2_E, 1, 1], dtype))[:, None]
        self._factor_back = (thirds @ np.array([scale, LN_2, 1], dtype))[:, None]
        self._factors, self._factors_back = (np.repeat(x, c, axis=1) for x in (self._factor, self._factor_back))

        def heads(x: Floats) -> Floats:  # [C, n] -> [H, rows, D, T], a view
            return x.reshape(h, d, rows, length).transpose(0, 2, 1, 3)

        def buffer(*shape: int) -> Floats:
            return aligned(dtype, *shape)

        self._qkv, self._d_qkv = buffer(3 * c, n), scratch.view("spare", 3 * c, n)
        self._q, self._k, self._v = (heads(self._qkv[i * c : (i + 1) * c]) for i in range(3))
        self._dq, self._dk, self._dv = (heads(self._d_qkv[i * c : (i + 1) * c]) for i in range(3))
        self._mixed = buffer(c, n)
        self._d_mixed, self._spare = scratch.view("more", c, n), scratch.view("d_more", c, n)
        self._mixed_heads, self._d_mixed_heads = heads(self._mixed), heads(self._d_mixed)
        self._by_head = (h, d, n)
        self._weights = buffer(h, length, n)  # [H, Tk, rows·Tq]
        self._d_weights = scratch.view("wide", h, length, n)
        self._weight_blocks, self._d_weight_blocks = (
            x.reshape(h, length, rows, length).transpose(0, 2, 1, 3) for x in (self._weights, self._d_weights)
        )  # [H, rows, Tk, Tq]
        self._row, self._inverse = buffer(h, 1, n), buffer(h, 1, n)
        self._over_width, self._over_keys = np.ones((1, d), dtype), np.ones((1, length), dtype)
        self._y, self._d_a = scratch.view("y", c, n), scratch.view("d_a", c, n)
        self._mask = Mask(length, rows, dtype) if config.causal else None
        self._slopes = _slopes(config, rows, length, dtype)
        self._turn = _turns(config, rows, length, dtype)

    def fold(self, gain: Floats | None) -> None:
        fold_into(self._qkv_weight, gain, self._folded)
        np.multiply(self._folded, self._factors_back, self._folded_back)
        np.multiply(self._folded, self._factors, self._folded)

    def unfold(self, gradients: Parameters, gain: Floats | None, gain_name: str) -> None:
        gain_gradient = gradients[gain_name] if gain is not None else None
        unfold_from(self._qkv_weight, gradients[self._names[0]], gain, self._factors_back, gain_gradient)

    def forward(self, a: Floats) -> Floats:
        """[C, n] -> [C, n]; scores carry a factor log2(e), so that 2^score is the softmax's e^score."""
        self._folded.dot(a, self._qkv)
        add_bias(self._biases[0], self._factor, self._qkv)
        if self._turn is not None:
            self._turn.forward(self._qkv)
        self._score()
        softmax_terms(self._weights, self._over_keys, self._row, self._score, self._mask)
        np.reciprocal(self._row, self._inverse)
        np.matmul(self._v, self._weight_blocks, self._mixed_heads)  # [D, Tk] @ [Tk, Tq]
        mixed = self._mixed.reshape(self._by_head)
        np.multiply(mixed, self._inverse, mixed)  # the softmax's division, done on the smaller tensor
        self._out_weight.dot(self._mixed, self._y)
        add_bias(self._biases[1], 1.0, self._y)
        return self._y

    def _score(self) -> None:
        np.matmul(self._k.swapaxes(2, 3), self._q, self._weight_blocks)  # [Tk, D] @ [D, Tq]
        if self._slopes is not None:
            np.add(self._weights, self._slopes, self._weights)

    def backward(self, d: Floats, a: Floats) -> Floats:
        sum_bias(d, 1.0, self._bias_gradients[1])
        d.dot(self._mixed.T, self._out_gradient)
        self._out_weight.T.dot(d, self._d_mixed)
        by_head = self._d_mixed.reshape(self._by_head)
        np.multiply(by_head, self._inverse, by_head)
        np.multiply(self._d_mixed, self._mixed, self._spare)
        np.matmul(self._over_width, self._spare.reshape(self._by_head), self._row)
        np.matmul(self._d_mixed_heads, self._weight_blocks.swapaxes(2, 3), self._dv)
        np.matmul(self._v.swapaxes(2, 3), self._d_mixed_heads, self._d_weight_blocks)
        np.subtract(self._d_weights, self._row, self._d_weights)
        np.multiply(self._d_weights, self._weights, self._d_weights)
        np.matmul(self._k, self._d_weight_blocks, self._dq)  # [D, Tk] @ [Tk, Tq]
        np.matmul(self._q, self._d_weight_blocks.swapaxes(2, 3), self._dk)  # [D, Tq] @ [Tq, Tk]
        if self._turn is not None:
            self._turn.backward(self._d_qkv)
        sum_bias(self._d_qkv, self._factor_back, self._bias_gradients[0])
        self._d_qkv.dot(a.T, self._qkv_gradient)
        return self._folded_back.T.dot(self._d_qkv, self._d_a)


def _slopes(config: LMConfig, rows: int, length: int, dtype: np.dtype[np.floating]) -> Floats | None:
    """What ALiBi adds to the scores, [H, Tk, rows·Tq], in units of log2."""
    if config.positions != "alibi":
        return None
    bias = np.maximum(alibi_bias(config.n_heads, length).swapaxes(1, 2) * LOG2_E, VANISHING)
    return np.tile(bias, (1, 1, rows)).astype(dtype)


class Mask:
    """Which keys a query may see, in the two forms that `softmax_terms` needs, [1, Tk, rows·Tq] each."""

    def __init__(self, length: int, rows: int, dtype: np.dtype[np.floating]) -> None:
        seen = np.tile(np.triu(np.ones((length, length))), (1, 1, rows))  # key before query or the same
        self.factor = seen.astype(dtype)
        self.hidden = np.where(seen > 0, 0.0, HIDDEN).astype(dtype)


def softmax_terms(
    x: Floats, ones: Floats, sums: Floats, score: Callable[[], object], mask: Mask | None = None
) -> Floats | None:
    """x, [..., K, n], becomes the terms of the softmax of each column, 2^x up to one factor, in place.

    Scores of ordinary size need no maximum taken off, and their sums tell whether they were: 2^x is far from overflow
    then, and hidden terms are struck out afterwards. Where a sum is not ordinary `score` writes the scores anew into x
    and the textbook way is taken.
    ones: [1, K]; a product with them sums in half the time that NumPy's sum takes.  sums: [..., 1, n], filled.
    Returns the maxima that were taken off, like the sums, or None where none were.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        np.exp2(x, x)
        if mask is not None:
            np.multiply(x, mask.factor, x)
        np.matmul(ones, x, sums)
    least, most = ORDINARY
    if sums.min() > least and sums.max() < most:  # never true of what is not a number
        return None
    score()
    if mask is not None:
        np.add(x, mask.hidden, x)
    tops = np.maximum.reduce(x, axis=-2, keepdims=True)
    np.subtract(x, tops, x)
    np.maximum(x, VANISHING, out=x)
    np.exp2(x, out=x)
    np.matmul(ones, x, sums)
    return tops


class _Turn:
    """RoPE on the queries and keys of [3C, n], in place."""

    def __init__(self, config: LMConfig, rows: int, length: int, dtype: np.dtype[np.floating]) -> None:
        tables = rope_tables(length, config.d_head, config.rope_base, "linear", config.rope_factor)
        self._cos, self._sin = (np.tile(table.T, (1, rows)).astype(dtype) for table in tables)  # [D/2, n]
        self._shape = (2 * config.n_heads, config.d_head // 2, 2, rows * length)
        self._spare = aligned(dtype, 2, 2 * config.n_heads, config.d_head // 2, rows * length)

    def forward(self, qkv: Floats) -> None:
        self._apply(qkv, +1)

    def backward(self, d_qkv: Floats) -> None:
        self._apply(d_qkv, -1)

    def _apply(self, qkv: Floats, sign: int) -> None:
        pairs = qkv[: 2 * len(qkv) // 3].reshape(self._shape)
        even, odd = pairs[:, :, 0], pairs[:, :, 1]
        from_even, from_odd = self._spare
        np.multiply(even, self._sin, from_even)
        np.multiply(odd, self._sin, from_odd)
        np.multiply(even, self._cos, even)
        np.multiply(odd, self._cos, odd)
        (np.subtract if sign > 0 else np.add)(even, from_odd, out=even)
        (np.add if sign > 0 else np.subtract)(odd, from_even, out=odd)


def _turns(config: LMConfig, rows: int, length: int, dtype: np.dtype[np.floating]) -> _Turn | None:
    return _Turn(config, rows, length, dtype) if config.positions == "rope" else None
