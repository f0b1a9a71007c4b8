"""Safetensors, the format most models are published in: eight bytes that say how long the header is, the
header in JSON (name, type and place of every tensor), then the numbers. Nothing in it can run, which is why
it replaced pickles; what can be wrong with it is checked here before a number is looked at. The lab keeps its
own converted models in the same format.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.formats.model_file import ModelFile

__all__ = [
    "MAX_HEADER",
    "MAX_TENSORS",
    "SafeTensors",
    "TensorEntry",
    "safetensors_bytes",
    "write_safetensors",
    "writing_safetensors",
]

Plan = tuple[str, str, tuple[int, ...]]  # name, type, shape
MAX_HEADER = 16_000_000  # a hundred times what a large model needs
MAX_TENSORS = 65_536
MAX_DIMENSIONS = 8
ALIGNMENT = 64  # of what is written: a cache line
DTYPES: dict[str, str] = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "<u1", "BOOL": "?",
    "BF16": "<u2",  # the upper half of a float32; NumPy has no such type
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """One tensor of the header.

    dtype: the format's name of its type, "F32".  shape: its axes.  start, end: bytes counted from after the
    header.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


class SafeTensors:
    """A safetensors file, open: what it holds, and each tensor when asked for.

    path: the file.  mapped: whether arrays look at the file instead of being read from it, see `ModelFile`.
    Raises ValueError, naming what is wrong, unless the header is sound: no longer than allowed, JSON with
    each name once, known types, shapes that fit the bytes, and tensors that fill the rest of the file without
    gap or overlap.
    Source: the safetensors format description, version 0.4.
    """

    def __init__(self, path: Path, mapped: bool = False) -> None:
        self._file = ModelFile(path, "a safetensors file", mapped)
        try:
            self._data_start, header = _header(self._file)
            self.metadata: Mapping[str, str] = _metadata(self._file, header.pop("__metadata__", {}))
            self.entries: Mapping[str, TensorEntry] = _entries(self._file, header, len(self._file) - self._data_start)
        except ValueError:
            self._file.close()
            raise

    def __enter__(self) -> SafeTensors:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back once no array looks at it any more."""
        self._file.close()

    def array(self, name: str) -> NDArray[Any]:
        """A tensor, read-only; it looks at the file where that is mapped (BF16 is widened to a float32 copy).

        Raises ValueError when there is none of that name, or a BOOL holds a byte that is neither 0 nor 1; OSError
        when the file is gone.
        """
        if name not in self.entries:
            raise ValueError(f"name: {self._file.name} has no tensor {name!r}")
        entry = self.entries[name]
        raw = self._file.array(self._data_start + entry.start, entry.shape, DTYPES[entry.dtype], f"tensor {name!r}")
        if entry.dtype == "BF16":
            return (raw.astype(np.uint32) << np.uint32(16)).view(np.float32)
        if entry.dtype == "BOOL" and raw.view(np.uint8).max(initial=0) > 1:
            raise self._file.error(f"tensor {name!r} is BOOL but holds bytes other than 0 and 1")
        return raw


def _header(file: ModelFile) -> tuple[int, dict[str, Any]]:
    """Where the numbers start, and the header as an object."""
    size = int.from_bytes(file.read(0, 8, "the length of the header"), "little")
    if size > min(MAX_HEADER, len(file) - 8):
        raise file.error(f"its header is to have {size} bytes, at most {min(MAX_HEADER, len(file) - 8)} are possible")
    try:
        header = json.loads(file.read(8, size, "the header"), object_pairs_hook=_once)
    except RecursionError as error:
        raise file.error("its header is nested too deeply") from error
    except ValueError as error:  # no UTF-8, no JSON, a name twice, a number of thousands of digits
        raise file.error(f"its header is not JSON as it should be ({error})") from error
    if not isinstance(header, dict):
        raise file.error(f"its header is a JSON {type(header).__name__}, needs an object")
    return 8 + size, header


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        name, times = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"{name!r} occurs {times} times")
    return names


def _metadata(file: ModelFile, metadata: Any) -> dict[str, str]:
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise file.error("its __metadata__ must hold texts by name")
    return metadata


def _entries(file: ModelFile, header: dict[str, Any], room: int) -> dict[str, TensorEntry]:
    """The tensors by name, in the order in which they lie; they fill `room` bytes exactly."""
    if len(header) > MAX_TENSORS:
        raise file.error(f"it has {len(header)} tensors, at most {MAX_TENSORS} are allowed")
    entries = sorted((_entry(file, name, facts) for name, facts in header.items()), key=lambda e: (e.start, e.end))
    at = 0
    for entry in entries:
        if entry.start != at:
            what = "overlaps the one before" if entry.start < at else "leaves a gap before it"
            raise file.error(f"tensor {entry.name!r} starts at byte {entry.start}, not {at}: it {what}")
        at = entry.end
    if at != room:
        raise file.error(f"its tensors take {at} bytes, the file holds {room} after the header")
    return {entry.name: entry for entry in entries}


def _entry(file: ModelFile, name: str, facts: Any) -> TensorEntry:
    if not isinstance(facts, dict) or set(facts) != {"dtype", "shape", "data_offsets"}:
        raise file.error(f"tensor {name!r} needs dtype, shape and data_offsets")
    dtype, shape, offsets = facts["dtype"], facts["shape"], facts["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise file.error(f"tensor {name!r} has type {dtype!r}, known are {', '.join(DTYPES)}")
    if not _counts(shape) or len(shape) > MAX_DIMENSIONS:
        raise file.error(f"tensor {name!r} has shape {shape!r}, needs at most {MAX_DIMENSIONS} sizes of 0 or more")
    if not _counts(offsets) or len(offsets) != 2:
        raise file.error(f"tensor {name!r} has data_offsets {offsets!r}, needs a start and an end")
    size = _size(dtype, tuple(shape))
    if offsets[1] - offsets[0] != size:
        raise file.error(f"tensor {name!r} lies at {offsets!r}, but {dtype} of shape {shape} has {size} bytes")
    return TensorEntry(name, dtype, tuple(shape), offsets[0], offsets[1])


def _counts(value: Any) -> bool:
    return isinstance(value, list) and all(type(n) is int and 0 <= n < 2**63 for n in value)


def safetensors_bytes(tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str] | None = None) -> bytes:
    """A file in memory. Raises ValueError for an array of a type that the format lacks."""
    types = {np.dtype(code): name for name, code in DTYPES.items() if name != "BF16"}
    unknown = [name for name, array in tensors.items() if array.dtype not in types]
    if unknown:
        raise ValueError(f"{unknown[0]}: {tensors[unknown[0]].dtype} is no type of the format")
    plan = [(name, types[array.dtype], array.shape) for name, array in tensors.items()]
    return _head(plan, metadata) + b"".join(np.ascontiguousarray(array).tobytes() for array in tensors.values())


def write_safetensors(
    path: Path,
    plan: Sequence[Plan],
    arrays: Iterable[NDArray[Any]],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Writes a file in one go; see `writing_safetensors`."""
    for _ in writing_safetensors(path, plan, arrays, metadata):
        pass


def writing_safetensors(
    path: Path,
    plan: Sequence[Plan],
    arrays: Iterable[NDArray[Any]],
    metadata: Mapping[str, str] | None = None,
) -> Iterator[float]:
    """Writes a file piece by piece, with a rest after each array; only one of them need be in memory.

    plan: name, type and shape of every tensor, in the order in which `arrays` gives them; a tensor may come
    as several arrays, one after the other.
    Yields the share of the numbers that is written. The file appears under its name only when it is complete;
    stopping earlier leaves nothing behind.
    Raises ValueError when an array is not of the planned type, or there are too few or too many numbers.
    """
    part = path.with_name(path.name + ".part")
    head, total, source = (
        _head(plan, metadata),
        sum(_size(dtype, shape) for _, dtype, shape in plan),
        iter(arrays),
    )
    done = 0
    try:
        with part.open("wb") as file:
            file.write(head)
            for name, dtype, shape in plan:
                missing = math.prod(shape)
                while missing > 0:
                    array = next(source, None)
                    if array is None or array.dtype != np.dtype(DTYPES[dtype]) or array.size > missing:
                        got = "nothing" if array is None else f"{array.dtype} of shape {array.shape}"
                        raise ValueError(f"arrays: {name!r} still needs {missing} numbers of type {dtype}, got {got}")
                    file.write(np.ascontiguousarray(array).tobytes())
                    missing -= array.size
                    done += array.nbytes
                    yield done / total
            if next(source, None) is not None:
                raise ValueError(f"arrays: more than the {len(plan)} tensors of the plan")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _head(plan: Sequence[Plan], metadata: Mapping[str, str] | None) -> bytes:
    """The header with its length before it, filled with blanks so that the numbers start at a cache line."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    at = 0
    for name, dtype, shape in plan:
        end = at + _size(dtype, shape)
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % ALIGNMENT)
    return len(text).to_bytes(8, "little") + text


def _size(dtype: str, shape: tuple[int, ...]) -> int:
    return math.prod(shape) * np.dtype(DTYPES[dtype]).itemsize
