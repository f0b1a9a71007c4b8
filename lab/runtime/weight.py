"""How much memory the past holds: what a frame or a state weighs, and what many of them weigh together.

Frames of one run share much: each may show the first n values of one buffer that grows with the run. A buffer is
held whole as long as one frame shows a part of it, and it is there once however many frames do. So what is large is
counted by what it is a part of, once; what is small is simply added up.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Held", "Weight", "together", "weigh"]

LARGE = 4_096  # bytes from which a thing is counted by itself
HEADER = 112  # bytes of an array beside its numbers
MOST_VISITED = 2_000  # things of one item that are looked at; the rest weighs what those weigh on average
LONG, SAMPLE = 256, 64  # of a list with more things than the first only so many are looked at


class Weight(NamedTuple):
    """`small`: bytes of an item's own.  `large`: (identity, bytes) of what other items may hold as well."""

    small: int
    large: tuple[tuple[int, int], ...]

    @property
    def bytes(self) -> int:
        return self.small + sum(size for _key, size in self.large)


class Held:
    """What a number of items hold together. Each of their large things is counted once."""

    def __init__(self) -> None:
        self.bytes = 0
        self._large: dict[int, list[int]] = {}  # identity → [bytes, how many items hold it]

    def take(self, weight: Weight) -> None:
        self.bytes += weight.small
        for key, size in weight.large:
            entry = self._large.setdefault(key, [size, 0])
            entry[1] += 1
            if entry[1] == 1:
                self.bytes += size

    def release(self, weight: Weight) -> None:
        self.bytes -= weight.small
        for key, _size in weight.large:
            entry = self._large[key]
            entry[1] -= 1
            if not entry[1]:
                self.bytes -= entry[0]
                del self._large[key]

    @property
    def small(self) -> int:
        """The bytes of what is not counted by itself."""
        return self.bytes - sum(size for size, _holders in self._large.values())

    def large(self) -> Iterable[tuple[int, int]]:
        """(identity, bytes) of everything that is counted by itself."""
        return ((key, size) for key, (size, _holders) in self._large.items())


def together(parts: Iterable[Held]) -> int:
    """The bytes of several, with what they share counted once."""
    parts = tuple(parts)
    shared = dict(pair for held in parts for pair in held.large())
    return sum(held.small for held in parts) + sum(shared.values())


def weigh(item: Any) -> Weight:
    """About how many bytes stay in memory because an item is kept.

    item: arrays, numbers, texts, mappings, lists and dataclasses of them. An array that is a view stands for the
    whole buffer behind it. What else it may hold counts as nothing.
    """
    small, large = 0, dict[int, int]()
    waiting, seen = [(item, 1.0)], set[int]()
    while waiting and len(seen) < MOST_VISITED:
        thing, share = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        key, size, parts = _look_at(thing)
        if size >= LARGE:
            large[key] = size
        else:
            small += int(size * share)
        if len(parts) > LONG:
            share *= len(parts) / SAMPLE
            parts = parts[:: len(parts) // SAMPLE][:SAMPLE]
        waiting += [(part, share) for part in parts if part is not None]
    if waiting:
        small += small * len(waiting) // len(seen)
    return Weight(small, tuple(large.items()))


def _look_at(thing: Any) -> tuple[int, int, list[Any]]:
    """What a thing is counted as, its bytes, and the things in it."""
    if isinstance(thing, np.ndarray):
        whole = _whole(thing)
        return id(whole), int(whole.nbytes) + HEADER, []
    if isinstance(thing, (int, float, str, bytes)):
        return id(thing), sys.getsizeof(thing), []
    if isinstance(thing, Mapping):
        return id(thing), sys.getsizeof(thing), list(thing.values())
    if isinstance(thing, (tuple, list, set, frozenset)):
        return id(thing), sys.getsizeof(thing), list(thing)
    kind: Any = type(thing)
    if names := _fields(kind):
        kept = vars(thing) if hasattr(thing, "__dict__") else {name: getattr(thing, name) for name in names}
        return id(thing), sys.getsizeof(thing), list(kept.values())
    return id(thing), 0, []


def _whole(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array that owns the numbers."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


@lru_cache(maxsize=256)
def _fields(kind: Any) -> tuple[str, ...]:
    """The names of a dataclass's fields; of anything else, none."""
    return tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()
