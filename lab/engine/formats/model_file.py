"""A model file, open: its bytes, asked for one piece at a time. A file may come from anywhere, so nothing in it is
believed: every read is checked against the end of the file and says what was wanted.

Weights are large. Where a file is certain to stay, it can be mapped into memory instead of read: opening costs
nothing, a page is fetched when it is first touched, and pages can be given back. Where it may vanish (a share, a
stick) it must not be: touching a page that can no longer be fetched ends the whole program, and no error tells why.
"""

from __future__ import annotations

import math
import mmap
import struct
import threading
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["Cursor", "ModelFile"]


class ModelFile:
    """A file open for reading.

    path: the file.  kind: what it is called in errors, "a GGUF file".
    mapped: whether arrays look at the file instead of being read from it.
    Raises ValueError when it is empty, OSError when it cannot be opened.
    """

    def __init__(self, path: Path, kind: str, mapped: bool = False) -> None:
        self.name, self.kind = path.name, kind
        self._file, self._lock = path.open("rb"), threading.Lock()
        try:
            self._size = self._file.seek(0, 2)
            if self._size == 0:
                raise ValueError(f"{self.name} is empty, so it is not {kind}")
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) if mapped else None
        except BaseException:
            self._file.close()
            raise
        if mapped:
            self._file.close()

    def __enter__(self) -> ModelFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self._size

    def close(self) -> None:
        """Gives the file back; arrays still looking at a mapped one keep it open until they are gone."""
        self._file.close()
        if self._map is not None:
            try:
                self._map.close()
            except BufferError:  # an array is looking at it
                return

    def error(self, trouble: str) -> ValueError:
        """The exception for a file that is not what it should be; a name of a megabyte in it is cut."""
        trouble = trouble if len(trouble) <= 400 else f"{trouble[:200]} … {trouble[-200:]}"
        return ValueError(f"{self.name} is not {self.kind} that can be read: {trouble}")

    def read(self, start: int, count: int, what: str) -> bytes:
        """`count` bytes from `start` on, copied.

        Raises ValueError when the file ends before, OSError when it is gone.
        """
        if not 0 <= start <= start + count <= len(self):
            raise self.error(f"{what} needs bytes {start} to {start + count}, the file has {len(self)}")
        if self._map is not None:
            return self._map[start : start + count]
        with self._lock:
            self._file.seek(start)
            data = self._file.read(count)
        if len(data) != count:
            raise self.error(f"{what} needs bytes {start} to {start + count}, but the file became shorter")
        return data

    def array(self, start: int, shape: tuple[int, ...], dtype: DTypeLike, what: str) -> NDArray[np.generic]:
        """An array, read-only; it looks at the file where that is mapped.

        Raises ValueError when the file ends before it does, OSError when it is gone.
        """
        kind = np.dtype(dtype)
        count = math.prod(shape)
        if not 0 <= start <= start + count * kind.itemsize <= len(self):
            raise self.error(f"{what} of shape {shape} at byte {start} reaches beyond its {len(self)} bytes")
        if count == 0:
            return np.empty(shape, kind)
        if self._map is not None:
            return np.frombuffer(self._map, kind, count, start).reshape(shape)
        return np.frombuffer(self.read(start, count * kind.itemsize, what), kind).reshape(shape)


class Cursor:
    """Reads a file from front to back, little-endian.

    limit: no read goes beyond this byte, so that a header cannot grow without end.
    """

    def __init__(self, file: ModelFile, at: int = 0, limit: int | None = None) -> None:
        self._file, self.at = file, at
        self._limit = len(file) if limit is None else min(limit, len(file))

    def take(self, count: int, what: str) -> bytes:
        """The next `count` bytes.  Raises ValueError when they reach beyond the limit."""
        if count < 0 or count > self._limit - self.at:
            raise self._file.error(f"{what} at byte {self.at} needs {count} bytes, {self._limit - self.at} are left")
        start, self.at = self.at, self.at + count
        return self._file.read(start, count, what)

    def number(self, code: str, what: str) -> int | float | bool:
        """The next number; `code` is that of `struct`, "I" for an unsigned word of four bytes."""
        value: int | float | bool = struct.unpack("<" + code, self.take(struct.calcsize("<" + code), what))[0]
        return value

    def count(self, what: str, most: int, code: str = "Q") -> int:
        """The next whole number, which counts something.  Raises ValueError when it is above `most`."""
        value = int(self.number(code, what))
        if value > most:
            raise self._file.error(f"{what} is {value}, at most {most} is allowed")
        return value

    def text(self, what: str) -> str:
        """The next text: its length in eight bytes, then UTF-8.  Raises ValueError when it is not UTF-8."""
        raw = self.take(int(self.number("Q", f"the length of {what}")), what)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._file.error(f"{what} is not UTF-8 ({error.reason})") from error
