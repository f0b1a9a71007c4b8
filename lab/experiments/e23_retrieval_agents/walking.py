"""The graph: passages linked to their neighbours in layers, and a search that walks along the links. Each step is one
hop. Beside the run it is measured how many of the right passages such walks find, and for how much work."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.pretrained.passages import passage_vectors, question_vectors
from lab.engine.retrieval.vector_search import HNSW, SearchResult, exact_search
from lab.experiments.e23_retrieval_agents.searching import map_of
from lab.experiments.e23_retrieval_agents.settings import Params
from lab.experiments.e23_retrieval_agents.texts import library, library_questions
from lab.kit.arrays import freeze, read_only

__all__ = ["NEAREST", "VIEWED", "GraphPage", "HopShown", "Walking"]

NEAREST = 5  # passages that are wanted
VIEWED = (1, 2, 3, 5, 8, 12, 16, 24, 32, 48, 64)  # candidates in view, for which it is measured
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HopShown:
    """One hop: at `node` in `layer`, `looked` were compared, `kept` are in view.  distance: 1 − cosine."""

    layer: int
    node: int
    distance: float
    looked: tuple[int, ...]
    kept: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class GraphPage:
    """places: [298, 2] of the passages.  asked: [2] of the question.  tops: [298] the highest layer of each.  edges: by
    layer, [E, 2] links.  hops: those made so far.  total: of the whole walk.  found, truth: the nearest passages that
    the walk and a full search find.  compared: passages compared so far.  recall, work: [11] by VIEWED over all
    questions, nan while they are being measured.  linked: passages in the graph.
    """

    params: Params
    question: str
    number: int
    places: Floats
    asked: Floats
    tops: NDArray[np.int64]
    edges: tuple[NDArray[np.int64], ...]
    hops: tuple[HopShown, ...]
    total: int
    found: tuple[int, ...]
    truth: tuple[int, ...]
    compared: int
    recall: Floats
    work: Floats
    linked: int

    @property
    def layer(self) -> int:
        """The layer the walk is in; the highest before it begins."""
        return self.hops[-1].layer if self.hops else max(0, len(self.edges) - 1)

    @property
    def hit(self) -> float:
        """The share of the right passages that this walk finds, once it has ended; nan before."""
        if not self.total or len(self.hops) < self.total:
            return float("nan")
        return len(set(self.found) & set(self.truth)) / len(self.truth)


class Walking:
    """The graph and one walk; only the simulation touches it."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params = params
        self._seed = int(rng.integers(2**31))
        self._hops = 0
        self._vectors, self._questions = passage_vectors(), question_vectors()
        middle, directions = map_of(self._vectors)
        self._places = freeze((self._vectors - middle) @ directions)
        self._asked_places = freeze((self._questions - middle) @ directions)
        self._begin()

    def _begin(self) -> None:
        self._index = HNSW(self._vectors, np.random.default_rng(self._seed), self._params.links, 32)
        self._recall, self._work = np.full((2, len(VIEWED)), np.nan)
        self._edges: tuple[NDArray[np.int64], ...] = ()
        self._result: SearchResult | None = None
        self._making: Generator[None, None, None] | None = self._build()

    def _build(self) -> Generator[None, None, None]:
        """Links all passages, then measures."""
        for _linked in self._index.building():
            yield
        self._edges = tuple(self._links(layer) for layer in range(self._index.n_layers))
        self._walk()
        yield
        found = np.zeros((len(VIEWED), 2))
        for number, vector in enumerate(self._questions, 1):
            truth = set(exact_search(self._vectors, vector, NEAREST).ids)
            for row, in_view in enumerate(VIEWED):
                one = self._index.search(vector, min(NEAREST, in_view), in_view)
                found[row] += len(set(one.ids) & truth) / NEAREST, one.n_compared
            if number == len(self._questions):
                self._recall, self._work = (found / number).T
            yield

    def _links(self, layer: int) -> NDArray[np.int64]:
        pairs = {
            (min(node, other), max(node, other))
            for node in self._index.nodes(layer)
            for other in self._index.neighbours(node, layer)
        }
        return freeze(np.array(sorted(pairs), np.int64).reshape(-1, 2))

    def _walk(self) -> None:
        number, in_view = self._number, self._params.in_view
        self._result = self._index.search(self._questions[number - 1], min(NEAREST, in_view), in_view)

    @property
    def _number(self) -> int:
        return min(max(1, self._params.number), len(self._questions))

    @property
    def opening(self) -> bool:
        """Whether the graph is being made anew in the middle of a walk; before the first hop a step does it."""
        return self._making is not None and self._hops > 0

    def go_on(self) -> None:
        """A piece of it."""
        assert self._making is not None
        try:
            next(self._making)
        except StopIteration:
            self._making = None

    def done(self) -> bool:
        return self._result is not None and self._hops >= len(self._result.hops)

    def step(self) -> bool:
        """One hop, once the graph is there."""
        if self._making is not None:
            self.go_on()
            return False
        if self.done():
            return False
        self._hops += 1
        return True

    def retune(self, params: Params) -> None:
        before, self._params = self._params, params
        if before.links != params.links:
            self._begin()
        elif self._edges:
            self._walk()

    def shown(self, _steps: int) -> GraphPage:
        number, total = self._number, 0
        found: tuple[int, ...] = ()
        truth = exact_search(self._vectors, self._questions[number - 1], NEAREST).ids
        walked: tuple[HopShown, ...] = ()
        there = self._hops > 0  # before the first hop nothing is shown of the graph: a frame follows from the step
        if self._result is not None and there:
            total = len(self._result.hops)
            walked = tuple(
                HopShown(hop.layer, hop.node, hop.distance, hop.looked_at, hop.kept)
                for hop in self._result.hops[: self._hops]
            )
            found = self._result.ids
        compared = 1 + sum(len(hop.looked) for hop in walked) if walked else 0
        return GraphPage(
            self._params, library_questions()[number - 1].text, number, self._places,
            read_only(self._asked_places[number - 1]), read_only(np.array(self._index.tops), np.int64),
            self._edges if there else (), walked, total, found, truth, compared,
            read_only(self._recall if there else np.full(len(VIEWED), np.nan)),
            read_only(self._work if there else np.full(len(VIEWED), np.nan)), self._index.size if there else 0,
        )  # fmt: skip

    def save(self) -> dict[str, Any]:
        return {"hops": self._hops, "seed": self._seed}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for what cannot be."""
        hops, seed = int(saved["hops"]), int(saved["seed"])
        if not 0 <= hops <= len(library()) * 4 or seed < 0:
            raise ValueError(f"state: {hops} hops, seed {seed} cannot be")
        self._hops = hops
        if seed != self._seed or self._making is not None:
            self._seed = seed
            self._begin()
        elif self._edges:
            self._walk()
