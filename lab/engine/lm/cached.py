"""A model that can be asked about any text. Asked again about a text that only grew, or that branched off from the
last one, it reads what is new and reuses the cache for the rest; a text longer than the cache is seen through a
window that moves on by half its length, so that most questions still cost one token.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.engine.basics.activations import softmax
from lab.engine.lm.decoder import Decoder
from lab.engine.lm.parameters import Floats, Parameters

__all__ = ["CachedLM", "window_start"]


def window_start(length: int, capacity: int) -> int:
    """Where the window on a text begins: at 0, then on by half a window whenever the text outgrows it."""
    half = max(1, capacity // 2)
    return 0 if length <= capacity else -(-(length - capacity) // half) * half


class CachedLM:
    """Answers about texts, with the cache of the last one kept.

    parameters: a causal model; capacity: the window in tokens, None: the context.
    Raises ValueError as `Decoder` does.
    """

    def __init__(self, parameters: Parameters, capacity: int | None = None) -> None:
        self._decoder = Decoder(parameters, capacity)
        self._seen: list[int] = []  # what the cache holds
        self.passes = 0  # tokens computed so far
        self.reused = 0  # tokens found in the cache so far

    @property
    def size(self) -> int:
        """How many tokens the vocabulary has."""
        return self._decoder.config.vocab_size

    def scores(self, ids: Sequence[int]) -> Floats:
        """The scores of each next token after a text, [V], in memory of the caller's own.

        Raises ValueError when the text is empty or holds an unknown token.
        """
        return np.asarray(self._last(ids, 1)[0])

    def next(self, ids: Sequence[int]) -> Floats:
        """The probability of each next token after a text, [V]."""
        return softmax(self.scores(ids).astype(np.float64))

    def nexts(self, ids: Sequence[int], n: int) -> Floats:
        """The probabilities after each of the last n prefixes of a text, [n, V], in one pass where possible.

        Raises ValueError when n is not in 1 … the length of the text, or more than fits the window.
        """
        return softmax(self._last(ids, n).astype(np.float64))

    def _last(self, ids: Sequence[int], n: int) -> Floats:
        capacity, decoder = self._decoder.capacity, self._decoder
        if not 1 <= n <= min(len(ids), capacity):
            raise ValueError(f"n must be in 1 … {min(len(ids), capacity)} for {len(ids)} ids, got {n}")
        if len({window_start(len(ids) - k, capacity) for k in range(n)}) > 1:  # the window moves in between
            return np.stack([self._last(ids[: len(ids) - k], 1)[0] for k in reversed(range(n))])
        window = list(ids[window_start(len(ids), capacity) :])
        shared = 0
        for old, new in zip(self._seen, window, strict=False):
            if old != new:
                break
            shared += 1
        shared = min(shared, len(window) - n)
        decoder.truncate(shared)
        self._seen = window[:shared]
        fresh = window[shared:]
        self.reused += shared
        self.passes += len(fresh)
        logits = decoder.step(fresh[0])[None].copy() if len(fresh) == 1 else decoder.read(fresh)
        self._seen = window
        return np.asarray(logits[-n:])
