"""A text as the mean of its words: the oldest way to compare texts by vectors. It knows nothing of their order, and
nothing of a word that has no vector.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.retrieval.late_interaction import unit_rows
from lab.engine.retrieval.word_search import words
from lab.engine.text.embedding import WordVectors

__all__ = ["WordMeans"]

Floats = NDArray[np.floating[Any]]


class WordMeans:
    """Texts read by a table of word vectors; case does not matter."""

    def __init__(self, table: WordVectors) -> None:
        self._rows = unit_rows(np.asarray(table.vectors, np.float32))
        self._places: dict[str, int] = {}
        for place, word in enumerate(table.words):
            self._places.setdefault(word.lower().strip(), place)

    def read(self, text: str) -> tuple[tuple[str, ...], Floats]:
        """The words of a text that have a vector, and a unit vector for each, [T, d]."""
        known = tuple(word for word in words(text) if word in self._places)
        return known, self._rows[[self._places[word] for word in known]]

    def vector(self, text: str) -> Floats:
        """The direction of the mean of its words, a unit vector [d]; all 0 where none has a vector."""
        return np.asarray(unit_rows(self.read(text)[1].sum(axis=0)[None])[0])

    def known(self, texts: Iterable[str]) -> float:
        """The share of the words of some texts that have a vector; 0 where there are no words."""
        every = [word in self._places for text in texts for word in words(text)]
        return sum(every) / len(every) if every else 0.0
