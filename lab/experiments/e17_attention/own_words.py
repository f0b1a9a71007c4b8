"""The learner's own words: each has a query, a key and a value in two dimensions, which can be dragged. A word that
was never touched has the vectors it was made with here, or, if it is unknown, some that its letters decide: the same
word has the same vectors wherever it stands. They are read as one layer with one head."""

from __future__ import annotations

import math
import zlib
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.experiments.e17_attention.chain import chain_of
from lab.experiments.e17_attention.gestures import Place
from lab.experiments.e17_attention.reading import Head, Reading, query_row
from lab.experiments.e17_attention.roles import pictures_of, role_scores
from lab.experiments.e17_attention.settings import Params
from lab.kit.arrays import freeze, read_only

__all__ = ["Vectors", "WordVectors", "initial_vector", "read_words"]

Array = NDArray[np.float64]
Pair = tuple[float, float]

KNOWN: dict[str, dict[str, Pair]] = {
    "the": {"q": (0.4, 0.8), "k": (-0.6, -1.0), "v": (-0.4, -0.6)},
    "cat": {"q": (0.6, -0.8), "k": (1.8, 0.6), "v": (2.2, 1.2)},
    "slept": {"q": (1.2, 0.4), "k": (-1.2, 1.2), "v": (-1.6, 1.0)},
    "because": {"q": (-0.8, 0.6), "k": (-1.4, -0.6), "v": (-1.0, -1.4)},
    "it": {"q": (1.6, 0.8), "k": (0.6, -1.2), "v": (0.8, -0.6)},
    "was": {"q": (0.8, 1.0), "k": (-0.4, 0.6), "v": (-0.6, 0.4)},
    "tired": {"q": (1.0, 1.2), "k": (0.2, 1.6), "v": (0.4, 1.8)},
    "north": {"q": (0.0, 1.0), "k": (0.0, 2.0), "v": (0.0, 2.0)},
    "east": {"q": (1.0, 0.0), "k": (2.0, 0.0), "v": (2.0, 0.0)},
    "south": {"q": (0.0, -1.0), "k": (0.0, -2.0), "v": (0.0, -2.0)},
    "west": {"q": (-1.0, 0.0), "k": (-2.0, 0.0), "v": (-2.0, 0.0)},
    "here": {"q": (1.6, 1.2), "k": (0.0, 0.0), "v": (0.0, 0.0)},
}
RADIUS = {"q": 1.4, "k": 1.8, "v": 1.6}


def initial_vector(word: str, kind: str) -> Pair:
    """The vector a word starts with."""
    known = KNOWN.get(word.lower().strip(".,;:!?"))
    if known is not None:
        return known[kind]
    angle = zlib.crc32(f"{kind} {word.lower()}".encode()) / 2**32 * 2 * math.pi
    return round(RADIUS[kind] * math.cos(angle), 1), round(RADIUS[kind] * math.sin(angle), 1)


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """q, k, v: [n, 2], of the words in the order they are read.  places: where each stands in the text as typed."""

    words: tuple[str, ...]
    q: Array
    k: Array
    v: Array
    places: tuple[int, ...]

    def of(self, kind: str) -> Array:
        """Queries, keys or values: [n, 2]."""
        return {"q": self.q, "k": self.k, "v": self.v}[kind]


@dataclass
class WordVectors:
    """What was moved by hand, text by text."""

    moved: dict[str, dict[tuple[str, int], Pair]] = field(default_factory=dict)

    def at(self, words: tuple[str, ...], kind: str, word: int) -> Pair:
        """Where a vector is."""
        return self.moved.get(" ".join(words), {}).get((kind, word)) or initial_vector(words[word], kind)

    def place(self, action: Place) -> Place | None:
        """Moves a vector; returns the gesture that takes it back, None for a word that is not there."""
        words = tuple(action.text.split(" "))
        if action.word >= len(words):
            return None
        before = self.at(words, action.kind, action.word)
        self.moved.setdefault(action.text, {})[action.kind, action.word] = (action.x, action.y)
        return Place(action.kind, action.word, *before, action.text)

    def vectors(self, words: tuple[str, ...], reverse: bool) -> Vectors:
        """All vectors of a text."""
        places = tuple(range(len(words)))[:: -1 if reverse else 1]
        arrays = (np.array([self.at(words, kind, i) for i in places]) for kind in "qkv")
        q, k, v = (freeze(array) for array in arrays)
        return Vectors(tuple(words[i] for i in places), q, k, v, places)

    def save(self) -> list[list[Any]]:
        """What was moved, as plain rows: text, kind, word, x, y."""
        return [
            [text, kind, word, x, y] for text, moved in self.moved.items() for (kind, word), (x, y) in moved.items()
        ]

    @classmethod
    def load(cls, rows: Any) -> WordVectors:
        """What `save` gave. Raises ValueError for a row that cannot be."""
        vectors = cls()
        for text, kind, word, x, y in rows:
            vectors.place(Place(str(kind), int(word), float(x), float(y), str(text)))
        return vectors


@dataclass(frozen=True, slots=True, eq=False)
class WordInternals:
    """The vectors of the words."""

    vectors: Vectors

    def head(self, _layer: int, _head: int) -> tuple[Any, Any, Any]:
        """Queries, keys and values, [n, 2] each."""
        return self.vectors.q, self.vectors.k, self.vectors.v

    def split(self, _layer: int, _token: int) -> None:
        """There is only one head."""
        return

    def score_parts(self, _head: Head, _query: int, _key: int) -> None:
        """These vectors were made by hand."""
        return

    def by_distance(self, _head: Head, _query: int, _key: int) -> None:
        """No word has a position."""
        return

    def value_lengths(self, _head: Head) -> Array:
        """‖v‖: what a word finds is not mixed further. [n]."""
        return np.asarray(np.linalg.norm(self.vectors.v, axis=1))

    def pushed(self, _head: Head, _token: int) -> None:
        """No next word is expected."""
        return

    def token(self, number: int) -> str:
        """A word, by its place."""
        return self.vectors.words[number]


def read_words(vectors: Vectors, params: Params) -> tuple[Reading, WordInternals]:
    """Words under the switches that are set. They are causal unless the mask is taken away."""
    internals, words = WordInternals(vectors), vectors.words
    row = query_row(words, params.query)
    weights = chain_of(params, words, (0, 0), internals.head(0, 0), True, row, None).weights[None, None]
    ids: NDArray[np.int64] = np.array([zlib.crc32(word.lower().encode()) for word in words], np.int64)
    roles = {name: read_only(score[None], None) for name, score in role_scores(weights[0], ids, words).items()}
    kept = read_only(ids, None), read_only(weights, None)
    reading = Reading("own", words, *kept, roles, freeze(pictures_of(weights)), True)
    return reading, internals
