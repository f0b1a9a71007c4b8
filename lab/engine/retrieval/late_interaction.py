"""Comparing token by token. One vector for a whole chunk mixes everything that is in it; late interaction keeps a
vector for every token, lets each token of the question look for its best partner in the chunk, and takes the mean
of what they found. That costs a vector a token, so it only puts in order what a cheaper search has brought up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.retrieval.word_search import ranking

__all__ = ["max_sim", "reranked", "unit_rows"]

Floats = NDArray[np.floating[Any]]


def unit_rows(states: Floats) -> Floats:
    """Each row made a unit vector, [T, d]; rows of zeros stay."""
    lengths = np.linalg.norm(states, axis=1, keepdims=True)
    return np.asarray(np.divide(states, lengths, out=np.zeros_like(states), where=lengths > 0))


def max_sim(query: Floats, document: Floats) -> tuple[float, NDArray[np.int64]]:
    """The mean over the query's tokens of the largest cosine with any token of the document.

    query: [Q, d].  document: [T, d], rows of length 1.
    Returns (score, best), best: [Q], the token of the document that each token of the query chose.
    Raises ValueError when one of them is empty or the widths differ.
    Source: Khattab & Zaharia, ColBERT (2020), which takes the sum; the mean ranks alike.
    """
    if not len(query) or not len(document) or query.shape[1:] != document.shape[1:]:
        raise ValueError(f"query, document: shapes {query.shape} and {document.shape}, need [Q, d] and [T, d]")
    cosines = np.asarray(query @ document.T)
    best = cosines.argmax(axis=1)
    return float(cosines.max(axis=1).mean()), best.astype(np.int64)


def reranked(scores: Floats, again: Mapping[int, float]) -> NDArray[np.int64]:
    """An order of all documents, [N]: those that were scored again first, by their new score, the others as before.

    scores: [N] of the first search.  again: document -> new score.
    """
    order = ranking(scores)
    first = sorted((int(k) for k in order if int(k) in again), key=lambda k: -again[k])
    return np.array([*first, *(int(k) for k in order if int(k) not in again)], np.int64)
