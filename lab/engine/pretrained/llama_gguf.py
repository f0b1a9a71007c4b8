"""A Llama out of a GGUF file: which facts of the header are its plan, and which tensors make up which matrix.
Matrices that read the same input are joined, queries, keys and values into one, gate and up into another, and
the division of scores by √(head width) goes into the query rows.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lab.core.records import dataclass
from lab.engine.formats.gguf import GGUF
from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaWeights, assemble
from lab.engine.pretrained.weight_rows import FloatRows, Floats

__all__ = ["Part", "check_tensors", "float_weights", "is_tied", "llama_config", "llama_parts", "part_rows"]

MOST_LAYERS = 1000
WEIGHTS_AT_ONCE = 1 << 18  # widened at once while a file is read: some milliseconds of work
EMBEDDING, NORM, HEAD = "token_embd.weight", "output_norm.weight", "output.weight"


@dataclass(frozen=True, slots=True)
class Part:
    """One vector or matrix of the model.

    name: "layer3.qkv".  shape: [C], or [N, K] with outputs as rows.
    tensors: those of the GGUF whose rows it is made of, each with the factor they are multiplied by.
    """

    name: str
    shape: tuple[int, ...]
    tensors: tuple[tuple[str, float], ...]


def llama_config(file: GGUF) -> LlamaConfig:
    """The plan of the model in a file.

    Raises ValueError when it is no Llama, a fact is missing, or heads are not as wide as d_model / n_heads.
    """
    if (architecture := file.fact("general.architecture", str)) != "llama":
        raise ValueError(f"general.architecture is {architecture!r}, this reader knows 'llama'")

    def size(name: str) -> int:
        return file.fact(f"llama.{name}", int)

    config = LlamaConfig(
        vocab_size=len(file.texts("tokenizer.ggml.tokens")),
        d_model=size("embedding_length"),
        n_layers=size("block_count"),
        n_heads=size("attention.head_count"),
        n_kv_heads=size("attention.head_count_kv"),
        d_ff=size("feed_forward_length"),
        context=size("context_length"),
        rope_base=file.fact("llama.rope.freq_base", float),
        norm_epsilon=file.fact("llama.attention.layer_norm_rms_epsilon", float),
    )
    if config.n_layers > MOST_LAYERS:
        raise ValueError(f"llama.block_count is {config.n_layers}, at most {MOST_LAYERS} are possible")
    if (rotated := size("rope.dimension_count")) != config.d_head:
        raise ValueError(f"llama.rope.dimension_count is {rotated}, heads are {config.d_head} wide and turn as a whole")
    return config


def llama_parts(config: LlamaConfig, tied: bool = True) -> tuple[Part, ...]:
    """Everything a model is made of.  tied: whether the embedding is the head too."""
    table = (config.vocab_size, config.d_model)
    head = () if tied else (Part("head", table, ((HEAD, 1.0),)),)
    layers = (part for k in range(config.n_layers) for part in _layer_parts(config, k))
    norm = Part("norm", (config.d_model,), ((NORM, 1.0),))
    return (Part("embedding", table, ((EMBEDDING, 1.0),)), *layers, norm, *head)


def _layer_parts(config: LlamaConfig, k: int) -> tuple[Part, ...]:
    c, kv, ff = config.d_model, config.d_kv, config.d_ff

    def part(name: str, shape: tuple[int, ...], *tensors: tuple[str, float]) -> Part:
        return Part(f"layer{k}.{name}", shape, tuple((f"blk.{k}.{t}.weight", factor) for t, factor in tensors))

    return (
        part("norm1", (c,), ("attn_norm", 1.0)),
        part("qkv", (c + 2 * kv, c), ("attn_q", config.d_head**-0.5), ("attn_k", 1.0), ("attn_v", 1.0)),
        part("out", (c, c), ("attn_output", 1.0)),
        part("norm2", (c,), ("ffn_norm", 1.0)),
        part("gate_up", (2 * ff, c), ("ffn_gate", 1.0), ("ffn_up", 1.0)),
        part("down", (c, ff), ("ffn_down", 1.0)),
    )


def is_tied(file: GGUF) -> bool:
    """Whether the embedding table is the head too."""
    return HEAD not in file.tensors


def check_tensors(file: GGUF, parts: tuple[Part, ...]) -> None:
    """Raises ValueError unless the file holds exactly the tensors of the parts, in shapes that join."""
    wanted = {name for part in parts for name, _ in part.tensors}
    if strange := sorted(set(file.tensors) - wanted):
        raise ValueError(f"tensors {', '.join(strange[:5])} do not belong to a plain Llama")
    if missing := sorted(wanted - set(file.tensors)):
        raise ValueError(f"tensors {', '.join(missing[:5])} are missing")
    for part in parts:
        shapes = [file.tensors[name].shape for name, _ in part.tensors]
        rows = sum(shape[0] for shape in shapes)
        if any((rows, *shape[1:]) != part.shape for shape in shapes):
            raise ValueError(f"{part.name} needs shape {part.shape}, got {', '.join(map(str, shapes))} to join")


def part_rows(file: GGUF, part: Part) -> Iterator[Floats]:
    """A part as float32, some rows at a time.  Raises ValueError when a weight is not finite."""
    for name, factor in part.tensors:
        n_rows = file.tensors[name].shape[0]
        step = max(1, WEIGHTS_AT_ONCE // int(np.prod(part.shape[1:])))
        for start in range(0, n_rows, step):
            rows = file.tensor(name, start, min(start + step, n_rows)) * np.float32(factor)
            if not np.isfinite(rows).all():
                raise ValueError(f"tensor {name!r} holds numbers that are not finite")
            yield rows


def float_weights(file: GGUF) -> tuple[LlamaConfig, LlamaWeights]:
    """A model in float32: everything the file says, four bytes a weight.

    Raises ValueError when the file is not a Llama, or tensors are missing, strange, or of another shape.
    """
    config, tied = llama_config(file), is_tied(file)
    parts = llama_parts(config, tied)
    check_tensors(file, parts)
    arrays = {part.name: np.concatenate(list(part_rows(file, part))) for part in parts}
    weights = assemble(config.n_layers, arrays.__getitem__, lambda name: FloatRows(arrays[name]), tied)
    return config, weights
