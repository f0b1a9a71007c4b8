"""Attention sinks: SmolLM2 reads one text with everything kept, with a sliding window, and with window and the first
few tokens. Without the first ones it falls apart as soon as they are out of the window.

Source: Xiao et al., Efficient Streaming Language Models with Attention Sinks, 2024."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.engine.basics.activations import log_softmax
from lab.engine.pretrained.llama_window import WindowLlama
from lab.engine.text.exchange import corpus_artifact
from lab.experiments.e22_context_window.memory import UNIT, WAYS, MemoryPage
from lab.experiments.e22_context_window.models import house_text
from lab.experiments.e22_context_window.settings import Params
from lab.kit.arrays import freeze
from lab.kit.smollm2 import opening_smollm2

__all__ = ["TOKENS", "Sinks"]

TOKENS = 256  # that are read
LETTERS = 8 * TOKENS  # of the text that are looked at: more than enough
BEHIND = 16  # tokens behind the window from which on it counts as far


class Sinks:
    """The three readers; only the simulation touches them."""

    def __init__(self, params: Params, _rng: np.random.Generator) -> None:
        self._params, self._error = params, ""
        self._begin()

    def _begin(self) -> None:
        self._losses = np.full((len(WAYS), TOKENS), np.nan)
        self._read = self._known = 0  # tokens that were read, and that the readers know: fewer after a load
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
        return self._read % UNIT == 0

    def _reading(self) -> Generator[float, None, None]:
        """One token by all three."""
        if not self._readers:
            p = self._params
            llama, tokenizer = yield from opening_smollm2(TOKENS)
            self._ids = tokenizer.encode(house_text()[:LETTERS])[: TOKENS + 1]
            ways = ((None, 0), (p.window, 0), (p.window, p.sinks))
            self._readers = [WindowLlama(*llama.parts, window, sinks, TOKENS) for window, sinks in ways]
        at = self._known
        for way, reader in enumerate(self._readers):
            yield from reader.stepping(self._ids[at])
            self._losses[way, at] = -log_softmax(reader.logits.astype(np.float64))[self._ids[at + 1]]
        self._known += 1

    def retune(self, params: Params) -> None:
        """With another window the text is read anew."""
        before, self._params = self._params, params
        if (before.window, before.sinks) != (params.window, params.sinks):
            self._begin()

    def shown(self, params: Params) -> MemoryPage:
        read = self._read // UNIT * UNIT
        losses = self._losses.copy()
        losses[:, read:] = np.nan
        far = params.window + params.sinks + BEHIND
        return MemoryPage(params, freeze(losses), read, 8192, "rope", (0, params.window), far, self._error)

    def save(self) -> dict[str, Any]:
        return {"losses": self._losses.copy(), "read": self._read}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for losses of another number."""
        losses, read = np.array(saved["losses"], np.float64), int(saved["read"])
        if losses.shape != (len(WAYS), TOKENS) or not 0 <= read <= TOKENS:
            raise ValueError(f"state: losses of shape {losses.shape}, {read} read; needs {(len(WAYS), TOKENS)}")
        self._begin()
        self._losses, self._read = losses, read

    def text(self, origin: str) -> Artifact:
        """The text that is read, to be sent."""
        return corpus_artifact(house_text()[:LETTERS], origin)
