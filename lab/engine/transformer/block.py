"""The transformer block, one station of a stack of identical ones: attention lets tokens exchange what they know,
a feed-forward layer lets each think about it, and both only add to a stream that runs through (the residual). Norms
keep the stream's size in bounds, before each half (pre-norm, trains easily) or after it (post-norm, the original).
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.nets.normalization import LayerNorm, RMSNorm, layer_norm, rms_norm
from lab.engine.transformer.attention import Mask
from lab.engine.transformer.feed_forward import (
    FeedForward,
    FeedForwardTrace,
    MixtureOfExperts,
    MixtureTrace,
    feed_forward,
    feed_forward_backward,
    init_feed_forward,
    init_mixture,
    mixture,
    mixture_backward,
)
from lab.engine.transformer.heads import (
    HeadWeights,
    MultiHead,
    RopeTables,
    init_heads,
    multi_head,
    multi_head_backward,
)

__all__ = ["Block", "BlockTrace", "block_backward", "block_forward", "init_block"]

Floats = NDArray[np.floating[Any]]
Norm = LayerNorm | RMSNorm


@dataclass(frozen=True, slots=True)
class Block:
    """A block's weights. norms: before attention and feed-forward (pre) or after their sums (post); None: none.

    Source: Vaswani et al. (2017) for post; Xiong et al., On Layer Normalization in the Transformer (2020) for pre.
    """

    heads: HeadWeights
    mlp: FeedForward | MixtureOfExperts
    norm1: Norm | None
    norm2: Norm | None
    norm_place: Literal["pre", "post"] = "pre"


@dataclass(frozen=True, slots=True)
class BlockTrace:
    """One pass: x [T, C] in; attention and mlp as they computed; middle [T, C] between them; out [T, C]."""

    x: Floats
    attention: MultiHead
    middle: Floats
    mlp: FeedForwardTrace | MixtureTrace
    out: Floats
    block: Block
    kept: tuple[Any, Any]  # what the two norms keep for the way back


def init_block(
    d_model: int,
    n_heads: int,
    d_ff: int,
    rng: np.random.Generator,
    n_kv_heads: int | None = None,
    norm: Literal["layer", "rms", "none"] = "rms",
    norm_place: Literal["pre", "post"] = "pre",
    feed_forward_kind: Literal["gelu", "swiglu", "mixture"] = "gelu",
    n_experts: int = 8,
    n_active: int = 2,
) -> Block:
    """A fresh block. Raises ValueError when the sizes do not fit or a choice is unknown."""
    if norm not in ("layer", "rms", "none") or feed_forward_kind not in ("gelu", "swiglu", "mixture"):
        raise ValueError(f"norm and feed_forward_kind must be known, got {norm!r} and {feed_forward_kind!r}")
    heads = init_heads(d_model, n_heads, n_kv_heads or n_heads, rng)
    mlp: FeedForward | MixtureOfExperts
    if feed_forward_kind == "mixture":
        mlp = init_mixture(d_model, d_ff, n_experts, n_active, rng)
    else:
        mlp = init_feed_forward(d_model, d_ff, feed_forward_kind == "swiglu", rng)
    return Block(heads, mlp, _fresh_norm(norm, d_model), _fresh_norm(norm, d_model), norm_place)


def block_forward(
    x: Floats,
    block: Block,
    mask: Mask | None = None,
    rope: RopeTables | None = None,
    bias: Floats | None = None,
    residual: bool = True,
) -> BlockTrace:
    """The stream x, [T, C], through one block; residual False leaves out the sums with what came in."""
    pre = block.norm_place == "pre"
    a, kept1 = _normed(x, block.norm1 if pre else None)
    attention = multi_head(a, block.heads, mask, bias=bias, rope=rope)
    middle = x + attention.out if residual else attention.out
    if not pre:
        middle, kept1 = _normed(middle, block.norm1)
    b, kept2 = _normed(middle, block.norm2 if pre else None)
    mlp: FeedForwardTrace | MixtureTrace
    if isinstance(block.mlp, MixtureOfExperts):
        mlp = mixture(b, block.mlp)
    else:
        mlp = feed_forward(b, block.mlp)
    out = middle + mlp.out if residual else mlp.out
    if not pre:
        out, kept2 = _normed(out, block.norm2)
    return BlockTrace(x, attention, middle, mlp, out, block, (kept1, kept2))


def block_backward(trace: BlockTrace, d_out: Floats, residual: bool = True) -> tuple[Floats, Block]:
    """The gradient of the stream before, [T, C], and those of all weights, in the shape of a block."""
    block, pre = trace.block, trace.block.norm_place == "pre"
    norm1, norm2 = block.norm1, block.norm2
    if not pre:
        d_out, norm2 = _norm_backward(d_out, block.norm2, trace.kept[1])
    d_mlp: FeedForward | MixtureOfExperts
    if isinstance(trace.mlp, MixtureTrace):
        d_b, d_mlp = mixture_backward(trace.mlp, d_out)
    else:
        d_b, d_mlp = feed_forward_backward(trace.mlp, d_out)
    if pre:
        d_b, norm2 = _norm_backward(d_b, block.norm2, trace.kept[1])
    d_middle = d_b + d_out if residual else d_b
    if not pre:
        d_middle, norm1 = _norm_backward(d_middle, block.norm1, trace.kept[0])
    d_a, d_heads = multi_head_backward(trace.attention, d_middle)
    if pre:
        d_a, norm1 = _norm_backward(d_a, block.norm1, trace.kept[0])
    d_x = d_a + d_middle if residual else d_a
    return d_x, Block(d_heads, d_mlp, norm1, norm2, block.norm_place)


def _fresh_norm(kind: str, width: int) -> Norm | None:
    if kind == "none":
        return None
    return layer_norm(width) if kind == "layer" else rms_norm(width)


def _normed(x: Floats, norm: Norm | None) -> tuple[Floats, Any]:
    return (x, None) if norm is None else norm.forward(x)


def _norm_backward(d: Floats, norm: Norm | None, kept: Any) -> tuple[Floats, Norm | None]:
    if norm is None:
        return d, None
    d_x, gradients = norm.backward(d, kept)
    return d_x, norm.with_parameters(gradients)
