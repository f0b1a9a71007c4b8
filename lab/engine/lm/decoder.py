"""The language model, one token after another. What attention needs of earlier tokens, their keys and values, does
not change when a token is added, so it is kept (the KV cache) and each new token costs one pass of one token
instead of a pass over the whole text. Norm gains, √(head width), the change to base 2 and the halves of the GELU
are folded into the weights once, and a token is some thirty small products and sums in buffers made beforehand.
What a call costs beside its arithmetic counts here: `a.dot(b, out)` takes 0.28 µs where `np.dot(a, b, out=out)` takes
0.45, an `out` without its name saves 0.03, and views that every text needs again are made once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from lab.engine.lm.parameters import INIT_STD, NORM_EPSILON, Floats, Parameters
from lab.engine.transformer.positions import alibi_slopes, rope_angles, sinusoidal

__all__ = ["Decoder", "cache_bytes"]

LOG2_E = math.log2(math.e)
GELU_A = math.sqrt(2.0 / math.pi)
GELU_ROOT = (0.044715 * GELU_A) ** (1.0 / 3.0)  # scales x so that the argument of tanh is x(c + x²)
GELU_C = GELU_A / GELU_ROOT


def cache_bytes(n_layers: int, d_kv: int, tokens: int = 1, bytes_per_number: int = 2, sequences: int = 1) -> int:
    """The memory of a KV cache: keys and values, 2 · layers · d_kv numbers a token.

    d_kv: the width of the keys, d_model unless heads share them. cache_bytes(12, 768) == 36864 for GPT-2 in fp16.
    """
    return 2 * n_layers * d_kv * tokens * bytes_per_number * sequences


class Decoder:
    """A model with the cache of one text; feed tokens, get the scores of the next.

    capacity: how many tokens the cache holds; None takes the context of the model.
    Raises ValueError when the model has no causal mask: then every token changes all others and nothing can be kept.
    Source: Pope et al., Efficiently Scaling Transformer Inference (2022), section 3.
    """

    def __init__(self, parameters: Parameters, capacity: int | None = None) -> None:
        config = parameters.config
        if not config.causal:
            raise ValueError("a model without a causal mask cannot be decoded with a cache: causal must be True")
        self.config = config
        self.capacity = config.context if capacity is None else capacity
        limit = config.context if config.positions == "learned" else None
        if self.capacity < 1 or (limit is not None and self.capacity > limit):
            raise ValueError(f"capacity must be in 1 … {limit or 'any'}, got {self.capacity}")
        dtype = parameters.flat.dtype
        self._table = np.ascontiguousarray(parameters["embedding"])
        self._where: Floats | None = None
        if config.positions == "learned":
            self._where = np.ascontiguousarray(parameters["position"])
        elif config.positions == "sinusoidal":
            waves = INIT_STD * math.sqrt(2.0) * sinusoidal(self.capacity, config.d_model)
            self._where = waves.astype(dtype)
        self._turns = np.empty((0, config.d_model), np.complex64 if dtype == np.float32 else np.complex128)
        self._layers = [_DecoderLayer(parameters, k, self.capacity) for k in range(config.n_layers)]
        final = "norm" in parameters
        self._norm = _Norm(config.norm if final else "none", config.d_model, dtype)
        head = parameters["embedding"] * parameters["norm"] if final else parameters["embedding"]
        self._head = np.ascontiguousarray(head)
        added = parameters.bias("norm")
        self._head_bias = None if added is None else parameters["embedding"] @ added
        self._x = np.empty(config.d_model, dtype)
        self._logits = np.empty(config.vocab_size, dtype)
        self.length = 0
        self._dropped = 0

    def reset(self) -> None:
        """Forgets the text."""
        self.length = self._dropped = 0

    def truncate(self, length: int) -> None:
        """Forgets all but the first `length` tokens of the cache.

        Raises ValueError when there are fewer.
        """
        if not 0 <= length <= self.length:
            raise ValueError(f"length must be in 0 … {self.length}, got {length}")
        self.length = length

    def drop_oldest(self, n: int) -> None:
        """Forgets the first n tokens and keeps the others where they stood; distances between them stay.

        Raises ValueError when positions are tied to places in a table, or there are fewer than n tokens.
        """
        if self._where is not None:
            raise ValueError(f"positions {self.config.positions!r} cannot slide: feed the rest again")
        if not 0 <= n <= self.length:
            raise ValueError(f"n must be in 0 … {self.length}, got {n}")
        for layer in self._layers:
            layer.keys[: self.length - n] = layer.keys[n : self.length].copy()
            layer.values[: self.length - n] = layer.values[n : self.length].copy()
        self.length -= n
        self._dropped += n

    def round_cache(self, bits: int) -> None:
        """Keeps keys and values with so many bits a number from here on, as a cache in int8 or int4 does.

        Each head of each token has a scale of its own: its largest number over 2^(bits - 1) - 1.
        Raises ValueError when bits is not in 2 … 16.
        """
        if not 2 <= bits <= 16:
            raise ValueError(f"bits must be in 2 … 16, got {bits}")
        most, heads = 2 ** (bits - 1) - 1, (self.length, self.config.n_heads, self.config.d_head)
        for layer in self._layers:
            for kept in (layer.keys[: self.length], layer.values[: self.length, :-1]):
                numbers = kept.reshape(heads)
                scale = np.abs(numbers).max(axis=2, keepdims=True) / most
                scale[scale == 0.0] = 1.0
                kept[:] = (np.round(numbers / scale) * scale).reshape(kept.shape)

    def read(self, ids: Sequence[int]) -> Floats:
        """Reads several tokens at once; the scores of the token after each of them, [m, V].

        One pass over m tokens costs far less than m passes over one: prompts are read so, and guesses checked.
        Raises ValueError when there are no ids, the cache cannot hold them, or one is outside the vocabulary.
        """
        tokens, at = np.asarray(ids), self.length
        m = len(tokens)
        if m == 0 or at + m > self.capacity:
            raise ValueError(f"ids must be 1 … {self.capacity - at} tokens, as many as fit the cache, got {m}")
        if tokens.min() < 0 or tokens.max() >= self.config.vocab_size:
            raise ValueError(f"ids must be in 0 … {self.config.vocab_size - 1}, got {tokens.min()} … {tokens.max()}")
        x = self._table[tokens]  # [m, C]
        if self._where is not None:
            x = x + self._where[at : at + m]
        tables = None
        if self.config.positions == "rope":
            tables = np.stack([self._rope_tables(at + self._dropped + k) for k in range(m)])
        for layer in self._layers:
            layer.attend_many(x, at, tables)
            layer.think_many(x)
        self.length = at + m
        logits = self._norm.many(x) @ self._head.T  # [m, C] @ [C, V]
        return logits if self._head_bias is None else logits + self._head_bias

    def step(self, token: int) -> Floats:
        """Reads one token; the scores of the next, [V], in a buffer that the next call uses again.

        Raises ValueError when the cache is full or the token is outside the vocabulary.
        """
        if self.length >= self.capacity:
            raise ValueError(f"the cache is full: it holds {self.capacity} tokens")
        if not 0 <= token < self.config.vocab_size:
            raise ValueError(f"token must be in 0 … {self.config.vocab_size - 1}, got {token}")
        x, at = self._x, self.length
        if self._where is None:
            x[...] = self._table[token]
        else:
            np.add(self._table[token], self._where[at], x)
        rope = self._rope_tables(at + self._dropped) if self.config.positions == "rope" else None
        for layer in self._layers:
            layer.attend(x, at, rope)
            layer.think(x)
        self.length = at + 1
        a, factor = self._norm(x)
        self._head.dot(a, self._logits)
        np.multiply(self._logits, factor, self._logits)
        return _plus(self._logits, self._head_bias)

    def _rope_tables(self, position: int) -> Any:
        """RoPE at a position as one complex number a pair, for queries and keys of all heads."""
        if position >= len(self._turns):
            places = np.arange(max(64, 2 * position))
            config = self.config
            angles = rope_angles(places, config.d_head, config.rope_base, "linear", config.rope_factor)
            self._turns = np.tile(np.exp(1j * angles), (1, 2 * self.config.n_heads)).astype(self._turns.dtype)
        return self._turns[position]


def _plus(x: Floats, bias: Floats | None) -> Floats:
    """x with a bias added in place, where there is one."""
    return x if bias is None else np.add(x, bias, out=x)


class _Norm:
    """x̂ = factor · a: the factor is left to the product that follows, in an array without axes, because NumPy is
    quicker with such a one than with a number.
    """

    def __init__(self, kind: str, width: int, dtype: np.dtype[Any]) -> None:
        self._kind, self._width = kind, width
        self._factor = np.ones((), dtype)

    def __call__(self, x: Floats) -> tuple[Floats, Floats]:
        if self._kind == "none":
            return x, self._factor
        if self._kind == "layer":
            x = x - x.mean()
        self._factor[()] = 1.0 / math.sqrt(float(x.dot(x)) / self._width + NORM_EPSILON)
        return x, self._factor

    def many(self, x: Floats) -> Floats:
        """x̂ of every row, [m, C]."""
        if self._kind == "none":
            return x
        if self._kind == "layer":
            x = x - x.mean(axis=1, keepdims=True)
        return np.asarray(x / np.sqrt(np.mean(x * x, axis=1, keepdims=True) + NORM_EPSILON))


class _DecoderLayer:
    """One block for one token: its folded weights, its cache, its buffers."""

    def __init__(self, parameters: Parameters, block: int, capacity: int) -> None:
        config, dtype = parameters.config, parameters.flat.dtype
        c, h, d = config.d_model, config.n_heads, config.d_head

        def weight(name: str, gain_name: str | None = None, factor: Any = 1.0) -> Floats:
            matrix = parameters[f"block{block}.{name}"] * np.asarray(factor, dtype)
            gain = f"block{block}.{gain_name}"
            folds = gain in parameters and config.norm_place == "pre"
            return np.ascontiguousarray(matrix * parameters[gain] if folds else matrix)

        self._residual, self._post = config.residual, config.norm_place == "post" and config.norm != "none"
        self._norm = _Norm(config.norm, c, dtype)
        self._none = _Norm("none", c, dtype)
        if self._post:
            self._gain1 = parameters[f"block{block}.norm1"]
        thirds = np.repeat([config.score_scale * LOG2_E, 1.0, 1.0], c)[:, None]
        self._qkv_weight, self._out_weight = weight("qkv", "norm1", thirds), weight("out")

        def bias(name: str, factor: Any = 1.0) -> Floats | None:
            found = parameters.bias(f"block{block}.{name}")
            return None if found is None else np.ascontiguousarray(found * np.asarray(factor, dtype))

        self._qkv_bias, self._out_bias = bias("qkv", thirds[:, 0]), bias("out")
        self._qkv = np.empty(3 * c, dtype)
        pairs = np.complex64 if dtype == np.float32 else np.complex128
        self._rotated = self._qkv[: 2 * c].view(pairs) if config.positions == "rope" else None
        self._q, self._k, self._v = self._qkv[:c].reshape(h, d), self._qkv[c : 2 * c], self._qkv[2 * c :]
        self.keys = np.empty((capacity, c), dtype)
        self.values = np.ones((capacity, c + 1), dtype)  # a last column of ones adds up the weights
        self._query_rows = np.zeros((h, c), dtype)  # each head's query in its own columns, zeros elsewhere
        self._all_mixed = np.empty((h, c + 1), dtype)  # each head over all columns; only its own count
        self._totals = self._all_mixed[:, c:]
        self._query_blocks, self._mixed_blocks = (
            as_strided(x, (h, d), (x.strides[0] + d * dtype.itemsize, dtype.itemsize))
            for x in (self._query_rows, self._all_mixed)
        )
        scores = np.empty(h * capacity, dtype)
        self._score_rows = [scores[: h * t].reshape(h, t) for t in range(capacity + 1)]
        self._keys_of = [self.keys[:t].T for t in range(capacity + 1)]
        self._values_of = [self.values[:t] for t in range(capacity + 1)]
        self._top, self._mixed = np.empty((h, 1), dtype), np.empty(c, dtype)
        self._mixed_by_head = self._mixed.reshape(h, d)
        self._y = np.empty(c, dtype)
        self._slopes: Floats | None = None
        if config.positions == "alibi":
            distances = np.arange(-capacity + 1, 1)  # the newest key last
            self._slopes = (alibi_slopes(h)[:, None] * distances * LOG2_E).astype(dtype)
        self._feed_forward = config.feed_forward
        if config.feed_forward == "none":
            return
        if self._post:
            self._gain2 = parameters[f"block{block}.norm2"]
        gelu = config.feed_forward == "gelu"
        self._up_weight = weight("up", "norm2", GELU_ROOT if gelu else 1.0)
        self._down_weight = weight("down", None, 0.5 / GELU_ROOT if gelu else 0.5)
        self._gate_weight = None if gelu else weight("gate", "norm2")
        self._up_bias, self._down_bias, self._gate_bias = (
            bias("up", GELU_ROOT if gelu else 1.0), bias("down"), bias("gate")
        )  # fmt: skip
        self._u, self._t = np.empty(config.d_ff, dtype), np.empty(config.d_ff, dtype)
        self._c, self._one, self._half = (np.asarray(number, dtype) for number in (GELU_C, 1.0, 0.5))
        self._gate = np.empty(config.d_ff, dtype)

    def attend(self, x: Floats, at: int, rope: Any) -> None:
        """Adds to the stream x, [C], what attention finds in the cache; the token stands at place `at` of it."""
        a, factor = (self._none if self._post else self._norm)(x)
        self._qkv_weight.dot(a, self._qkv)
        np.multiply(self._qkv, factor, self._qkv)
        _plus(self._qkv, self._qkv_bias)
        if self._rotated is not None:
            np.multiply(self._rotated, rope, self._rotated)
        self.keys[at], self.values[at, :-1] = self._k, self._v
        self._query_blocks[...] = self._q
        scores = self._score_rows[at + 1]  # [H, t]
        self._query_rows.dot(self._keys_of[at + 1], scores)
        if self._slopes is not None:
            np.add(scores, self._slopes[:, -at - 1 :], scores)
        np.maximum.reduce(scores, axis=1, out=self._top, keepdims=True)
        np.subtract(scores, self._top, scores)
        np.exp2(scores, scores)
        scores.dot(self._values_of[at + 1], self._all_mixed)  # [H, t] @ [t, C + 1]
        np.divide(self._mixed_blocks, self._totals, self._mixed_by_head)
        self._out_weight.dot(self._mixed, self._y)
        _plus(self._y, self._out_bias)
        self._add(x, self._gain1 if self._post else None)

    def think(self, x: Floats) -> None:
        """Adds to the stream x, [C], what the feed-forward layer makes of it."""
        if self._feed_forward == "none":
            return
        a, factor = (self._none if self._post else self._norm)(x)
        u, t = self._u, self._t
        self._up_weight.dot(a, u)
        np.multiply(u, factor, u)
        _plus(u, self._up_bias)
        if self._gate_weight is None:
            np.square(u, t)
            np.add(t, self._c, t)
            np.multiply(t, u, t)
        else:
            self._gate_weight.dot(a, self._gate)
            np.multiply(self._gate, factor, self._gate)
            _plus(self._gate, self._gate_bias)
            np.multiply(u, self._gate, u)
            np.multiply(self._gate, self._half, t)
        np.tanh(t, t)
        np.add(t, self._one, t)  # twice the logistic function; the half is in the next weight
        np.multiply(t, u, t)
        self._down_weight.dot(t, self._y)
        _plus(self._y, self._down_bias)
        self._add(x, self._gain2 if self._post else None)

    def attend_many(self, x: Floats, at: int, tables: Any) -> None:
        """`attend` for m tokens at once; x: [m, C]."""
        m, (h, d) = len(x), self._q.shape
        a = x if self._post else self._norm.many(x)
        qkv = _plus(a @ self._qkv_weight.T, self._qkv_bias)  # [m, 3C]
        if tables is not None:
            qkv[:, : 2 * h * d].view(tables.dtype)[...] *= tables
        self.keys[at : at + m], self.values[at : at + m, :-1] = qkv[:, h * d : 2 * h * d], qkv[:, 2 * h * d :]

        def heads(rows: Floats) -> Floats:  # [n, C] -> [H, n, D]
            return rows.reshape(len(rows), h, d).swapaxes(0, 1)

        scores = heads(qkv[:, : h * d]) @ heads(self.keys[: at + m]).swapaxes(1, 2)  # [H, m, t]
        places = np.arange(at + m)
        later = places[None, :] > places[at:, None]
        if self._slopes is not None:
            newest = self._slopes.shape[1] - 1
            scores += self._slopes[:, np.minimum(newest, newest + places[None, :] - places[at:, None])]
        scores[:, later] = -np.inf
        weights = np.exp2(scores - scores.max(axis=2, keepdims=True))
        mixed = (weights @ heads(self.values[: at + m, :-1])) / weights.sum(axis=2, keepdims=True)  # [H, m, D]
        found = mixed.swapaxes(0, 1).reshape(m, h * d) @ self._out_weight.T
        self._add_many(x, _plus(found, self._out_bias), 1)

    def think_many(self, x: Floats) -> None:
        """`think` for m tokens at once; x: [m, C]."""
        if self._feed_forward == "none":
            return
        a = x if self._post else self._norm.many(x)
        u = _plus(a @ self._up_weight.T, self._up_bias)  # [m, F]
        if self._gate_weight is None:
            t = (u * u + GELU_C) * u
        else:
            gate = _plus(a @ self._gate_weight.T, self._gate_bias)
            u, t = u * gate, gate * 0.5
        self._add_many(x, _plus((np.tanh(t) + 1.0) * u @ self._down_weight.T, self._down_bias), 2)

    def _add(self, x: Floats, gain: Floats | None) -> None:
        if self._residual:
            np.add(x, self._y, x)
        else:
            np.copyto(x, self._y)
        if gain is not None:
            a, factor = self._norm(x)
            np.multiply(a, gain * factor, out=x)

    def _add_many(self, x: Floats, y: Floats, half: int) -> None:
        np.copyto(x, x + y if self._residual else y)
        if self._post:
            np.copyto(x, self._norm.many(x) * (self._gain1 if half == 1 else self._gain2))
