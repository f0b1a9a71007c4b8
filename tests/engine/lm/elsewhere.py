"""Small models as other programs make them, written and computed here without anything of the lab: GPT-2's layout and
Llama's, plain NumPy in float64, and tokenizers in the layout of tokenizer.json."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Tensors = dict[str, Array]
LETTERS = "\n abcdefghij"
GPT2: dict[str, Any] = {
    "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 12, "n_positions": 16, "n_embd": 16,
    "n_head": 2, "n_layer": 2, "n_inner": None, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
}  # fmt: skip
LLAMA: dict[str, Any] = {
    "model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 12, "max_position_embeddings": 16,
    "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 500.0,
    "tie_word_embeddings": True,
}  # fmt: skip


def character_tokenizer(letters: str = LETTERS, added: tuple[str, ...] = ()) -> dict[str, Any]:
    """One token for each character, as the tokenizers library writes it."""
    vocab = {letter: i for i, letter in enumerate(letters)}
    tokens = [{"id": len(letters) + i, "content": text, "special": True} for i, text in enumerate(added)]
    split = {"type": "Split", "pattern": {"Regex": ""}, "behavior": "Isolated", "invert": False}
    model = {"type": "WordLevel", "vocab": vocab, "unk_token": "?"}
    return {"version": "1.0", "added_tokens": tokens, "normalizer": None, "pre_tokenizer": split, "model": model}


def byte_tokenizer() -> dict[str, Any]:
    """Byte-level BPE with three merges and a sign for the end, as GPT-2's; a blank is spelled Ġ."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    other = [b for b in range(256) if b not in set(printable)]
    letters = [chr(b) for b in printable] + [chr(256 + k) for k in range(len(other))]
    vocab = {letter: i for i, letter in enumerate(letters)}
    merges = ["t h", "th e", "Ġ the"]
    for merge in merges:
        vocab[merge.replace(" ", "")] = len(vocab)
    cut = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    end = {"id": len(vocab), "content": "<|endoftext|>", "special": True}
    model = {"type": "BPE", "vocab": vocab, "merges": merges, "byte_fallback": False}
    return {"added_tokens": [end], "normalizer": None, "pre_tokenizer": cut, "decoder": cut, "model": model}


def gpt2_weights(plan: dict[str, Any] = GPT2, biases: bool = True) -> Tensors:
    """Weights away from their symmetric start; matrices are [in, out]."""
    rng, c = np.random.default_rng(5), plan["n_embd"]
    shapes = {"wte.weight": (plan["vocab_size"], c), "wpe.weight": (plan["n_positions"], c), "ln_f.weight": (c,)}
    shapes["ln_f.bias"] = (c,)
    f = plan["n_inner"] or 4 * c
    for k in range(plan["n_layer"]):
        layer = {
            "ln_1.weight": (c,), "ln_1.bias": (c,), "attn.c_attn.weight": (c, 3 * c), "attn.c_attn.bias": (3 * c,),
            "attn.c_proj.weight": (c, c), "attn.c_proj.bias": (c,), "ln_2.weight": (c,), "ln_2.bias": (c,),
            "mlp.c_fc.weight": (c, f), "mlp.c_fc.bias": (f,), "mlp.c_proj.weight": (f, c), "mlp.c_proj.bias": (c,),
        }  # fmt: skip
        shapes |= {f"h.{k}.{name}": shape for name, shape in layer.items()}
    found = {name: rng.normal(0.0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    return found if biases else {name: array for name, array in found.items() if not name.endswith(".bias")}


def gpt2_logits(w: Tensors, plan: dict[str, Any], ids: Array) -> Array:
    """[T] -> [T, V], a line for each step of the paper's picture."""
    w = {name: array.astype(np.float64) for name, array in w.items()}

    def linear(x: Array, name: str) -> Array:
        return np.asarray(x @ w[f"{name}.weight"] + w.get(f"{name}.bias", 0.0))

    def norm(x: Array, name: str) -> Array:
        spread = np.sqrt(x.var(axis=-1, keepdims=True) + plan["layer_norm_epsilon"])
        return np.asarray(
            (x - x.mean(axis=-1, keepdims=True)) / spread * w[f"{name}.weight"] + w.get(f"{name}.bias", 0.0)
        )

    x = w["wte.weight"][ids] + w["wpe.weight"][: len(ids)]
    for k in range(plan["n_layer"]):
        q, key, value = np.split(linear(norm(x, f"h.{k}.ln_1"), f"h.{k}.attn.c_attn"), 3, axis=-1)
        x = x + linear(heads(q, key, value, plan["n_head"], plan["n_head"]), f"h.{k}.attn.c_proj")
        inner = linear(norm(x, f"h.{k}.ln_2"), f"h.{k}.mlp.c_fc")
        bent = 0.5 * inner * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (inner + 0.044715 * inner**3)))
        x = x + linear(bent, f"h.{k}.mlp.c_proj")
    return np.asarray(norm(x, "ln_f") @ w["wte.weight"].T)


def llama_weights(plan: dict[str, Any] = LLAMA) -> Tensors:
    """Weights away from their symmetric start; matrices are [out, in]."""
    rng, c, f = np.random.default_rng(6), plan["hidden_size"], plan["intermediate_size"]
    kv = c // plan["num_attention_heads"] * plan["num_key_value_heads"]
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (plan["vocab_size"], c),
        "model.norm.weight": (c,),
    }
    for k in range(plan["num_hidden_layers"]):
        layer = {
            "self_attn.q_proj": (c, c), "self_attn.k_proj": (kv, c), "self_attn.v_proj": (kv, c),
            "self_attn.o_proj": (c, c), "mlp.gate_proj": (f, c), "mlp.up_proj": (f, c), "mlp.down_proj": (c, f),
            "input_layernorm": (c,), "post_attention_layernorm": (c,),
        }  # fmt: skip
        shapes |= {f"model.layers.{k}.{name}.weight": shape for name, shape in layer.items()}
    return {name: rng.normal(0.0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}


def llama_logits(w: Tensors, plan: dict[str, Any], ids: Array) -> Array:
    """[T] -> [T, V]; RoPE turns number i of a head with number i + half, as Hugging Face's Llama does."""
    w = {name: array.astype(np.float64) for name, array in w.items()}
    h, g = plan["num_attention_heads"], plan["num_key_value_heads"]
    d = plan["hidden_size"] // h
    stretched = (plan.get("rope_scaling") or {}).get("factor", 1.0)
    angles = np.arange(len(ids))[:, None] / stretched * plan["rope_theta"] ** (-np.arange(d // 2) / (d // 2))
    cos, sin = np.tile(np.cos(angles), 2), np.tile(np.sin(angles), 2)

    def turned(x: Array, n: int) -> Array:
        x = x.reshape(len(x), n, d)
        half = np.concatenate((-x[..., d // 2 :], x[..., : d // 2]), axis=-1)
        return np.asarray((x * cos[:, None] + half * sin[:, None]).reshape(len(x), n * d))

    def norm(x: Array, name: str) -> Array:
        size = np.sqrt((x * x).mean(axis=-1, keepdims=True) + plan["rms_norm_eps"])
        return np.asarray(x / size * w[f"{name}.weight"])

    x = w["model.embed_tokens.weight"][ids]
    for k in range(plan["num_hidden_layers"]):
        layer = f"model.layers.{k}"
        a = norm(x, f"{layer}.input_layernorm")
        q, key, value = (a @ w[f"{layer}.self_attn.{name}_proj.weight"].T for name in "qkv")
        found = heads(turned(q, h), turned(key, g), value, h, g)
        x = x + found @ w[f"{layer}.self_attn.o_proj.weight"].T
        b = norm(x, f"{layer}.post_attention_layernorm")
        gate, up = (b @ w[f"{layer}.mlp.{name}_proj.weight"].T for name in ("gate", "up"))
        x = x + (gate / (1.0 + np.exp(-gate)) * up) @ w[f"{layer}.mlp.down_proj.weight"].T
    return np.asarray(norm(x, "model.norm") @ w["model.embed_tokens.weight"].T)


def heads(q: Array, key: Array, value: Array, h: int, g: int) -> Array:
    """Causal attention, one head after another; h/g heads share keys and values."""
    d, found = q.shape[1] // h, np.empty_like(q)
    for head in range(h):
        mine, theirs = slice(head * d, (head + 1) * d), slice(head // (h // g) * d, (head // (h // g) + 1) * d)
        scores = q[:, mine] @ key[:, theirs].T / np.sqrt(d)
        scores[np.triu_indices(len(q), 1)] = -np.inf
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        found[:, mine] = weights / weights.sum(axis=1, keepdims=True) @ value[:, theirs]
    return found


NAMES = {"float32": "F32", "float16": "F16", "float64": "F64", "uint8": "U8", "int8": "I8", "bool": "BOOL"}


def safetensors(tensors: Tensors) -> bytes:
    """The bytes of a safetensors file: a length, a header in JSON, the numbers."""
    head: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, array in tensors.items():
        head[name] = {
            "dtype": NAMES[str(array.dtype)], "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]
        }  # fmt: skip
        at += array.nbytes
    text = json.dumps(head).encode()
    return struct.pack("<Q", len(text)) + text + b"".join(np.ascontiguousarray(a).tobytes() for a in tensors.values())


def folder(path: Path, plan: dict[str, Any], tensors: Tensors, tokenizer: dict[str, Any] | None = None) -> Path:
    """A model as it is found: a folder with three files."""
    path.mkdir(exist_ok=True)
    (path / "config.json").write_text(json.dumps(plan), "utf-8")
    (path / "model.safetensors").write_bytes(safetensors(tensors))
    (path / "tokenizer.json").write_text(json.dumps(tokenizer or character_tokenizer()), "utf-8")
    return path
