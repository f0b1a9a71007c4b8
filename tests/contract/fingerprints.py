"""The whole of a frame or state as text: two are the same exactly when their fingerprints are."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

__all__ = ["arrays", "fingerprint"]


def fingerprint(value: Any, depth: int = 0) -> Any:
    """Nested tuples of plain values; arrays by dtype, shape and bytes."""
    assert depth < 12, "a frame refers to itself"
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, np.generic):
        return value.dtype.str, value.tobytes()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return (type(value).__name__, *(fingerprint(getattr(value, f.name), depth + 1) for f in fields))
    if isinstance(value, Mapping):
        return tuple((str(k), fingerprint(v, depth + 1)) for k, v in sorted(value.items(), key=lambda i: str(i[0])))
    if isinstance(value, (tuple, list, frozenset, set)):
        return tuple(fingerprint(item, depth + 1) for item in value)
    if isinstance(value, float):
        return value.hex()
    if value is None or isinstance(value, (str, int, bytes, bool)):
        return value
    return type(value).__name__  # shared, immutable helpers such as a parsed formula


def arrays(value: Any, depth: int = 0) -> Iterator[np.ndarray]:
    """Every array a frame carries."""
    if isinstance(value, np.ndarray):
        yield value
    elif depth < 8:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            for f in dataclasses.fields(value):
                yield from arrays(getattr(value, f.name), depth + 1)
        elif isinstance(value, Mapping):
            for item in value.values():
                yield from arrays(item, depth + 1)
        elif isinstance(value, (tuple, list)):
            for item in value:
                yield from arrays(item, depth + 1)
