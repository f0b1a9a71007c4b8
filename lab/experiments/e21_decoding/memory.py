"""The cache: how much is computed with it and without, what it takes, and which pages it lies in."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.engine.decoding.paged_cache import PageTable
from lab.engine.lm.cached import window_start
from lab.engine.lm.decoder import Decoder
from lab.engine.lm.parameters import Parameters
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_window import WindowLlama, rounded_rows
from lab.engine.pretrained.weight_rows import Floats
from lab.engine.transformer.cache_shapes import CACHE_SHAPES, CacheShape
from lab.kit.language_models import house_lm

__all__ = [
    "AT_ONCE",
    "LENGTHS",
    "ROUNDED",
    "ROUNDED_END",
    "SHAPES",
    "Measured",
    "Pages",
    "Shape",
    "measured",
    "measuring",
    "passes",
    "rounding_errors",
]

PAGES_THERE = 64
BUDGET, ROUNDS = 0.06, 3  # seconds for the bundled model, and how often each length is measured at least
EAGER = 2e-4  # seconds after which a waiting thread gets the interpreter
ROUNDED = (8, 4)  # bits a number that the cache is tried with
ROUNDED_END = 64  # tokens of the end of a text that SmolLM2 reads for that
LENGTHS, FEWER = (8, 16, 32, 64, 128), (8, 16, 32)
AT_ONCE, BEHIND = (1, 3, 5, 9), 32  # tokens that one pass checks, and those before them
TEXT, BRANCH = "text", "branch"


@dataclass(frozen=True, slots=True)
class Shape:
    """What the size of a cache follows from. bytes: of a number."""

    sizes: CacheShape
    bytes: int

    @property
    def per_token(self) -> int:
        """Bytes of one token: keys and values of all layers."""
        return self.sizes.numbers * self.bytes

    def plain(self, tokens: int) -> int:
        """Bytes if every head had keys and values of its own, and all tokens were kept."""
        return self.per_token * self.sizes.shared_by * tokens


SHAPES = {name: Shape(sizes, 4 if name in ("house", "smollm2") else 2) for name, sizes in CACHE_SHAPES.items()}
"""The lab computes with four bytes a number, others are used with two."""


@lru_cache(maxsize=8)
def passes(given: int, written: int, context: int = 1_000_000) -> tuple[int, int]:
    """Token passes so far, with the cache and without: the prompt once, then each new token alone, or all again.

    Where the text outgrows the context, only the window is read; whenever that moves, the cache is filled anew.
    passes(1, 99) == (100, 5050).
    """
    starts = [window_start(n, context) for n in range(given, given + written + 1)]
    whole = [n - start for n, start in enumerate(starts, given)]
    moved = (new != old for old, new in pairwise(starts))
    return whole[0] + sum(n if move else 1 for n, move in zip(whole[1:], moved)), sum(whole)


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds a token at each length of the text, on this computer: with the cache and without. at_once: of a
    pass over so many new tokens, () in files of before it was measured. errors: how far a score of the next token moves
    at most when the cache of the text is kept in 8 and in 4 bits; () without a text."""

    lengths: tuple[int, ...]
    cached: tuple[float, ...]
    plain: tuple[float, ...]
    at_once: tuple[float, ...] = ()
    errors: tuple[float, ...] = ()

    def pass_of(self, tokens: float) -> float | None:
        """Milliseconds of a pass over so many new tokens, between those that were measured; None without them."""
        if not self.at_once:
            return None
        last, before = self.at_once[-1], self.at_once[-2]
        beyond = max(0.0, tokens - AT_ONCE[-1]) * (last - before) / (AT_ONCE[-1] - AT_ONCE[-2])
        return float(np.interp(tokens, AT_ONCE, self.at_once)) + beyond

    def save(self) -> list[list[float]]:
        """As lists."""
        return [list(self.lengths), list(self.cached), list(self.plain), list(self.at_once), list(self.errors)]

    @classmethod
    def load(cls, saved: Sequence[Any]) -> Measured:
        """From lists."""
        lengths, *rows = saved
        return cls(tuple(int(n) for n in lengths), *(tuple(map(float, row)) for row in rows))


def rounding_errors(ids: Sequence[int], parameters: Parameters | None = None) -> tuple[float, ...]:
    """How far a score after a text moves at most when the cache is kept in fewer bits; () for a text of one token.

    ids: a text that fits the window of the model.  parameters: of it; None: of the bundled one."""
    if len(ids) < 2:
        return ()
    decoder, found = _decoder(parameters), list[float]()
    decoder.read(ids[:-1])
    exact = decoder.step(ids[-1]).copy()
    for bits in ROUNDED:
        decoder.truncate(0)
        decoder.read(ids[:-1])
        decoder.round_cache(bits)
        found.append(float(np.abs(decoder.step(ids[-1]) - exact).max()))
    return tuple(found)


def _decoder(parameters: Parameters | None) -> Decoder:
    return Decoder(house_lm("main").parameters if parameters is None else parameters)


def measured(ids: Sequence[int] = (), parameters: Parameters | None = None) -> Measured:
    """Take the time of a model, and what a rounded cache does to a text. parameters: None: of the bundled one.

    Times are the best of several, for whatever comes in between only makes them longer.
    Whatever else wants the interpreter meanwhile gets it quickly back from here: waiting must not be measured.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(EAGER)
    try:
        return replace(_best(_decoder(parameters)), errors=rounding_errors(ids, parameters))
    finally:
        sys.setswitchinterval(before)


def _best(decoder: Decoder) -> Measured:
    """Each length that it can see a few times at least, and all of them again while there are seconds left of the
    budget; passes over several tokens only where there is room for them."""
    lengths = tuple(n for n in LENGTHS if n <= decoder.capacity) or (decoder.capacity,)
    plain, cached = dict.fromkeys(lengths, math.inf), dict.fromkeys(lengths, math.inf)
    before = min(BEHIND, decoder.capacity - AT_ONCE[-1])
    once = dict.fromkeys(AT_ONCE if before >= 0 else (), math.inf)
    end, rounds = time.perf_counter() + BUDGET, 0
    while rounds < ROUNDS or time.perf_counter() < end:
        for n in lengths:
            decoder.truncate(0)
            plain[n] = min(plain[n], _ms(decoder.read, [1] * n))
            decoder.truncate(n - 1)
            cached[n] = min(cached[n], _ms(decoder.step, 1))
        for n in once:
            decoder.truncate(before)
            once[n] = min(once[n], _ms(decoder.read, [1] * n))
        rounds += 1
    return Measured(lengths, tuple(cached.values()), tuple(plain.values()), tuple(once.values()))


def _ms(work: Callable[[Any], object], what: object) -> float:
    start = time.perf_counter()
    work(what)
    return 1e3 * (time.perf_counter() - start)


def measuring(llama: Llama, ids: Sequence[int] = ()) -> Generator[float, None, Measured]:
    """Take the time of SmolLM2, a layer at a time, for whoever must answer in between; rests are not counted. And what
    a rounded cache does to the end of a text, each token being rounded once it is read.

    Yields the share that is done.
    """
    plain, cached = list[float](), list[float]()
    for n in FEWER:
        llama.reset()
        plain.append((yield from _timed(llama.prompting([1] * n))))
        cached.append((yield from _timed(llama.stepping(1))))
    once = list[float]()
    for n in AT_ONCE:
        best = math.inf
        for _round in range(2):
            llama.truncate(BEHIND)
            best = min(best, _ms(llama.read, [1] * n))
            yield 1.0
        once.append(best)
    errors = yield from _rounding(llama, ids[-ROUNDED_END:])
    return Measured(FEWER, tuple(cached), tuple(plain), tuple(once), errors)


def _rounding(llama: Llama, ids: Sequence[int]) -> Generator[float, None, tuple[float, ...]]:
    """As `rounding_errors`, of SmolLM2."""
    if len(ids) < 2:
        return ()
    scores = list[Floats]()
    for stored in (None, *(partial(rounded_rows, bits=bits) for bits in ROUNDED)):
        reader = WindowLlama(*llama.parts, capacity=len(ids), stored=stored)
        for token in ids:
            yield from reader.stepping(token)
        scores.append(reader.logits.copy())
    return tuple(float(np.abs(one - scores[0]).max()) for one in scores[1:])


def _timed(pieces: Iterator[float]) -> Generator[float, None, float]:
    """Milliseconds of the work between the rests."""
    spent = 0.0
    while True:
        start = time.perf_counter()
        share = next(pieces, None)
        spent += time.perf_counter() - start
        if share is None:
            return 1e3 * spent
        yield share


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
