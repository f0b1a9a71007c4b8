"""A language model for other programs: weights as safetensors under the names that Llama has in the Hugging Face
layout, its plan as config.json, and back. RoPE turns neighbours here and halves there, so rows of queries and keys
change places. A Llama with a tied head comes in just as well; what the lab's model does not have is refused.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.engine.formats.safetensors import safetensors_bytes
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import NORM_EPSILON, Floats, LMConfig, Parameters, n_parameters
from lab.engine.text.store import tokenizer_to_data

__all__ = ["config_of", "config_text", "from_tensors", "plan_from", "to_tensors", "zipped"]

HEADS = ("q_proj", "k_proj", "v_proj")


def config_of(config: LMConfig, held_out_loss: float | None = None) -> dict[str, Any]:
    """The plan under the names that Hugging Face has for it. held_out_loss: of the model, for whoever checks it.

    Raises ValueError for a plan that those names cannot say.
    """
    if config.biases and config.norm != "layer":
        raise ValueError("biases can be written for others only with centred norms, as GPT-2 has them")
    ordinary = config.norm != "none" and config.norm_place == "pre" and config.residual and config.causal
    if not ordinary or not config.scale or config.feed_forward == "none" or config.positions not in ("learned", "rope"):
        raise ValueError("only a model with all of its parts, and learned positions or RoPE, can be written for others")
    rope, swiglu = config.positions == "rope", config.feed_forward == "swiglu"
    llama = rope and swiglu and config.norm == "rms"
    return {
        "architectures": ["LlamaForCausalLM" if llama else "GlassboxForCausalLM"],
        "model_type": "llama" if llama else "glassbox",
        "vocab_size": config.vocab_size,
        "hidden_size": config.d_model,
        "intermediate_size": config.d_ff,
        "num_hidden_layers": config.n_layers,
        "num_attention_heads": config.n_heads,
        "num_key_value_heads": config.n_heads,
        "max_position_embeddings": config.context,
        "hidden_act": "silu" if swiglu else "gelu_pytorch_tanh",
        "norm": config.norm,
        "rms_norm_eps": NORM_EPSILON,
        "rope_theta": config.rope_base if rope else None,
        "rope_scaling": None if config.rope_factor == 1.0 else {"rope_type": "linear", "factor": config.rope_factor},
        "tie_word_embeddings": True,
        "attention_bias": config.biases,
        "mlp_bias": config.biases,
        "torch_dtype": "float32",
        "held_out_loss": held_out_loss,
    }


def plan_from(data: Mapping[str, Any]) -> LMConfig:
    """The plan that a config.json of Llama's kind says.

    Raises ValueError naming what is missing, or what the lab's model does not have.
    """
    try:
        heads, shared = int(data["num_attention_heads"]), int(data.get("num_key_value_heads") or 0)
        theta, stretched = data.get("rope_theta", 10_000.0), data.get("rope_scaling") or {}
        linear = stretched.get("rope_type", stretched.get("type")) == "linear"
        config = LMConfig(
            int(data["vocab_size"]), int(data["max_position_embeddings"]), int(data["hidden_size"]), heads,
            int(data["num_hidden_layers"]), int(data["intermediate_size"]),
            positions="learned" if theta is None else "rope", norm=data.get("norm", "rms"),
            feed_forward="swiglu" if data.get("hidden_act") == "silu" else "gelu",
            rope_base=10_000.0 if theta is None else float(theta),
            rope_factor=float(stretched["factor"]) if linear else 1.0,
            biases=data.get("model_type") == "glassbox" and bool(data.get("mlp_bias")),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"config.json: {error} is missing or is no number") from None
    for name, wrong in (
        ("key heads that its heads cannot share", shared < 0 or bool(shared and heads % shared)),
        ("a head of its own", not data.get("tie_word_embeddings", False)),
        ("biases", not config.biases and bool(data.get("attention_bias") or data.get("mlp_bias"))),
        ("positions stretched in another way", bool(stretched) and not linear),
        ("attention to a window only", bool(data.get("sliding_window"))),
        ("another activation", data.get("hidden_act") not in ("silu", "gelu_pytorch_tanh", "gelu_new")),
        ("heads of another width", (data.get("head_dim") or config.d_head) != config.d_head),
    ):
        if wrong:
            raise ValueError(f"this model has {name}, which a model of the lab has not")
    return config


def to_tensors(parameters: Parameters) -> dict[str, NDArray[np.float32]]:
    """Every weight matrix and gain by its name in Hugging Face's Llama, float32."""
    found: dict[str, Floats] = {"model.embed_tokens.weight": parameters["embedding"]}
    config = parameters.config
    for k in range(config.n_layers):
        layer = f"model.layers.{k}"
        for name, matrix in zip(HEADS, np.split(parameters[f"block{k}.qkv"], 3)):
            turned = config.positions == "rope" and name != "v_proj"
            found[f"{layer}.self_attn.{name}.weight"] = _halves(matrix, config.n_heads) if turned else matrix
        found[f"{layer}.self_attn.o_proj.weight"] = parameters[f"block{k}.out"]
        for name in _inner(config):
            found[f"{layer}.mlp.{name}_proj.weight"] = parameters[f"block{k}.{name}"]
        found[f"{layer}.input_layernorm.weight"] = parameters[f"block{k}.norm1"]
        found[f"{layer}.post_attention_layernorm.weight"] = parameters[f"block{k}.norm2"]
    found["model.norm.weight"] = parameters["norm"]
    if config.biases:
        found |= _bias_tensors(parameters)
    if config.positions == "learned":
        found["model.embed_positions.weight"] = parameters["position"]
    return {name: np.ascontiguousarray(array, np.float32) for name, array in found.items()}


def _bias_tensors(parameters: Parameters) -> dict[str, Floats]:
    config = parameters.config
    found = {"model.norm.bias": parameters["norm_bias"]}
    for k in range(config.n_layers):
        layer = f"model.layers.{k}"
        for name, added in zip(HEADS, np.split(parameters[f"block{k}.qkv_bias"], 3)):
            turned = config.positions == "rope" and name != "v_proj"
            found[f"{layer}.self_attn.{name}.bias"] = _halves(added[:, None], config.n_heads)[:, 0] if turned else added
        found[f"{layer}.self_attn.o_proj.bias"] = parameters[f"block{k}.out_bias"]
        found |= {f"{layer}.mlp.{name}_proj.bias": parameters[f"block{k}.{name}_bias"] for name in _inner(config)}
    return found


def from_tensors(config: LMConfig, tensors: Mapping[str, NDArray[Any]]) -> Parameters:
    """The model whose weights have those names; a second copy of the tied head may be there.

    Raises ValueError naming a tensor that is missing, has another shape, is not finite or is not known.
    """
    parameters = Parameters(config, np.empty(n_parameters(config), np.float32))
    wanted = to_tensors(parameters)
    left = set(tensors) - set(wanted) - {"lm_head.weight"}
    if left:
        raise ValueError(f"{sorted(left)[0]}: a model of the lab has no such part")
    for name, like in wanted.items():
        array = tensors.get(name)
        if array is None or array.shape != like.shape:
            raise ValueError(f"{name}: needs shape {like.shape}, got {None if array is None else array.shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"{name}: holds something that is no finite number")
    _fill(parameters, tensors)
    return parameters


def _fill(parameters: Parameters, tensors: Mapping[str, NDArray[Any]]) -> None:
    config = parameters.config
    parameters["embedding"][...] = tensors["model.embed_tokens.weight"]
    for k in range(config.n_layers):
        layer = f"model.layers.{k}"
        for name, rows in zip(HEADS, np.split(parameters[f"block{k}.qkv"], 3)):
            matrix = np.asarray(tensors[f"{layer}.self_attn.{name}.weight"], np.float32)
            turned = config.positions == "rope" and name != "v_proj"
            rows[...] = _pairs(matrix, config.n_heads) if turned else matrix
        parameters[f"block{k}.out"][...] = tensors[f"{layer}.self_attn.o_proj.weight"]
        for name in _inner(config):
            parameters[f"block{k}.{name}"][...] = tensors[f"{layer}.mlp.{name}_proj.weight"]
        parameters[f"block{k}.norm1"][...] = tensors[f"{layer}.input_layernorm.weight"]
        parameters[f"block{k}.norm2"][...] = tensors[f"{layer}.post_attention_layernorm.weight"]
    parameters["norm"][...] = tensors["model.norm.weight"]
    if config.biases:
        _fill_biases(parameters, tensors)
    if config.positions == "learned":
        parameters["position"][...] = tensors["model.embed_positions.weight"]


def _fill_biases(parameters: Parameters, tensors: Mapping[str, NDArray[Any]]) -> None:
    config = parameters.config
    parameters["norm_bias"][...] = tensors["model.norm.bias"]
    for k in range(config.n_layers):
        layer = f"model.layers.{k}"
        for name, rows in zip(HEADS, np.split(parameters[f"block{k}.qkv_bias"], 3)):
            added = np.asarray(tensors[f"{layer}.self_attn.{name}.bias"], np.float32)
            turned = config.positions == "rope" and name != "v_proj"
            rows[...] = _pairs(added[:, None], config.n_heads)[:, 0] if turned else added
        parameters[f"block{k}.out_bias"][...] = tensors[f"{layer}.self_attn.o_proj.bias"]
        for name in _inner(config):
            parameters[f"block{k}.{name}_bias"][...] = tensors[f"{layer}.mlp.{name}_proj.bias"]


def _inner(config: LMConfig) -> tuple[str, ...]:
    return ("gate", "up", "down") if config.feed_forward == "swiglu" else ("up", "down")


def _halves(matrix: Floats, heads: int) -> Floats:
    """Rows (0, 1), (2, 3) … of each head, which RoPE turns together here, as rows i and i + half. [C, C]."""
    rows, columns = matrix.shape
    return matrix.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def _pairs(matrix: Floats, heads: int) -> Floats:
    """The way back."""
    rows, columns = matrix.shape
    return matrix.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def config_text(config: LMConfig, held_out_loss: float | None) -> str:
    """config.json."""
    return json.dumps(config_of(config, held_out_loss), indent=2) + "\n"


def zipped(model: SavedLM, text: Mapping[str, NDArray[Any]], held_out_loss: float | None) -> bytes:
    """A ZIP file with model.safetensors, config.json, tokenizer.json, text.safetensors and train.py, which checks the
    loss in PyTorch and goes on.

    text: "learn" [N] ids, "windows" and "targets" [n, T], the part that the loss was measured on.
    The same model gives the same bytes. Raises ValueError as `config_of` does.
    """
    files = {
        "config.json": config_text(model.config, held_out_loss).encode(),
        "model.safetensors": safetensors_bytes(to_tensors(model.parameters), {"format": "pt"}),
        "tokenizer.json": json.dumps(tokenizer_to_data(model.tokenizer)).encode(),
        "text.safetensors": safetensors_bytes({name: ids.astype(np.int32) for name, ids in text.items()}),
        "train.py": asset("export/train.py").read_bytes(),
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)  # its date is fixed
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return held.getvalue()
