"""The page of analogies: one question as arrows, and, step by step, all questions of the lab, answered in two ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.text.embedding import Neighbour
from lab.experiments.e15_embeddings.near import flat, nothing_known, pca_layout
from lab.experiments.e15_embeddings.settings import Params
from lab.experiments.e15_embeddings.tables import Table, glove, questions
from lab.kit.arrays import read_only

__all__ = ["ANSWERS", "Analogies", "AnalogyPage", "Relation", "answer_both", "example_of"]

Floats = NDArray[np.float64]
ANSWERS = 5  # listed of each question


@dataclass(frozen=True, slots=True)
class Relation:
    """How many questions of one kind were asked, and answered rightly without and with the three words themselves."""

    name: str
    asked: int
    excluded: int
    included: int


@dataclass(frozen=True, slots=True, eq=False)
class AnalogyPage:
    """One question, a is to b as c is to …, and the count so far.

    names: a, b, c, and the words near the tip.  places: [N, 2] of their unit vectors.  tip: [2] where b − a + c is.
    share: how much of their spread the map shows.  excluded, included: the answers without and with the three words.
    note: which word is unknown.  asked, right: questions so far, and how many were right in the two ways.
    """

    params: Params
    names: tuple[str, ...]
    places: Floats
    tip: Floats
    share: float | None
    excluded: tuple[Neighbour, ...]
    included: tuple[Neighbour, ...]
    note: str
    asked: int
    right: tuple[int, int]
    relations: tuple[Relation, ...]
    whole: int

    @property
    def answers(self) -> tuple[Neighbour, ...]:
        """Those that the switch asks for."""
        return self.excluded if self.params.exclude else self.included


def answer_both(table: Table, a: str, b: str, c: str, k: int) -> tuple[list[Neighbour], list[Neighbour]]:
    """The k words nearest to b − a + c, of unit vectors, without those three and with them.

    Raises ValueError for a word without a vector. The same as `WordVectors.analogy`, both ways in one look.
    """
    rows = [table.vectors.place(word) for word in (a, b, c)]
    start, end, other = (table.unit[row] for row in rows)
    tip = end - start + other
    scores = table.unit @ (tip / max(float(np.linalg.norm(tip)), 1e-12))  # [V, d] @ [d]
    best = np.argpartition(-scores, k + len(rows))[: k + len(rows)]
    order = sorted(best.tolist(), key=lambda row: (-scores[row], row))
    found = [(row, Neighbour(table.vectors.words[row], float(scores[row]))) for row in order]
    without = [near for row, near in found if row not in rows]
    return without[:k], [near for _row, near in found][:k]


def example_of(relation: str) -> tuple[str, str, str]:
    """a, b and c of the first question of a kind that is answered wrongly, of its first one where all are right.

    Raises ValueError for a kind there is not.
    """
    asked = [question for question in questions() if question[0] == relation]
    if not asked:
        raise ValueError(f"relation: there is no {relation!r}")
    for _name, a, b, c, answer in asked:
        if answer_both(glove(), a, b, c, 1)[0][0].word != answer:
            return a, b, c
    return asked[0][1:4]


class Analogies:
    """One question of the learner's, and those of the lab, one a step."""

    def __init__(self, params: Params) -> None:
        self._params, self._table = params, glove()
        self._right: list[tuple[int, int]] = []
        self._shown: tuple[object, AnalogyPage] | None = None

    def done(self) -> bool:
        return len(self._right) >= len(questions())

    def step(self, _number: int) -> bool:
        """Answer the next question."""
        _relation, a, b, c, answer = questions()[len(self._right)]
        without, whole = answer_both(self._table, a, b, c, 1)
        self._right.append((int(without[0].word == answer), int(whole[0].word == answer)))
        return True

    def retune(self, params: Params) -> None:
        self._params = params

    def shown(self, _step: int) -> AnalogyPage:
        key = (self._params, len(self._right))
        if self._shown is None or self._shown[0] != key:
            self._shown = key, self._page()
        return self._shown[1]

    def _page(self) -> AnalogyPage:
        p, table = self._params, self._table
        words = (p.a, p.b, p.c)
        count = (len(self._right), (sum(x for x, _y in self._right), sum(y for _x, y in self._right)))
        relations = self._relations()
        strangers = [word for word in words if word not in table.vectors]
        if strangers:
            nothing = np.zeros((0, 2))
            note = nothing_known(table.vectors, strangers[0])
            return AnalogyPage(p, (), read_only(nothing), read_only(np.zeros(2)), None, (), (), note, *count,
                               relations, len(questions()))  # fmt: skip
        without, whole = answer_both(table, *words, ANSWERS)
        names = tuple(dict.fromkeys([*words, *(near.word for near in without)]))
        rows = np.stack([table.unit[table.vectors.place(name)] for name in names]).astype(np.float64)
        start, end, other = (table.unit[table.vectors.place(word)].astype(np.float64) for word in words)
        layout = pca_layout(flat(rows), np.vstack([rows, end - start + other]))
        return AnalogyPage(
            p, names, read_only(layout.places[:-1]), read_only(layout.places[-1]), sum(layout.shares),
            tuple(without), tuple(whole), "", *count, relations, len(questions()),
        )  # fmt: skip

    def _relations(self) -> tuple[Relation, ...]:
        found: dict[str, Relation] = {}
        for (name, *_rest), (x, y) in zip(questions(), self._right, strict=False):
            before = found.get(name, Relation(name, 0, 0, 0))
            found[name] = Relation(name, before.asked + 1, before.excluded + x, before.included + y)
        return tuple(found.values())

    def save(self) -> dict[str, Any]:
        return {"right": [list(pair) for pair in self._right]}

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Raises ValueError for a state that does not fit."""
        self._params = params
        found = [(int(x), int(y)) for x, y in saved["right"]]
        if len(found) > len(questions()) or any(value not in (0, 1) for pair in found for value in pair):
            raise ValueError(f"state: {len(found)} answers, there are {len(questions())} questions")
        self._right = found
