"""Texts as MiniLM reads them: one vector for each, and one for each of its tokens. A text is read once in a run, layer
by layer, so that the thread that does it can answer in between."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.pieces import part_of
from lab.engine.pretrained.minilm import MiniLM
from lab.engine.retrieval.late_interaction import unit_rows
from lab.kit.arrays import freeze
from lab.kit.minilm import opened_encoder

__all__ = ["Read", "Reader"]

Floats = NDArray[np.floating[Any]]
MOST = 600  # texts that are kept


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """tokens: the T pieces.  states: [T, 384] the last layer.  vector: [384], the unit vector of the text."""

    tokens: tuple[str, ...]
    states: NDArray[np.float16]
    vector: NDArray[np.float32]

    def unit_states(self) -> Floats:
        """A unit vector for each token but the first and the last, which are signs and no words, [T − 2, d]."""
        return unit_rows(self.states[1:-1].astype(np.float32))


class Reader:
    """What has been read so far."""

    def __init__(self) -> None:
        self._read: dict[str, Read] = {}
        self._encoder: MiniLM | None = None

    def get(self, text: str) -> Read | None:
        """What was read of a text; None where it was not yet."""
        return self._read.get(text)

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Those of some texts that are still to be read."""
        return [text for text in dict.fromkeys(texts) if text not in self._read]

    def reading(self, texts: Iterable[str]) -> Generator[float, None, None]:
        """Reads what is missing of some texts; yields the share that is done."""
        wanted = self.missing(texts)
        if not wanted:
            return
        if self._encoder is None:
            self._encoder = yield from part_of(opened_encoder(), 0.0, 0.5)
        for number, text in enumerate(wanted):
            start, end = 0.5 + 0.5 * number / len(wanted), 0.5 + 0.5 * (number + 1) / len(wanted)
            trace = yield from part_of(self._encoder.tracing(text), start, end)
            while len(self._read) >= MOST:
                self._read.pop(next(iter(self._read)))
            states = freeze(trace.hidden[-1].astype(np.float16))
            self._read[text] = Read(trace.tokens, states, freeze(trace.vector))
