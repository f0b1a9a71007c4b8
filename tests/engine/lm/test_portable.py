"""A model for other programs, and back: the layout of Hugging Face's Llama, and PyTorch where it can be found."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.engine.formats.safetensors import SafeTensors, safetensors_bytes
from lab.engine.lm.brought import unzipped
from lab.engine.lm.data import consecutive_windows, held_out_loss
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters
from lab.engine.lm.portable import config_of, from_tensors, plan_from, to_tensors, zipped
from lab.engine.text.tokenizer import CharTokenizer

PLANS: list[dict[str, Any]] = [
    {},
    {"positions": "rope"},
    {"positions": "rope", "feed_forward": "swiglu"},
    {"norm": "layer", "n_layers": 1},
    {"norm": "layer", "biases": True},
    {"positions": "rope", "feed_forward": "swiglu", "norm": "layer", "biases": True, "rope_factor": 2.0},
]
LETTERS = CharTokenizer("\n abcdefghij")
PYTHONS = [os.environ.get("GLASSBOX_TORCH_PYTHON", ""), "/usr/bin/python3"]


def made(**plan: Any) -> Parameters:
    config = LMConfig(LETTERS.size, **({"context": 12, "d_model": 16, "n_layers": 2, "d_ff": 24} | plan))
    parameters = init_parameters(config, np.random.default_rng(7))
    parameters.flat[:] += np.random.default_rng(8).normal(0.0, 0.2, parameters.flat.size)  # as after some training
    return parameters


@pytest.mark.parametrize("plan", PLANS)
def test_a_model_comes_back_bit_for_bit(plan: dict[str, Any]) -> None:
    parameters = made(**plan)
    config = plan_from(json.loads(json.dumps(config_of(parameters.config))))
    assert config == parameters.config
    again = from_tensors(config, to_tensors(parameters))
    assert np.array_equal(again.flat, parameters.flat)


def test_queries_stand_in_halves_where_rope_turns_them() -> None:
    parameters = made(positions="rope")
    query = to_tensors(parameters)["model.layers.0.self_attn.q_proj.weight"]
    mine = parameters["block0.qkv"][:16]
    assert np.array_equal(query[:4], mine[0:8:2]) and np.array_equal(query[4:8], mine[1:8:2])
    plain = made()
    assert np.array_equal(to_tensors(plain)["model.layers.0.self_attn.q_proj.weight"], plain["block0.qkv"][:16])


def test_with_rope_swiglu_and_rms_it_is_a_llama_and_else_it_says_so() -> None:
    assert config_of(made(positions="rope", feed_forward="swiglu").config)["model_type"] == "llama"
    assert config_of(made(positions="rope").config)["model_type"] == "glassbox"


@pytest.mark.parametrize(
    "part", [{"residual": False}, {"causal": False}, {"norm": "none"}, {"positions": "alibi"}, {"norm_place": "post"}]
)
def test_a_model_without_all_its_parts_is_not_written(part: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="all of its parts"):
        config_of(replace(LMConfig(10), **part))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"num_key_value_heads": 3}, "cannot share"),
        ({"num_key_value_heads": -1}, "cannot share"),
        ({"tie_word_embeddings": False}, "a head of its own"),
        ({"attention_bias": True}, "biases"),
        ({"mlp_bias": True}, "biases"),
        ({"rope_scaling": {"rope_type": "yarn"}}, "stretched in another way"),
        ({"rope_scaling": "linear"}, "no number"),
        ({"sliding_window": 8}, "a window only"),
        ({"hidden_act": "relu"}, "another activation"),
        ({"head_dim": 5}, "heads of another width"),
    ],
)
def test_what_the_labs_model_has_not_is_refused_by_name(change: dict[str, Any], reason: str) -> None:
    data = config_of(made(positions="rope", feed_forward="swiglu").config)
    assert plan_from(data).n_layers == 2
    with pytest.raises(ValueError, match=reason):
        plan_from(data | change)


def test_biases_are_written_with_centred_norms_only() -> None:
    assert config_of(made(norm="layer", biases=True).config)["mlp_bias"] is True
    with pytest.raises(ValueError, match="centred"):
        config_of(made(biases=True).config)


def test_a_plan_that_lacks_a_size_is_refused() -> None:
    data = config_of(made().config)
    del data["hidden_size"]
    with pytest.raises(ValueError, match="hidden_size"):
        plan_from(data)


def test_a_tensor_that_is_missing_or_strange_is_named() -> None:
    parameters = made()
    tensors, config = dict(to_tensors(parameters)), parameters.config
    tied = tensors | {"lm_head.weight": tensors["model.embed_tokens.weight"]}
    assert np.array_equal(from_tensors(config, tied).flat, parameters.flat)
    with pytest.raises(ValueError, match="q_proj"):
        from_tensors(config, tensors | {"model.layers.0.self_attn.q_proj.bias": np.zeros(16, np.float32)})
    with pytest.raises(ValueError, match=r"model\.norm\.weight: needs shape"):
        from_tensors(config, tensors | {"model.norm.weight": np.ones(15, np.float32)})
    with pytest.raises(ValueError, match="no finite number"):
        from_tensors(config, tensors | {"model.norm.weight": np.full(16, np.nan, np.float32)})
    del tensors["model.norm.weight"]
    with pytest.raises(ValueError, match="got None"):
        from_tensors(config, tensors)


def test_bytes_in_memory_are_the_file(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(safetensors_bytes(to_tensors(made()), {"format": "pt"}))
    with SafeTensors(path) as file:
        assert np.array_equal(file.array("model.norm.weight"), made()["norm"])
    with pytest.raises(ValueError, match="no type"):
        safetensors_bytes({"z": np.zeros(2, np.complex64)})


def packed(**plan: Any) -> tuple[bytes, float]:
    """A ZIP file of an untrained model on a small text, and its loss here."""
    parameters = made(**plan)
    ids = np.array(LETTERS.encode("bad cab\nfed a hedge dig\n" * 30), np.int32)
    windows, targets = consecutive_windows(ids[600:], 12)
    loss = held_out_loss(parameters, ids[600:])
    text = {"learn": ids[:600], "windows": windows, "targets": targets}
    return zipped(SavedLM(parameters, LETTERS), text, loss), loss


def test_the_same_model_gives_the_same_zip_with_all_that_belongs_to_it() -> None:
    data, loss = packed()
    assert data == packed()[0]
    archive = zipfile.ZipFile(io.BytesIO(data))
    names = {"config.json", "model.safetensors", "tokenizer.json", "text.safetensors", "train.py"}
    assert set(archive.namelist()) == names
    assert json.loads(archive.read("config.json"))["held_out_loss"] == loss


TORCHRUN = ["-m", "torch.distributed.run", "--nnodes", "1", "--local-addr", "127.0.0.1", "--rdzv-backend", "c10d"]
# Debian's PyTorch was built without libuv, which torchrun takes for granted where nothing else is said.
WITHOUT_LIBUV = {"USE_LIBUV": "0", "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"}


def torch_python() -> str:
    """A Python that has PyTorch; "" where there is none."""
    for python in PYTHONS:
        if python and Path(python).exists():
            found = subprocess.run([python, "-c", "import torch"], capture_output=True, check=False)
            if found.returncode == 0:
                return python
    return ""


TORCH = torch_python()
needs_torch = pytest.mark.skipif(not TORCH, reason="no PyTorch here; GLASSBOX_TORCH_PYTHON names a Python that has it")


def trained(folder: Path, steps: int, processes: int = 0, more: str = "", **plan: Any) -> tuple[list[float], float]:
    """The losses that train.py prints, and the loss here."""
    data, loss = packed(**plan)
    zipfile.ZipFile(io.BytesIO(data)).extractall(folder)
    meeting = ["--rdzv-endpoint", str(folder / "meeting"), "--rdzv-conf", "store_type=file"]
    launch = [*TORCHRUN, *meeting, "--nproc_per_node", str(processes)] if processes else []
    command = [TORCH, *launch, str(folder / "train.py"), "--steps", str(steps), "--batch", "4", "--rate", "0.003"]
    command += more.split()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | {"OMP_NUM_THREADS": "1", "TMPDIR": str(folder)} | WITHOUT_LIBUV
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return [float(x) for x in re.findall(r"held-out loss [a-z0-9 ]+: ([0-9.]+)", done.stdout)], loss


@needs_torch
@pytest.mark.parametrize("plan", PLANS[1:])
def test_pytorch_finds_the_same_loss(tmp_path: Path, plan: dict[str, Any]) -> None:
    (found,), loss = trained(tmp_path, 0, **plan)
    assert found == pytest.approx(loss, abs=1e-5)


@needs_torch
@pytest.mark.parametrize(("processes", "more"), [(0, ""), (1, ""), (2, ""), (1, "--fsdp"), (2, "--fsdp")])
def test_pytorch_goes_on_from_there(tmp_path: Path, processes: int, more: str) -> None:
    (before, after), loss = trained(tmp_path, 30, processes, more)
    assert before == pytest.approx(loss, abs=1e-5) and after < before - 0.1
    with SafeTensors(tmp_path / "model.safetensors") as file:
        tensors = {name: file.array(name) for name in to_tensors(made())}
    model = from_tensors(plan_from(json.loads((tmp_path / "config.json").read_text())), tensors)
    ids = np.array(LETTERS.encode("bad cab\nfed a hedge dig\n" * 30), np.int32)
    assert held_out_loss(model, ids[600:]) == pytest.approx(after, abs=1e-5)


def altered(**parts: bytes | None) -> bytes:
    """The ZIP file in a folder of its own, with other parts, by the first word of their names; None takes one away."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed()[0])) as archive, zipfile.ZipFile(held, "w") as other:
        for name in archive.namelist():
            data = parts.get(name.split(".")[0], archive.read(name))
            if data is not None:
                other.writestr(f"mine/{name}", data)
    return held.getvalue()


def test_a_zip_file_comes_back_also_from_a_folder_of_its_own() -> None:
    for data in (packed()[0], altered()):
        model = unzipped(data)
        assert np.array_equal(model.parameters.flat, made().flat) and model.tokenizer == LETTERS


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"config": None}, "config.json is missing"),
        ({"config": b"{"}, "config.json cannot be read"),
        ({"config": b"[]"}, "no table"),
        ({"tokenizer": b'{"kind": "character", "alphabet": "ab"}'}, "tokenizer has 2 tokens"),
        ({"tokenizer": b'{"model": {}}'}, "malformed"),
        ({"config": b'{"model_type": "bloom"}'}, "bloom is not read"),
        ({"model": b"short"}, "safetensors"),
    ],
)
def test_a_zip_file_that_lacks_something_is_refused_by_name(parts: dict[str, bytes | None], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        unzipped(altered(**parts))


def test_what_is_no_zip_file_is_refused() -> None:
    with pytest.raises(ValueError, match="no ZIP"):
        unzipped(b"PK no zip")
