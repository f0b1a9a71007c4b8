"""How good a search is, when it is known which documents hold the answers: whether they come up at all among
the first few, and how far up the first of them stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.retrieval.word_search import ranking

__all__ = ["SearchScore", "found_at", "mean_score", "recall_at", "reciprocal_rank"]

Ranking = Sequence[int] | NDArray[np.integer[Any]]


def recall_at(found: Ranking, gold: Sequence[int], k: int) -> float:
    """The share of the right documents that are among the first k.

    Raises ValueError when there are none, or k < 1.
    """
    _check(gold, k)
    return len(set(gold) & set(np.asarray(found[:k]).tolist())) / len(set(gold))


def found_at(found: Ranking, gold: Sequence[int], k: int) -> bool:
    """Whether any of the right documents is among the first k: one is enough to answer from.

    Raises ValueError when there are none, or k < 1.
    """
    return recall_at(found, gold, k) > 0


def reciprocal_rank(found: Ranking, gold: Sequence[int]) -> float:
    """1 over the place of the first right document, 0 where there is none.

    Raises ValueError when `gold` is empty.
    """
    _check(gold, 1)
    places = [place for place, document in enumerate(found, 1) if document in set(gold)]
    return 1.0 / places[0] if places else 0.0


@dataclass(frozen=True, slots=True)
class SearchScore:
    """Means over questions.

    recall: recall@k.  found: the share of questions with any right document in the first k.
    reciprocal_rank: MRR.
    """

    recall: float
    found: float
    reciprocal_rank: float


def mean_score(
    search: Callable[[int], NDArray[np.floating[Any]]], golds: Sequence[Sequence[int]], k: int
) -> SearchScore:
    """How good a search is over many questions.

    search: the scores of all documents for question number q, [N].  golds: the right documents of each
    question.
    Raises ValueError when there are no questions, one has no right document, or k < 1.
    Source: Manning, Raghavan & Schütze, Introduction to Information Retrieval (2008), chapter 8.
    """
    if not golds:
        raise ValueError("golds: no questions, a mean needs at least one")
    orders = [ranking(search(q)) for q in range(len(golds))]
    pairs = list(zip(orders, golds, strict=True))
    return SearchScore(
        float(np.mean([recall_at(order, gold, k) for order, gold in pairs])),
        float(np.mean([found_at(order, gold, k) for order, gold in pairs])),
        float(np.mean([reciprocal_rank(order, gold) for order, gold in pairs])),
    )


def _check(gold: Sequence[int], k: int) -> None:
    if not gold or k < 1:
        raise ValueError(f"gold, k: {len(gold)} right documents and {k}, need at least one of each")
