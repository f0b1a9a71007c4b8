"""The language model with a memory that rolls: several texts are read side by side, one token after another, and of the
keys and values only a window of the newest stays, with or without the first few tokens of the text. Keys are kept
without their positions and are given places anew at every step, as if the window were the whole text; so RoPE can also
be read with other rates than it was trained with, which is how a model is stretched to longer texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.basics.activations import log_softmax, softmax
from lab.engine.lm.parameters import INIT_STD, NORM_EPSILON, Floats, Parameters
from lab.engine.transformer.feed_forward import FeedForward, feed_forward, plus
from lab.engine.transformer.positions import alibi_slopes, learned_rows, rope_rates, rotate, sinusoidal

__all__ = ["RollingLM"]

Ids = NDArray[np.integer[Any]]
Stored = Callable[[Floats], Floats]


class RollingLM:
    """Reads `batch` texts at once.

    window: how many of the newest tokens are kept, the one that is read included; None keeps all.
    sinks: how many tokens of the beginning are kept as well.
    rates: [D/2], by how much RoPE turns each pair a token, in radians; None takes those of the model.
    sharpness: what scores are multiplied by, see `yarn_sharpness`.
    stored: what becomes of keys and values, [B, H, m, D], when they are kept, such as rounding; None: nothing.
    Raises ValueError for a model without a mask or with its norms behind, a window below 1, or sinks below 0.
    Source: Xiao et al., Efficient Streaming Language Models with Attention Sinks (2024), section 3.2.
    """

    def __init__(
        self, parameters: Parameters, batch: int = 1, window: int | None = None, sinks: int = 0,
        rates: Floats | None = None, sharpness: float = 1.0, stored: Stored | None = None,
    ) -> None:  # fmt: skip
        config = parameters.config
        if not config.causal or config.norm_place == "post":
            raise ValueError("a rolling memory needs a causal mask and norms in front (pre)")
        if batch < 1 or sinks < 0 or (window is not None and window < 1):
            raise ValueError(f"batch and window must be at least 1, sinks at least 0, got {batch}, {window}, {sinks}")
        self.config, self.batch, self.read = config, batch, 0
        self._parameters, self._window, self._sinks, self._stored = parameters, window, sinks, stored
        self._scale = config.score_scale * sharpness
        if config.positions == "rope" and rates is None:
            rates = rope_rates(config.d_head, config.rope_base, "linear", config.rope_factor)
        self._rates = rates if config.positions == "rope" else None
        self._slopes = alibi_slopes(config.n_heads) if config.positions == "alibi" else None
        room = np.zeros((batch, config.n_heads, 0, config.d_head), parameters.flat.dtype)
        self._keys, self._values = [room] * config.n_layers, [room] * config.n_layers

    @property
    def kept(self) -> int:
        """How many tokens are in the memory."""
        return int(self._keys[0].shape[2])

    def step(self, tokens: Ids) -> Floats:
        """Reads one token of each text, [B]; the scores of the next, [B, V].

        Raises ValueError past the end of a learned table.
        """
        return np.asarray(self.read_many(np.asarray(tokens)[:, None])[:, 0])

    def read_many(self, tokens: Ids) -> Floats:
        """Reads m tokens of each text at once, [B, m]; the scores of the one after each of them, [B, m, V].

        Raises ValueError past the end of a learned table, and with a window: it rolls token by token.
        """
        if self._window is not None and tokens.shape[1] > 1:
            raise ValueError("a window rolls token by token: read one at a time")
        x = self._embed(tokens)  # [B, m, C]
        for k in range(self.config.n_layers):
            x = self._half(x, self._attend(k, self._norm(x, f"block{k}.norm1")))
            if self.config.feed_forward != "none":
                x = self._half(x, feed_forward(self._norm(x, f"block{k}.norm2"), self._mlp(k)).out)
        self.read += tokens.shape[1]
        final = plus(self._norm(x, "norm"), self._parameters.bias("norm"))
        return np.asarray(final @ self._parameters["embedding"].T)  # [B, m, C] @ [C, V]

    def losses(self, ids: Ids) -> Floats:
        """Reads whole texts at once, [B, T + 1]; the surprise at each next token in nats, [B, T].

        Raises ValueError as `read_many` does.
        """
        logs = log_softmax(self.read_many(ids[:, :-1]))
        return np.asarray(-np.take_along_axis(logs, ids[:, 1:, None], axis=-1)[..., 0])

    def loss(self, tokens: Ids, targets: Ids) -> Floats:
        """Reads one token of each text and says how surprised it is at the next in nats, [B]."""
        logs = log_softmax(self.step(tokens).astype(np.float64))
        return np.asarray(-np.take_along_axis(logs, np.asarray(targets)[:, None], axis=1)[:, 0])

    def _embed(self, tokens: Ids) -> Floats:
        x, m = self._parameters["embedding"][tokens], tokens.shape[1]
        if self.config.positions == "learned":
            x = x + learned_rows(self._parameters["position"], m, self.read)
        elif self.config.positions == "sinusoidal":
            waves = INIT_STD * np.sqrt(2.0) * sinusoidal(self.read + m, self.config.d_model)[-m:]
            x = x + waves.astype(x.dtype)
        return np.asarray(x)

    def _norm(self, x: Floats, name: str) -> Floats:
        if self.config.norm == "none":
            return x
        if self.config.norm == "layer":
            x = x - x.mean(axis=-1, keepdims=True)
        size = np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + NORM_EPSILON)
        return np.asarray(x / size * self._parameters[name])

    def _half(self, x: Floats, found: Floats) -> Floats:
        return x + found if self.config.residual else found

    def _mlp(self, k: int) -> FeedForward:
        gate = self._parameters[f"block{k}.gate"] if self.config.feed_forward == "swiglu" else None
        up, down, gate_bias = (self._parameters.bias(f"block{k}.{name}") for name in ("up", "down", "gate"))
        matrices = self._parameters[f"block{k}.up"], self._parameters[f"block{k}.down"]
        return FeedForward(*matrices, gate, up, down, gate_bias)

    def _attend(self, k: int, a: Floats) -> Floats:
        """What attention of a block finds for the newest tokens; a: [B, m, C]."""
        m, config = a.shape[1], self.config
        qkv = plus(a @ self._parameters[f"block{k}.qkv"].T, self._parameters.bias(f"block{k}.qkv"))
        qkv = qkv.reshape(self.batch, m, 3, config.n_heads, config.d_head)
        q, key, value = qkv.transpose(2, 0, 3, 1, 4)  # [B, H, m, D]
        if self._stored is not None:
            key, value = self._stored(key), self._stored(value)
        keys = self._keys[k] = self._rolled(np.concatenate((self._keys[k], key), axis=2))
        values = self._values[k] = self._rolled(np.concatenate((self._values[k], value), axis=2))
        places = np.arange(keys.shape[2])
        if self._rates is not None:
            angles = (places[:, None] * self._rates).astype(keys.dtype)  # [n, D/2]
            cos, sin = np.cos(angles), np.sin(angles)
            q, keys = rotate(q, cos[-m:], sin[-m:]), rotate(keys, cos, sin)
        scores = q @ keys.swapaxes(2, 3) * np.asarray(self._scale, a.dtype)  # [B, H, m, n]
        distances = places[-m:, None] - places
        if self._slopes is not None:
            scores = scores - (self._slopes[:, None, None] * distances).astype(a.dtype)
        if m > 1:
            scores[..., distances < 0] = -np.inf  # later tokens
        mixed = (softmax(scores) @ values).swapaxes(1, 2).reshape(self.batch, m, -1)  # [B, H, m, D] -> [B, m, C]
        return np.asarray(plus(mixed @ self._parameters[f"block{k}.out"].T, self._parameters.bias(f"block{k}.out")))

    def _rolled(self, rows: Floats) -> Floats:
        """The rows that stay, [B, H, n, D]: the oldest behind the sinks goes when there are too many."""
        if self._window is None or rows.shape[2] <= self._window + self._sinks:
            return rows
        return np.delete(rows, self._sinks, axis=2)
