"""What fewer bits in the cache do to SmolLM2: five readers of one text, one with the whole cache and four that round
each key and each value as soon as its token is read. The scores of the four are compared with those of the first."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from functools import partial
from typing import Any

import numpy as np

from lab.engine.basics.activations import log_softmax
from lab.engine.pretrained.llama_window import WindowLlama, rounded_rows
from lab.experiments.e22_context_window.cache import BITS, UNIT, CachePage, cache_page
from lab.experiments.e22_context_window.models import house_text
from lab.experiments.e22_context_window.settings import Params
from lab.kit.smollm2 import opening_smollm2

__all__ = ["TOKENS", "LlamaCache"]

TOKENS = 128  # that are read
LETTERS = 8 * TOKENS  # of the text that are looked at: more than enough


class LlamaCache:
    """The five readers; only the simulation touches them."""

    def __init__(self, params: Params, _rng: np.random.Generator) -> None:
        self._params, self._error = params, ""
        self._sums = np.zeros((len(BITS) + 1, 3))  # distance, loss, same choices; the last row is the whole cache
        self._read = 0
        self._begin()

    def _begin(self) -> None:
        self._known = 0  # tokens in the caches: fewer than were read after a load
        self._readers: list[WindowLlama] = []
        self._ids: list[int] = []
        self._unit: Generator[float, None, None] | None = None

    def done(self) -> bool:
        return self._read >= TOKENS or bool(self._error)

    def step(self, _number: int) -> bool:
        """A layer of one of the readers; True when all have read eight tokens more."""
        if self._unit is None:
            self._unit = self._reading()
        try:
            next(self._unit)
            return False
        except ValueError as error:  # the pack cannot be opened
            self._error = str(error)
            return False
        except StopIteration:
            self._unit = None
        if self._known <= self._read:
            return False  # read once more, after a load
        self._read = self._known
        if self.done():
            self._begin()  # the caches are not needed any more
        return self._read % UNIT == 0

    def _reading(self) -> Generator[float, None, None]:
        """One token by all five: the whole cache first."""
        if not self._readers:
            llama, tokenizer = yield from opening_smollm2(TOKENS)
            self._ids = tokenizer.encode(house_text()[:LETTERS])[: TOKENS + 1]
            stored = (None, *(partial(rounded_rows, bits=bits) for bits in BITS))
            self._readers = [WindowLlama(*llama.parts, capacity=TOKENS, stored=each) for each in stored]
        at, exact = self._known, np.zeros(0)
        for way, reader in enumerate(self._readers):
            yield from reader.stepping(self._ids[at])
            scores = reader.logits.astype(np.float64)
            if way == 0:
                exact = scores
            if at >= self._read:
                loss = -log_softmax(scores)[self._ids[at + 1]]
                same = scores.argmax() == exact.argmax()
                self._sums[way - 1] += np.abs(scores - exact).mean(), loss, same  # the whole cache: the last row
        self._known += 1

    def retune(self, params: Params) -> None:
        """The measurement is the same for every shape and every length."""

    def shown(self, params: Params) -> CachePage:
        return cache_page(params, self._sums, self._read, TOKENS, self._error)

    def save(self) -> dict[str, Any]:
        return {"sums": self._sums.copy(), "read": self._read}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for a measurement of another kind."""
        sums, read = np.array(saved["sums"], np.float64), int(saved["read"])
        if sums.shape != self._sums.shape or not 0 <= read <= TOKENS:
            raise ValueError(f"state: sums of shape {sums.shape}, {read} read; needs {self._sums.shape}")
        self._begin()
        self._sums, self._read = sums, read
