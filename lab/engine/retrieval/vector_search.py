"""Finding the nearest of many vectors without looking at all of them. HNSW links every vector to a few near
ones, in layers: the top layer has few vectors and long links, the bottom has all. A search enters at the top,
walks greedily to the nearest vector it can reach, and goes down a layer; on the bottom it keeps a few
candidates in view, for a greedy walk may end beside its goal. How many it keeps is the price of finding the
right ones.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["HNSW", "Hop", "SearchResult", "WorkPoint", "exact_search", "recall_against_work"]

Floats = NDArray[np.floating[Any]]
Near = tuple[float, int]  # distance, node


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a walk: at `node`, in `layer`, the links that had not been seen, with their distances.

    distance: of the node from the query, 1 − cosine.  looked_at: nodes compared here.  kept: the candidates
    in view afterwards, nearest first.
    """

    layer: int
    node: int
    distance: float
    looked_at: tuple[int, ...]
    kept: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    ids: nearest first.  distances: 1 − cosine, [k].  n_compared: vectors compared.  hops: the walk, of a
    graph.
    """

    ids: tuple[int, ...]
    distances: tuple[float, ...]
    n_compared: int
    hops: tuple[Hop, ...] = ()


def exact_search(vectors: Floats, query: Floats, k: int) -> SearchResult:
    """The k nearest by comparing with all, n comparisons.

    vectors: [N, d] and query: [d], of length 1.  Of equals the first comes first.
    Raises ValueError when k is not in 1 … N, or shapes do not fit.
    """
    if vectors.ndim != 2 or vectors.shape[1:] != query.shape or not 1 <= k <= len(vectors):
        raise ValueError(f"vectors, query, k: {vectors.shape}, {query.shape}, {k}, need [N, d], [d] and k in 1 … N")
    distances = 1.0 - vectors @ query
    order = np.argsort(distances, kind="stable")[:k]
    return SearchResult(tuple(order.tolist()), tuple(distances[order].tolist()), len(vectors))


class HNSW:
    """A layered neighbour graph over unit vectors, [N, d].

    m: links of a vector, twice that on the bottom.  candidates: how many are kept in view while a vector is
    linked.
    rng: draws how many layers each vector stands in.
    Raises ValueError when m < 2, candidates < 1, or the vectors are not [N, d].
    Source: Malkov & Yashunin, Efficient and Robust Approximate Nearest Neighbor Search Using HNSW (2018).
    """

    def __init__(self, vectors: Floats, rng: np.random.Generator, m: int = 8, candidates: int = 64) -> None:
        if m < 2 or candidates < 1:
            raise ValueError(f"m, candidates: {m}, {candidates}, need m ≥ 2 and candidates ≥ 1")
        if vectors.ndim != 2:
            raise ValueError(f"vectors: shape {vectors.shape}, needs [N, d]")
        self.vectors, self.m, self.candidates = vectors, m, candidates
        draws = 1.0 - rng.random(len(vectors))  # in (0, 1]
        self.tops = tuple(int(-math.log(draw) / math.log(m)) for draw in draws)  # each vector's highest layer
        self._links: list[dict[int, list[int]]] = []  # by layer: node -> neighbours
        self.size = 0  # vectors linked so far, in the order given

    def build(self) -> HNSW:
        """Links all vectors that are not linked yet."""
        for _ in self.building():
            pass
        return self

    def building(self) -> Iterator[int]:
        """Links one vector after another; yields how many are linked."""
        while self.size < len(self.vectors):
            self._insert(self.size)
            self.size += 1
            yield self.size

    @property
    def n_layers(self) -> int:
        """How many layers there are so far."""
        return len(self._links)

    def nodes(self, layer: int) -> tuple[int, ...]:
        """The vectors of a layer; 0 is the bottom, which has all."""
        return tuple(self._links[layer])

    def neighbours(self, node: int, layer: int = 0) -> tuple[int, ...]:
        """Where a vector's links lead."""
        return tuple(self._links[layer][node])

    def search(self, query: Floats, k: int, in_view: int | None = None) -> SearchResult:
        """The k nearest that a walk finds, and the walk.

        query: [d], of length 1.  in_view: candidates kept on the bottom, ef in the paper; None takes k.
        Raises ValueError when nothing is linked yet, the shape differs, or not 1 ≤ k ≤ in_view.
        """
        in_view = k if in_view is None else in_view
        if not self.size or query.shape != self.vectors.shape[1:] or not 1 <= k <= in_view:
            raise ValueError(
                f"query, k, in_view: {query.shape}, {k}, {in_view} over {self.size} vectors, "
                f"need {self.vectors.shape[1:]}, 1 ≤ k ≤ in_view and a vector"
            )
        walk = _Walk(self.vectors, query, keeps_hops=True)
        near = [walk.start(self._entry())]
        for layer in range(self.n_layers - 1, -1, -1):
            near = walk.through(self._links[layer], near, 1 if layer else in_view, layer)
        best = near[:k]
        return SearchResult(
            tuple(node for _, node in best), tuple(d for d, _ in best), walk.n_compared, tuple(walk.hops)
        )

    def _entry(self) -> int:
        return next(iter(self._links[-1]))

    def _insert(self, node: int) -> None:
        """Finds the nearest linked vectors in every layer of the new one, and links both ways."""
        top = self.tops[node]
        walk = _Walk(self.vectors, self.vectors[node], keeps_hops=False)
        near = [walk.start(self._entry())] if self.size else []
        for layer in range(self.n_layers - 1, -1, -1):
            if layer > top:
                near = walk.through(self._links[layer], near, 1, layer)
                continue
            near = walk.through(self._links[layer], near, self.candidates, layer)
            chosen = self._choose(near, self.m)
            self._links[layer][node] = chosen
            for other in chosen:
                self._link(other, node, layer)
        for _ in range(self.n_layers, top + 1):
            self._links.append({node: []})

    def _link(self, node: int, new: int, layer: int) -> None:
        links = self._links[layer][node]
        links.append(new)
        most = 2 * self.m if layer == 0 else self.m
        if len(links) > most:
            distances = 1.0 - self.vectors[links] @ self.vectors[node]
            self._links[layer][node] = self._choose(sorted(zip(distances.tolist(), links, strict=True)), most)

    def _choose(self, near: Sequence[Near], most: int) -> list[int]:
        """Neighbours in different directions.

        One that is nearer to a chosen one than to the vector is passed over, so that clusters stay connected;
        what was passed over fills up what is left.
        """
        chosen: list[int] = []
        passed: list[int] = []
        for distance, node in near:
            if len(chosen) == most:
                break
            to_chosen = 1.0 - self.vectors[chosen] @ self.vectors[node]
            (chosen if distance < to_chosen.min(initial=math.inf) else passed).append(node)
        return chosen + passed[: most - len(chosen)]


class _Walk:
    """One search: what was compared, and every hop."""

    def __init__(self, vectors: Floats, query: Floats, keeps_hops: bool) -> None:
        self._vectors, self._query, self._keeps_hops = vectors, query, keeps_hops
        self.hops: list[Hop] = []
        self.n_compared = 0

    def start(self, node: int) -> Near:
        self.n_compared += 1
        return float(1.0 - self._vectors[node] @ self._query), node

    def through(self, links: dict[int, list[int]], near: Sequence[Near], in_view: int, layer: int) -> list[Near]:
        """Walks in one layer from `near`; the nearest `in_view` vectors it came to see, nearest first."""
        seen = {node for _, node in near}
        open_ = list(near)  # to be visited, nearest first
        heapq.heapify(open_)
        kept = [(-distance, node) for distance, node in near]  # in view, the farthest first
        heapq.heapify(kept)
        while open_:
            distance, node = heapq.heappop(open_)
            if len(kept) >= in_view and distance > -kept[0][0]:
                break  # everything left is farther than all that is in view
            fresh = [other for other in links[node] if other not in seen]
            seen.update(fresh)
            self.n_compared += len(fresh)
            distances = (1.0 - self._vectors[fresh] @ self._query).tolist() if fresh else []
            for one in zip(distances, fresh, strict=True):
                if len(kept) < in_view or one[0] < -kept[0][0]:
                    heapq.heappush(open_, one)
                    heapq.heappush(kept, (-one[0], one[1]))
                    if len(kept) > in_view:
                        heapq.heappop(kept)
            if self._keeps_hops:
                view = tuple(other for _, other in sorted((-d, n) for d, n in kept))
                self.hops.append(Hop(layer, node, distance, tuple(fresh), view))
        return sorted((-distance, node) for distance, node in kept)


@dataclass(frozen=True, slots=True)
class WorkPoint:
    """How well a walk with so many candidates in view does: mean recall@k, and mean comparisons per query."""

    in_view: int
    recall: float
    n_compared: float


def recall_against_work(index: HNSW, queries: Floats, k: int, views: Sequence[int]) -> list[WorkPoint]:
    """What is found for what is paid, against exact search.

    queries: [Q, d].  views: candidates in view, each at least k.
    Raises ValueError when there are no queries, or as `HNSW.search` does.
    """
    if not len(queries):
        raise ValueError("queries: none, a mean needs at least one")
    linked = index.vectors[: index.size]
    truth = [set(exact_search(linked, query, k).ids) for query in queries]
    points = []
    for in_view in views:
        found = [index.search(query, k, in_view) for query in queries]
        recall = np.mean([len(set(f.ids) & t) / k for f, t in zip(found, truth, strict=True)])
        points.append(WorkPoint(in_view, float(recall), float(np.mean([f.n_compared for f in found]))))
    return points
