"""Token by token: each token of the question takes its best partner, and only what was found is put in order again."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.retrieval.late_interaction import max_sim, reranked, unit_rows


def test_the_score_is_the_mean_of_the_best_cosines() -> None:
    query = unit_rows(np.array([[1.0, 0.0], [0.0, 2.0]]))
    document = unit_rows(np.array([[3.0, 4.0], [0.0, 1.0], [-1.0, 0.0]]))
    score, best = max_sim(query, document)
    assert score == pytest.approx((0.6 + 1.0) / 2)
    assert best.tolist() == [0, 1]


def test_it_agrees_with_a_loop_over_all_pairs() -> None:
    rng = np.random.default_rng(0)
    query, document = unit_rows(rng.normal(size=(5, 8))), unit_rows(rng.normal(size=(7, 8)))
    slow = np.mean([max(float(q @ d) for d in document) for q in query])
    assert max_sim(query, document)[0] == pytest.approx(slow)


def test_rows_of_zeros_stay() -> None:
    assert unit_rows(np.zeros((2, 3))).tolist() == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(("query", "document"), [((0, 3), (2, 3)), ((2, 3), (0, 3)), ((2, 3), (2, 4))])
def test_shapes_have_to_fit(query: tuple[int, int], document: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="shapes"):
        max_sim(np.ones(query), np.ones(document))


def test_what_was_scored_again_stands_first_and_the_rest_keeps_its_order() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.7])
    assert reranked(scores, {1: 0.2, 3: 0.8}).tolist() == [3, 1, 2, 0]
    assert reranked(scores, {}).tolist() == [1, 3, 2, 0]
