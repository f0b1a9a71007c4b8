"""Search by words. A document is likely to be about a question when they share words, the rarer the word the
more it says. TF-IDF weighs words that way and compares directions; BM25 adds that the tenth occurrence says
less than the second, and that long documents contain more words of any kind. Every score is a sum over words,
so it can be shown which words brought a document up.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = [
    "BM25",
    "TFIDF",
    "Dense",
    "Index",
    "Term",
    "Words",
    "ranking",
    "token_shares",
    "word_spans",
    "words",
]

Floats = NDArray[np.floating[Any]]
WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a text in lower case: runs of letters and digits.

    words("Mt. Fuji: 3,776 m") == ["mt", "fuji", "3", "776", "m"].
    """
    return [word.lower() for word in WORD.findall(text)]


def word_spans(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where words stand in a text, for marking them; `wanted` in lower case."""
    chosen = set(wanted)
    return [match.span() for match in WORD.finditer(text) if match.group().lower() in chosen]


def ranking(scores: Floats) -> NDArray[np.int64]:
    """The documents, best first, [N]; of equals the earlier one.  scores: [N]."""
    return np.argsort(-np.asarray(scores, np.float64), kind="stable")


@dataclass(frozen=True, slots=True)
class Term:
    """What one word adds to a document's score.

    count: how often it occurs there.  rarity: its idf.  contribution: what it adds; over all terms, the
    score.
    """

    word: str
    count: int
    rarity: float
    contribution: float


class Index(Protocol):
    """A set of documents that can be searched by words."""

    def scores(self, query: str) -> Floats:
        """How well each document fits, [N]."""
        ...

    def terms(self, query: str, document: int) -> list[Term]:
        """What each word of the query adds to one document's score, most first."""
        ...


class Words:
    """The words of some documents, counted once for every index over them.

    documents: their texts.  Raises ValueError when there are none.
    """

    def __init__(self, documents: Sequence[str]) -> None:
        if not documents:
            raise ValueError("documents: none, an index needs at least one")
        counts = [Counter(words(document)) for document in documents]
        self.n_documents = len(documents)
        self.lengths = np.array([count.total() for count in counts], np.float64)
        self.counts: Mapping[str, NDArray[np.float64]] = _columns(counts)

    def count(self, word: str) -> NDArray[np.float64]:
        """How often a word occurs in each document, [N]."""
        return self.counts.get(word, np.zeros(self.n_documents))

    def n_with(self, word: str) -> int:
        """In how many documents a word occurs."""
        return int(np.count_nonzero(self.count(word)))


def _columns(counts: Sequence[Counter[str]]) -> dict[str, NDArray[np.float64]]:
    columns: dict[str, NDArray[np.float64]] = {}
    for document, count in enumerate(counts):
        for word, n in count.items():
            columns.setdefault(word, np.zeros(len(counts)))[document] = n
    return columns


class BM25:
    """Okapi BM25: Σ idf(w) · n(w) (k1 + 1) / (n(w) + k1 (1 − b + b · length / mean length)).

    k1: how soon more of the same word stops counting.  b: how much length is held against a document, 0 … 1.
    Raises ValueError when k1 is negative or b outside 0 … 1.
    Source: Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009); idf with 1
    added, so that no word counts against a document.
    """

    def __init__(self, documents: Words, k1: float = 1.5, b: float = 0.75) -> None:
        if not (0 <= k1 < math.inf and 0 <= b <= 1):
            raise ValueError(f"k1, b: {k1}, {b}, need 0 ≤ k1 < ∞ and 0 ≤ b ≤ 1")
        self._words, self._k1 = documents, k1
        mean = float(documents.lengths.mean()) or 1.0
        self._damping = k1 * (1 - b + b * documents.lengths / mean)

    def rarity(self, word: str) -> float:
        """idf: ln(1 + (N − n + ½) / (n + ½)), n being the documents with the word."""
        n = self._words.n_with(word)
        return math.log1p((self._words.n_documents - n + 0.5) / (n + 0.5))

    def scores(self, query: str) -> Floats:
        """How well each document fits, [N]; 0 where no word is shared. A word said twice counts twice."""
        total = np.zeros(self._words.n_documents)
        for word, times in Counter(words(query)).items():
            total += times * self._part(word)
        return total

    def terms(self, query: str, document: int) -> list[Term]:
        """What each word of the query adds to one document's score, most first, if the document has it."""
        found = []
        for word, times in Counter(words(query)).items():
            if n := int(self._words.count(word)[document]):
                contribution = times * float(self._part(word)[document])
                found.append(Term(word, n, self.rarity(word), contribution))
        return sorted(found, key=lambda term: -term.contribution)

    def _part(self, word: str) -> Floats:
        """What one occurrence of a word in the query adds to each document, [N]."""
        n = self._words.count(word)
        top = self.rarity(word) * n * (self._k1 + 1)
        return np.divide(top, n + self._damping, out=np.zeros_like(n), where=n > 0)


class TFIDF:
    """The cosine between documents and query as vectors with a place for each word, n(w) · idf(w).

    Source: Salton & Buckley, Term-Weighting Approaches in Automatic Text Retrieval (1988); idf = ln(N / n) +
    1, so that a word in every document still counts.
    """

    def __init__(self, documents: Words) -> None:
        self._words = documents
        squares = np.zeros(documents.n_documents)
        for word, count in documents.counts.items():
            squares += (count * self.rarity(word)) ** 2
        self._norms = np.sqrt(squares)

    def rarity(self, word: str) -> float:
        """idf: ln(N / n) + 1, n being the documents with the word; 0 for a word in none."""
        n = self._words.n_with(word)
        return math.log(self._words.n_documents / n) + 1 if n else 0.0

    def scores(self, query: str) -> Floats:
        """The cosine with each document, [N]; 0 where no word is shared.

        Words that no document has are left out.
        """
        total = np.zeros(self._words.n_documents)
        counted = Counter(words(query))
        for word, times in counted.items():
            total += self._part(word, times)
        return self._over_norms(total, counted)

    def terms(self, query: str, document: int) -> list[Term]:
        """What each word of the query adds to one document's score, most first, if the document has it."""
        counted = Counter(words(query))
        found = []
        for word, times in counted.items():
            if n := int(self._words.count(word)[document]):
                share = self._over_norms(self._part(word, times), counted)[document]
                found.append(Term(word, n, self.rarity(word), float(share)))
        return sorted(found, key=lambda term: -term.contribution)

    def _part(self, word: str, times: int) -> Floats:
        return np.asarray(times * self.rarity(word) ** 2 * self._words.count(word))

    def _over_norms(self, products: Floats, query: Counter[str]) -> Floats:
        norm = math.sqrt(sum((times * self.rarity(word)) ** 2 for word, times in query.items()))
        lengths = self._norms * norm
        return np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)


class Dense:
    """Search by meaning: documents and query as unit vectors, [N, d] and [d], compared by their cosine.

    vectors: one row for each document, made by an encoder.  Raises ValueError unless they are [N, d] and of
    length 1.
    """

    def __init__(self, vectors: Floats) -> None:
        if vectors.ndim != 2 or not len(vectors):
            raise ValueError(f"vectors: shape {vectors.shape}, needs [N, d] with at least one row")
        lengths = np.linalg.norm(vectors, axis=1)
        if not np.allclose(lengths, 1.0, atol=1e-3):
            raise ValueError(f"vectors: lengths from {lengths.min():.3g} to {lengths.max():.3g}, need 1")
        self.vectors = vectors

    def scores(self, query: Floats) -> Floats:
        """The cosine with each document, [N].  Raises ValueError when the query is not [d]."""
        if query.shape != self.vectors.shape[1:]:
            raise ValueError(f"query: shape {query.shape}, needs {self.vectors.shape[1:]}")
        return np.asarray(self.vectors @ query)


def token_shares(states: Floats, query: Floats) -> Floats:
    """What each token of a text adds to its cosine with a query, [T]; they sum to the cosine exactly.

    The vector of a text is the mean of its tokens' states, made a unit vector, so the dot product is a sum
    over them.
    states: [T, d], the encoder's last layer.  query: [d], a unit vector.
    Raises ValueError when the shapes do not fit, or the states cancel out and have no direction.
    """
    if states.ndim != 2 or states.shape[1:] != query.shape:
        raise ValueError(f"states, query: shapes {states.shape} and {query.shape}, need [T, d] and [d]")
    length = float(np.linalg.norm(states.sum(axis=0)))
    if length == 0:
        raise ValueError("states: they cancel out, the text has no direction")
    return np.asarray(states @ query / length)
