"""What fewer bits in the cache do to SmolLM2: five readers of one text, one with the whole cache and four that round
each key and each value as soon as its token is read. The scores of the four are compared with those of the first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from lab.engine.basics.activations import log_softmax
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_window import WindowLlama, rounded_rows
from lab.experiments.e22_context_window.cache import BITS, CachePage, cache_page
from lab.experiments.e22_context_window.llama_readers import LlamaReaders, Scores
from lab.experiments.e22_context_window.settings import Params

__all__ = ["TOKENS", "LlamaCache"]

TOKENS = 128  # that are read


class LlamaCache(LlamaReaders):
    """The five readers, the one with the whole cache first; only the simulation touches them."""

    TOKENS = TOKENS

    def __init__(self, params: Params, _rng: np.random.Generator) -> None:
        super().__init__(params)
        self._sums = np.zeros((len(BITS) + 1, 3))  # distance, loss, same choices; the last row is the whole cache

    def _made(self, llama: Llama) -> list[WindowLlama]:
        stored = (None, *(partial(rounded_rows, bits=bits) for bits in BITS))
        return [WindowLlama(*llama.parts, capacity=TOKENS, stored=each) for each in stored]

    def _judge(self, at: int, scores: list[Scores], truth: int) -> None:
        if at < self._read:
            return
        exact = scores[0]
        for way, found in enumerate(scores):
            loss, same = -log_softmax(found)[truth], found.argmax() == exact.argmax()
            self._sums[way - 1] += np.abs(found - exact).mean(), loss, same  # the whole cache: the last row

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
        self._forget()
        self._sums, self._read = sums, read
