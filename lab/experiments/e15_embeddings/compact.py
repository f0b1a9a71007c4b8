"""The page of cheaper vectors: the same words with fewer bytes, and how many true neighbours are still found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import N_
from lab.experiments.e15_embeddings.settings import Params
from lab.experiments.e15_embeddings.tables import glove
from lab.kit.arrays import read_only

__all__ = ["MOST_QUERIES", "SCHEMES", "Compact", "CompactPage", "K", "Scheme", "quantized", "schemes"]

Floats = NDArray[np.float32]
K, MOST_QUERIES = 10, 200


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to write a vector of 100 numbers. bits: of each number.  kept: so many numbers."""

    id: str
    name: str
    bits: int
    kept: int

    @property
    def bytes(self) -> float:
        """Of one vector."""
        return self.bits * self.kept / 8


SCHEMES = (
    Scheme("full", N_("32 bits each"), 32, 100),
    Scheme("int8", N_("8 bits each"), 8, 100),
    Scheme("int4", N_("4 bits each"), 4, 100),
    Scheme("binary", N_("only the sign"), 1, 100),
    Scheme("first_50", N_("the first 50 numbers"), 32, 50),
    Scheme("first_25", N_("the first 25 numbers"), 32, 25),
    Scheme("first_10", N_("the first 10 numbers"), 32, 10),
)


def quantized(rows: Floats, bits: int) -> Floats:
    """Rows, [N, d], rounded to 2^bits − 1 levels even about zero, as far as the largest number of each row; with one
    bit only the signs, ±1, are left, and a number that is exactly 0 counts as +1."""
    if bits == 1:
        return np.where(rows < 0, -1, 1).astype(np.float32)
    if bits >= 32:
        return rows
    most = 2 ** (bits - 1) - 1
    scale = np.abs(rows).max(axis=1, keepdims=True) / most
    return np.asarray(np.round(rows / np.where(scale > 0, scale, 1)) * scale, np.float32)


def schemes(rows: Floats) -> dict[str, Floats]:
    """The rows as each scheme writes them, at length 1, ready to be compared."""
    found = {}
    for scheme in SCHEMES:
        kept = quantized(rows[:, : scheme.kept], scheme.bits)
        lengths = np.linalg.norm(kept, axis=1, keepdims=True)
        found[scheme.id] = np.asarray(kept / np.where(lengths > 0, lengths, 1), np.float32)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class CompactPage:
    """hits: of each scheme, how many true neighbours it found, over all queries.  words: the last query, its true
    neighbours, and those by each scheme. past: [n, schemes], recall after each query."""

    params: Params
    queries: int
    hits: tuple[int, ...]
    word: str
    true: tuple[str, ...]
    found: tuple[tuple[str, ...], ...]
    past: NDArray[np.float64]
    words: int

    def recall(self, number: int) -> float | None:
        """The share of the true neighbours that a scheme found so far."""
        return self.hits[number] / (K * self.queries) if self.queries else None


class Compact:
    """One query a step, in every way of writing vectors."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params, self._table = params, glove()
        self._queries = rng.permutation(len(self._table.vectors.words))[:MOST_QUERIES]
        self._rows = schemes(np.asarray(self._table.vectors.vectors, np.float32))
        self._hits: list[tuple[int, ...]] = []
        self._last: tuple[tuple[int, ...], ...] = ()

    def done(self) -> bool:
        return len(self._hits) >= len(self._queries)

    def step(self, _number: int) -> bool:
        """Ask for the neighbours of the next word."""
        self._last = self._ask(int(self._queries[len(self._hits)]))
        true = set(self._last[0])
        self._hits.append(tuple(len(true & set(found)) for found in self._last))
        return True

    def _ask(self, query: int) -> tuple[tuple[int, ...], ...]:
        """The ten nearest by each scheme, nearest first."""
        found = []
        for rows in self._rows.values():
            scores = rows @ rows[query]
            scores[query] = -np.inf
            best = np.argpartition(-scores, K)[:K]
            found.append(tuple(best[np.lexsort((best, -scores[best]))].tolist()))
        return tuple(found)

    def retune(self, params: Params) -> None:
        self._params = params

    def shown(self, _step: int) -> CompactPage:
        words, count = self._table.vectors.words, len(self._hits)
        hits = np.array(self._hits, np.float64).reshape(count, len(SCHEMES))
        past = hits.cumsum(axis=0) / (K * np.arange(1, count + 1)[:, None])
        named = tuple(tuple(words[i] for i in found) for found in self._last)
        return CompactPage(
            self._params,
            count,
            tuple(int(n) for n in hits.sum(axis=0)),
            words[int(self._queries[count - 1])] if count else "",
            named[0] if named else (),
            named,
            read_only(past),
            len(words),
        )

    def save(self) -> dict[str, Any]:
        return {"hits": [list(row) for row in self._hits]}

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Raises ValueError for a state that does not fit."""
        found = [tuple(int(n) for n in row) for row in saved["hits"]]
        if len(found) > len(self._queries) or any(len(row) != len(SCHEMES) for row in found):
            raise ValueError(f"state: {len(found)} queries, needs at most {len(self._queries)}")
        self._params, self._hits = params, found
        self._last = self._ask(int(self._queries[len(found) - 1])) if found else ()
