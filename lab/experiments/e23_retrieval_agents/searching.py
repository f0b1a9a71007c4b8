"""A question against all chunks: by words, by vectors, by both, and once more token by token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.retrieval.fusion import z_sum
from lab.engine.retrieval.late_interaction import max_sim, reranked
from lab.engine.retrieval.word_search import BM25, Words, ranking
from lab.experiments.e23_retrieval_agents.reading import Read, Reader

__all__ = ["AGAIN", "Index", "Scores", "map_of"]

Floats = NDArray[np.float64]
AGAIN = 10  # chunks that are compared once more, token by token


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Of every chunk, [N]: words (BM25), vectors (cosine, nan while they are being read), mixed (z-scores), again
    (MaxSim, nan for those that were not compared).  orders: by method, the chunks, best first."""

    words: Floats
    vectors: Floats
    mixed: Floats
    again: Floats
    orders: dict[str, NDArray[np.int64]]


class Index:
    """The chunks of a document, ready to be searched.

    texts: of the chunks.  vectors: where they are known beforehand, [N, 384]; else the reader has them, or will.
    """

    def __init__(self, texts: Sequence[str], reader: Reader, vectors: NDArray[np.float32] | None = None) -> None:
        self.texts = tuple(texts)
        self._reader, self._stored = reader, vectors
        self.bm25 = BM25(Words(self.texts)) if self.texts else None
        self._vectors: NDArray[np.float32] | None = vectors

    @property
    def stored(self) -> bool:
        """Whether its vectors are known beforehand."""
        return self._stored is not None

    def vectors(self) -> NDArray[np.float32] | None:
        """[N, 384]; None while some are missing."""
        if self._vectors is None and self.texts and not self._reader.missing(self.texts):
            found = [self._reader.get(text) for text in self.texts]
            self._vectors = np.stack([read.vector for read in found if read is not None])
        return self._vectors

    def scores(self, question: str, vector: NDArray[np.float32] | None, share: float, again: bool) -> Scores:
        """Everything about a question.

        vector: of the question, None while it is unread.  again: whether the best are compared token by token.
        """
        n = len(self.texts)
        words = np.zeros(n) if self.bm25 is None else np.asarray(self.bm25.scores(question), np.float64)
        vectors = self.vectors()
        if vectors is None or vector is None:
            nothing = np.full(n, np.nan)
            order = ranking(words)
            return Scores(
                words, nothing, nothing, nothing, dict.fromkeys(("words", "vectors", "hybrid", "rerank"), order)
            )
        cosines = np.asarray(vectors @ vector, np.float64)
        mixed = np.asarray(z_sum(words, cosines, share), np.float64)
        late = self._late(question, mixed) if again else {}
        seen = np.full(n, np.nan)
        for chunk, score in late.items():
            seen[chunk] = score
        found = {"words": ranking(words), "vectors": ranking(cosines), "hybrid": ranking(mixed)}
        return Scores(words, cosines, mixed, seen, found | {"rerank": reranked(mixed, late)})

    def candidates(self, question: str, vector: NDArray[np.float32], share: float) -> list[str]:
        """The chunks that would be compared token by token."""
        order = self.scores(question, vector, share, False).orders["hybrid"]
        return [self.texts[int(chunk)] for chunk in order[:AGAIN]]

    def _late(self, question: str, mixed: Floats) -> dict[int, float]:
        asked = self._reader.get(question)
        if asked is None:
            return {}
        found: dict[int, Read | None] = {int(k): self._reader.get(self.texts[int(k)]) for k in ranking(mixed)[:AGAIN]}
        if any(read is None for read in found.values()):
            return {}
        rows = asked.unit_states()
        states = {chunk: read.unit_states() for chunk, read in found.items() if read is not None}
        return {chunk: max_sim(rows, own)[0] for chunk, own in states.items() if len(rows) and len(own)}


def map_of(vectors: NDArray[Any]) -> tuple[Floats, Floats]:
    """A flat map of vectors along the two directions in which they differ most: (middle [d], directions [d, 2])."""
    rows = np.asarray(vectors, np.float64)
    middle = rows.mean(axis=0)
    if len(rows) < 3:
        return middle, np.eye(rows.shape[1], 2)
    directions = np.linalg.svd(rows - middle, full_matrices=False)[2][:2].T
    signs = np.sign(directions[np.abs(directions).argmax(axis=0), [0, 1]])
    return middle, directions * signs
