"""A Llama in int8 rows. Each matrix keeps one byte a weight and one scale a row; the file is converted once from a
GGUF, a few rows at a time. Where it is certain to stay it can be mapped into memory: pages then come from the disk
when they are first touched and are shared by everyone who opened the file, so opening costs milliseconds. From a
share or a stick it is read once, and needs the file no more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from lab.engine.formats.gguf import GGUF
from lab.engine.formats.safetensors import SafeTensors, writing_safetensors
from lab.engine.pretrained.llama_gguf import (
    Part,
    check_tensors,
    is_tied,
    llama_config,
    llama_parts,
    part_rows,
)
from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaWeights, assemble
from lab.engine.pretrained.llama_vocabulary import Vocabulary, gguf_vocabulary
from lab.engine.pretrained.weight_rows import BLOCK_WEIGHTS, ByteRows, Floats
from lab.engine.tuning.quantize import quantize

__all__ = ["FORMAT", "Int8Llama", "convert", "converting"]

FORMAT = "glassbox-llama-int8 1"
VOCABULARY = "vocabulary"  # the tokenizer's lists as JSON, in bytes


def convert(
    source: Path,
    target: Path,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> bool:
    """Converts a GGUF file to int8 rows, once; whether it was carried to the end.

    target: appears only when it is complete; stopping leaves nothing behind, and it can be started again. It
    takes a byte a weight, 136 MB for SmolLM2-135M, so see that the disk has room.
    progress: told the share that is done.  cancelled: asked after every few rows.
    Raises ValueError when the source is not a sound GGUF file of a Llama, OSError when the disk is full.
    """
    for share in converting(source, target):
        if progress is not None:
            progress(share)
        if cancelled is not None and cancelled():
            return False
    return True


def converting(source: Path, target: Path) -> Generator[float, None, None]:
    """`convert` with a rest of a few milliseconds' work in between; yields the share that is done.

    Raises ValueError and OSError as `convert` does.
    """
    with GGUF(source) as file:
        config, tied = llama_config(file), is_tied(file)
        parts = llama_parts(config, tied)
        check_tensors(file, parts)
        vocabulary = np.frombuffer(msgspec.json.encode(gguf_vocabulary(file)), np.uint8)
        plan = [entry for part in parts for entry in _entries(part)] + [(VOCABULARY, "U8", vocabulary.shape)]
        facts = {"format": FORMAT, "config": json.dumps(asdict(config)), "tied": json.dumps(tied)}

        def arrays() -> Iterator[NDArray[Any]]:
            for part in parts:
                yield from _arrays(file, part)
            yield vocabulary

        yield from writing_safetensors(target, plan, arrays(), facts)


def _entries(part: Part) -> list[tuple[str, str, tuple[int, ...]]]:
    if len(part.shape) == 1:
        return [(part.name, "F32", part.shape)]
    return [(part.name, "I8", part.shape), (f"{part.name}.scale", "F32", part.shape[:1])]


def _arrays(file: GGUF, part: Part) -> Iterator[NDArray[Any]]:
    """A vector as it is; a matrix as its codes, some rows at a time, and then its scales."""
    if len(part.shape) == 1:
        yield from part_rows(file, part)
        return
    scales = []
    for rows in part_rows(file, part):
        quantized = quantize(rows, 8, "row")
        scales.append(quantized.scale[:, 0])
        yield quantized.codes
    yield np.concatenate(scales)


class Int8Llama:
    """A converted file: the plan, the weights, the tokenizer's lists.

    path: a file that `convert` wrote.  mapped: whether the weights stay in the file, see `ModelFile`; else the file
    is closed when this is made.
    Raises ValueError when it is not such a file, or of another version, or a tensor is missing or of another shape,
    OSError when it is gone.
    """

    def __init__(self, path: Path, mapped: bool = False) -> None:
        self._name = path.name
        with SafeTensors(path, mapped) as self._file:
            facts = self._file.metadata
            if facts.get("format") != FORMAT:
                raise ValueError(f"{self._name} has format {facts.get('format')!r}, needs {FORMAT!r}: convert it again")
            try:
                self.config = msgspec.json.decode(facts["config"], type=LlamaConfig)
                tied = msgspec.json.decode(facts["tied"], type=bool)
            except (KeyError, RecursionError, msgspec.DecodeError) as error:
                raise ValueError(f"{self._name} lacks its plan: {error}") from error
            if self.config.n_layers > len(self._file.entries):
                raise ValueError(f"{self._name} lacks layers: {self.config.n_layers} are planned")
            self.weights = self._weights(tied)
            self._words = self._array(VOCABULARY, "U8").tobytes()

    def vocabulary(self) -> Vocabulary:
        """The tokenizer's lists.  Raises ValueError when they are not what they should be."""
        try:
            return msgspec.json.decode(self._words, type=Vocabulary)
        except (RecursionError, msgspec.DecodeError) as error:
            raise ValueError(f"{self._name} has no sound vocabulary: {error}") from error

    def _weights(self, tied: bool) -> LlamaWeights:
        shapes = {part.name: part.shape for part in llama_parts(self.config, tied)}
        buffer = np.empty(max(BLOCK_WEIGHTS, *self._longest_rows()), np.float32)

        def vector(name: str) -> Floats:
            return self._numbers(name, shapes[name])

        def rows(name: str) -> ByteRows:
            scale = self._numbers(f"{name}.scale", shapes[name][:1])
            return ByteRows(self._array(name, "I8", shapes[name]), scale, buffer)

        return assemble(self.config.n_layers, vector, rows, tied)

    def _longest_rows(self) -> list[int]:
        """How long the rows of each matrix in the file are; a plan can claim more than there is memory for."""
        return [entry.shape[1] for entry in self._file.entries.values() if len(entry.shape) == 2]

    def _numbers(self, name: str, shape: tuple[int, ...]) -> Floats:
        """A short row of float32, in memory of its own.  Raises ValueError when one is not finite."""
        numbers = self._array(name, "F32", shape).copy()
        if not np.isfinite(numbers).all():
            raise ValueError(f"{self._name}: {name} holds numbers that are not finite")
        return numbers

    def _array(self, name: str, dtype: str, shape: tuple[int, ...] | None = None) -> NDArray[Any]:
        """A tensor as it is.  Raises ValueError when it is missing, or of another type or shape."""
        entry = self._file.entries.get(name)
        if entry is None or entry.dtype != dtype or (shape is not None and entry.shape != shape):
            got = "it is missing" if entry is None else f"got {entry.dtype} {entry.shape}"
            raise ValueError(f"{self._name}: {name} needs {dtype}{'' if shape is None else f' {shape}'}, {got}")
        return self._file.array(name)
