"""A trained language model in one file: its plan, its numbers, its tokenizer and what is to be known of its
training. The file is an npz, a zip of plain arrays; nothing in it can run, and the same model gives the same bytes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lab.core.records import dataclass
from lab.engine.formats.npz import DAMAGED, read_npz
from lab.engine.lm.parameters import Floats, LMConfig, Parameters
from lab.engine.text.store import tokenizer_from_data, tokenizer_to_data
from lab.engine.text.tokenizer import Tokenizer

__all__ = ["SavedLM", "check_size", "load_lm", "save_lm"]

FORMAT = 1
MAX_LAYERS, MAX_CONTEXT = 64, 4096
"""More is not read: a plan from outside can ask for any number of layers, and for a context that costs no weights."""
Stored = Literal["float16", "float32", "float64"]


@dataclass(frozen=True)
class SavedLM:
    """A model with what belongs to it.

    info: JSON-ready facts of the training (seed, recipe, loss curve …).
    checkpoints: the model at earlier steps of its training, by step.
    """

    parameters: Parameters
    tokenizer: Tokenizer
    info: Mapping[str, Any] = field(default_factory=dict)
    checkpoints: Mapping[int, Parameters] = field(default_factory=dict)

    @property
    def config(self) -> LMConfig:
        """The plan of the model."""
        return self.parameters.config


def save_lm(path: Path, model: SavedLM, stored: Stored = "float32") -> None:
    """Writes a model; `stored` is the precision of its numbers in the file (float16 halves a file, rounds at 3 digits).

    Raises ValueError when the vocabulary of tokenizer and model differ in size, or a number does not fit `stored`.
    """
    if model.tokenizer.size != model.config.vocab_size:
        raise ValueError(f"tokenizer has {model.tokenizer.size} tokens, the model {model.config.vocab_size}")
    head = {
        "format": FORMAT,
        "config": model.config.to_data(),
        "tokenizer": tokenizer_to_data(model.tokenizer),
        "info": dict(model.info),
    }
    arrays: dict[str, NDArray[Any]] = {
        "head": np.frombuffer(json.dumps(head).encode("ascii"), np.uint8),
        "flat": _rounded(model.parameters.flat, stored),
    }
    for step, parameters in model.checkpoints.items():
        arrays[f"step{step}"] = _rounded(parameters.flat, stored)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # its date is fixed: equal models, equal bytes
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as file:
                np.lib.format.write_array(file, array, allow_pickle=False)


def load_lm(path: Path, dtype: DTypeLike = np.float32) -> SavedLM:
    """Reads a model that `save_lm` wrote; its numbers come as `dtype`.

    Raises ValueError when the file is no such model, damaged or too large, or of a newer format; OSError when it
    cannot be opened.
    """
    try:
        arrays = dict(read_npz(path))
        head = json.loads(arrays.pop("head").tobytes())
        if head["format"] > FORMAT:
            raise ValueError(f"it has format {head['format']}, this version reads up to {FORMAT}")
        config = LMConfig.from_data(head["config"])
        check_size(config)
        tokenizer, info = tokenizer_from_data(head["tokenizer"]), head["info"]
        steps = {int(name.removeprefix("step")): flat for name, flat in arrays.items() if name != "flat"}
        parameters = _parameters(config, arrays["flat"], dtype)
        checkpoints = {step: _parameters(config, steps[step], dtype) for step in sorted(steps)}
    except DAMAGED as error:
        trouble = str(error) if isinstance(error, ValueError) else repr(error)
        raise ValueError(f"{path.name} is not a language model of the lab: {trouble[:400]}") from error
    if tokenizer.size != config.vocab_size:
        raise ValueError(f"{path.name}: tokenizer has {tokenizer.size} tokens, the model {config.vocab_size}")
    return SavedLM(parameters, tokenizer, info, checkpoints)


def check_size(config: LMConfig) -> None:
    """Raises ValueError for a plan from outside that asks for more layers or a longer context than is ever needed."""
    if config.n_layers > MAX_LAYERS or config.context > MAX_CONTEXT:
        message = (
            f"n_layers {config.n_layers}, context {config.context}, at most {MAX_LAYERS} and {MAX_CONTEXT} are read"
        )
        raise ValueError(message)


def _rounded(flat: Floats, stored: Stored) -> NDArray[Any]:
    if np.abs(flat).max() > np.finfo(stored).max or not np.isfinite(flat).all():
        raise ValueError(f"parameters reach {np.abs(flat).max()}, {stored} holds up to {np.finfo(stored).max}")
    return flat.astype(stored)


def _parameters(config: LMConfig, flat: NDArray[Any], dtype: DTypeLike) -> Parameters:
    if flat.dtype.kind != "f":
        raise ValueError(f"parameters must be floating-point numbers, got {flat.dtype}")
    return Parameters(config, flat.astype(dtype))
