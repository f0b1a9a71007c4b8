"""A model that was made elsewhere gives the scores here that it gave there; what the lab has not is refused by name."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.engine.lm.brought import MOST, MOST_BYTES, brought, unzipped
from lab.engine.lm.data import held_out_loss
from lab.engine.lm.decoder import Decoder
from lab.engine.lm.exchange import lm_from_data, lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import LMConfig, n_parameters
from lab.engine.lm.reference import forward
from lab.engine.text.tokenizer import CharTokenizer
from tests.engine.lm.elsewhere import (
    GPT2,
    LETTERS,
    LLAMA,
    Array,
    Tensors,
    byte_tokenizer,
    folder,
    gpt2_logits,
    gpt2_weights,
    llama_logits,
    llama_weights,
)

IDS = np.array([3, 1, 4, 1, 5, 9, 2, 6, 11, 0, 7, 8])


def same(model: SavedLM, wanted: Array) -> None:
    """In one pass, and token by token with a cache."""
    assert np.abs(forward(model.parameters, IDS[None]).logits[0] - wanted).max() < 1e-5
    decoder = Decoder(model.parameters)
    stepped = np.array([decoder.step(int(i)).copy() for i in IDS])
    assert np.abs(stepped - wanted).max() < 1e-5
    assert np.abs(wanted).max() > 0.5


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("epsilon", [1e-5, 1e-6, 1e-12, 1e-2])
def test_a_gpt2_gives_the_scores_it_gave(tmp_path: Path, biases: bool, epsilon: float) -> None:
    plan = GPT2 | {"layer_norm_epsilon": epsilon}
    weights = gpt2_weights(biases=biases)
    model = brought(folder(tmp_path / "it", plan, weights))
    assert model.config.biases == biases and model.config.norm == "layer"
    same(model, gpt2_logits(weights, plan, IDS))


def renamed(weights: Tensors) -> Tensors:
    """As Hugging Face writes a whole GPT2LMHeadModel: with a prefix, masks and the tied head once more."""
    found = {f"transformer.{name}": array for name, array in weights.items()}
    found["transformer.h.0.attn.bias"] = np.tri(16, dtype=np.uint8).reshape(1, 1, 16, 16)
    found["transformer.h.0.attn.masked_bias"] = np.array(-1e4, np.float32)
    return found | {"lm_head.weight": weights["wte.weight"]}


def turned(weights: Tensors) -> Tensors:
    """As nanoGPT has them, whose matrices are [out, in]."""
    return {
        f"transformer.{name}": array.T.copy() if array.ndim == 2 and name.startswith("h.") else array
        for name, array in weights.items()
    }


@pytest.mark.parametrize("form", [renamed, turned])
def test_a_gpt2_is_read_in_the_forms_that_programs_write(tmp_path: Path, form: Any) -> None:
    weights = gpt2_weights()
    same(brought(folder(tmp_path / "it", GPT2, form(weights))), gpt2_logits(weights, GPT2, IDS))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"num_key_value_heads": 4},
        {"num_key_value_heads": 1},
        {"rms_norm_eps": 1e-5},
        {"rope_scaling": {"rope_type": "linear", "factor": 2.0}},
        {"rope_scaling": {"type": "linear", "factor": 4}},
        {"rope_scaling": None, "head_dim": 4, "model_type": "mistral", "sliding_window": None},
    ],
)
def test_a_llama_gives_the_scores_it_gave(tmp_path: Path, change: dict[str, Any]) -> None:
    plan = LLAMA | change
    weights = llama_weights(plan)
    same(brought(folder(tmp_path / "it", plan, weights)), llama_logits(weights, plan, IDS))


@pytest.mark.parametrize("kind", ["float16", "float64"])
def test_other_floating_point_numbers_are_read_as_well(tmp_path: Path, kind: str) -> None:
    weights = {name: array.astype(kind) for name, array in llama_weights().items()}
    same(brought(folder(tmp_path / "it", LLAMA, weights)), llama_logits(weights, LLAMA, IDS))


def test_a_folder_its_weights_and_a_zip_of_it_are_the_same_model(tmp_path: Path) -> None:
    path = folder(tmp_path / "it", GPT2, gpt2_weights())
    model = brought(path)
    other = path / "mine.safetensors"
    other.write_bytes((path / "model.safetensors").read_bytes())
    archive = tmp_path / "it.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for part in path.iterdir():
            file.write(part, f"folder/{part.name}")
    for again in (brought(other), brought(archive), unzipped(archive.read_bytes())):
        assert np.array_equal(again.parameters.flat, model.parameters.flat) and again.tokenizer == model.tokenizer
    assert model.tokenizer.decode(model.tokenizer.encode("bad cab\n")) == "bad cab\n"
    assert model.tokenizer == CharTokenizer(LETTERS)


def test_a_model_with_bytes_as_tokens_has_a_table_that_may_be_rounded_up(tmp_path: Path) -> None:
    plan = GPT2 | {"vocab_size": 264}
    model = brought(folder(tmp_path / "it", plan, gpt2_weights(plan), byte_tokenizer()))
    assert model.tokenizer.size == 264
    ids = model.tokenizer.encode("the other")
    assert len(ids) == 5 and model.tokenizer.decode(ids) == "the other"
    path = folder(
        tmp_path / "small", plan | {"vocab_size": 259}, gpt2_weights(plan | {"vocab_size": 259}), byte_tokenizer()
    )
    with pytest.raises(ValueError, match="260 tokens, the model 259"):
        brought(path)


def test_vocab_and_merges_do_as_well_as_a_tokenizer(tmp_path: Path) -> None:
    plan, tokenizer = GPT2 | {"vocab_size": 260}, byte_tokenizer()
    path = folder(tmp_path / "it", plan, gpt2_weights(plan), tokenizer)
    whole = brought(path).tokenizer
    (path / "tokenizer.json").unlink()
    vocab = tokenizer["model"]["vocab"] | {"<|endoftext|>": 259}
    (path / "vocab.json").write_text(json.dumps(vocab), "utf-8")
    (path / "merges.txt").write_text("#version: 0.2\n" + "\n".join(tokenizer["model"]["merges"]) + "\n", "utf-8")
    assert brought(path).tokenizer == whole


def test_it_travels_and_learns_as_any_other_model(tmp_path: Path) -> None:
    model = brought(folder(tmp_path / "it", GPT2, gpt2_weights()))
    again = lm_from_data(lm_to_data(model))
    assert again.config == model.config and np.array_equal(again.parameters.flat, model.parameters.flat)
    text = np.tile(IDS, 6)
    logits = np.array([gpt2_logits(gpt2_weights(), GPT2, text[at : at + 16]) for at in range(0, 48, 16)])
    targets = np.array([text[at + 1 : at + 17] for at in range(0, 48, 16)])
    logs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    wanted = -np.take_along_axis(logs, targets[..., None], axis=-1).mean()
    assert held_out_loss(model.parameters, text[:49]) == pytest.approx(wanted, abs=1e-5)


# ------------------------------------------------------------------------------------- refused, by name


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"activation_function": "gelu"}, "another activation"),
        ({"scale_attn_weights": False}, "not scaled"),
        ({"scale_attn_by_inverse_layer_idx": True}, "shrink by the layer"),
        ({"add_cross_attention": True}, "another text"),
        ({"tie_word_embeddings": False}, "a head of its own"),
        ({"layer_norm_epsilon": 0.9e-12}, "ε"),
        ({"layer_norm_epsilon": 1.1e-2}, "ε"),
        ({"layer_norm_epsilon": "small"}, "ε"),
        ({"model_type": "gpt_neox"}, "gpt_neox is not read"),
        ({"n_embd": None}, "config.json"),
        ({"n_head": 3}, "multiple"),
        ({"n_layer": 65}, "at most 64"),
        ({"n_positions": 4097}, "4096"),
    ],
)
def test_a_gpt2_that_is_another_is_refused_by_name(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    path = folder(tmp_path / "it", GPT2 | change, gpt2_weights())
    with pytest.raises(ValueError, match=reason):
        brought(path)


def spoiled(**changes: Array | None) -> Tensors:
    """The weights with others by name, where a double underscore is a dot; None takes one away."""
    weights = gpt2_weights()
    for name, array in changes.items():
        found = name.replace("__", ".")
        if array is None:
            del weights[found]
        else:
            weights[found] = array
    return weights


NAN = np.full((16,), np.nan, np.float32)


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        (spoiled(ln_f__weight=None), r"ln_f\.weight: needs shape \(16,\), got None"),
        (spoiled(h__1__mlp__c_fc__bias=None), r"h\.1\.mlp\.c_fc\.bias: needs shape \(64,\), got None"),
        (spoiled(wpe__weight=np.zeros((15, 16), np.float32)), r"wpe\.weight: needs shape \(16, 16\), got \(15, 16\)"),
        (spoiled(ln_f__weight=NAN), r"ln_f\.weight: holds something that is no finite number"),
        (spoiled(ln_f__weight=np.ones(16, np.int8)), r"ln_f\.weight: has type I8"),
        (
            spoiled(h__2__ln_1__weight=np.ones(16, np.float32)),
            r"h\.2\.ln_1\.weight: a model of the lab has no",
        ),
        (spoiled(lm_head__weight=np.ones((12, 16), np.float32)), "a head of its own"),
    ],
)
def test_a_tensor_that_does_not_fit_is_named(tmp_path: Path, weights: Tensors, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        brought(folder(tmp_path / "it", GPT2, weights))


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_file_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    path = folder(tmp_path / "it", GPT2, gpt2_weights())
    (path / name).unlink()
    with pytest.raises(ValueError, match=f"{name} is missing"):
        brought(path)


def test_shared_keys_of_another_shape_are_named(tmp_path: Path) -> None:
    weights = llama_weights()
    weights["model.layers.1.self_attn.k_proj.weight"] = np.zeros((16, 16), np.float32)
    with pytest.raises(ValueError, match=r"layers\.1\.self_attn\.k_proj\.weight: needs shape \(8, 16\)"):
        brought(folder(tmp_path / "it", LLAMA, weights))


def test_more_numbers_than_fit_a_file_are_refused_before_they_are_read(tmp_path: Path) -> None:
    def plan(context: int) -> dict[str, Any]:
        return GPT2 | {"n_embd": 480, "n_head": 4, "n_layer": 4, "n_positions": context, "vocab_size": 12}

    sizes = [n_parameters(LMConfig(12, n, 480, 4, 4, 1920, norm="layer", biases=True)) for n in (1902, 1903)]
    assert sizes[0] == MOST < sizes[1]
    few = gpt2_weights()  # of another size: what is refused for its plan is not looked at
    with pytest.raises(ValueError, match=f"{sizes[1]} numbers; at most {MOST}"):
        brought(folder(tmp_path / "large", plan(1903), few))
    with pytest.raises(ValueError, match="needs shape"):
        brought(folder(tmp_path / "fits", plan(1902), few))


def test_files_that_are_too_long_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = folder(tmp_path / "it", GPT2, gpt2_weights())
    for name, most in (("model.safetensors", MOST_BYTES), ("tokenizer.json", 20_000_000), ("config.json", 20_000_000)):
        with (path / name).open("r+b") as file:  # a hole: it takes no room on the disk
            length = file.seek(0, io.SEEK_END)
            file.truncate(most + 1)
        with pytest.raises(ValueError, match=f"{name} has {most + 1} bytes; at most {most}"):
            brought(path)
        with (path / name).open("r+b") as file:
            file.truncate(length)
    assert brought(path).config.n_layers == 2


@pytest.mark.parametrize("text", ["{", "[]", "\xff"])
def test_a_plan_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    path = folder(tmp_path / "it", GPT2, gpt2_weights())
    (path / "config.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=r"config\.json cannot be read"):
        brought(path)
