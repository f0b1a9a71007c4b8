"""Nearest neighbours against the definition."""

import numpy as np
import pytest

from lab.engine.basics import neighbors
from lab.engine.basics.neighbors import classify, distance_shares, nearest


def test_the_nearest_are_found_in_order_whatever_the_block_size(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    points, queries = rng.normal(size=(40, 3)), rng.normal(size=(11, 3))
    expected = [sorted(range(40), key=lambda i: np.linalg.norm(points[i] - query))[:5] for query in queries]
    assert np.array_equal(nearest(points, queries, 5), expected)
    monkeypatch.setattr(neighbors, "BLOCK", 1)
    assert np.array_equal(nearest(points, queries, 5), expected)


def test_equally_near_rows_come_in_their_own_order_and_a_tie_goes_to_the_smaller_label() -> None:
    points = np.array([[1.0], [-1.0], [1.0]])
    assert nearest(points, [[0.0]], 3).tolist() == [[0, 1, 2]]
    assert classify(points, [2, 1, 0], [[0.0]], 2).tolist() == [1]


def test_shares_of_the_distance_sum_to_one() -> None:
    assert distance_shares([[3.0, 4.0]], [0.0, 0.0]).tolist() == [9 / 25, 16 / 25]
    assert np.isnan(distance_shares([[0.0]], [0.0])).all()


def test_what_does_not_fit_is_refused() -> None:
    for call, sentence in [
        (lambda: nearest([[1.0]], [[1.0, 2.0]], 1), "shapes"),
        (lambda: nearest([[1.0]], [[1.0]], 2), "k: 2, needs 1 to 1"),
        (lambda: classify([[1.0]], [0.5], [[1.0]], 1), "whole number"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            call()
