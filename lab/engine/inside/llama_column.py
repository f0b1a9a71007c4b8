"""The way of the last token through a Llama, part by part: every number that is worked out for it in every block, with
the keys and values of the tokens before it, to be looked at after the pass.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from lab.core.records import dataclass
from lab.engine.inside.bench import Floats, Keep, Seen
from lab.engine.inside.llama import LlamaBench
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_parts import rms_norm

__all__ = ["BlockColumn", "LlamaColumn", "reading_column"]

KEPT = Keep(stream=True, weights=True, heads=True, added=True, inner=True, last=True)


@dataclass(frozen=True, slots=True, eq=False)
class BlockColumn:
    """One block, for the last of T tokens.

    before, middle, after [C]: the stream before it, between its halves and behind it.  norm1, norm2 [C].
    qkv [C + 2·d_kv]: query, key and value before they are turned; queries are divided by √D.
    query [H, D], keys [KV, T, D]: turned by their positions.  values [KV, T, D].  scores, weights [H, T].
    mix [H, D].  out [C].  gate_up [2·F]: the gate first.  act [F]: silu(gate) · up.  down [C].
    """

    before: Floats
    norm1: Floats
    qkv: Floats
    query: Floats
    keys: Floats
    values: Floats
    scores: Floats
    weights: Floats
    mix: Floats
    out: Floats
    middle: Floats
    norm2: Floats
    gate_up: Floats
    act: Floats
    down: Floats
    after: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LlamaColumn:
    """ids: the text.  embedded [C].  blocks: one for each layer.  logits [V]: the scores of the next token."""

    ids: tuple[int, ...]
    embedded: Floats
    blocks: tuple[BlockColumn, ...]
    logits: Floats


def reading_column(llama: Llama, ids: Sequence[int]) -> Generator[float, None, LlamaColumn]:
    """Reads a text with a rest after each layer, and again after each layer that is looked at; yields the share that is
    done. The cache then holds no text.

    Raises ValueError as `Llama.trace` does.
    """
    work = LlamaBench(llama).passing(ids, keep=KEPT)
    while True:
        try:
            yield 0.7 * next(work)
        except StopIteration as end:
            seen: Seen = end.value
            break
    assert seen.stream is not None
    blocks = []
    for layer in range(llama.config.n_layers):
        blocks.append(_block(llama, layer, seen))
        yield 0.7 + 0.3 * (layer + 1) / (llama.config.n_layers + 1)
    return LlamaColumn(tuple(ids), seen.stream[0, -1].copy(), tuple(blocks), seen.logits[-1].copy())


def _block(llama: Llama, number: int, seen: Seen) -> BlockColumn:
    c, layer = llama.config, llama.parts[1].layers[number]
    assert seen.stream is not None and seen.weights is not None and seen.heads is not None
    assert seen.added is not None and seen.inner is not None
    stream, (out, down) = seen.stream[number], seen.added[number, :, -1]
    before = stream[-1].copy()
    middle = before + out
    norm1, norm2 = (rms_norm(x[:, None], g, c.norm_epsilon) for x, g in zip((before, middle), llama.gains(number)))
    qkv, gate_up = np.empty((c.d_model + 2 * c.d_kv, 1), np.float32), np.empty((2 * c.d_ff, 1), np.float32)
    layer.qkv.dot(np.ascontiguousarray(norm1), qkv)
    layer.gate_up.dot(np.ascontiguousarray(norm2), gate_up)
    queries, keys, values = llama.queries_keys_values(number, stream)
    query = queries[:, -1] / np.float32(c.d_head**0.5)
    of_head = np.arange(c.n_heads) // (c.n_heads // c.n_kv_heads)
    scores = np.einsum("hd,htd->ht", query, keys[of_head])
    return BlockColumn(
        before, norm1[:, 0], qkv[:, 0], query, keys, values, scores, seen.weights[number, :, -1].copy(),
        seen.heads[number, :, -1].copy(), out.copy(), middle, norm2[:, 0], gate_up[:, 0],
        seen.inner[number, -1].copy(), down.copy(), seen.stream[number + 1, -1].copy(),
    )  # fmt: skip
