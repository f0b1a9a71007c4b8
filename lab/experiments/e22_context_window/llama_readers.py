"""Several readers of one text, side by side: SmolLM2 with memories of different kinds, a layer of one at a time."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_window import WindowLlama
from lab.experiments.e22_context_window.cache import UNIT
from lab.experiments.e22_context_window.models import house_text
from lab.experiments.e22_context_window.settings import Params
from lab.kit.smollm2 import opening_smollm2

__all__ = ["LlamaReaders", "Scores"]

Scores = NDArray[np.floating[Any]]


class LlamaReaders:
    """They read `TOKENS` tokens, eight a step. Who inherits says `_made` and `_judge`. error: why there are none."""

    TOKENS = 0

    def __init__(self, params: Params) -> None:
        self._params, self._error = params, ""
        self._read = 0  # tokens
        self._forget()

    @classmethod
    def letters(cls) -> str:
        """The part of the text that is looked at: more than is read."""
        return house_text()[: 8 * cls.TOKENS]

    def _forget(self) -> None:
        """Give up the caches."""
        self._known = 0  # tokens in the caches: fewer than were read after a load
        self._readers: list[WindowLlama] = []
        self._ids: list[int] = []
        self._unit: Generator[float, None, None] | None = None

    def _made(self, llama: Llama) -> list[WindowLlama]:
        """The readers, in their order."""
        raise NotImplementedError

    def _judge(self, at: int, scores: list[Scores], truth: int) -> None:
        """What every reader said of the token that followed, by the number of the one before it."""
        raise NotImplementedError

    def done(self) -> bool:
        return self._read >= self.TOKENS or bool(self._error)

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
            self._forget()  # the caches are not needed any more
        return self._read % UNIT == 0

    def _reading(self) -> Generator[float, None, None]:
        """One token by all of them."""
        if not self._readers:
            llama, tokenizer = yield from opening_smollm2(self.TOKENS)
            self._ids = tokenizer.encode(self.letters())[: self.TOKENS + 1]
            self._readers = self._made(llama)
        at, scores = self._known, list[Scores]()
        for reader in self._readers:
            yield from reader.stepping(self._ids[at])
            scores.append(reader.logits.astype(np.float64))
        self._judge(at, scores, self._ids[at + 1])
        self._known += 1
