"""A Llama in fewer bits, all of it or one part: each row of codes has a scale. Codes of 4 and 2 bits are held in a byte
each here, so that they are multiplied as those of 8 bits are; their size is that of the bits.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace

import numpy as np

from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaLayer, LlamaWeights
from lab.engine.pretrained.weight_rows import BLOCK_WEIGHTS, ByteRows, Floats, Rows
from lab.engine.tuning.quantize import quantize

__all__ = ["Seen", "part_names", "room_for", "rounding_part", "rounding_rows"]

AT_ONCE = 1_000_000  # weights that are rounded between two rests
Seen = Callable[[Floats, Floats], None]
"""Is shown some rows before and after."""


def part_names(config: LlamaConfig) -> tuple[str, ...]:
    """The parts that can be rounded alone: the embedding, which is the head too where they are tied, and the blocks."""
    return ("embedding", *(f"block{k}" for k in range(config.n_layers)))


def room_for(config: LlamaConfig) -> Floats:
    """A buffer in which all matrices of a model can be widened, see `ByteRows`."""
    return np.empty(max(BLOCK_WEIGHTS, config.d_model, config.d_ff), np.float32)


def rounding_rows(rows: Rows, bits: int, buffer: Floats, seen: Seen | None = None) -> Generator[None, None, ByteRows]:
    """A matrix in 8, 4 or 2 bits with a scale for each row; rests after a million weights.

    Raises ValueError for other bits.
    """
    n, k = rows.shape
    codes, scales = np.empty((n, k), np.int8), np.empty(n, np.float32)
    step = max(1, AT_ONCE // k)
    for start in range(0, n, step):
        ids = np.arange(start, min(start + step, n))
        before = rows.take(ids)
        found = quantize(before, bits, "row")
        codes[ids], scales[ids] = found.codes, found.scale[:, 0]
        if seen is not None:
            seen(before, found.dequantize())
        yield
    return ByteRows(codes, scales, buffer)


def rounding_part(
    weights: LlamaWeights, part: str, bits: int, buffer: Floats, seen: Seen | None = None
) -> Generator[None, None, LlamaWeights]:
    """The weights with the matrices of one part in few bits; all others are shared. Rests after a million weights.

    Raises ValueError for other bits, or a part that there is not.
    """
    known = ("embedding", *(f"block{k}" for k in range(len(weights.layers))))
    if part not in known:
        raise ValueError(f"part: {part!r}, there are {', '.join(known)}")
    if part == "embedding":
        made = yield from rounding_rows(weights.embedding, bits, buffer, seen)
        tied = weights.head is weights.embedding
        return replace(weights, embedding=made, head=made if tied else weights.head)
    number = int(part.removeprefix("block"))
    layers = list(weights.layers)
    layers[number] = yield from _rounding_layer(layers[number], bits, buffer, seen)
    return replace(weights, layers=tuple(layers))


def _rounding_layer(
    layer: LlamaLayer, bits: int, buffer: Floats, seen: Seen | None
) -> Generator[None, None, LlamaLayer]:
    qkv = yield from rounding_rows(layer.qkv, bits, buffer, seen)
    out = yield from rounding_rows(layer.out, bits, buffer, seen)
    gate_up = yield from rounding_rows(layer.gate_up, bits, buffer, seen)
    down = yield from rounding_rows(layer.down, bits, buffer, seen)
    return replace(layer, qkv=qkv, out=out, gate_up=gate_up, down=down)
