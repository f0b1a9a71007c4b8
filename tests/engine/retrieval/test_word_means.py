"""A text as the mean of its words."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.retrieval.word_means import WordMeans
from lab.engine.text.embedding import WordVectors

TABLE = WordVectors(["Sun", "moon", "bank", "nothing"], np.array([[2.0, 0], [0, 3.0], [-1.0, 0], [0, 0]], np.float32))


def test_each_word_counts_alike_however_long_its_vector() -> None:
    means = WordMeans(TABLE)
    known, rows = means.read("The sun, the MOON!")
    assert known == ("sun", "moon")
    np.testing.assert_allclose(rows, [[1, 0], [0, 1]])
    np.testing.assert_allclose(means.vector("sun moon"), np.sqrt([0.5, 0.5]), rtol=1e-6)
    np.testing.assert_allclose(means.vector("sun sun moon"), np.array([2, 1]) / np.sqrt(5), rtol=1e-6)


@pytest.mark.parametrize("text", ["", "stars", "sun bank", "nothing"])
def test_a_text_without_a_direction_is_zero(text: str) -> None:
    assert WordMeans(TABLE).vector(text).tolist() == [0.0, 0.0]


def test_the_share_of_known_words_is_over_all_texts() -> None:
    means = WordMeans(TABLE)
    assert means.known(["sun and moon", "and"]) == 0.5 and means.known([]) == 0.0


def test_of_words_that_differ_in_case_the_first_counts() -> None:
    table = WordVectors(["sun", "SUN"], np.array([[1.0, 0], [0, 1.0]], np.float32))
    assert WordMeans(table).vector("Sun").tolist() == [1.0, 0.0]
