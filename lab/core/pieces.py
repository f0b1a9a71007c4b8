"""Work that is done in pieces: a generator that rests after each, yields how far it is, and returns what it made."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Generic, TypeVar

__all__ = ["Pieces", "part_of", "result_of"]

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


class Pieces(Generic[T]):
    """Work that somebody else goes on with, piece by piece. share: how much of it is done, 1 once it is."""

    def __init__(self, work: Generator[float, None, T] | None = None, share: float = 0.0) -> None:
        """None: there is nothing to do."""
        self._work, self.share = work, share

    @property
    def left(self) -> bool:
        """Whether there is a piece to do."""
        return self._work is not None

    def go_on(self) -> T | None:
        """Do a piece. What the work made, with its last piece; None before.

        Raises whatever the work raises; then nothing is left of it.
        """
        assert self._work is not None
        try:
            self.share = next(self._work)
        except StopIteration as end:
            self._work, self.share = None, 1.0
            made: T = end.value
            return made
        except Exception:
            self._work = None
            raise
        return None
