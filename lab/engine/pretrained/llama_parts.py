"""The parts of a Llama: its plan, its weights, and the way of tokens through a block. Tokens are columns
here, [C, m], so that a whole prompt and a single token take the same way, weights · columns, through buffers
made beforehand.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.pretrained.threads import ThreadTeam
from lab.engine.pretrained.weight_rows import Floats, Rows

__all__ = ["LlamaConfig", "LlamaLayer", "LlamaWeights", "Pass", "Watch", "assemble", "rms_norm"]

Watch = Callable[[str, Floats], None]
"""Is shown every tensor of a layer, and may change it in place: "weights" [H, m, t] and "heads" [H, m, D] of attention,
"attention" [C, m], what it adds; "inner" [F, m] of the feed-forward layer, "feed-forward" [C, m], what it adds."""


@dataclass(frozen=True, slots=True)
class LlamaConfig:
    """The plan of a model.

    d_model: C, the width of the stream; n_heads query heads share n_kv_heads key heads; d_ff: width inside
    the feed-forward layer; context: the longest text it was trained on; rope_base: of the rotations.
    Raises ValueError when a size is not positive or the widths do not fit.
    """

    vocab_size: int
    d_model: int
    n_layers: int
    n_heads: int
    n_kv_heads: int
    d_ff: int
    context: int
    rope_base: float
    norm_epsilon: float

    def __post_init__(self) -> None:
        for name in ("vocab_size", "d_model", "n_layers", "n_heads", "n_kv_heads", "d_ff", "context"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.d_model % (2 * self.n_heads):
            raise ValueError(f"d_model {self.d_model} must be an even number for each of n_heads {self.n_heads}")
        if self.n_heads % self.n_kv_heads:
            raise ValueError(f"n_heads {self.n_heads} must be a multiple of n_kv_heads {self.n_kv_heads}")
        if not (0 < self.rope_base < math.inf and 0 < self.norm_epsilon < math.inf):
            given = f"rope_base {self.rope_base}, norm_epsilon {self.norm_epsilon}"
            raise ValueError(f"{given} must be positive and finite")

    @property
    def d_head(self) -> int:
        """The width of one head."""
        return self.d_model // self.n_heads

    @property
    def d_kv(self) -> int:
        """The width of all key heads."""
        return self.n_kv_heads * self.d_head


@dataclass(frozen=True, slots=True)
class LlamaLayer:
    """The weights of one block; query rows are already divided by √(head width).

    norm1, norm2: [C].  qkv: [C + 2·d_kv, C].  out: [C, C].  gate_up: [2·d_ff, C].  down: [C, d_ff].
    """

    norm1: Floats
    qkv: Rows
    out: Rows
    norm2: Floats
    gate_up: Rows
    down: Rows


@dataclass(frozen=True, slots=True)
class LlamaWeights:
    """All weights.  embedding, head: [V, C], the same where they are tied.  norm: [C]."""

    embedding: Rows
    layers: tuple[LlamaLayer, ...]
    norm: Floats
    head: Rows


def assemble(n_layers: int, vector: Callable[[str], Floats], rows: Callable[[str], Rows], tied: bool) -> LlamaWeights:
    """All weights, part by part.

    vector: gives those named "norm", "layer3.norm1".  rows: those named "embedding", "layer3.qkv".
    tied: whether the embedding is the head too; otherwise `rows` has a "head".
    """
    embedding = rows("embedding")
    layers = tuple(
        LlamaLayer(
            vector(f"layer{k}.norm1"), rows(f"layer{k}.qkv"), rows(f"layer{k}.out"),
            vector(f"layer{k}.norm2"), rows(f"layer{k}.gate_up"), rows(f"layer{k}.down"),
        )
        for k in range(n_layers)
    )  # fmt: skip
    return LlamaWeights(embedding, layers, vector("norm"), embedding if tied else rows("head"))


class Pass:
    """Buffers for m tokens on their way through the blocks, and the way itself; x is the stream, [C, m].

    team: who shares the large multiplications, None: nobody.
    without: what is left out, any of "residual", "mask", "scale", "norm", "positions".
    """

    def __init__(
        self, config: LlamaConfig, m: int, team: ThreadTeam | None = None, without: frozenset[str] = frozenset()
    ) -> None:
        self._config, self._m, self._team, self._without = config, m, team, without
        self.x = np.empty((config.d_model, m), np.float32)
        self._y = np.empty((config.d_model, m), np.float32)
        self._qkv = np.empty((config.d_model + 2 * config.d_kv, m), np.float32)
        self._queries = np.empty((config.n_heads, m, config.d_head), np.float32)
        self._mixed = np.empty((config.n_heads, m, config.d_head), np.float32)
        self._joined = np.empty((config.d_model, m), np.float32)
        self._gate_up = np.empty((2 * config.d_ff, m), np.float32)
        self._hidden = np.empty((config.d_ff, m), np.float32)

    def attend(
        self,
        layer: LlamaLayer,
        keys: Floats,
        values: Floats,
        at: int,
        turns: NDArray[np.complex64],
        watch: Watch | None = None,
    ) -> Floats:
        """Adds to the stream what attention finds; the weights, [H, m, t].

        keys, values: [KV, capacity, D] of this layer; the new tokens are written at place `at`.
        turns: [m, D/2] complex, the rotation of each pair at each new place.
        """
        config, m, t = self._config, self._m, at + self._m
        h, kv, d = config.n_heads, config.n_kv_heads, config.d_head
        layer.qkv.dot(self.normed(layer.norm1), self._qkv, self._team)
        q, k, v = np.split(self._qkv, (config.d_model, config.d_model + config.d_kv))
        np.copyto(self._queries, q.reshape(h, d, m).swapaxes(1, 2))  # [C, m] -> [H, m, D]
        keys[:, at:t], values[:, at:t] = (a.reshape(kv, d, m).swapaxes(1, 2) for a in (k, v))
        if "scale" in self._without:
            np.multiply(self._queries, np.float32(math.sqrt(d)), out=self._queries)  # the query rows hold the scale
        for rotated in () if "positions" in self._without else (self._queries, keys[:, at:t]):
            pairs = rotated.view(np.complex64)  # neighbours are a pair, as GGUF stores them
            np.multiply(pairs, turns, out=pairs)
        groups = self._queries.reshape(kv, -1, d)  # the query heads that share a key head
        scores = np.empty((kv, h // kv * m, t), np.float32)
        for g in range(kv):
            np.dot(groups[g], keys[g, :t].T, out=scores[g])  # [H/KV·m, D] @ [D, t]
        weights = scores.reshape(h, m, t)
        if m > 1 and "mask" not in self._without:
            weights[:, np.arange(t)[None, :] > np.arange(at, t)[:, None]] = -np.inf
        np.subtract(weights, weights.max(axis=2, keepdims=True), out=weights)
        np.exp(weights, out=weights)
        np.divide(weights, weights.sum(axis=2, keepdims=True), out=weights)
        if watch is not None:
            watch("weights", weights)
        mixed = self._mixed.reshape(kv, -1, d)
        for g in range(kv):
            np.dot(scores[g], values[g, :t], out=mixed[g])  # [H/KV·m, t] @ [t, D]
        if watch is not None:
            watch("heads", self._mixed)
        np.copyto(self._joined.reshape(h, d, m), self._mixed.swapaxes(1, 2))
        layer.out.dot(self._joined, self._y, self._team)
        self._add("attention", watch)
        return weights

    def normed(self, gain: Floats) -> Floats:
        """The stream as a part reads it, [C, m]."""
        return self.x if "norm" in self._without else rms_norm(self.x, gain, self._config.norm_epsilon)

    def _add(self, part: str, watch: Watch | None) -> None:
        if watch is not None:
            watch(part, self._y)
        if "residual" in self._without:
            np.copyto(self.x, self._y)
        else:
            np.add(self.x, self._y, out=self.x)

    def think(self, layer: LlamaLayer, watch: Watch | None = None) -> None:
        """Adds to the stream what the feed-forward layer makes of it: down(silu(gate x) · up x)."""
        layer.gate_up.dot(self.normed(layer.norm2), self._gate_up, self._team)
        gate, up = self._gate_up[: self._config.d_ff], self._gate_up[self._config.d_ff :]
        half = self._hidden
        np.multiply(gate, 0.5, out=half)
        np.tanh(half, out=half)
        np.add(half, 1.0, out=half)
        np.multiply(half, 0.5, out=half)  # the logistic function of the gate, which cannot overflow in this form
        np.multiply(half, gate, out=half)
        np.multiply(half, up, out=half)
        if watch is not None:
            watch("inner", half)
        layer.down.dot(half, self._y, self._team)
        self._add("feed-forward", watch)


def rms_norm(x: Floats, gain: Floats, epsilon: float) -> Floats:
    """x over its root mean square, times the gain; x: [C, m], gain: [C]."""
    mean_square = np.add.reduce(x * x, axis=0) / np.float32(len(x))
    return np.asarray(x / np.sqrt(mean_square + np.float32(epsilon)) * gain[:, None])
