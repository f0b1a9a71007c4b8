"""Attention sinks: SmolLM2 reads one text with everything kept, with a sliding window, and with window and the first
few tokens. Without the first ones it falls apart as soon as they are out of the window.

Source: Xiao et al., Efficient Streaming Language Models with Attention Sinks, 2024."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.engine.basics.activations import log_softmax
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_window import WindowLlama
from lab.engine.text.exchange import corpus_artifact
from lab.experiments.e22_context_window.llama_readers import LlamaReaders, Scores
from lab.experiments.e22_context_window.memory import UNIT, WAYS, MemoryPage
from lab.experiments.e22_context_window.settings import Params
from lab.kit.arrays import freeze

__all__ = ["TOKENS", "Sinks"]

TOKENS = 256  # that are read
BEHIND = 16  # tokens behind the window from which on it counts as far


class Sinks(LlamaReaders):
    """The three readers; only the simulation touches them."""

    TOKENS = TOKENS

    def __init__(self, params: Params, _rng: np.random.Generator) -> None:
        super().__init__(params)
        self._losses = np.full((len(WAYS), TOKENS), np.nan)

    def _made(self, llama: Llama) -> list[WindowLlama]:
        p = self._params
        ways = ((None, 0), (p.window, 0), (p.window, p.sinks))
        return [WindowLlama(*llama.parts, window, sinks, TOKENS) for window, sinks in ways]

    def _judge(self, at: int, scores: list[Scores], truth: int) -> None:
        for way, found in enumerate(scores):
            self._losses[way, at] = -log_softmax(found)[truth]

    def retune(self, params: Params) -> None:
        """With another window the text is read anew."""
        before, self._params = self._params, params
        if (before.window, before.sinks) != (params.window, params.sinks):
            self._forget()
            self._losses, self._read = np.full((len(WAYS), TOKENS), np.nan), 0

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
        self._forget()
        self._losses, self._read = losses, read

    def text(self, origin: str) -> Artifact:
        """The text that is read, to be sent."""
        return corpus_artifact(self.letters(), origin)
