"""A language model that was made elsewhere, as one finds it: a folder or a ZIP file with config.json, model.safetensors
and tokenizer.json. Models of GPT-2's and of Llama's kind are read, and give the scores that they gave where they were
made. Sizes are looked at before numbers are, and what cannot be had here is refused by name.

Two things are put another way, exactly: keys and values that heads share are repeated for each head, and a norm with
another ε is that of a stream as many times larger.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.text import _
from lab.engine.formats.safetensors import SafeTensors
from lab.engine.lm.file import SavedLM, check_size
from lab.engine.lm.gpt2 import BUFFERS, gpt2_parameters, gpt2_plan
from lab.engine.lm.parameters import NORM_EPSILON, LMConfig, Parameters, n_parameters
from lab.engine.lm.portable import from_tensors, plan_from
from lab.engine.text.exchange import AnyTokenizer
from lab.engine.text.tokenizer_json import padded, tokenizer_from_json, tokenizer_from_lists

__all__ = ["MOST", "MOST_BYTES", "WEIGHTS", "brought", "unzipped"]

WEIGHTS = "model.safetensors"
MOST, MOST_BYTES, MOST_TEXT = 12_000_000, 128_000_000, 20_000_000
"""So many numbers, bytes of weights, and bytes of a plan or a tokenizer are read. More does not fit the lab's files."""
LLAMAS = ("llama", "mistral", "glassbox")
FLOATS = ("F32", "F16", "BF16", "F64")
EPSILONS = 1e-12, 1e-2


def brought(path: Path) -> SavedLM:
    """The model in a ZIP file, in a folder, or in a file of weights with the other files beside it.

    Raises ValueError naming what is missing, too large or not what the lab's model has; OSError when a file is gone.
    """
    if path.is_dir():
        return _model(_Folder(path), path / WEIGHTS)
    if path.suffix.lower() == ".zip":
        return unzipped(_capped(path, path.name, MOST_BYTES))
    return _model(_Folder(path.parent), path)


def unzipped(data: bytes) -> SavedLM:
    """The model in a ZIP file, wherever it was trained since. Raises ValueError as `brought` does."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, TemporaryDirectory() as folder:
            parts = _Archive(archive)
            weights = Path(folder) / WEIGHTS
            weights.write_bytes(parts.read(WEIGHTS, MOST_BYTES))
            return _model(parts, weights)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise ValueError(_("this is no ZIP file that can be read: {error}").format(error=error)) from None


class _Folder:
    """The files beside the weights."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def has(self, name: str) -> bool:
        return (self._path / name).is_file()

    def read(self, name: str, most: int) -> bytes:
        return _capped(self._path / name, name, most)


class _Archive:
    """The files in a ZIP file, whatever folder of it they lie in."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {PurePosixPath(entry.filename).name: entry for entry in archive.infolist()}

    def has(self, name: str) -> bool:
        return name in self._parts

    def read(self, name: str, most: int) -> bytes:
        if name not in self._parts:
            raise ValueError(_("{name} is missing").format(name=name))
        _see_size(name, self._parts[name].file_size, most)
        with self._archive.open(self._parts[name]) as file:
            return file.read(most)


def _capped(path: Path, name: str, most: int) -> bytes:
    if not path.is_file():
        raise ValueError(_("{name} is missing").format(name=name))
    _see_size(name, path.stat().st_size, most)
    with path.open("rb") as file:
        return file.read(most)


def _see_size(name: str, size: int, most: int) -> None:
    if size > most:
        raise ValueError(_("{name} has {n} bytes; at most {most} are read").format(name=name, n=size, most=most))


def _model(parts: _Folder | _Archive, weights: Path) -> SavedLM:
    plan = _table(parts, "config.json")
    kind = str(plan.get("model_type", "llama"))
    if kind not in (*LLAMAS, "gpt2"):
        raise ValueError(_("config.json: {kind} is not read; models of GPT-2's and Llama's kind are").format(kind=kind))
    if not weights.is_file():
        raise ValueError(_("{name} is missing").format(name=weights.name))
    _see_size(weights.name, weights.stat().st_size, MOST_BYTES)
    with SafeTensors(weights) as file:
        if kind == "gpt2":
            biases = any(name.endswith("attn.c_attn.bias") for name in file.entries)
            config, epsilon = gpt2_plan(plan, biases), plan.get("layer_norm_epsilon", NORM_EPSILON)
        else:
            config, epsilon = plan_from(plan), plan.get("rms_norm_eps", NORM_EPSILON)
        check_size(config)
        if n_parameters(config) > MOST:
            text = _("this model has {n} numbers; at most {most} are read")
            raise ValueError(text.format(n=n_parameters(config), most=MOST))
        tokenizer = padded(_tokenizer(parts), config.vocab_size)
        tensors = _tensors(file)
    if kind == "gpt2":
        parameters = gpt2_parameters(config, tensors)
    else:
        parameters = from_tensors(config, _apart(config, int(plan.get("num_key_value_heads") or 0), tensors))
    _stretch(parameters, epsilon)
    return SavedLM(parameters, tokenizer)


def _tokenizer(parts: _Folder | _Archive) -> AnyTokenizer:
    if not parts.has("tokenizer.json") and parts.has("vocab.json") and parts.has("merges.txt"):
        merges = parts.read("merges.txt", MOST_TEXT).decode("utf-8", "replace")
        return tokenizer_from_lists(_table(parts, "vocab.json"), merges)
    return tokenizer_from_json(_table(parts, "tokenizer.json"))


def _table(parts: _Folder | _Archive, name: str) -> dict[str, Any]:
    try:
        found = json.loads(parts.read(name, MOST_TEXT))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(_("{name} cannot be read: {error}").format(name=name, error=error)) from None
    if not isinstance(found, dict):
        raise ValueError(_("{name} cannot be read: it is no table of names").format(name=name))
    return found


def _tensors(file: SafeTensors) -> dict[str, NDArray[np.float32]]:
    """All tensors as float32, but for masks. Raises ValueError for a tensor of integers, or of far too many numbers."""
    found = {}
    for name, entry in file.entries.items():
        if name.endswith(BUFFERS) and "c_attn" not in name:
            continue
        if entry.dtype not in FLOATS:
            text = _("{name}: has type {type}; {known} are read")
            raise ValueError(text.format(name=name, type=entry.dtype, known=", ".join(FLOATS)))
        found[name] = np.asarray(file.array(name), np.float32)
    return found


def _apart(config: LMConfig, shared: int, tensors: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Keys and values, shared by groups of heads, once for each head. shared: how many there are; 0: none is shared."""
    found = dict(tensors)
    if shared in (0, config.n_heads):
        return found
    rows = shared * config.d_head
    for name, array in tensors.items():
        if not name.endswith(("k_proj.weight", "v_proj.weight")):
            continue
        if array.shape != (rows, config.d_model):
            text = _("{name}: needs shape {shape}, got {got}")
            raise ValueError(text.format(name=name, shape=(rows, config.d_model), got=array.shape))
        heads = array.reshape(shared, config.d_head, config.d_model)
        found[name] = np.repeat(heads, config.n_heads // shared, axis=0).reshape(config.d_model, config.d_model)
    return found


def _stretch(parameters: Parameters, epsilon: Any) -> None:
    """Makes all that is written into the stream larger, so that the lab's ε is beside it what another was before.

    Raises ValueError for an ε that is no number between EPSILONS.
    """
    if not isinstance(epsilon, (int, float)) or not EPSILONS[0] <= epsilon <= EPSILONS[1]:
        raise ValueError(_("config.json: a norm with ε = {value} is not read").format(value=epsilon))
    times = np.float32(math.sqrt(NORM_EPSILON / epsilon))
    if abs(times - 1.0) < 1e-6:
        return
    for name, view in parameters.items():
        if name in ("embedding", "position") or name.endswith((".out", ".down", ".out_bias", ".down_bias")):
            view *= times
        elif name in ("norm", "norm_bias"):
            view /= times
