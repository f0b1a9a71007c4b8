"""GGUF, the format in which quantised models travel: a header of facts (numbers, texts, lists: the tokenizer
is among them), a table of tensors, then their bytes in blocks. A small reader of our own, because a file
picked from a disk may be anything: every count, length and place is checked before it is used, and what is
wrong is named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.formats.gguf_blocks import BLOCK, BLOCK_FORMATS, decode_blocks
from lab.engine.formats.model_file import Cursor, ModelFile

__all__ = ["GGUF", "MAX_FACTS", "MAX_HEADER", "MAX_ITEMS", "MAX_TENSORS", "GGUFTensor", "Value"]

Number = int | float | bool
Value = Number | str | list[str] | list[Number]
T = TypeVar("T", bound=Value)

MAX_HEADER = 64_000_000  # bytes
MAX_FACTS, MAX_TENSORS, MAX_ITEMS, MAX_DIMENSIONS = 4096, 16_384, 1_000_000, 4
VERSIONS = (2, 3)
NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9
PLAIN = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}
FORMATS = {0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 8: "Q8_0", 30: "BF16"}


@dataclass(frozen=True, slots=True)
class GGUFTensor:
    """One tensor of the table.

    format: "F32", "Q4_1" …  shape: in NumPy's order, rows first.  start, nbytes: where its bytes lie in the
    file.
    """

    name: str
    format: str
    shape: tuple[int, ...]
    start: int
    nbytes: int


class GGUF:
    """A GGUF file, open: its facts by name, and each tensor as float32 when asked for.

    path: the file.
    Raises ValueError, naming what is wrong, unless the header is sound: a known version, counts and lengths
    that fit the file, each name once, known formats, tensors that lie inside the file and do not overlap.
    Source: the GGUF specification, versions 2 and 3.
    """

    def __init__(self, path: Path) -> None:
        self._file = ModelFile(path, "a GGUF file")
        try:
            self.facts, self.tensors = _header(self._file)
        except ValueError:
            self._file.close()
            raise

    def __enter__(self) -> GGUF:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back."""
        self._file.close()

    def fact(self, name: str, kind: type[T]) -> T:
        """One fact, which must be of a kind: `int`, `float`, `bool`, `str` or `list`.

        Raises ValueError when it is missing or of another kind.
        """
        value = self.facts.get(name)
        if type(value) is not kind:
            what = "is missing" if value is None else f"is of type {type(value).__name__}"
            raise self._file.error(f"fact {name!r} {what}, needs {kind.__name__}")
        return cast(T, value)

    def texts(self, name: str) -> list[str]:
        """One fact that is a list of texts.  Raises ValueError when it is anything else."""
        values = self.fact(name, list)
        if not all(isinstance(value, str) for value in values):
            raise self._file.error(f"fact {name!r} holds numbers, needs texts")
        return cast(list[str], values)

    def numbers(self, name: str) -> list[int]:
        """One fact that is a list of whole numbers.  Raises ValueError when it is anything else."""
        values = self.fact(name, list)
        if not all(type(value) is int for value in values):
            raise self._file.error(f"fact {name!r} needs whole numbers")
        return cast(list[int], values)

    def tensor(self, name: str, start: int = 0, end: int | None = None) -> NDArray[np.float32]:
        """A tensor, or its rows from `start` to `end` (of the first axis), as float32 of its own.

        Raises ValueError when there is no such tensor, or there are no such rows.
        """
        if name not in self.tensors:
            raise ValueError(f"name: {self._file.name} has no tensor {name!r}")
        entry = self.tensors[name]
        end = entry.shape[0] if end is None else end
        if not 0 <= start <= end <= entry.shape[0]:
            raise ValueError(f"start, end: {start}, {end}, tensor {name!r} has {entry.shape[0]} rows")
        shape, row = (end - start, *entry.shape[1:]), entry.nbytes // entry.shape[0]
        data = self._file.read(entry.start + start * row, (end - start) * row, f"tensor {name!r}")
        if entry.format in BLOCK_FORMATS:
            return decode_blocks(data, entry.format, shape)
        plain = np.frombuffer(data, PLAIN[entry.format]).reshape(shape)
        if entry.format == "BF16":  # the upper half of a float32
            return (plain.astype(np.uint32) << np.uint32(16)).view(np.float32)
        return plain.astype(np.float32)


def _header(file: ModelFile) -> tuple[Mapping[str, Value], Mapping[str, GGUFTensor]]:
    cursor = Cursor(file, limit=MAX_HEADER)
    if (magic := cursor.take(4, "the magic word")) != b"GGUF":
        raise file.error(f"it begins with {magic!r}, not with GGUF")
    version = int(cursor.number("I", "the version"))
    if version not in VERSIONS:
        swapped = int.from_bytes(version.to_bytes(4, "little"), "big")
        hint = " (its bytes are in big-endian order)" if swapped in VERSIONS else ""
        raise file.error(f"version {version}, known are 2 and 3{hint}")
    n_tensors = cursor.count("the number of tensors", MAX_TENSORS)
    n_facts = cursor.count("the number of facts", MAX_FACTS)
    facts: dict[str, Value] = {}
    for k in range(n_facts):
        name = cursor.text(f"the name of fact {k}")
        if name in facts:
            raise file.error(f"fact {name!r} occurs twice")
        facts[name] = _value(file, cursor, f"fact {name!r}")
    heads = [_tensor_head(file, cursor, k) for k in range(n_tensors)]
    start = _aligned(cursor.at, _alignment(file, facts))
    tensors = [GGUFTensor(name, kind, shape, start + at, _nbytes(kind, shape)) for name, kind, shape, at in heads]
    _check_places(file, tensors, _alignment(file, facts), start)
    return facts, {tensor.name: tensor for tensor in tensors}


def _value(file: ModelFile, cursor: Cursor, what: str) -> Value:
    kind = int(cursor.number("I", f"the type of {what}"))
    if kind == STRING:
        return cursor.text(what)
    if kind in NUMBERS:
        return cursor.number(NUMBERS[kind], what)
    if kind != ARRAY:
        raise file.error(f"{what} has the unknown type {kind}")
    kind = int(cursor.number("I", f"the type of the items of {what}"))
    n = cursor.count(f"the number of items of {what}", MAX_ITEMS)
    if kind == STRING:
        return [cursor.text(f"item {k} of {what}") for k in range(n)]
    if kind not in NUMBERS:
        raise file.error(f"{what} is a list of items of type {kind}, known are numbers and texts")
    dtype = np.dtype(NUMBERS[kind]).newbyteorder("<")
    items: list[Number] = np.frombuffer(cursor.take(n * dtype.itemsize, what), dtype).tolist()
    return items


def _tensor_head(file: ModelFile, cursor: Cursor, k: int) -> tuple[str, str, tuple[int, ...], int]:
    """Name, format, shape and place of one tensor of the table."""
    name = cursor.text(f"the name of tensor {k}")
    n_axes = cursor.count(f"the number of axes of tensor {name!r}", MAX_DIMENSIONS, "I")
    shape = tuple(int(cursor.number("Q", f"axis {axis} of tensor {name!r}")) for axis in range(n_axes))[::-1]
    kind, at = (
        int(cursor.number("I", f"the format of {name!r}")),
        int(cursor.number("Q", f"the place of {name!r}")),
    )
    if kind not in FORMATS:
        raise file.error(f"tensor {name!r} has format {kind}, known are {', '.join(FORMATS.values())}")
    if not shape or min(shape) < 1:
        raise file.error(f"tensor {name!r} has shape {shape}, needs 1 to {MAX_DIMENSIONS} axes, none of them empty")
    if FORMATS[kind] in BLOCK_FORMATS and shape[-1] % BLOCK:
        raise file.error(f"tensor {name!r} has rows of {shape[-1]}, {FORMATS[kind]} needs a multiple of {BLOCK}")
    return name, FORMATS[kind], shape, at


def _alignment(file: ModelFile, facts: Mapping[str, Value]) -> int:
    alignment = facts.get("general.alignment", 32)
    if type(alignment) is not int or not 8 <= alignment <= 65_536 or alignment % 8:
        raise file.error(f"general.alignment is {alignment!r}, needs a multiple of 8 up to 65536")
    return alignment


def _aligned(at: int, alignment: int) -> int:
    return -(-at // alignment) * alignment


def _nbytes(kind: str, shape: tuple[int, ...]) -> int:
    count = math.prod(shape)
    if kind in BLOCK_FORMATS:
        return count // BLOCK * BLOCK_FORMATS[kind].nbytes
    return count * np.dtype(PLAIN[kind]).itemsize


def _check_places(file: ModelFile, tensors: list[GGUFTensor], alignment: int, start: int) -> None:
    """Raises ValueError unless names differ, places are aligned, inside the file, and do not overlap."""
    names: set[str] = set()
    end = start
    for tensor in sorted(tensors, key=lambda tensor: tensor.start):
        if tensor.name in names:
            raise file.error(f"tensor {tensor.name!r} occurs twice")
        names.add(tensor.name)
        if (tensor.start - start) % alignment:
            raise file.error(f"tensor {tensor.name!r} lies at {tensor.start - start}, needs a multiple of {alignment}")
        if tensor.start < end:
            raise file.error(f"tensor {tensor.name!r} at byte {tensor.start} overlaps what ends at {end}")
        end = tensor.start + tensor.nbytes
        if end > len(file):
            raise file.error(f"tensor {tensor.name!r} ends at byte {end}, the file has {len(file)}")
