"""Word vectors: lookups, likeness, neighbours, analogies."""

import csv
from pathlib import Path

import numpy as np
import pytest

from lab.engine.text.embedding import (
    WordVectors,
    cosine,
    cosine_matrix,
    load_word_vectors,
    lookup,
    lookup_backward,
    table_bytes,
)

DATA = Path(__file__).parents[3] / "assets/data"
PLANE = WordVectors(["east", "north", "far", "origin", "west"], np.array(
    [[1.0, 0.0], [0.0, 1.0], [6.0, 8.0], [0.0, 0.0], [-1.0, 0.0]]
))  # fmt: skip


@pytest.fixture(scope="module")
def glove():
    return load_word_vectors(DATA / "glove_10k_100d.npz")


def test_looking_up_is_multiplying_with_one_hot_rows():
    table, ids = np.random.default_rng(0).normal(size=(5, 3)), np.array([[2, 0], [2, 4]])
    np.testing.assert_allclose(lookup(table, ids), np.eye(5)[ids] @ table)


def test_only_rows_that_were_looked_up_learn_and_one_looked_up_twice_learns_twice():
    gradient = lookup_backward((5, 2), np.array([3, 1, 3]), np.array([[1.0, 2.0], [5.0, 5.0], [10.0, 20.0]]))
    np.testing.assert_array_equal(gradient, [[0, 0], [5, 5], [0, 0], [11, 22], [0, 0]])


def test_the_table_of_gpt2_has_154_megabytes():
    assert round(table_bytes(50_257, 768) / 1e6, 1) == 154.4
    assert round(table_bytes(50_257, 768) / 2**20) == 147


def test_cosine_is_about_directions_and_a_zero_vector_has_none():
    assert cosine(np.array([1.0, 1.0]), np.array([5.0, 5.0])) == pytest.approx(1.0)
    assert cosine(np.array([1.0, 0.0]), np.array([0.0, 3.0])) == 0.0
    assert np.isnan(cosine(np.zeros(2), np.ones(2)))
    matrix = cosine_matrix(PLANE.vectors)
    np.testing.assert_allclose(matrix[0], [1.0, 0.0, 0.6, np.nan, -1.0])


def test_the_metric_decides_who_is_near():
    query = np.array([1.0, 0.2])
    nearest = {m: PLANE.nearest(query, 1, m)[0].word for m in ("cosine", "euclid", "dot")}
    assert nearest == {"cosine": "east", "euclid": "east", "dot": "far"}
    assert PLANE.nearest(np.array([0.2, 0.2]), 5, "euclid")[0].word == "origin"


def test_a_zero_vector_is_nobodys_neighbour_by_angle():
    assert "origin" not in [n.word for n in PLANE.nearest(np.array([1.0, 1.0]), 5)]
    assert PLANE.neighbours("origin") == []


def test_a_word_is_not_its_own_neighbour_but_its_vectors_nearest_word():
    assert PLANE.nearest(PLANE["east"], 1)[0].word == "east"
    assert PLANE.neighbours("east", 1)[0].word == "far"


def test_king_minus_man_plus_woman_is_queen_only_because_the_inputs_are_excluded(glove):
    assert glove.analogy("man", "king", "woman")[0].word == "queen"
    assert glove.analogy("man", "king", "woman", exclude_inputs=False)[0].word == "king"


def test_153_of_200_analogies_come_out_right_and_85_without_the_trick(glove):
    with (DATA / "analogies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    right = {True: 0, False: 0}
    by_relation = {}
    for row in rows:
        for exclude in right:
            best = glove.analogy(row["a"], row["b"], row["c"], 1, exclude)[0].word
            right[exclude] += best == row["answer"]
            if exclude:
                by_relation[row["relation"]] = by_relation.get(row["relation"], 0) + (best == row["answer"])
    assert right == {True: 153, False: 85}
    assert (by_relation["opposites"], by_relation["verb-person"]) == (8, 5)


def test_the_file_holds_10040_words_of_100_numbers(glove):
    assert glove.vectors.shape == (10_040, 100)
    assert [n.word for n in glove.neighbours("king", 2)] == ["prince", "queen"]


def test_a_word_without_a_vector_is_named(glove):
    with pytest.raises(ValueError, match="'glassbox'"):
        glove["glassbox"]
    assert "glassbox" not in glove and "king" in glove


@pytest.mark.parametrize(
    "call",
    [
        lambda: WordVectors(["a", "a"], np.ones((2, 3))),
        lambda: WordVectors(["a"], np.ones((2, 3))),
        lambda: PLANE.nearest(np.ones(3)),
        lambda: PLANE.nearest(np.ones(2), 0),
        lambda: PLANE.nearest(np.ones(2), 1, "angle"),
        lambda: PLANE.analogy("east", "origin", "west"),
        lambda: lookup(np.ones((3, 2)), np.array([3])),
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(ValueError):
        call()


def test_a_file_without_its_parts_is_refused_by_name(tmp_path):
    np.savez(tmp_path / "x.npz", q=np.ones((2, 2), np.int8))
    with pytest.raises(ValueError, match="scale"):
        load_word_vectors(tmp_path / "x.npz")
