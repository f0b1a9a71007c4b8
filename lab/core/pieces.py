"""Work that is done in pieces: a generator that rests after each, yields how far it is, and returns what it made."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

__all__ = ["part_of", "result_of"]

T = TypeVar("T")


def result_of(work: Generator[Any, None, T]) -> T:
    """What the work makes, done in one go. Raises whatever it raises."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            made: T = end.value
            return made


def part_of(work: Generator[float, None, T], start: float, end: float) -> Generator[float, None, T]:
    """Work that is one part of a longer one: its share 0 … 1 becomes `start` … `end` of the whole."""
    try:
        while True:
            try:
                share = next(work)
            except StopIteration as done:
                made: T = done.value
                return made
            yield start + (end - start) * share
    finally:
        work.close()
