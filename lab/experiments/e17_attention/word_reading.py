"""The learner's own words as a reading: one layer, one head, in two dimensions."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.experiments.e17_attention.chain import chain_of
from lab.experiments.e17_attention.own_words import Vectors
from lab.experiments.e17_attention.reading import Reading, lit_row
from lab.experiments.e17_attention.roles import pictures_of, role_scores
from lab.experiments.e17_attention.settings import Params
from lab.kit.arrays import freeze, read_only

__all__ = ["WordInsides", "read_words"]


@dataclass(frozen=True, slots=True, eq=False)
class WordInsides:
    """The vectors of the words."""

    vectors: Vectors

    def head(self, _layer: int, _head: int) -> tuple[Any, Any, Any]:
        """Queries, keys and values, [n, 2] each."""
        return self.vectors.q, self.vectors.k, self.vectors.v

    def split(self, _layer: int, _token: int) -> None:
        """There is only one head."""
        return


def read_words(vectors: Vectors, params: Params) -> tuple[Reading, WordInsides]:
    """Words under the switches that are set. They are causal unless the mask is taken away."""
    insides, words = WordInsides(vectors), vectors.words
    row = lit_row(words, params.query)
    weights = chain_of(params, words, (0, 0), insides.head(0, 0), True, row, None).weights[None, None]
    ids: NDArray[np.int64] = np.array([zlib.crc32(word.lower().encode()) for word in words], np.int64)
    roles = {name: read_only(score[None], None) for name, score in role_scores(weights[0], ids, words).items()}
    kept = read_only(ids, None), read_only(weights, None)
    reading = Reading("own", words, *kept, roles, freeze(pictures_of(weights)), True)
    return reading, insides
