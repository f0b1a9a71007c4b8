"""Why a chunk was found: what each shared word adds to its BM25 score, and each of its tokens to the cosine."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.retrieval.word_search import BM25, token_shares
from lab.experiments.e23_retrieval_agents.reading import Read

__all__ = ["MOST", "Why", "why_of"]

MOST = 6


@dataclass(frozen=True, slots=True)
class Why:
    """chunk: which.  words: (word, times, rarity, what it adds), most first.  tokens: (token, what it adds to the
    cosine), most first; () while the chunk is unread."""

    chunk: int
    words: tuple[tuple[str, int, float, float], ...]
    tokens: tuple[tuple[str, float], ...]


def why_of(bm25: BM25, chunk: int, question: str, read: Read | None, vector: NDArray[Any] | None) -> Why:
    """The reasons for a chunk."""
    words = tuple((term.word, term.count, term.rarity, term.contribution) for term in bm25.terms(question, chunk))
    tokens: tuple[tuple[str, float], ...] = ()
    if read is not None and vector is not None and read.vector.any():
        shares = token_shares(read.states.astype(np.float64), vector.astype(np.float64))
        spelled = np.flatnonzero([bool(token) for token in read.tokens])
        first = spelled[np.argsort(-shares[spelled], kind="stable")][:MOST]
        tokens = tuple((read.tokens[int(k)], float(shares[k])) for k in first)
    return Why(chunk, words[:MOST], tokens)
