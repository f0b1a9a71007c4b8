"""Attention: every token asks a question (query), every token offers an answer (value) under a label (key), and
each token gets the answers mixed in proportion to how well their labels fit its question. All stages are kept, so
that each can be looked at: raw scores, scaled, masked, weights, output. This is the readable form, in which a
tensor is [..., T, D] with the tokens as rows; `lm.fast_attention` has the one for training.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = [
    "Attention",
    "attend",
    "attend_backward",
    "causal_mask",
    "entropy_bits",
    "masked_softmax",
    "window_mask",
]

Floats = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Attention:
    """One pass of attention, stage by stage; q: [..., Tq, D], k: [..., Tk, D], v: [..., Tk, Dv].

    scores: q kᵀ, [..., Tq, Tk]; scaled: times scale, plus bias, over temperature; masked: hidden keys at -∞;
    weights: the softmax of each row, [..., Tq, Tk]; out: weights v, [..., Tq, Dv].
    scale: what scores were multiplied by, the temperature included.
    """

    q: Floats
    k: Floats
    v: Floats
    scores: Floats
    scaled: Floats
    masked: Floats
    weights: Floats
    out: Floats
    scale: float


def attend(
    q: Floats,
    k: Floats,
    v: Floats,
    mask: Mask | None = None,
    scale: float | None = None,
    bias: Floats | None = None,
    temperature: float = 1.0,
) -> Attention:
    """softmax(q kᵀ / √D + bias) v.

    q: [..., Tq, D]; k: [..., Tk, D]; v: [..., Tk, Dv].
    mask: True where a query (row) may see a key (column), [Tq, Tk] or with leading axes; None: everywhere.
    A row that may see nothing has weights 0 and output 0.
    scale: None is 1/√D; 1.0 leaves scores as they are. temperature divides scaled scores, bias included.
    Raises ValueError when shapes do not fit or temperature is not positive.
    Source: Vaswani et al., Attention Is All You Need (2017), equation 1.
    """
    if q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        raise ValueError(f"q, k, v must share D and Tk, got shapes {q.shape}, {k.shape}, {v.shape}")
    if temperature <= 0:
        raise ValueError(f"temperature must be positive, got {temperature}")
    scale = (q.shape[-1] ** -0.5 if scale is None else scale) / temperature
    scores = q @ k.swapaxes(-1, -2)  # [..., Tq, D] @ [..., D, Tk] -> [..., Tq, Tk]
    scaled = scores * scale if bias is None else scores * scale + bias / temperature
    masked = scaled if mask is None else np.where(mask, scaled, -np.inf)
    weights = masked_softmax(masked)
    return Attention(q, k, v, scores, scaled, masked, weights, weights @ v, scale)


def attend_backward(attention: Attention, d_out: Floats) -> tuple[Floats, Floats, Floats]:
    """Gradients of queries, keys and values from the gradient of the output, [..., Tq, Dv].

    Through the softmax a row's gradient d becomes weights · (d - Σ weights · d).
    """
    a = attention
    d_v = a.weights.swapaxes(-1, -2) @ d_out  # [..., Tk, Tq] @ [..., Tq, Dv]
    d_weights = d_out @ a.v.swapaxes(-1, -2)  # [..., Tq, Dv] @ [..., Dv, Tk]
    inner = (a.weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = a.weights * (d_weights - inner) * a.scale
    return d_scores @ a.k, d_scores.swapaxes(-1, -2) @ a.q, d_v


def masked_softmax(scores: Floats) -> Floats:
    """The softmax of each row, [..., Tk]; a row of -∞ alone becomes zeros instead of 0/0."""
    top = scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores - np.where(np.isneginf(top), 0.0, top))
    total = weights.sum(axis=-1, keepdims=True)
    return np.asarray(weights / np.where(total == 0.0, 1.0, total), scores.dtype)


def causal_mask(n_queries: int, n_keys: int | None = None) -> Mask:
    """Which keys each query may see: those not after it, [Tq, Tk].

    n_keys: with a cache there are more keys than queries; the queries are the last of them.
    Raises ValueError when there are fewer keys than queries.
    """
    n_keys = n_queries if n_keys is None else n_keys
    if n_keys < n_queries:
        raise ValueError(f"n_keys {n_keys} must be at least n_queries {n_queries}")
    return np.tri(n_queries, n_keys, n_keys - n_queries, dtype=bool)


def window_mask(n: int, window: int) -> Mask:
    """A causal mask in which each query sees only itself and the window - 1 keys before it, [n, n].

    Raises ValueError when window < 1.
    Source: Beltagy, Peters, Cohan, Longformer (2020).
    """
    if window < 1:
        raise ValueError(f"window must be at least 1, got {window}")
    return np.asarray(causal_mask(n) & ~np.tri(n, n, -window, dtype=bool))


def entropy_bits(weights: Floats) -> Floats:
    """How spread out each row of weights is, in bits, [...]: 0 for a single key, log2(Tk) for all alike."""
    logs = np.log2(weights, where=weights > 0, out=np.zeros_like(weights))
    return np.asarray(-(weights * logs).sum(axis=-1))
