"""LoRA through a frozen Llama. Only thin adapters beside the query and value rows of the upper layers learn; all other
weights stay as they are, in int8 if they come so, and are widened block by block, forward and back. The layers below
never change, so the stream that leaves them is read once and kept. Tokens are columns, [C, n]; a batch is several texts
side by side, and attention keeps to each of them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaLayer, LlamaWeights
from lab.engine.pretrained.weight_rows import FloatRows, Rows
from lab.engine.tuning.adapters import AdaptedRows, Adapters
from lab.engine.tuning.lora import LoRA, init_lora

__all__ = ["FrozenStack", "StackText", "adapted", "adapters_for", "merged", "step_bytes"]

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class StackText:
    """A text that is learned. stream: [C, T] before the lowest layer with adapters.  targets: [T] the token after each.
    weights: [T] how much the loss of each target counts; 0 for what is only read.
    """

    stream: Floats
    targets: NDArray[np.integer[Any]]
    weights: Floats


def adapters_for(
    config: LlamaConfig, first: int, rank: int, alpha: float, rng: np.random.Generator, dtype: Any = np.float32
) -> dict[str, LoRA]:
    """Fresh adapters, which add nothing, of the queries and values of layers `first` … to the last.

    Raises ValueError when there is no such layer, or the rank does not fit.
    """
    if not 0 <= first < config.n_layers:
        raise ValueError(f"first must be in 0 … {config.n_layers - 1}, got {first}")
    made = {}
    for k in range(first, config.n_layers):
        for part, rows in (("q", config.d_model), ("v", config.d_kv)):
            one = init_lora(rows, config.d_model, rank, alpha, rng)
            made[f"layer{k}.{part}"] = LoRA(one.a.astype(dtype), one.b.astype(dtype), alpha)
    return made


def adapted(config: LlamaConfig, weights: LlamaWeights, adapters: Adapters) -> LlamaWeights:
    """The same weights with adapters beside them, for any `Llama`; nothing is copied."""
    layers = list(weights.layers)
    for k, layer in enumerate(layers):
        if f"layer{k}.q" in adapters:
            layers[k] = replace(layer, qkv=_beside(config, layer.qkv, adapters, k))
    return replace(weights, layers=tuple(layers))


def merged(config: LlamaConfig, weights: LlamaWeights, adapters: Adapters) -> LlamaWeights:
    """The same weights with the adapters added into them: the changed rows in float32, all others shared."""
    layers = list(adapted(config, weights, adapters).layers)
    for k, layer in enumerate(layers):
        if f"layer{k}.q" in adapters:
            layers[k] = replace(layer, qkv=FloatRows(layer.qkv.take(np.arange(layer.qkv.shape[0]))))
    return replace(weights, layers=tuple(layers))


def _beside(config: LlamaConfig, qkv: Rows, adapters: Adapters, k: int) -> AdaptedRows:
    """The query rows are kept divided by √(head width), and so is what is added to them."""
    return AdaptedRows(
        qkv,
        (
            (0, adapters[f"layer{k}.q"], config.d_head**-0.5),
            (config.d_model + config.d_kv, adapters[f"layer{k}.v"], 1.0),
        ),
    )


@dataclass(slots=True)
class _Kept:
    """What the way back through a layer needs."""

    normed: Floats  # [C, n], what attention read
    hat1: Floats
    root1: Floats
    queries: Floats  # [H, n, D], turned
    keys: Floats  # [KV, n, D], turned
    values: Floats
    weights: list[Floats]  # of each text, [KV, H/KV, T, T]
    hat2: Floats
    root2: Floats
    gate: Floats
    up: Floats


class FrozenStack:
    """The layers from `first` on, forward and back, for the precision of the weights' norms.

    config, weights: of the model; `weights` stay as they are.  first: the lowest layer with adapters.
    Raises ValueError when there is no such layer.
    Source: Hu et al., LoRA (2022), section 4.2, for the choice of queries and values.
    """

    def __init__(self, config: LlamaConfig, weights: LlamaWeights, first: int) -> None:
        if not 0 <= first < config.n_layers:
            raise ValueError(f"first must be in 0 … {config.n_layers - 1}, got {first}")
        self.config, self.first, self._weights = config, first, weights
        self._type = weights.norm.dtype
        rates = config.rope_base ** (-np.arange(config.d_head // 2) / (config.d_head // 2))
        angles = np.arange(config.context)[:, None] * rates
        self._turns = np.exp(1j * angles).astype(np.complex64 if self._type == np.float32 else np.complex128)

    # ------------------------------------------------------------------------------------------ forward

    def reading(self, ids: Sequence[int]) -> Generator[float, None, Floats]:
        """The stream of a text before the layer `first`, [C, T]; rests after each layer, and yields the share done.

        Raises ValueError when there are no ids, more than the context, or one is outside the vocabulary.
        """
        if not 1 <= len(ids) <= self.config.context or min(ids) < 0 or max(ids) >= self.config.vocab_size:
            raise ValueError(f"ids must be 1 … {self.config.context} tokens of the vocabulary, got {len(ids)}")
        x = np.ascontiguousarray(self._weights.embedding.take(np.asarray(ids)).T, self._type)
        for k in range(self.first):
            x, _kept = self._forward(self._weights.layers[k], x, [len(ids)])
            yield (k + 1) / max(1, self.first)
        return x

    def learning(
        self, texts: Sequence[StackText], adapters: Adapters
    ) -> Generator[float, None, tuple[float, dict[str, LoRA]]]:
        """The weighted loss of a batch and its gradient for every adapter; rests after each half of a layer.

        Yields the share that is done. Whoever stops asking has changed nothing.
        Raises ValueError when there are no texts.
        """
        if not texts:
            raise ValueError("texts must hold at least one")
        lengths = [text.stream.shape[1] for text in texts]
        x = np.concatenate([text.stream for text in texts], axis=1)
        layers = adapted(self.config, self._weights, adapters).layers
        kept: list[_Kept] = []
        most = 2 * (self.config.n_layers - self.first) + 1
        for layer in layers[self.first :]:
            x, found = self._forward(layer, x, lengths)
            kept.append(found)
            yield len(kept) / most
        loss, d_x = self._head(x, texts)
        yield (len(kept) + 1) / most
        gradients: dict[str, LoRA] = {}
        for k in range(self.config.n_layers - 1, self.first - 1, -1):
            d_x = self._backward(k, layers[k], kept.pop(), d_x, lengths, adapters, gradients)
            yield 1.0 - (k - self.first) / most
        return loss, gradients

    def losses(self, text: StackText, adapters: Adapters) -> Iterator[float | Floats]:
        """The loss of every token of a text that counts, [m] nats, last; before it, rests with the share done."""
        x = text.stream
        layers = adapted(self.config, self._weights, adapters).layers
        for k in range(self.first, self.config.n_layers):
            x, _kept = self._forward(layers[k], x, [x.shape[1]])
            yield (k - self.first + 1) / (self.config.n_layers - self.first + 1)
        counted = text.weights != 0
        logits, _hat, _root = self._scores(np.ascontiguousarray(x[:, counted]))
        yield _token_losses(logits, text.targets[counted])

    def _forward(self, layer: LlamaLayer, x: Floats, lengths: Sequence[int]) -> tuple[Floats, _Kept]:
        c = self.config
        n = x.shape[1]
        hat1, root1 = self._normed(x)
        normed = hat1 * layer.norm1[:, None]
        qkv = self._product(layer.qkv, normed)
        q, k, v = np.split(qkv, (c.d_model, c.d_model + c.d_kv))
        queries, keys, values = (
            np.ascontiguousarray(part.reshape(-1, c.d_head, n).swapaxes(1, 2)) for part in (q, k, v)
        )
        turns = np.concatenate([self._turns[:length] for length in lengths])
        for turned in (queries, keys):
            pairs = turned.view(turns.dtype)
            np.multiply(pairs, turns, out=pairs)
        mixed, weights = self._mix(queries, keys, values, lengths)
        x = x + self._product(layer.out, np.ascontiguousarray(mixed.swapaxes(1, 2)).reshape(c.d_model, n))
        hat2, root2 = self._normed(x)
        gate_up = self._product(layer.gate_up, hat2 * layer.norm2[:, None])
        gate, up = gate_up[: c.d_ff], gate_up[c.d_ff :]
        x = x + self._product(layer.down, gate * _logistic(gate) * up)
        return x, _Kept(normed, hat1, root1, queries, keys, values, weights, hat2, root2, gate, up)

    def _mix(
        self, queries: Floats, keys: Floats, values: Floats, lengths: Sequence[int]
    ) -> tuple[Floats, list[Floats]]:
        """What attention finds, [H, n, D], and its weights, text by text."""
        mixed, kept = np.empty_like(queries), list[Floats]()
        for part, length in _places(lengths):
            q = self._grouped(queries[:, part])
            scores: Floats = q @ keys[:, None, part].swapaxes(2, 3)
            scores[..., np.triu(np.ones((length, length), bool), 1)] = -np.inf
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=-1, keepdims=True)
            mixed[:, part] = (scores @ values[:, None, part]).reshape(-1, length, self.config.d_head)
            kept.append(scores)
        return mixed, kept

    def _grouped(self, heads: Floats) -> Floats:
        """[H, T, D] -> [KV, H/KV, T, D]: the heads that share keys and values."""
        return heads.reshape(self.config.n_kv_heads, -1, heads.shape[1], self.config.d_head)

    # --------------------------------------------------------------------------------------------- back

    def _head(self, x: Floats, texts: Sequence[StackText]) -> tuple[float, Floats]:
        """The weighted loss, and its gradient by the stream; only tokens that count are scored."""
        weights = np.concatenate([text.weights for text in texts])
        targets = np.concatenate([text.targets for text in texts])
        counted = weights != 0
        logits, hat, root = self._scores(np.ascontiguousarray(x[:, counted]))
        losses = _token_losses(logits, targets[counted])  # logits are probabilities afterwards
        loss = float(np.dot(weights[counted], losses))
        logits[targets[counted], np.arange(logits.shape[1])] -= 1.0
        logits *= weights[counted].astype(self._type)
        d_normed = self._back(self._weights.head, logits)
        d_x = np.zeros_like(x)
        d_x[:, counted] = _norm_back(d_normed * self._weights.norm[:, None], hat, root)
        return loss, d_x

    def _scores(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        hat, root = self._normed(x)
        return self._product(self._weights.head, hat * self._weights.norm[:, None]), hat, root

    def _backward(
        self,
        k: int,
        layer: LlamaLayer,
        kept: _Kept,
        d_x: Floats,
        lengths: Sequence[int],
        adapters: Adapters,
        gradients: dict[str, LoRA],
    ) -> Floats:
        """The gradient by the stream before a layer; those of its adapters are added to `gradients`."""
        gate, up, share = kept.gate, kept.up, _logistic(kept.gate)
        d_hidden = self._back(layer.down, d_x)
        d_gate = d_hidden * up * share * (1.0 + gate * (1.0 - share))
        d_gate_up = np.concatenate((d_gate, d_hidden * gate * share))
        d_x = d_x + _norm_back(self._back(layer.gate_up, d_gate_up) * layer.norm2[:, None], kept.hat2, kept.root2)
        d_qkv = self._attention_back(self._back(layer.out, d_x), kept, lengths)
        c = self.config
        for part, start, rows, factor in (
            ("q", 0, c.d_model, c.d_head**-0.5), ("v", c.d_model + c.d_kv, c.d_kv, 1.0)
        ):  # fmt: skip
            one, d = adapters[f"layer{k}.{part}"], d_qkv[start : start + rows]
            scale = one.scale * factor
            d_a = scale * (one.b.T @ d) @ kept.normed.T
            d_b = scale * d @ (one.a @ kept.normed).T
            gradients[f"layer{k}.{part}"] = LoRA(d_a, d_b, one.alpha)
        if k == self.first:
            return d_x  # what lies below is frozen
        return d_x + _norm_back(self._back(layer.qkv, d_qkv) * layer.norm1[:, None], kept.hat1, kept.root1)

    def _attention_back(self, d_joined: Floats, kept: _Kept, lengths: Sequence[int]) -> Floats:
        """From the gradient by the joined heads, [C, n], that by queries, keys and values, [C + 2·KV·D, n]."""
        c, n = self.config, d_joined.shape[1]
        d_mixed = np.ascontiguousarray(d_joined.reshape(c.n_heads, c.d_head, n).swapaxes(1, 2))
        d_queries, d_keys, d_values = (np.empty_like(kind) for kind in (kept.queries, kept.keys, kept.values))
        for (part, length), weights in zip(_places(lengths), kept.weights, strict=True):
            d_out, q = self._grouped(d_mixed[:, part]), self._grouped(kept.queries[:, part])
            d_values[:, part] = (weights.swapaxes(2, 3) @ d_out).sum(axis=1)
            d_weights = d_out @ kept.values[:, None, part].swapaxes(2, 3)
            d_scores = weights * (d_weights - (d_weights * weights).sum(axis=-1, keepdims=True))
            d_queries[:, part] = (d_scores @ kept.keys[:, None, part]).reshape(-1, length, c.d_head)
            d_keys[:, part] = (d_scores.swapaxes(2, 3) @ q).sum(axis=1)
        back = np.concatenate([self._turns[:length] for length in lengths]).conj()
        for turned in (d_queries, d_keys):
            pairs = turned.view(back.dtype)
            np.multiply(pairs, back, out=pairs)
        return np.concatenate(
            [np.ascontiguousarray(part.swapaxes(1, 2)).reshape(-1, n) for part in (d_queries, d_keys, d_values)]
        )

    # ------------------------------------------------------------------------------------------ products

    def _product(self, rows: Rows, x: Floats) -> Floats:
        out = np.empty((rows.shape[0], x.shape[1]), self._type)
        rows.dot(np.ascontiguousarray(x, self._type), out)
        return out

    def _back(self, rows: Rows, d_out: Floats) -> Floats:
        out = np.empty((rows.shape[1], d_out.shape[1]), self._type)
        rows.back(np.ascontiguousarray(d_out, self._type), out)
        return out

    def _normed(self, x: Floats) -> tuple[Floats, Floats]:
        """x over its root mean square, [C, n], and that root, [n]."""
        root = np.sqrt((x * x).mean(axis=0) + self._type.type(self.config.norm_epsilon))
        return x / root, root


def _norm_back(d_hat: Floats, hat: Floats, root: Floats) -> Floats:
    """The gradient by x of x over its root mean square, from that by the result."""
    return np.asarray((d_hat - hat * (d_hat * hat).mean(axis=0)) / root)


def _logistic(x: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)), x.dtype)


def _token_losses(logits: Floats, targets: NDArray[np.integer[Any]]) -> Floats:
    """The loss of each column's target, [m]; the logits, [V, m], become probabilities."""
    columns = np.arange(logits.shape[1])
    logits -= logits.max(axis=0)
    right = logits[targets, columns].astype(np.float64)
    np.exp(logits, out=logits)
    total = logits.sum(axis=0)
    logits /= total
    return np.asarray(np.log(total.astype(np.float64)) - right)


def _places(lengths: Sequence[int]) -> Iterator[tuple[slice, int]]:
    """Where each text lies among all columns."""
    at = 0
    for length in lengths:
        yield slice(at, at + length), length
        at += length


def step_bytes(config: LlamaConfig, first: int, tokens: int, counted: int) -> int:
    """About how much memory a step holds beside the weights: what the way back needs of each layer, and the scores.

    tokens: in the batch.  counted: those whose loss counts.
    """
    kept = (config.n_layers - first) * tokens * (5 * config.d_model + 2 * config.d_kv + 2 * config.d_ff)
    working = 6 * config.d_ff * tokens
    return 4 * (kept + working + config.vocab_size * counted)
