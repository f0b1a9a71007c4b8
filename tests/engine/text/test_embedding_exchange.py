"""Words and vectors on their way between experiments, and from a stranger's file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.engine.text.embedding import WordVectors
from lab.engine.text.embedding_exchange import MAX_WIDTH, embedding_artifact, read_embedding, read_vectors

ROWS = np.arange(6, dtype=np.float32).reshape(3, 2)


def test_words_and_vectors_arrive_as_they_were_sent() -> None:
    found = read_embedding(embedding_artifact(WordVectors(["a", "b", "c"], ROWS), "three").data)
    assert list(found.words) == ["a", "b", "c"]
    assert np.array_equal(found.vectors, ROWS)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"words": None}, "words and vectors"),
        ({"vectors": None}, "words and vectors"),
        ({"words": ["a", "b"]}, "as many vectors"),
        ({"vectors": ROWS.ravel()}, "as many vectors"),
        ({"vectors": [["x", "y"]] * 3}, "numbers"),
        ({"vectors": np.where(ROWS == 3, np.nan, ROWS)}, "not finite"),
        ({"vectors": np.zeros((3, MAX_WIDTH + 1))}, "as many vectors"),
    ],
)
def test_what_does_not_fit_is_named(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_embedding({"words": ["a", "b", "c"], "vectors": ROWS} | changed)


def test_the_widest_table_that_is_read() -> None:
    found = read_embedding({"words": ["a", "b"], "vectors": np.zeros((2, MAX_WIDTH))})
    assert found.vectors.shape == (2, MAX_WIDTH)


def test_a_word_that_is_there_twice_gets_a_number() -> None:
    assert read_embedding({"words": ["a", "a", "a"], "vectors": ROWS}).words == ["a", "a (2)", "a (3)"]


@pytest.mark.parametrize("sign", ["\t", ",", ";", " "])
def test_vectors_are_read_from_lines(sign: str) -> None:
    found = read_vectors(f"a{sign}1{sign}-2.5\n\nb{sign}3{sign}1e-3\n")
    assert list(found.words) == ["a", "b"]
    assert found.vectors.tolist() == [[1.0, -2.5], [3.0, pytest.approx(1e-3)]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a 1 2\nb 3 red", "line 2, column 3: “red” is not a number"),
        ("a 1 2\nb 3", "line 2: 1 numbers, the first line has 2"),
        ("a\nb", "line 1: 0 numbers"),
        ("a 1 2", "as many vectors"),
        ("", "as many vectors"),
        ("a 1 inf\nb 1 2", "not finite"),
    ],
)
def test_the_line_that_cannot_be_read_is_named(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_vectors(text)
