"""Why each number on screen is what it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import Term, given, total
from lab.engine.text.embedding import table_bytes
from lab.experiments.e15_embeddings.analogies import AnalogyPage
from lab.experiments.e15_embeddings.compact import SCHEMES, CompactPage, K
from lab.experiments.e15_embeddings.learning import LearnPage
from lab.experiments.e15_embeddings.mapping import MapPage

__all__ = ["bytes_of", "compact_bytes", "cosine_of", "map_share", "norm_of", "pair_of", "recall_of", "right_share"]

Vector = NDArray[np.floating[Any]]
WRITTEN = 4  # numbers of a vector up to which a sum is written out


def pair_of(page: LearnPage | MapPage) -> tuple[Vector | None, Vector | None]:
    """The vector of the chosen word, and of the one it is compared with."""
    if isinstance(page, MapPage):
        return page.vector, page.other
    rows = page.at(page.params.word), page.at(page.params.other)
    one, other = (page.vectors[row] if row >= 0 else None for row in rows)
    return one, other


def _length(vector: Vector, symbol: str) -> Term:
    if len(vector) <= WRITTEN:
        squares = [given(f"{symbol}", float(value)) ** 2.0 for value in vector]
        return (total(squares) ** 0.5).named(f"‖{symbol}‖")
    return given(f"‖{symbol}‖", math.sqrt(float(vector.astype(np.float64) @ vector.astype(np.float64))))


def _dot(a: Vector, b: Vector) -> Term:
    if len(a) <= WRITTEN:
        return total([given("a", float(x)) * given("b", float(y)) for x, y in zip(a, b)]).named("a·b")
    return given("a·b", float(a.astype(np.float64) @ b.astype(np.float64)))


def cosine_of(page: LearnPage | MapPage) -> Term | None:
    """The dot product over both lengths."""
    a, b = pair_of(page)
    if a is None or b is None or not a.any() or not b.any():
        return None
    return (_dot(a, b) / (_length(a, "a") * _length(b, "b"))).named("cos")


def norm_of(page: LearnPage | MapPage) -> Term | None:
    """The length of the chosen word's vector."""
    a, _b = pair_of(page)
    return None if a is None else _length(a, "a")


def bytes_of(words: int, width: int) -> Term:
    """Rows times numbers times four bytes."""
    found = (given("V", words) * given("d", width) * given("", 4.0)).named("bytes")
    assert found.value == table_bytes(words, width)
    return found


def map_share(page: MapPage) -> Term | None:
    """What both directions show, of the whole spread."""
    if not page.shares:
        return None
    return total([given(f"share {n}", share) for n, share in enumerate(page.shares, 1)]).named("share")


def right_share(page: AnalogyPage, way: int) -> Term | None:
    """Right answers over questions. way: 0 without the three words, 1 with them."""
    return (given("right", page.right[way]) / given("asked", page.asked)).named("share") if page.asked else None


def recall_of(number: int) -> Callable[[CompactPage], Term | None]:
    """True neighbours that a scheme found, over all there were."""

    def found(page: CompactPage) -> Term | None:
        if not page.queries:
            return None
        return (given("found", page.hits[number]) / (given("k", K) * given("queries", page.queries))).named("recall")

    return found


def compact_bytes(number: int) -> Callable[[CompactPage], Term]:
    """Numbers times bits, by eight."""
    scheme = SCHEMES[number]
    return lambda _page: (given("numbers", scheme.kept) * given("bits", scheme.bits) / 8.0).named("bytes")
