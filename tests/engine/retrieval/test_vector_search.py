"""The layered graph: what it finds against exact search, what that costs, and that its walk is true."""

import numpy as np
import pytest

from lab.engine.pretrained.passages import passage_vectors, question_vectors
from lab.engine.retrieval.vector_search import HNSW, exact_search, recall_against_work


@pytest.fixture(scope="module")
def vectors():
    return passage_vectors()


@pytest.fixture(scope="module")
def graph(vectors):
    return HNSW(vectors, np.random.default_rng(0)).build()


def unit(rng, n, d):
    rows = rng.normal(size=(n, d))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_exact_search_is_sorting_all_cosines(vectors):
    query = question_vectors()[0]
    found = exact_search(vectors, query, 298)
    cosines = vectors @ query
    assert found.ids == tuple(np.argsort(-cosines, kind="stable")) and found.n_compared == 298
    assert found.distances == pytest.approx(sorted(1 - cosines), abs=1e-6)
    for k in (0, 299):
        with pytest.raises(ValueError, match=r"need \[N, d\], \[d\] and k in 1 … N"):
            exact_search(vectors, query, k)


def test_more_candidates_in_view_find_more_and_cost_more(graph):
    points = recall_against_work(graph, question_vectors(), 5, [5, 16, 64, 298])
    recalls, costs = [p.recall for p in points], [p.n_compared for p in points]
    assert recalls == sorted(recalls) and costs == sorted(costs)
    assert recalls[1] > 0.95 and costs[1] < 0.5 * 298  # nearly all of it for less than half of the work
    assert recalls[-1] == 1.0


def test_a_walk_compares_each_vector_once_and_ends_with_what_it_keeps(graph):
    for query in question_vectors()[:10]:
        found = graph.search(query, 5, 16)
        looked_at = [(hop.layer, node) for hop in found.hops for node in hop.looked_at]
        assert len(set(looked_at)) == len(looked_at) and found.n_compared == len(looked_at) + 1
        assert found.hops[-1].kept[:5] == found.ids
        assert [hop.layer for hop in found.hops] == sorted((hop.layer for hop in found.hops), reverse=True)
        for hop in found.hops:
            assert set(hop.looked_at) <= set(graph.neighbours(hop.node, hop.layer))
        assert list(found.distances) == sorted(found.distances)


def test_links_are_few_and_every_vector_is_on_the_bottom(graph, vectors):
    assert graph.nodes(0) == tuple(range(len(vectors))) and graph.n_layers >= 2
    for layer in range(graph.n_layers):
        nodes = set(graph.nodes(layer))
        assert nodes == {node for node, top in enumerate(graph.tops) if top >= layer}
        for node in nodes:
            links = graph.neighbours(node, layer)
            assert len(set(links)) == len(links) <= (16 if layer == 0 else 8)
            assert node not in links and set(links) <= nodes


def test_every_vector_finds_itself(graph, vectors):
    assert all(graph.search(vector, 1, 32).ids == (k,) for k, vector in enumerate(vectors))


def test_the_same_draw_builds_the_same_graph(vectors):
    one, other = (HNSW(vectors[:60], np.random.default_rng(3)).build() for _ in range(2))
    for layer in range(one.n_layers):
        assert [one.neighbours(n, layer) for n in one.nodes(layer)] == [
            other.neighbours(n, layer) for n in other.nodes(layer)
        ]


def test_it_can_be_searched_while_it_grows(vectors):
    graph = HNSW(vectors[:40], np.random.default_rng(1))
    with pytest.raises(ValueError, match="over 0 vectors"):
        graph.search(vectors[0], 1)
    for size in graph.building():
        assert graph.size == size
        assert graph.search(vectors[size - 1], 1, 16).ids == (size - 1,)


def test_clusters_stay_reachable_from_each_other():
    rng = np.random.default_rng(5)
    centres = unit(rng, 6, 16)
    rows = np.repeat(centres, 30, axis=0) + 0.02 * rng.normal(size=(180, 16))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    graph = HNSW(rows, rng, m=4, candidates=32).build()
    (point,) = recall_against_work(graph, centres, 10, [40])
    assert point.recall > 0.9


def test_equal_vectors_are_all_kept():
    rows = np.repeat(np.eye(3), 5, axis=0)
    graph = HNSW(rows, np.random.default_rng(0), m=4).build()
    assert set(graph.search(rows[0], 5, 15).ids) == set(range(5))


def test_what_makes_no_sense_is_refused(graph, vectors):
    for m, candidates in ((1, 5), (5, 0)):
        with pytest.raises(ValueError, match="m, candidates"):
            HNSW(vectors, np.random.default_rng(0), m, candidates)
    with pytest.raises(ValueError, match=r"vectors: shape \(3,\)"):
        HNSW(np.zeros(3), np.random.default_rng(0))
    for query, k, in_view in ((np.zeros(3), 1, 1), (vectors[0], 0, 1), (vectors[0], 3, 2)):
        with pytest.raises(ValueError, match="query, k, in_view"):
            graph.search(query, k, in_view)
    with pytest.raises(ValueError, match="queries: none"):
        recall_against_work(graph, vectors[:0], 1, [1])
