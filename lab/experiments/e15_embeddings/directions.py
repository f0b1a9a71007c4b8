"""The page of directions: the way from the mean of one list of words to the mean of another, and where all others stand
along it. Two checks stand beside it: words that were left out of the lists, and lists whose words were mixed up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.text.embedding import Neighbour
from lab.engine.text.embedding_map import fit_pca
from lab.experiments.e15_embeddings.near import nothing_known
from lab.experiments.e15_embeddings.settings import Params
from lab.experiments.e15_embeddings.tables import Table, glove
from lab.kit.arrays import read_only

__all__ = ["MOST_ROUNDS", "DirectionPage", "Directions", "direction_of", "held_out"]

Floats = NDArray[np.float64]
MOST_ROUNDS, MOST_LISTED, ENDS = 100, 60, 10


@dataclass(frozen=True, slots=True, eq=False)
class DirectionPage:
    """One direction. lists: of both ends, and of the words to look at.  names, kinds: on the map; kind 0, 1, 2 is the
    list, −1 none.  places: [N, 2], the cosine with the direction, and across it the widest direction of the rest.
    low, high: of all words, those that lie farthest to both sides.  held_out: the share of listed words that fall on
    the right side of a direction made without them.  mixed: the same for each round with mixed lists.  spread: of the
    third list along the direction.  score: of the chosen word.
    """

    params: Params
    lists: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    kinds: tuple[int, ...]
    places: Floats
    low: tuple[Neighbour, ...]
    high: tuple[Neighbour, ...]
    held_out: float | None
    mixed: tuple[float, ...]
    gap: float | None
    score: float | None
    note: str


def direction_of(a: Floats, b: Floats) -> Floats:
    """From the mean of rows a, [N, d], to the mean of rows b, at length 1; zeros where they are the same."""
    way = b.mean(axis=0) - a.mean(axis=0)
    length = float(np.linalg.norm(way))
    return np.asarray(way / length if length > 0 else way)


def held_out(a: Floats, b: Floats) -> float:
    """The share of rows that lie on the side of their own list, with a direction and a middle made without them.

    Both need two rows or more.
    """
    right = 0
    for own, other in ((a, b), (b, a)):
        for i, row in enumerate(own):
            rest = np.delete(own, i, axis=0)
            middle = (rest.mean(axis=0) + other.mean(axis=0)) / 2
            right += int((row - middle) @ direction_of(other, rest) > 0)
    return right / (len(a) + len(b))


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.lower().replace(",", " ").split()))[:MOST_LISTED]


class Directions:
    """The lists, and round by round what mixed lists would give."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params, self._rng, self._table = params, rng, glove()
        self._mixed: list[float] = []
        self._shown: tuple[object, DirectionPage] | None = None

    def done(self) -> bool:
        return len(self._mixed) >= MOST_ROUNDS or self._rows() is None

    def step(self, _number: int) -> bool:
        """Mix all words of both lists, part them anew, and see how well that direction does."""
        rows = self._rows()
        if rows is None:
            return False
        a, b = rows
        mixed = np.vstack([a, b])[self._rng.permutation(len(a) + len(b))]
        self._mixed.append(held_out(mixed[: len(a)], mixed[len(a) :]))
        return True

    def retune(self, params: Params) -> None:
        """A live change; other lists begin the rounds anew."""
        if (params.list_a, params.list_b) != (self._params.list_a, self._params.list_b):
            self._mixed = []
        self._params = params

    def _rows(self) -> tuple[Floats, Floats] | None:
        """The unit vectors of both lists; None where they cannot be used."""
        lists = _words(self._params.list_a), _words(self._params.list_b)
        if min(map(len, lists)) < 2 or any(word not in self._table.vectors for word in (*lists[0], *lists[1])):
            return None
        return self._unit(lists[0]), self._unit(lists[1])

    def _unit(self, words: Sequence[str]) -> Floats:
        table: Table = self._table
        return table.unit[[table.vectors.place(word) for word in words]].astype(np.float64)

    def shown(self, _step: int) -> DirectionPage:
        key = (self._params, len(self._mixed))
        if self._shown is None or self._shown[0] != key:
            self._shown = key, self._page()
        return self._shown[1]

    def _page(self) -> DirectionPage:
        p, vectors = self._params, self._table.vectors
        lists = _words(p.list_a), _words(p.list_b), _words(p.list_c)
        rows = self._rows()
        strangers = [word for words in lists for word in words if word not in vectors]
        if rows is None:
            note = nothing_known(vectors, strangers[0]) if strangers else _("Both ends need two words or more.")
            return DirectionPage(p, lists, (), (), read_only(np.zeros((0, 2))), (), (), None, (), None, None, note)
        way = direction_of(*rows)
        kind = {word: n for n, words in reversed(list(enumerate(lists))) for word in words if word in vectors}
        shown = [vectors.words[row] for row in self._table.shown]
        also = [p.word] if p.word in vectors else []
        names = tuple(dict.fromkeys([*kind, *shown, *also]))
        unit = self._unit(names)
        along = unit @ way
        rest = unit - np.outer(along, way)
        places = np.stack((along, fit_pca(rest, 1).project(rest)[:, 0]), axis=1)
        scores = self._table.unit @ way.astype(np.float32)
        order = np.argsort(scores, kind="stable")
        low, high = (
            tuple(Neighbour(vectors.words[i], float(scores[i])) for i in part)
            for part in (order[:ENDS], order[::-1][:ENDS])
        )
        third = [float(self._unit([word])[0] @ way) for word in lists[2] if word in vectors]
        return DirectionPage(
            p, lists, names, tuple(kind.get(name, -1) for name in names), read_only(places), low, high,
            held_out(*rows), tuple(self._mixed), max(third) - min(third) if third else None,
            float(self._unit([p.word])[0] @ way) if also else None,
            nothing_known(vectors, strangers[0]) if strangers else "",
        )  # fmt: skip

    def save(self) -> dict[str, Any]:
        return {"mixed": list(self._mixed)}

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Raises ValueError for a state that does not fit."""
        self._params = params
        self._mixed = [float(share) for share in saved["mixed"]]
        if len(self._mixed) > MOST_ROUNDS:
            raise ValueError(f"state: {len(self._mixed)} rounds, needs at most {MOST_ROUNDS}")
