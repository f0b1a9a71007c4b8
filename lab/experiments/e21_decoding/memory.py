"""The cache: how much is computed with it and without, what it takes, and which pages it lies in."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from lab.engine.decoding_pages import PageTable
from lab.engine.lm_decoder import Decoder, cache_bytes
from lab.engine.pretrained.llama import Llama
from lab.experiments.e21_decoding.opening import house_model

__all__ = ["SHAPES", "Measured", "Pages", "Shape", "measured", "passes"]

PAGES_THERE = 64
BUDGET = 0.06  # seconds for the house model, which is measured several times to find the best
EAGER = 2e-4  # seconds after which a waiting thread gets the interpreter
LENGTHS, FEWER = (8, 16, 32, 64, 128), (8, 16, 32)
TEXT, BRANCH = "text", "branch"


@dataclass(frozen=True, slots=True)
class Shape:
    """What the size of a cache follows from: layers, the width of keys and values, bytes a number, context."""

    layers: int
    width: int
    bytes: int
    context: int

    @property
    def per_token(self) -> int:
        """Bytes of one token: keys and values of all layers."""
        return cache_bytes(self.layers, self.width, 1, self.bytes)


SHAPES = {
    "house": Shape(4, 128, 4, 128),
    "smollm2": Shape(30, 192, 4, 8192),
    "gpt2": Shape(12, 768, 2, 1024),
    "llama2": Shape(32, 4096, 2, 4096),
}


def passes(given: int, written: int) -> tuple[int, int]:
    """Token passes so far, with the cache and without: the prompt once, then each new token alone, or all again.

    passes(1, 99) == (100, 5050).
    """
    plain = given + sum(given + k for k in range(1, written + 1))
    return given + written, plain


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds a token at each length of the text, on this computer: with the cache and without."""

    lengths: tuple[int, ...]
    cached: tuple[float, ...]
    plain: tuple[float, ...]


def measured(llama: Llama | None) -> Measured:
    """Take the time: the best of several for the house model, once for SmolLM2. llama: None for the house model.

    Whatever else wants the interpreter meanwhile gets it quickly back from here: waiting must not be measured.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(EAGER)
    try:
        if llama is not None:
            return _timed(FEWER, lambda n: (llama.reset(), llama.prompt([1] * n)), lambda n: llama.step(1), 0.0)
        decoder = Decoder(house_model("main").parameters)
        return _timed(
            LENGTHS, lambda n: (decoder.truncate(0), decoder.read([1] * n)), lambda n: _one(decoder, n), BUDGET
        )
    finally:
        sys.setswitchinterval(before)


def _one(decoder: Decoder, n: int) -> None:
    """The n-th token once more."""
    decoder.truncate(n - 1)
    decoder.step(1)


def _timed(
    lengths: tuple[int, ...], whole: Callable[[int], object], one: Callable[[int], object], budget: float
) -> Measured:
    """Each length at least once, and all of them again while there are seconds left of the budget."""
    plain, cached = dict.fromkeys(lengths, math.inf), dict.fromkeys(lengths, math.inf)
    end = time.perf_counter() + budget
    while math.inf in plain.values() or time.perf_counter() < end:
        for n in lengths:
            plain[n] = min(plain[n], _ms(whole, n))
            cached[n] = min(cached[n], _ms(one, n))
    return Measured(lengths, tuple(cached.values()), tuple(plain.values()))


def _ms(work: Callable[[int], object], n: int) -> float:
    start = time.perf_counter()
    work(n)
    return 1e3 * (time.perf_counter() - start)


class Pages:
    """The page table of the text and of its branch, kept in step with them."""

    def __init__(self) -> None:
        self._key: tuple[int, int] = (0, -1)  # page size, where the branch begins
        self._table = PageTable.empty(PAGES_THERE, 1)

    def table(self, length: int, page_size: int, fork: int) -> PageTable:
        """The pages for so many tokens, of which the branch shares the first `fork` (−1: no branch)."""
        length = min(length, PAGES_THERE * page_size // 2)
        fork = fork if fork <= length else -1
        held = self._table.lengths.get(TEXT, 0)
        if self._key != (page_size, fork) or held > length:
            self._key, self._table, held = (page_size, fork), PageTable.empty(PAGES_THERE, page_size), 0
        for n in range(held, length):
            self._table = self._table.append(TEXT)
            if BRANCH in self._table.tables:
                self._table = self._table.append(BRANCH)
            if n + 1 == fork:
                self._table = self._table.fork(TEXT, BRANCH)
        return self._table
