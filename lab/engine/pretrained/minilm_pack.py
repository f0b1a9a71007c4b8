"""The weights of MiniLM as the lab ships them: int8 rows with a scale for each, 21 MB in one compressed file.
Matrices are widened to float32 when they are read; the word table, half of all weights, stays in bytes, for
only the words of a text are ever looked up in it.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.pieces import result_of
from lab.core.records import dataclass
from lab.engine.formats.npz import DAMAGED

__all__ = ["EncoderLayer", "EncoderWeights", "Linear", "Norm", "load_weights", "opening_weights"]

Floats = NDArray[np.float32]
WIDTH, INNER, N_LAYERS, N_HEADS, N_PLACES = 384, 1536, 6, 12, 512
EPSILON = 1e-12
PIECE = 1 << 18  # bytes of the word table that are unpacked at once
Opened = tuple[list[str], "EncoderWeights"]


@dataclass(frozen=True, slots=True)
class Linear:
    """x W + b.  weight: [in, out], which is quicker for few rows than the other way round.  bias: [out]."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class Norm:
    """(x − mean) / √(variance + ε) · gain + shift; gain, shift: [384]."""

    gain: Floats
    shift: Floats
    epsilon: float = EPSILON


@dataclass(frozen=True, slots=True)
class EncoderLayer:
    """One block.

    qkv: 384 to 1152, queries divided by √32.  out: 384 to 384.  up: 384 to 1536.  down: 1536 to 384.
    """

    qkv: Linear
    out: Linear
    norm1: Norm
    up: Linear
    down: Linear
    norm2: Norm


@dataclass(frozen=True, slots=True)
class EncoderWeights:
    """All weights.

    word_codes: [30522, 384] int8, word_scales: [30522, 1].  places: [512, 384], the kind of the first
    sentence added.
    """

    word_codes: NDArray[np.int8]
    word_scales: Floats
    places: Floats
    norm: Norm
    layers: tuple[EncoderLayer, ...]


def load_weights(path: Path) -> Opened:
    """The vocabulary and the weights in a pack.

    Raises ValueError, naming the file and what is wrong, when a tensor is missing, of another type or shape,
    or not finite; FileNotFoundError when there is no file.
    """
    return result_of(opening_weights(path))


def opening_weights(path: Path) -> Generator[float, None, Opened]:
    """`load_weights` in pieces of some milliseconds: yields the share that is read, 0 … 1.

    Raises, at one of the pieces, as `load_weights` does.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            return (yield from _reading(_Archive(archive)))
    except DAMAGED as error:
        raise ValueError(f"{path.name} is not a pack of MiniLM: {error}") from error


class _Archive:
    """The arrays of an npz file by name, each read when it is asked for.

    Raises KeyError when there is none.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._unpacked: dict[str, NDArray[Any]] = {}
        self._whole = sum(entry.file_size for entry in archive.infolist())
        self._read = 0

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name in self._unpacked:
            return self._unpacked.pop(name)
        data = self._archive.read(f"{name}.npy")
        self._read += len(data)
        return np.asarray(np.lib.format.read_array(io.BytesIO(data), allow_pickle=False))

    @property
    def share(self) -> float:
        """How much of the file has been read, 0 … 1."""
        return self._read / self._whole

    def unpacking(self, name: str) -> Iterator[float]:
        """Unpacks a large array of bytes piece by piece to where it stays, so that it is there when it is asked for:
        copied as a whole it would hold up every other thread for some 25 ms.

        Raises ValueError when it is longer or shorter than it says.
        """
        with self._archive.open(f"{name}.npy") as file:
            if np.lib.format.read_magic(file) != (1, 0):
                raise ValueError(f"{name} is of a version that is not known")
            shape, turned, dtype = np.lib.format.read_array_header_1_0(file)
            size = math.prod(shape)
            if turned or dtype != np.int8 or size > self._whole:
                raise ValueError(f"{name} needs int8 that fit into the file, got {dtype} {shape}")
            array, at = np.empty(size, np.int8), 0
            while piece := file.read(PIECE):
                array[at : at + len(piece)] = np.frombuffer(piece, np.int8)  # raises ValueError behind the end
                at += len(piece)
                self._read += len(piece)
                yield self.share
        if at != size:
            raise ValueError(f"{name} breaks off")
        self._unpacked[name] = array.reshape(shape)


def _reading(archive: _Archive) -> Generator[float, None, Opened]:
    words = bytes(_tensor(archive, "vocab", np.uint8)).decode("utf-8").split("\n")
    base = "embeddings"
    word = f"{base}.word_embeddings.weight"
    first_kind = _matrix(archive, f"{base}.token_type_embeddings", 2, WIDTH)[0]
    places = _matrix(archive, f"{base}.position_embeddings", N_PLACES, WIDTH) + first_kind
    yield from archive.unpacking(f"{word}:q")
    layers = yield from _layers(archive)
    weights = EncoderWeights(
        word_codes=_tensor(archive, f"{word}:q", np.int8, (len(words), WIDTH)),
        word_scales=_scales(archive, word, len(words)),
        places=places,
        norm=_norm(archive, f"{base}.LayerNorm"),
        layers=layers,
    )
    return words, weights


def _layers(archive: _Archive) -> Generator[float, None, tuple[EncoderLayer, ...]]:
    layers: list[EncoderLayer] = []
    for k in range(N_LAYERS):
        layer = yield from _layer(archive, f"encoder.layer.{k}")
        layers.append(layer)
    return tuple(layers)


def _layer(archive: _Archive, base: str) -> Generator[float, None, EncoderLayer]:
    attention, own = f"{base}.attention.output", f"{base}.attention.self"
    q, k, v = (_linear(archive, f"{own}.{name}", WIDTH, WIDTH) for name in ("query", "key", "value"))
    shrink = np.float32((WIDTH // N_HEADS) ** -0.5)
    qkv = Linear(
        np.concatenate([q.weight * shrink, k.weight, v.weight], axis=1),
        np.concatenate([q.bias * shrink, k.bias, v.bias]),
    )
    yield archive.share
    out = _linear(archive, f"{attention}.dense", WIDTH, WIDTH)
    up = _linear(archive, f"{base}.intermediate.dense", INNER, WIDTH)
    yield archive.share
    down = _linear(archive, f"{base}.output.dense", WIDTH, INNER)
    yield archive.share
    norm1, norm2 = _norm(archive, f"{attention}.LayerNorm"), _norm(archive, f"{base}.output.LayerNorm")
    return EncoderLayer(qkv, out, norm1, up, down, norm2)


def _linear(archive: _Archive, name: str, n_out: int, n_in: int) -> Linear:
    weight = np.ascontiguousarray(_matrix(archive, name, n_out, n_in).T)
    return Linear(weight, _tensor(archive, f"{name}.bias", np.float32, (n_out,)))


def _norm(archive: _Archive, name: str) -> Norm:
    gain, shift = (_tensor(archive, f"{name}.{part}", np.float32, (WIDTH,)) for part in ("weight", "bias"))
    return Norm(gain, shift)


def _matrix(archive: _Archive, name: str, n_rows: int, n_columns: int) -> Floats:
    codes = _tensor(archive, f"{name}.weight:q", np.int8, (n_rows, n_columns))
    return np.asarray(codes * _scales(archive, f"{name}.weight", n_rows))


def _scales(archive: _Archive, name: str, n_rows: int) -> Floats:
    return _tensor(archive, f"{name}:s", np.float16, (n_rows,)).astype(np.float32)[:, None]


def _tensor(
    archive: _Archive, name: str, dtype: type[np.generic], shape: tuple[int, ...] | None = None
) -> NDArray[Any]:
    """One array.  Raises KeyError when it is missing, ValueError when it is not as expected."""
    array = archive[name]
    if array.dtype != np.dtype(dtype) or (shape is not None and array.shape != shape):
        needed = np.dtype(dtype).name if shape is None else f"{np.dtype(dtype).name} {shape}"
        raise ValueError(f"{name} needs {needed}, got {array.dtype} {array.shape}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} holds numbers that are not finite")
    return array
