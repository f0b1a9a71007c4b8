"""Model files made on the spot: a writer of GGUF files, apart from the reader under test, and a tiny Llama
whose weights are a formula, so that other libraries can be asked about the very same model."""

import struct
from pathlib import Path

import numpy as np

from lab.engine.formats.gguf_blocks import encode_blocks

FORMATS = {"F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 8, "BF16": 30}
KINDS = {
    "u8": (0, "B"),
    "u32": (4, "I"),
    "i32": (5, "i"),
    "f32": (6, "f"),
    "bool": (7, "?"),
    "u64": (10, "Q"),
}
MERGES = ["t h", "th e", "Ġ the", "i n", "a n", "an d", "Ġ and"]
SIGNS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
D_MODEL, N_LAYERS, N_HEADS, N_KV_HEADS, D_FF, CONTEXT = 64, 2, 4, 2, 96, 512
EPSILON, ROPE_BASE = 1e-5, 100_000.0
IDS = [1, 20, 75, 300, 259, 33, 104, 265, 17, 2, 99, 140, 180, 7, 260, 261, 55, 20, 75, 300, 8, 3, 200, 120]


def text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def fact(kind: str, value) -> bytes:
    """A typed value: a kind of KINDS, "str", or "[kind]" for a list."""
    if kind == "str":
        return struct.pack("<I", 8) + text(value)
    if kind.startswith("["):
        item = kind[1:-1]
        if item == "str":
            return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(text, value))
        code, letter = KINDS[item]
        return struct.pack("<IIQ", 9, code, len(value)) + struct.pack(f"<{len(value)}{letter}", *value)
    code, letter = KINDS[kind]
    return struct.pack("<I" + letter, code, value)


def tensor_bytes(array: np.ndarray, form: str) -> bytes:
    if form == "BF16":
        return (np.asarray(array, np.float32).view(np.uint32) >> 16).astype("<u2").tobytes()
    if form in ("F32", "F16"):
        return array.astype({"F32": "<f4", "F16": "<f2"}[form]).tobytes()
    return encode_blocks(array, form).tobytes()


def gguf_bytes(facts: dict, tensors: dict, version: int = 3, alignment: int = 32) -> bytes:
    """A GGUF file. facts: name -> (kind, value). tensors: name -> (array, format)."""
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(facts))
    for name, (kind, value) in facts.items():
        head += text(name) + fact(kind, value)
    data = b""
    for name, (array, form) in tensors.items():
        data += b"\0" * (-len(data) % alignment)
        head += text(name) + struct.pack("<I", array.ndim) + struct.pack(f"<{array.ndim}Q", *array.shape[::-1])
        head += struct.pack("<IQ", FORMATS[form], len(data))
        data += tensor_bytes(array, form)
    return head + b"\0" * (-len(head) % alignment) + data


def byte_letters() -> list[str]:
    """The 256 bytes in GPT-2's spelling."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printable]
    return [chr(b) for b in printable] + [chr(256 + k) for k in range(len(others))]


def tokens() -> list[str]:
    """The tiny model's vocabulary: three signs, the bytes, what the merges make, and names that no text
    spells.
    """
    known = SIGNS + byte_letters() + [merge.replace(" ", "") for merge in MERGES]
    return known + [f"⟦{k}⟧" for k in range(len(known), 320)]


def numbers(seed: int, *shape: int) -> np.ndarray:
    """Numbers in [-1, 1) by a formula, the same everywhere."""
    k = np.arange(int(np.prod(shape)), dtype=np.uint64) + np.uint64(seed) * np.uint64(1_000_003)
    mixed = (k ^ (k >> np.uint64(7))) * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(2862933555777941757)
    return ((mixed >> np.uint64(40)).astype(np.float64) / 2**23 - 1.0).reshape(shape).astype(np.float32)


def tiny_facts() -> dict:
    vocabulary = tokens()
    return {
        "general.architecture": ("str", "llama"),
        "general.name": ("str", "tiny"),
        "llama.block_count": ("u32", N_LAYERS),
        "llama.context_length": ("u32", CONTEXT),
        "llama.embedding_length": ("u32", D_MODEL),
        "llama.feed_forward_length": ("u32", D_FF),
        "llama.attention.head_count": ("u32", N_HEADS),
        "llama.attention.head_count_kv": ("u32", N_KV_HEADS),
        "llama.rope.freq_base": ("f32", ROPE_BASE),
        "llama.attention.layer_norm_rms_epsilon": ("f32", EPSILON),
        "llama.rope.dimension_count": ("u32", D_MODEL // N_HEADS),
        "tokenizer.ggml.model": ("str", "gpt2"),
        "tokenizer.ggml.pre": ("str", "smollm"),
        "tokenizer.ggml.tokens": ("[str]", vocabulary),
        "tokenizer.ggml.token_type": ("[i32]", [3 if t in SIGNS else 1 for t in vocabulary]),
        "tokenizer.ggml.merges": ("[str]", MERGES),
        "tokenizer.ggml.eos_token_id": ("u32", 2),
    }


def tiny_tensors(tied: bool = True) -> dict:
    """The tiny model's weights, in every format the reader knows."""
    kv = D_MODEL // N_HEADS * N_KV_HEADS
    found = {"token_embd.weight": (numbers(1, len(tokens()), D_MODEL), "Q8_0")}
    shapes = {
        "attn_norm": ((D_MODEL,), "F32"), "attn_q": ((D_MODEL, D_MODEL), "Q4_1"),
        "attn_k": ((kv, D_MODEL), "Q4_1"), "attn_v": ((kv, D_MODEL), "Q4_0"),
        "attn_output": ((D_MODEL, D_MODEL), "F16"), "ffn_norm": ((D_MODEL,), "F32"),
        "ffn_gate": ((D_FF, D_MODEL), "Q4_1"), "ffn_up": ((D_FF, D_MODEL), "BF16"),
        "ffn_down": ((D_MODEL, D_FF), "Q4_1"),
    }  # fmt: skip
    for k in range(N_LAYERS):
        for j, (name, (shape, form)) in enumerate(shapes.items()):
            values = numbers(100 * (k + 1) + j, *shape)
            values = 1 + 0.3 * values if len(shape) == 1 else values * np.float32(0.4)
            found[f"blk.{k}.{name}.weight"] = (values.astype(np.float32), form)
    found["output_norm.weight"] = ((1 + 0.3 * numbers(2, D_MODEL)).astype(np.float32), "F32")
    if not tied:
        found["output.weight"] = (numbers(3, len(tokens()), D_MODEL), "F16")
    return found


def tiny_gguf(path: Path, tied: bool = True) -> Path:
    path.write_bytes(gguf_bytes(tiny_facts(), tiny_tensors(tied)))
    return path
