"""Reading an npz file that nobody vouches for. It is a zip of plain arrays: a few kilobytes can claim to hold
terabytes, and a flipped bit surfaces wherever the unpacker happens to stumble. Here sizes are looked at before
anything is unpacked, and whatever is wrong comes out as one kind of error, in words.
"""

from __future__ import annotations

import io
import lzma
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DAMAGED", "MAX_UNPACKED", "read_npz"]

MAX_UNPACKED = 512_000_000
MAX_ARRAYS = 4096
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGED: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, tokenize.TokenError),
    *(ValueError, TypeError, LookupError, AttributeError, EOFError, RuntimeError, ArithmeticError, MemoryError),
)
"""What reading a damaged archive, and believing what stands in it, can raise."""


def read_npz(path: Path, most: int = MAX_UNPACKED) -> Mapping[str, NDArray[Any]]:
    """The arrays of a file by name. Pickles are refused, and so is what unpacks to more than `most` bytes.

    Raises ValueError saying what is wrong; OSError when the file cannot be opened.
    """
    with path.open("rb") as file:
        raw = file.read(most + 1)
    if len(raw) > most:
        raise ValueError(f"it has more than {most // 10**6} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return {entry.filename.removesuffix(".npy"): _array(archive, entry) for entry in _entries(archive, most)}
    except DAMAGED as error:
        raise ValueError(_words(error)) from error


def _words(error: Exception) -> str:
    if isinstance(error, ValueError):
        return str(error)
    return "it needs more memory than there is" if isinstance(error, MemoryError) else f"it is damaged ({error})"


def _entries(archive: zipfile.ZipFile, most: int) -> list[zipfile.ZipInfo]:
    """The members, once their number, packing and sizes are seen to be sane."""
    entries = archive.infolist()
    if len(entries) > MAX_ARRAYS:
        raise ValueError(f"it holds {len(entries)} arrays, at most {MAX_ARRAYS} are read")
    for entry in entries:
        if entry.compress_type not in PACKINGS:
            raise ValueError(f"{entry.filename} is packed in a way that is not read here")
    whole = sum(entry.file_size for entry in entries)
    if whole > most:
        raise ValueError(f"it unpacks to {whole // 10**6} MB, at most {most // 10**6} are read")
    return entries


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> NDArray[Any]:
    """One array, once its header is seen to fit its bytes: a shape of millions of rows costs nothing to write."""
    with archive.open(entry) as member:
        data = io.BytesIO(member.read(entry.file_size + 1))
    version = np.lib.format.read_magic(data)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(data)
    if math.prod(shape) * dtype.itemsize != len(data.getvalue()) - data.tell() and not dtype.hasobject:
        raise ValueError(f"{entry.filename} has shape {shape} of {dtype}, which is not what it holds")
    data.seek(0)
    return np.asarray(np.lib.format.read_array(data, allow_pickle=False))
