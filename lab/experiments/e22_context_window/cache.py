"""What the memory of a text costs: bytes for models that were published, and the error that fewer bits bring, measured
on the house model; for SmolLM2 see `cache_llama`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import log_softmax
from lab.engine.lm.parameters import Floats
from lab.engine.lm.rolling import RollingLM
from lab.engine.pretrained.llama_window import rounded_rows
from lab.engine.transformer.cache_shapes import CACHE_SHAPES, CacheShape
from lab.experiments.e22_context_window.models import bundled, pieces, shakespeare
from lab.experiments.e22_context_window.settings import Params
from lab.kit.arrays import freeze

__all__ = ["BITS", "SHAPES", "UNIT", "Cache", "CachePage", "cache_page"]

Array = NDArray[np.floating[Any]]
BITS = (16, 8, 4, 2)
TEXTS, UNIT = 8, 8


SHAPES = {name: shape for name, shape in CACHE_SHAPES.items() if name != "mistral"}


@dataclass(frozen=True, slots=True, eq=False)
class CachePage:
    """errors: [4] by BITS, the mean distance of a score from that with the whole cache, over all letters so far.

    losses, same: [4], nats a letter, and the share of letters for which the first choice is still the same.  exact: the
    loss with the whole cache.  read: letters so far, with SmolLM2 tokens.  length: of them all.  missing: why nothing
    can be measured, or "".
    """

    params: Params
    errors: Array
    losses: Array
    same: Array
    exact: float
    read: int
    length: int
    missing: str = ""

    @property
    def shape(self) -> CacheShape:
        return SHAPES[self.params.shape]

    @property
    def bits(self) -> int:
        return int(self.params.bits)

    @property
    def place(self) -> int:
        """Where the chosen number of bits stands in BITS."""
        return BITS.index(self.bits)

    @property
    def per_token(self) -> float:
        return self.shape.per_token(self.bits)

    @property
    def total(self) -> float:
        """Bytes of the text."""
        return self.per_token * self.params.tokens

    @property
    def shared(self) -> int:
        """Tokens that two conversations have in common; never more than there are."""
        return min(self.params.shared, self.params.tokens)

    @property
    def two(self) -> float:
        """Bytes of two conversations as long, their beginning kept once."""
        return self.per_token * (2 * self.params.tokens - self.shared)


def cache_page(params: Params, sums: Array, read: int, length: int, missing: str = "") -> CachePage:
    """The page of what was measured. sums: [5, 3] over all that was read: the distance of a score, the loss and the
    same first choices, by BITS; the last row is that of the whole cache."""
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / (read if read else np.nan)
    errors, losses, same = (freeze(means[:-1, column].copy()) for column in range(3))
    return CachePage(params, errors, losses, same, float(means[-1, 1]), read, length, missing)


class Cache:
    """The house model with five caches at once; only the simulation touches them."""

    def __init__(self, params: Params, _rng: np.random.Generator) -> None:
        context = bundled("shakespeare-main").config.context
        self._ids = pieces(shakespeare()[2][:20_000], TEXTS, context + 1)
        self._sums = np.zeros((len(BITS) + 1, 3))  # distance, loss, same choices; the last row is the whole cache
        self._read = 0
        self._begin()

    def _begin(self) -> None:
        model = bundled("shakespeare-main").parameters
        self._known = 0  # letters in the caches: fewer than were read after a load
        self._readers = [RollingLM(model, TEXTS, stored=partial(rounded_rows, bits=bits)) for bits in BITS]
        self._exact = RollingLM(model, TEXTS)
        self._scores: Floats = np.zeros(0)
        self._way = -1

    def done(self) -> bool:
        return bool(self._read >= self._ids.shape[1] - 1)

    def step(self, _number: int) -> bool:
        """One letter by one of the readers; True when all have read eight more."""
        tokens = self._ids[:, self._known]
        if self._way < 0:
            self._scores = self._exact.step(tokens).astype(np.float64)
        else:
            self._add(self._way, self._readers[self._way].step(tokens).astype(np.float64))
        self._way += 1
        if self._way < len(BITS):
            return False
        if self._known >= self._read:
            self._add(len(BITS), self._scores)
        self._known, self._way = self._known + 1, -1
        if self._known <= self._read:
            return False  # read once more, after a load
        self._read = self._known
        return self._read % UNIT == 0

    def _add(self, row: int, scores: Array) -> None:
        if self._known < self._read:
            return
        targets = self._ids[:, self._known + 1]
        losses = -np.take_along_axis(log_softmax(scores), targets[:, None], axis=1)
        same = scores.argmax(axis=1) == self._scores.argmax(axis=1)
        self._sums[row] += np.abs(scores - self._scores).mean(), losses.mean(), same.mean()

    def retune(self, params: Params) -> None:
        """The measurement is the same for every shape and every length."""

    def shown(self, params: Params) -> CachePage:
        return cache_page(params, self._sums, self._read, self._ids.shape[1] - 1)

    def save(self) -> dict[str, Any]:
        return {"sums": self._sums.copy(), "read": self._read}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for a measurement of another kind."""
        sums, read = np.array(saved["sums"], np.float64), int(saved["read"])
        if sums.shape != self._sums.shape or not 0 <= read < self._ids.shape[1]:
            raise ValueError(f"state: sums of shape {sums.shape}, {read} read; needs {self._sums.shape}")
        self._begin()
        self._sums, self._read = sums, read
