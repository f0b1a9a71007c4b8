"""Values of a scene as JSON and back: arrays as base64 with dtype and shape, numbers that JSON lacks as words.

What `packed` lets through, `unpacked` can read: both keep the same limits, and each names the entry that breaks one.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["MAX_DEPTH", "SceneError", "in_words", "packed", "short", "unpacked", "writable_text"]

MAX_DEPTH = 60
"""So many lists and objects may stand inside one another."""
MAX_AXES = 8
MAX_DIGITS = 80
MAX_ARRAY = 64 * 1024 * 1024
DTYPES = ("<f8", "<f4", "<i8", "<i4", "<i2", "|i1", "|u1", "<u2", "<u4", "<u8", "|b1")
MARKS = (frozenset({"dtype", "shape", "base64"}), frozenset({"float"}), frozenset({"int"}))
"""The names that say: this object is an array, or a number that JSON lacks."""


class SceneError(ValueError):
    """A link, a file or a box that cannot be read or written; the text says what is wrong and where."""


def packed(value: Any, where: str = "value", depth: int = 0) -> Any:
    """A value as JSON can carry it. Raises SceneError naming `where`, for whatever `unpacked` would refuse."""
    if isinstance(value, np.ndarray):
        return _array_out(value, where)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return writable_text(value, where)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, int):
        return _whole_out(value, where)
    if isinstance(value, (Mapping, list, tuple)):
        if depth >= MAX_DEPTH:
            raise SceneError(f"{where}: nested more than {MAX_DEPTH} deep")
        if isinstance(value, Mapping):
            return _object_out(value, where, depth + 1)
        return [packed(item, where, depth + 1) for item in value]
    raise SceneError(f"{where}: a {type(value).__name__} cannot be saved")


def _object_out(value: Mapping[Any, Any], where: str, depth: int) -> dict[str, Any]:
    made = {
        writable_text(str(key), where): packed(item, f"{where}.{str(key)[:40]}", depth) for key, item in value.items()
    }
    if made.keys() in MARKS:
        raise SceneError(f"{where}: an object of {', '.join(sorted(made))} alone cannot be saved")
    if len(made) < len(value):
        raise SceneError(f"{where}: two entries have the same name")
    return made


def _array_out(value: np.ndarray[Any, Any], where: str) -> dict[str, Any]:
    little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
    if little.dtype.str not in DTYPES:
        raise SceneError(f"{where}: an array of {value.dtype} cannot be saved")
    if not _is_shape(list(value.shape)):
        raise SceneError(f"{where}: an array may have {MAX_AXES} axes of at most {MAX_ARRAY}, got {value.shape}")
    return {
        "dtype": little.dtype.str,
        "shape": list(value.shape),
        "base64": base64.b64encode(little.tobytes()).decode(),
    }


def _whole_out(value: int, where: str) -> Any:
    if -(2**63) <= value < 2**64:
        return value
    if value.bit_length() > 4 * MAX_DIGITS or len(str(value)) > MAX_DIGITS:
        raise SceneError(f"{where}: a whole number may have {MAX_DIGITS} digits")
    return {"int": str(value)}


def writable_text(text: str, where: str) -> str:
    """The text itself. Raises SceneError for half of a character, which no file can hold."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise SceneError(f"{where}: a character in it is broken in half") from None
    return text


def unpacked(value: Any, where: str = "value", depth: int = 0) -> Any:
    """The inverse of `packed`. Raises SceneError naming `where`."""
    if isinstance(value, (dict, list)) and depth >= MAX_DEPTH and not _is_marked(value):
        raise SceneError(f"{where}: nested more than {MAX_DEPTH} deep")
    if isinstance(value, dict):
        if value.keys() == MARKS[0]:
            return _array_in(value, where)
        if value.keys() == MARKS[1] and value["float"] in ("nan", "inf", "-inf"):
            return float(value["float"])
        if value.keys() == MARKS[2]:
            return _whole_in(value["int"], where)
        return {key: unpacked(item, f"{where}.{key[:40]}", depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [unpacked(item, where, depth + 1) for item in value]
    return value


def _is_marked(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() in MARKS


def _whole_in(text: Any, where: str) -> int:
    try:
        if isinstance(text, str) and len(text) <= MAX_DIGITS:
            return int(text)
    except ValueError:
        pass
    raise SceneError(f"{where}: not a whole number of at most {MAX_DIGITS} digits")


def _is_shape(shape: Any) -> bool:
    whole = isinstance(shape, list) and all(
        isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= MAX_ARRAY for n in shape
    )
    return whole and len(shape) <= MAX_AXES


def _array_in(value: dict[str, Any], where: str) -> np.ndarray[Any, Any]:
    dtype, shape, text = value["dtype"], value["shape"], value["base64"]
    if dtype not in DTYPES:
        raise SceneError(f"{where}: dtype must be one of {', '.join(DTYPES)}, got {str(dtype)[:20]!r}")
    if not _is_shape(shape) or not isinstance(text, str):
        raise SceneError(f"{where}: an array needs a shape of at most {MAX_AXES} whole numbers and base64 text")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SceneError(f"{where}: not base64") from None
    if len(raw) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise SceneError(f"{where}: {len(raw)} bytes do not fill shape {shape} of {dtype}")
    return np.frombuffer(raw, dtype).reshape(shape)


# ---------------------------------------------------------------------------------------------- words
_EXPECTED = re.compile(r"Expected `([^`]*)`(?:, got `([^`]*)`)?(?:.*?- at `\$\.?([^`]*)`)?")
_MISSING = re.compile(r"Object missing required field `([^`]*)`")
_KINDS = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "null": "nothing"}
_KINDS |= {"array": "a list", "object": "an object of named values"}


def in_words(error: Exception) -> str:
    """What a decoder says, as a sentence for who opens the file."""
    text = str(error)
    if found := _MISSING.search(text):
        return f"“{found[1][:40]}” is missing"
    if found := _EXPECTED.match(text):
        wanted, got = _kinds(found[1]), _kinds(found[2])
        place = f"{found[3][:60]}: " if found[3] else ""
        return f"{place}must be {wanted}" + (f", got {got}" if got else "")
    return "it is nested too deeply" if isinstance(error, RecursionError) else text[:200]


def _kinds(names: str | None) -> str:
    return " or ".join(_KINDS.get(name, name) for name in (names or "").split(" | "))


def short(value: Any) -> str:
    """A value in a sentence, cut where it is long."""
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**60 else "a very long number"
    return text if len(text) <= 60 else text[:57] + "..."
