"""Why a head looks where it looks, and what it says then: a score split into what the query and the key are made of
(QK), and what a head finds read as tokens (OV). Both are sums that come out exactly: the norms are linear once their
sizes are known, and so is the turn by a position, so every part of the stream can be followed by itself.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.lm.parameters import Floats, Parameters
from lab.engine.lm.reference import BlockView, LMTrace
from lab.engine.transformer.heads import MultiHead
from lab.engine.transformer.positions import rotate

__all__ = [
    "ScoreParts",
    "Source",
    "logit_parts",
    "pushed_logits",
    "score_by_distance",
    "score_parts",
    "stream_parts",
    "written_values",
]

Exact = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Source:
    """What wrote something into the stream: "token", "position", "head", "feed-forward", "bias"; layer and head from 0.

    The bias of a layer is that of its attention, in a score that of queries and keys, among logits that of the norm.
    """

    kind: str
    layer: int = 0
    head: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class ScoreParts:
    """One score q·k, taken apart.

    sources: S parts of the stream.  query, key: [S, D], what the query and the key get from each, before they are
    turned by their positions.  straight: [S, S], the products of these, queries down and keys across.
    distance: what the turn by both positions adds to their sum, 0 where nothing is turned.
    query_input, key_input: [C], the stream behind the norm.  query_weights, key_weights: [D, C], turned, so that
    q = query_weights · query_input. In a plan with biases a 1 stands behind the stream, and the bias in the weights.
     score: q·k; it is the sum of `straight`, plus `distance`.
    """

    sources: tuple[Source, ...]
    query: Exact
    key: Exact
    straight: Exact
    distance: float
    query_input: Exact
    key_input: Exact
    query_weights: Exact
    key_weights: Exact
    score: float


class _Norm(Protocol):
    """A norm that was applied: how much it shrank each token, and what it multiplied every number by."""

    @property
    def inverse(self) -> Floats: ...
    @property
    def gain(self) -> Floats | None: ...
    @property
    def kind(self) -> str: ...


# ------------------------------------------------------------------------------------------ the stream


def stream_parts(parameters: Parameters, trace: LMTrace, layer: int, token: int) -> tuple[tuple[Source, ...], Exact]:
    """What the stream before a block is made of at one token of the first text: S sources and [S, C], which sum to it.

    layer: 0 … n_layers; with n_layers the stream behind the last block. Silenced and patched heads count as they ran.
    Source: Elhage et al., A Mathematical Framework for Transformer Circuits (2021).
    """
    config = parameters.config
    embedded = np.asarray(trace.embedded[0, token], np.float64)
    row = np.asarray(parameters["embedding"][trace.ids[0, token]], np.float64)
    sources, parts = [Source("token")], [row]
    if config.positions in ("learned", "sinusoidal"):
        sources.append(Source("position"))
        parts.append(embedded - row)
    for k, block in enumerate(trace.blocks[:layer]):
        for found, new, norm in _halves(block, k, token):
            kept = list(zip(sources, parts, strict=True)) if config.residual else []
            kept += list(zip(new, found, strict=True))
            sources = [source for source, _part in kept]
            parts = [part for _source, part in kept]
            if config.norm_place == "post":
                parts = [_normed(norm, part, token) for part in parts]
    return tuple(sources), np.stack(parts)


def _halves(block: BlockView, k: int, token: int) -> list[tuple[list[Exact], list[Source], _Norm]]:
    """What attention and feed-forward of a block wrote at a token, each with the norm of its half."""
    halves: list[tuple[list[Exact], list[Source], _Norm]] = []
    if block.attention is not None:
        wrote = _written(block.attention, token)
        found, sources = list(wrote), [Source("head", k, h) for h in range(len(wrote))]
        if block.attention.weights.biases is not None:
            found.append(np.asarray(block.attention.weights.biases[3], np.float64))
            sources.append(Source("bias", k))
        halves.append((found, sources, block.norms[0]))
    if block.mlp is not None:
        halves.append(([np.asarray(block.mlp.out[0, token], np.float64)], [Source("feed-forward", k)], block.norms[1]))
    return halves


def _written(heads: MultiHead, token: int) -> Exact:
    """What each head wrote into the stream at a token, [H, C]."""
    n = heads.weights.n_heads
    found = np.asarray(heads.found[0, token], np.float64).reshape(n, 1, -1)
    return np.asarray((found @ _outputs(heads))[:, 0])


def _outputs(heads: MultiHead) -> Exact:
    """The slice of W_o that belongs to each head, [H, D, C]."""
    out = np.asarray(heads.weights.out, np.float64)  # [C, H·D]
    return out.T.reshape(heads.weights.n_heads, -1, len(out))


def _normed(norm: _Norm, x: Exact, token: int) -> Exact:
    """A part of what a norm was given, [..., C], behind it: its size at that token is taken as it was."""
    if norm.gain is None:
        return x
    if norm.kind == "layer":
        x = x - x.mean(axis=-1, keepdims=True)
    return np.asarray(x * np.float64(norm.inverse[0, token, 0]) * np.asarray(norm.gain, np.float64))


# -------------------------------------------------------------------------------------------------- QK


def score_parts(parameters: Parameters, trace: LMTrace, head: tuple[int, int], query: int, key: int) -> ScoreParts:
    """The score of one head for one pair of tokens of the first text, split by what wrote the query and the key.

    head: layer and head from 0; query, key: tokens from 0. The score is that before division and mask.
    Raises ValueError when the layer has no attention.
    """
    layer, number = head
    heads, norm = _attention(trace, layer)
    sources, at_query = stream_parts(parameters, trace, layer, query)
    at_key = at_query if key == query else stream_parts(parameters, trace, layer, key)[1]
    post = parameters.config.norm_place == "post"
    x, y = (part if post else _normed(norm, part, t) for part, t in ((at_query, query), (at_key, key)))
    w_query, w_key = _projections(heads, number)
    if heads.weights.biases is not None:
        sources, x, y = (*sources, Source("bias", layer)), _with_one(x), _with_one(y)
    q, k = x @ w_query.T, y @ w_key.T
    straight = q @ k.T
    turned_query, turned_key = _turned(heads, w_query, query), _turned(heads, w_key, key)
    score = float((x.sum(axis=0) @ turned_query.T) @ (y.sum(axis=0) @ turned_key.T))
    distance = score - float(straight.sum()) if heads.rope is not None else 0.0
    return ScoreParts(
        sources, q, k, straight, distance, x.sum(axis=0), y.sum(axis=0), turned_query, turned_key, score
    )  # fmt: skip


def _with_one(parts: Exact) -> Exact:
    """Parts of a vector, [S, C], and the 1 that a bias is multiplied by as one more part, [S + 1, C + 1]."""
    wider = np.zeros((len(parts) + 1, parts.shape[1] + 1))
    wider[:-1, :-1], wider[-1, -1] = parts, 1.0
    return wider


def score_by_distance(trace: LMTrace, head: tuple[int, int], query: int, key: int) -> Exact | None:
    """The score of one pair if the key stood 0, 1, … T-1 tokens before the query, [T]; None where only the scores of
    ALiBi or nothing at all depends on it.

    Raises ValueError when the layer has no attention.
    """
    heads, _norm = _attention(trace, head[0])
    if heads.rope is None:
        return None
    cos, sin = (np.asarray(part, np.float64) for part in heads.rope)
    q, k = (np.asarray(part[0, head[1]], np.float64) for part in (heads.attention.q, heads.attention.k))
    last = len(cos) - 1
    straight_q = rotate(q[query], cos[query], -sin[query])
    straight_k = rotate(k[key], cos[key], -sin[key])
    turned = rotate(np.tile(straight_k, (last + 1, 1)), cos[::-1], sin[::-1])
    return np.asarray(turned @ rotate(straight_q, cos[last], sin[last]))


def _attention(trace: LMTrace, layer: int) -> tuple[MultiHead, _Norm]:
    block = trace.blocks[layer]
    if block.attention is None:
        raise ValueError(f"layer {layer} has no attention in this pass")
    return block.attention, block.norms[0]


def _projections(heads: MultiHead, head: int) -> tuple[Exact, Exact]:
    """W_q and W_k of one head, [D, C] each; with biases these are their last column."""
    w = heads.weights
    d, shared = len(w.query) // w.n_heads, head // (w.n_heads // w.n_kv_heads)
    queries, keys = slice(head * d, (head + 1) * d), slice(shared * d, (shared + 1) * d)
    query, key = w.query[queries], w.key[keys]
    if w.biases is not None:
        query = np.column_stack((query, w.biases[0][queries]))
        key = np.column_stack((key, w.biases[1][keys]))
    return np.asarray(query, np.float64), np.asarray(key, np.float64)


def _turned(heads: MultiHead, weights: Exact, token: int) -> Exact:
    """The rows of a projection, turned as what they give is turned at a token, [D, C]."""
    if heads.rope is None:
        return weights
    cos, sin = (np.asarray(part[token], np.float64) for part in heads.rope)
    return np.asarray(rotate(weights.T, cos, sin).T)


# -------------------------------------------------------------------------------------------------- OV


def written_values(trace: LMTrace, head: tuple[int, int]) -> Exact:
    """What a head would write if all its weight were on one token, for each of them: values times W_o, [T, C].

    Raises ValueError when the layer has no attention.
    """
    heads, _norm = _attention(trace, head[0])
    values = np.asarray(heads.attention.v[0, head[1]], np.float64)
    return np.asarray(values @ _outputs(heads)[head[1]])


def pushed_logits(parameters: Parameters, trace: LMTrace, layer: int, rows: Floats, token: int) -> Exact:
    """How far something that the attention of a block writes at a token moves each next token's logit there.

    rows: [..., C]. Returns [..., V]. Only the direct way is counted, along the stream to the head of the model; the
    norms on the way shrink it as much as they shrank the whole. It is linear: what sums up before does so behind.
    Source: nostalgebraist, the logit lens (2020); Elhage et al. (2021), the OV circuit.
    """
    x, config = np.asarray(rows, np.float64), parameters.config
    halves = [half for block in trace.blocks[layer:] for half in zip((block.attention, block.mlp), block.norms)]
    for number, (part, norm) in enumerate(halves):
        if part is None:
            continue
        if number and not config.residual:
            x = np.zeros_like(x)  # nothing is handed on beside the layers
        if config.norm_place == "post":
            x = _normed(norm, x, token)
    return np.asarray(_normed(trace.last_norm, x, token) @ np.asarray(parameters["embedding"], np.float64).T)


def logit_parts(parameters: Parameters, trace: LMTrace, token: int) -> tuple[tuple[Source, ...], Exact]:
    """What each source adds to every logit at a token, [S, V]; the sum over sources is the logits."""
    sources, parts = stream_parts(parameters, trace, parameters.config.n_layers, token)
    head, bias = np.asarray(parameters["embedding"], np.float64), parameters.bias("norm")
    found = np.asarray(_normed(trace.last_norm, parts, token) @ head.T)
    if bias is None:
        return sources, found
    return (*sources, Source("bias", parameters.config.n_layers)), np.vstack((found, head @ bias))
