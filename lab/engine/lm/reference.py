"""The language model, to be read: the same mathematics as `fast`, one line for each step, with every tensor kept
so that it can be shown. Parts can be switched off in a trained model without retraining it (`Edits`), single heads
silenced or patched, the stream changed, and it can be read out after every block (the logit lens).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import log_softmax, softmax
from lab.engine.lm.parameters import INIT_STD, NORM_EPSILON, Floats, LMConfig, Parameters
from lab.engine.transformer.attention import causal_mask
from lab.engine.transformer.edits import Edits
from lab.engine.transformer.feed_forward import (
    FeedForward,
    FeedForwardTrace,
    feed_forward,
    feed_forward_backward,
    plus,
    summed,
)
from lab.engine.transformer.heads import HeadWeights, MultiHead, RopeTables, multi_head, multi_head_backward
from lab.engine.transformer.positions import alibi_bias, learned_rows, rope_tables, sinusoidal

__all__ = [
    "BlockView",
    "Edits",
    "LMTrace",
    "backward",
    "forward",
    "forwarding",
    "logit_lens",
    "loss_and_gradients",
    "losses",
    "read_out",
]

Ids = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block of a pass, for B texts of T tokens.

    before [B, T, C]: the stream; attention: its heads, or None when switched off; middle [B, T, C]: the stream
    between; mlp: the feed-forward layer, or None; after [B, T, C]: the stream behind, as it was changed there.
    """

    before: Floats
    attention: MultiHead | None
    middle: Floats
    mlp: FeedForwardTrace | None
    after: Floats
    norms: tuple[_Normed, _Normed]


@dataclass(frozen=True, slots=True)
class LMTrace:
    """A whole pass: ids [B, T]; embedded [B, T, C] with positions; blocks; final [B, T, C]; logits [B, T, V]."""

    ids: Ids
    embedded: Floats
    blocks: tuple[BlockView, ...]
    final: Floats
    logits: Floats
    last_norm: _Normed

    @property
    def probabilities(self) -> Floats:
        """The probability of every next token, [B, T, V]."""
        return softmax(self.logits)


@dataclass(frozen=True, slots=True)
class _Normed:
    """x̂ and what its way back needs; out = x̂ · gain."""

    normal: Floats
    inverse: Floats
    gain: Floats | None
    kind: str

    @property
    def out(self) -> Floats:
        return self.normal if self.gain is None else self.normal * self.gain


def forward(parameters: Parameters, ids: Ids, edits: Edits | None = None) -> LMTrace:
    """One pass over texts of equal length, ids [B, T], with every tensor kept; dropout is off.

    Raises ValueError when ids is not [B, T] with T in 1 … context, or an id is outside the vocabulary.
    """
    steps = forwarding(parameters, ids, edits)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            trace: LMTrace = end.value
            return trace


def forwarding(parameters: Parameters, ids: Ids, edits: Edits | None = None) -> Generator[float, None, LMTrace]:
    """`forward` with a rest after each block, for whoever must answer in between; yields the share that is done.

    Raises ValueError as `forward` does.
    """
    config, edits = parameters.config, edits or Edits()
    _check(config, ids)
    length = ids.shape[1]
    mask = causal_mask(length) if config.causal and "mask" not in edits.without else None
    scale = config.score_scale if "scale" not in edits.without else 1.0
    x = embedded = edits.move(0, _embed(parameters, ids, edits))
    blocks = []
    for k in range(config.n_layers):
        block = _block(parameters, k, x, mask, scale, edits)
        x = block.after
        blocks.append(block)
        yield (k + 1) / (config.n_layers + 1)
    last = _norm(parameters, "norm", x, edits)
    final = plus(last.out, parameters.bias("norm"))
    logits = final @ parameters["embedding"].T  # [B, T, C] @ [C, V]: the head is the embedding, tied
    return LMTrace(ids, embedded, tuple(blocks), final, logits, last)


def losses(trace: LMTrace, targets: Ids) -> Floats:
    """The surprise at each target in nats, -log p, [B, T]."""
    logs = log_softmax(trace.logits)
    return np.asarray(-np.take_along_axis(logs, targets[..., None], axis=-1)[..., 0])


def logit_lens(parameters: Parameters, trace: LMTrace) -> Floats:
    """What the model would answer if it stopped early: logits after the embedding and each block, [L+1, B, T, V].

    The last norm and the head are applied to the stream as it stands; the last entry equals the logits.
    Source: nostalgebraist, interpreting GPT: the logit lens (2020).
    """
    streams = [trace.embedded, *(block.after for block in trace.blocks)]
    return np.stack([read_out(parameters, x) for x in streams])


def read_out(parameters: Parameters, stream: Floats) -> Floats:
    """The scores that the last norm and the head read from any stream, [..., C] -> [..., V]."""
    final = plus(_norm(parameters, "norm", stream, Edits()).out, parameters.bias("norm"))
    return np.asarray(final @ parameters["embedding"].T)


def loss_and_gradients(
    parameters: Parameters, ids: Ids, targets: Ids, weights: Floats | None = None
) -> tuple[float, Parameters]:
    """The mean loss in nats per token and its gradient; ids, targets: [B, T].

    weights: [B, T], how much each token's loss counts; then the result is the weighted sum.
    The gradient of the logits is softmax - one-hot, times each token's weight.
    """
    weights = np.full(ids.shape, 1.0 / ids.size) if weights is None else weights
    trace = forward(parameters, ids)
    d_logits = trace.probabilities
    np.put_along_axis(d_logits, targets[..., None], np.take_along_axis(d_logits, targets[..., None], -1) - 1.0, axis=-1)
    d_logits *= weights[..., None]
    gradients = backward(parameters, trace, d_logits)
    return float((weights * losses(trace, targets)).sum()), gradients


def backward(parameters: Parameters, trace: LMTrace, d_logits: Floats) -> Parameters:
    """From the gradient of the logits, [B, T, V], that of every parameter; trace: of the pass they came from."""
    gradients = parameters.like()
    embedding = parameters["embedding"]
    gradients["embedding"][...] = _rows(d_logits).T @ _rows(trace.final)
    d_x: Floats = d_logits @ embedding
    _fill_bias(gradients, "norm", summed(d_x))
    d_x = _norm_backward(trace.last_norm, d_x, gradients, "norm")
    for k in reversed(range(parameters.config.n_layers)):
        d_x = _block_backward(parameters, gradients, k, trace.blocks[k], d_x)
    np.add.at(gradients["embedding"], trace.ids, d_x)  # only rows that were looked up
    if parameters.config.positions == "learned":
        gradients["position"][: trace.ids.shape[1]] = d_x.sum(axis=0)
    return gradients


def _check(config: LMConfig, ids: Ids) -> None:
    if ids.ndim != 2 or not 1 <= ids.shape[1] <= config.context:
        raise ValueError(f"ids must have shape (B, T) with T in 1 … {config.context}, got {ids.shape}")
    if ids.min() < 0 or ids.max() >= config.vocab_size:
        raise ValueError(f"ids must be in 0 … {config.vocab_size - 1}, got {ids.min()} … {ids.max()}")


def _embed(parameters: Parameters, ids: Ids, edits: Edits) -> Floats:
    config, x = parameters.config, parameters["embedding"][ids]  # [B, T] -> [B, T, C]
    if "positions" in edits.without:
        return x
    if config.positions == "learned":
        return np.asarray(x + learned_rows(parameters["position"], ids.shape[1]))
    if config.positions == "sinusoidal":
        waves = INIT_STD * np.sqrt(2.0) * sinusoidal(ids.shape[1], config.d_model)  # as strong as fresh embeddings
        return np.asarray(x + waves.astype(x.dtype))
    return x


def _heads(parameters: Parameters, k: int) -> HeadWeights:
    query, key, value = np.split(parameters[f"block{k}.qkv"], 3)
    n, added, last = parameters.config.n_heads, parameters.bias(f"block{k}.qkv"), parameters.bias(f"block{k}.out")
    if added is None or last is None:
        return HeadWeights(query, key, value, parameters[f"block{k}.out"], n, n)
    to_query, to_key, to_value = np.split(added, 3)
    return HeadWeights(query, key, value, parameters[f"block{k}.out"], n, n, (to_query, to_key, to_value, last))


def _mlp(parameters: Parameters, k: int) -> FeedForward:
    gate = parameters[f"block{k}.gate"] if parameters.config.feed_forward == "swiglu" else None
    up, down, gate_bias = (parameters.bias(f"block{k}.{name}") for name in ("up", "down", "gate"))
    return FeedForward(parameters[f"block{k}.up"], parameters[f"block{k}.down"], gate, up, down, gate_bias)


def _order(
    config: LMConfig, length: int, dtype: np.dtype[Any], edits: Edits
) -> tuple[RopeTables | None, Floats | None]:
    """RoPE's tables or ALiBi's bias, if the plan has them."""
    if "positions" in edits.without:
        return None, None
    if config.positions == "rope":
        cos, sin = rope_tables(length, config.d_head, config.rope_base, "linear", config.rope_factor)
        return (cos.astype(dtype), sin.astype(dtype)), None
    if config.positions == "alibi":
        return None, alibi_bias(config.n_heads, length).astype(dtype)
    return None, None


class _Layer(Protocol):
    """What a layer of a block leaves behind: at least its output."""

    @property
    def out(self) -> Floats: ...


L = TypeVar("L", bound=_Layer)


def _around(
    layer: Callable[[Floats], L], parameters: Parameters, name: str, x: Floats, edits: Edits
) -> tuple[Floats, L, _Normed]:
    """One half of a block: x + layer(norm(x)), or with the norm behind it norm(x + layer(x))."""
    config = parameters.config
    keeps = config.residual and "residual" not in edits.without
    if config.norm_place == "post":
        found = layer(x)
        norm = _norm(parameters, name, x + found.out if keeps else found.out, edits)
        return norm.out, found, norm
    norm = _norm(parameters, name, x, edits)
    found = layer(norm.out)
    return x + found.out if keeps else found.out, found, norm


def _around_backward(
    backward: Callable[[Floats], Floats],
    parameters: Parameters,
    gradients: Parameters,
    name: str,
    norm: _Normed,
    d: Floats,
) -> Floats:
    """From the gradient behind a half of a block to that before it. backward: through the layer alone."""
    post, keeps = parameters.config.norm_place == "post", parameters.config.residual
    if post:
        d = _norm_backward(norm, d, gradients, name)
    d_in = backward(d)
    if not post:
        d_in = _norm_backward(norm, d_in, gradients, name)
    return d + d_in if keeps else d_in


def _block(
    parameters: Parameters, k: int, x: Floats, mask: NDArray[np.bool_] | None, scale: float, edits: Edits
) -> BlockView:
    config, before = parameters.config, x
    attention, mlp = None, None
    norm1 = norm2 = _norm(parameters, "none", x, edits)
    if edits.runs(k, "attention"):
        rope, bias = _order(config, x.shape[1], x.dtype, edits)
        keep = np.array([(k, h) not in edits.silent for h in range(config.n_heads)], x.dtype)
        patch = {head: found for (layer, head), found in edits.patched.items() if layer == k}

        def attend(x: Floats) -> MultiHead:
            return multi_head(x, _heads(parameters, k), mask, scale, bias, rope, keep, patch)

        x, attention, norm1 = _around(attend, parameters, f"block{k}.norm1", x, edits)
    middle = x
    if config.feed_forward != "none" and edits.runs(k, "feed-forward"):
        x, mlp, norm2 = _around(lambda x: feed_forward(x, _mlp(parameters, k)), parameters, f"block{k}.norm2", x, edits)
    return BlockView(before, attention, middle, mlp, edits.move(k + 1, x), (norm1, norm2))


def _block_backward(parameters: Parameters, gradients: Parameters, k: int, block: BlockView, d: Floats) -> Floats:
    def through_mlp(d: Floats) -> Floats:
        assert block.mlp is not None
        d_in, d_mlp = feed_forward_backward(block.mlp, d)
        for name in ("up", "down", "gate"):
            if f"block{k}.{name}" in gradients:
                gradients[f"block{k}.{name}"][...] = getattr(d_mlp, name)
                _fill_bias(gradients, f"block{k}.{name}", getattr(d_mlp, f"{name}_bias"))
        return d_in

    def through_attention(d: Floats) -> Floats:
        assert block.attention is not None
        d_in, d_heads = multi_head_backward(block.attention, d)
        gradients[f"block{k}.qkv"][...] = np.concatenate([d_heads.query, d_heads.key, d_heads.value])
        gradients[f"block{k}.out"][...] = d_heads.out
        if d_heads.biases is not None:
            _fill_bias(gradients, f"block{k}.qkv", np.concatenate(d_heads.biases[:3]))
            _fill_bias(gradients, f"block{k}.out", d_heads.biases[3])
        return d_in

    if block.mlp is not None:
        d = _around_backward(through_mlp, parameters, gradients, f"block{k}.norm2", block.norms[1], d)
    if block.attention is not None:
        d = _around_backward(through_attention, parameters, gradients, f"block{k}.norm1", block.norms[0], d)
    return d


def _fill_bias(gradients: Parameters, name: str, found: Floats) -> None:
    bias = gradients.bias(name)
    if bias is not None:
        bias[...] = found


def _norm(parameters: Parameters, name: str, x: Floats, edits: Edits) -> _Normed:
    """The norm of that name; nothing happens where the plan has none, or the edits take it away."""
    kind = parameters.config.norm
    if name not in parameters or "norm" in edits.without:
        return _Normed(x, np.ones(1, x.dtype), None, "none")
    if kind == "layer":
        x = x - x.mean(axis=-1, keepdims=True)
    inverse = 1.0 / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + NORM_EPSILON)
    return _Normed(x * inverse, inverse, parameters[name], kind)


def _norm_backward(norm: _Normed, d_out: Floats, gradients: Parameters, name: str) -> Floats:
    """The gradient before the norm; what would only change size (or, centred, the mean) is taken out."""
    if norm.gain is None:
        return d_out
    gradients[name][...] = _rows(d_out * norm.normal).sum(axis=0)
    d = d_out * norm.gain
    along = np.mean(d * norm.normal, axis=-1, keepdims=True)
    mean = d.mean(axis=-1, keepdims=True) if norm.kind == "layer" else 0.0
    return np.asarray((d - mean - norm.normal * along) * norm.inverse)


def _rows(x: Floats) -> Floats:
    return x.reshape(-1, x.shape[-1])
