"""Several attentions side by side. Each head has its own small queries, keys and values, cut from one projection,
so that one head can look at the previous token while another looks for the last comma; what they find is laid
side by side and mixed by one more matrix. Grouped-query attention lets several heads share keys and values, which
makes the cache smaller. Single heads can be switched off or given another head's output, to see what they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.transformer.attention import Attention, Floats, Mask, attend, attend_backward
from lab.engine.transformer.feed_forward import plus, summed
from lab.engine.transformer.positions import rotate

__all__ = ["HeadWeights", "MultiHead", "head_roles", "init_heads", "multi_head", "multi_head_backward"]

RopeTables = tuple[Floats, Floats]  # cosine and sine of RoPE, [T, D/2] each


@dataclass(frozen=True, slots=True)
class HeadWeights:
    """The matrices of multi-head attention, each [out, in]: query [H·D, C], key and value [Hkv·D, C], out [C, H·D].

    n_heads: H; n_kv_heads: Hkv, which divides H; H/Hkv queries share one key and value (Hkv = H: none do).
    biases: of query, key, value and out, one number for each of their rows, or None.
    Raises ValueError when a shape does not fit.
    Source: Vaswani et al. (2017); Ainslie et al., GQA (2023).
    """

    query: Floats
    key: Floats
    value: Floats
    out: Floats
    n_heads: int
    n_kv_heads: int
    biases: tuple[Floats, Floats, Floats, Floats] | None = None

    def __post_init__(self) -> None:
        h, g = self.n_heads, self.n_kv_heads
        if h < 1 or g < 1 or h % g:
            raise ValueError(f"n_heads {h} must be a positive multiple of n_kv_heads {g}")
        if self.query.shape[0] % h:
            raise ValueError(f"query must have a multiple of {h} rows, got shape {self.query.shape}")
        d, c = self.query.shape[0] // h, self.query.shape[1]
        for name, want in (("key", (g * d, c)), ("value", (g * d, c)), ("out", (c, h * d))):
            if getattr(self, name).shape != want:
                raise ValueError(f"{name} must have shape {want}, got {getattr(self, name).shape}")


@dataclass(frozen=True, slots=True)
class MultiHead:
    """One pass, with all heads: x [..., T, C]; attention in [..., H, T, D]; found [..., T, H·D]; out [..., T, C]."""

    x: Floats
    attention: Attention
    found: Floats
    out: Floats
    weights: HeadWeights
    rope: RopeTables | None
    keep: Floats | None


def init_heads(d_model: int, n_heads: int, n_kv_heads: int, rng: np.random.Generator, std: float = 0.02) -> HeadWeights:
    """Fresh matrices, N(0, std²).

    Raises ValueError when d_model is no multiple of n_heads or the heads do not fit.
    """
    if n_heads < 1 or d_model % n_heads:
        raise ValueError(f"d_model {d_model} must be a multiple of n_heads {n_heads}")
    d_kv = d_model // n_heads * n_kv_heads
    query, out = (rng.normal(0, std, (d_model, d_model)) for _ in range(2))
    key, value = (rng.normal(0, std, (d_kv, d_model)) for _ in range(2))
    return HeadWeights(query, key, value, out, n_heads, n_kv_heads)


def multi_head(
    x: Floats,
    weights: HeadWeights,
    mask: Mask | None = None,
    scale: float | None = None,
    bias: Floats | None = None,
    rope: RopeTables | None = None,
    keep: Floats | None = None,
    patch: Mapping[int, Floats] | None = None,
) -> MultiHead:
    """Multi-head self-attention of x, [..., T, C].

    mask, scale: as in `attend`; bias: [H, T, T] or a shape that fits it (ALiBi); rope: RoPE's cosine and sine.
    keep: [H], a factor on each head's output, 0 to switch it off.
    patch: head -> output [T, D] that replaces what the head found.
    """
    matrices, biases = (weights.query, weights.key, weights.value), weights.biases or (None, None, None, None)
    q, k, v = (
        split_heads(plus(x @ matrix.T, added), n)  # [..., T, C] -> [..., n, T, D]
        for matrix, added, n in zip(
            matrices, biases, (weights.n_heads, weights.n_kv_heads, weights.n_kv_heads), strict=False
        )
    )
    if rope is not None:
        q, k = rotate(q, *rope), rotate(k, *rope)
    group = weights.n_heads // weights.n_kv_heads
    attention = attend(q, np.repeat(k, group, axis=-3), np.repeat(v, group, axis=-3), mask, scale, bias)
    found = attention.out
    if keep is not None:
        found = found * np.asarray(keep)[:, None, None]
    if patch:
        found = found.copy()
        for head, output in patch.items():
            found[..., head, :, :] = output
    joined = join_heads(found)  # [..., H, T, D] -> [..., T, H·D]
    return MultiHead(x, attention, joined, plus(joined @ weights.out.T, biases[3]), weights, rope, keep)


def multi_head_backward(trace: MultiHead, d_out: Floats) -> tuple[Floats, HeadWeights]:
    """The gradient of x and those of the matrices, from that of the output, [..., T, C]; patches are not undone."""
    w = trace.weights
    rows = -1, d_out.shape[-1]
    d_found = split_heads(d_out @ w.out, w.n_heads)
    if trace.keep is not None:
        d_found = d_found * np.asarray(trace.keep)[:, None, None]
    d_q, d_k, d_v = attend_backward(trace.attention, d_found)
    group = w.n_heads // w.n_kv_heads
    d_k, d_v = (_sum_groups(d, group) for d in (d_k, d_v))  # a shared key collects from all that used it
    if trace.rope is not None:
        cos, sin = trace.rope
        d_q, d_k = rotate(d_q, cos, -sin), rotate(d_k, cos, -sin)
    d_rows = [join_heads(d) for d in (d_q, d_k, d_v)]
    x = trace.x.reshape(rows)
    d_query, d_key, d_value = (d.reshape(-1, d.shape[-1]).T @ x for d in d_rows)
    d_out_matrix = d_out.reshape(rows).T @ trace.found.reshape(-1, trace.found.shape[-1])
    d_x = sum(d @ matrix for d, matrix in zip(d_rows, (w.query, w.key, w.value), strict=True))
    d_biases = (summed(d_rows[0]), summed(d_rows[1]), summed(d_rows[2]), summed(d_out)) if w.biases else None
    return np.asarray(d_x), HeadWeights(d_query, d_key, d_value, d_out_matrix, w.n_heads, w.n_kv_heads, d_biases)


def split_heads(x: Floats, n: int) -> Floats:
    """[..., T, n·D] -> [..., n, T, D]."""
    return np.moveaxis(x.reshape(*x.shape[:-1], n, -1), -2, -3)


def join_heads(x: Floats) -> Floats:
    """[..., n, T, D] -> [..., T, n·D]."""
    moved = np.moveaxis(x, -3, -2)
    return moved.reshape(*moved.shape[:-2], -1)


def _sum_groups(d: Floats, group: int) -> Floats:
    shape = d.shape
    return np.asarray(d.reshape(*shape[:-3], shape[-3] // group, group, *shape[-2:]).sum(axis=-3))


def head_roles(weights: Floats, ids: NDArray[np.integer[Any]]) -> dict[str, Floats]:
    """How much of each head's attention goes where a known role would look; each score is in 0 … 1, [H].

    weights: [H, T, T] of one text; ids: [T].
    "previous": the token before; "first": the first token; "self": the token itself; "induction": the tokens
    that followed earlier occurrences of the same token. Means over the rows where the role has somewhere to look
    that no simpler role explains; 0 where there is none.
    Source: Elhage et al., A Mathematical Framework for Transformer Circuits (2021); Olsson et al. (2022).
    """
    t = len(ids)
    if weights.ndim != 3 or weights.shape[1:] != (t, t):
        raise ValueError(f"weights must have shape (H, {t}, {t}), got {weights.shape}")
    earlier = np.tri(t, t, -1, dtype=bool)
    followed = np.zeros((t, t), bool)
    followed[:, 1:] = ids[:, None] == ids[None, :-1]  # key j follows a token like the query's
    wanted = {
        "previous": np.eye(t, t, -1, dtype=bool),
        "first": earlier & (np.arange(t) == 0),
        "self": np.eye(t, dtype=bool) & (np.arange(t) > 0)[:, None],
        "induction": followed & earlier & ~np.eye(t, t, -1, dtype=bool),
    }
    return {role: _mean_over_rows(weights, where) for role, where in wanted.items()}


def _mean_over_rows(weights: Floats, where: Mask) -> Floats:
    rows = where.any(axis=1)
    if not rows.any():
        return np.zeros(len(weights))
    return np.asarray((weights * where).sum(axis=2)[:, rows].mean(axis=1))
