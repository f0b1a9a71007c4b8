"""Toy data: the shapes they promise, the same points for the same seed, and parts that never overlap."""

import numpy as np
import pytest

from lab.engine.basics.data import (
    CLASSIFICATION,
    QUARTET,
    Pairs,
    batches,
    collinear,
    fan,
    five_points,
    folds,
    line,
    quadratic,
    simpson,
    sine,
    split,
    truth_table,
    with_outlier,
)
from lab.engine.basics.regression import fit_least_squares
from lab.engine.basics.residuals import correlation, r_squared


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", list(CLASSIFICATION))
@pytest.mark.parametrize("n", [1, 7, 300])
def test_a_set_has_n_points_near_the_middle_and_is_the_same_for_the_same_seed(name: str, n: int) -> None:
    make = CLASSIFICATION[name]
    points, labels = make(n, 0.05, rng(3))
    assert points.shape == (n, 2) and labels.shape == (n,)
    assert np.abs(points).max() < 2.6 and set(labels) <= {0, 1}
    again = make(n, 0.05, rng(3))
    assert np.array_equal(again.points, points) and np.array_equal(again.labels, labels)
    if n == 300:
        assert 0.4 < labels.mean() < 0.6
        assert 0.6 < points.std() < 1.3


def test_no_straight_line_parts_xor_and_one_parts_the_blobs() -> None:
    def accuracy(name: str) -> float:
        points, labels = CLASSIFICATION[name](400, 0.0, rng())
        fit = fit_least_squares(points, labels)
        return float(np.mean((fit.predict(points) > 0.5) == labels))

    assert accuracy("blobs") == 1.0
    assert accuracy("xor") < 0.75
    assert accuracy("circle") < 0.7


def test_without_noise_the_classes_do_not_touch() -> None:
    for name, make in CLASSIFICATION.items():
        if name == "checkerboard":  # its squares share edges
            continue
        points, labels = make(400, 0.0, rng(1))
        apart = np.linalg.norm(points[labels == 0][:, None] - points[labels == 1], axis=-1)
        assert apart.min() > 0.02, name


def test_more_than_two_blobs_and_any_number_of_squares_are_possible() -> None:
    assert set(CLASSIFICATION["blobs"](9, 0.1, rng(), classes=4).labels) == {0, 1, 2, 3}
    assert len(np.unique(CLASSIFICATION["checkerboard"](500, 0.0, rng(), cells=1).labels)) == 1


def test_truth_tables_are_those_of_logic() -> None:
    points, labels = truth_table("xor")
    assert [int(a) ^ int(b) for a, b in points] == labels.tolist()
    assert truth_table("and").labels.sum() == 1 and truth_table("nand").labels.sum() == 3
    with pytest.raises(ValueError, match="'imply', needs one of and"):
        truth_table("imply")


def test_anscombes_four_worlds_have_the_same_line_and_correlation() -> None:
    for pairs in QUARTET:
        fit = fit_least_squares(*pairs)
        assert fit.weights[0] == pytest.approx(0.500, abs=5e-4)
        assert fit.bias == pytest.approx(3.00, abs=5e-3)
        assert correlation(*pairs) == pytest.approx(0.816, abs=6e-4)
        assert r_squared(pairs.y, fit.predict(pairs.x)) == pytest.approx(0.666, abs=1e-3)


def test_lines_and_curves_lie_where_they_say() -> None:
    assert np.array_equal(five_points().y, [2.1, 4.0, 5.8, 8.1, 9.9])
    x, y = line(5, 0.0, rng(), slope=2, intercept=1, low=1, high=5)
    assert np.array_equal(y, [3, 5, 7, 9, 11])  # w = 2, b = 1 on 1..5
    x, y = sine(50, 0.0, rng(), scattered=True)
    assert np.all(np.diff(x) >= 0) and np.allclose(y, np.sin(2 * np.pi * x))
    x, y = quadratic(7, 0.0, rng())
    assert y.min() == pytest.approx(-1.0)


def test_the_residuals_of_the_fan_open() -> None:
    x, y = fan(400, 1.0, rng())
    off = np.abs(y - 2 * x - 1)
    assert off[300:].mean() > 2 * off[:100].mean()


def test_in_simpsons_groups_y_falls_and_over_all_it_rises() -> None:
    x, y, group = simpson(300, 0.1, rng())
    assert fit_least_squares(x, y).weights[0] > 1
    for number in range(3):
        assert fit_least_squares(x[group == number], y[group == number]).weights[0] < -1


def test_collinear_features_make_a_wild_condition_number() -> None:
    x, y = collinear(100, 0.1, rng(), apart=1e-4)
    assert fit_least_squares(x, y).condition > 1e4


def test_an_outlier_is_put_into_a_copy() -> None:
    before = five_points()
    after = with_outlier(before, 40.0)
    assert after.y[-1] == 40.0 and before.y[-1] == 9.9
    assert isinstance(after, Pairs)


def test_a_set_of_no_points_is_refused() -> None:
    for make in (lambda: line(0, 0.1, rng()), lambda: CLASSIFICATION["moons"](0, 0.1, rng())):
        with pytest.raises(ValueError, match="n: 0, needs at least 1"):
            make()


# Dividing.


@pytest.mark.parametrize("labels", [None, np.array([0] * 90 + [1] * 10)])
def test_a_split_holds_every_row_once_in_the_requested_proportions(labels: np.ndarray | None) -> None:
    parts = split(100, (0.6, 0.2, 0.2), rng(), labels)
    assert [len(part) for part in parts] == [60, 20, 20]
    assert sorted(np.concatenate(parts)) == list(range(100))
    assert not np.array_equal(parts[0], np.sort(parts[0]))
    if labels is not None:
        assert [int(labels[part].sum()) for part in parts] == [6, 2, 2]


def test_fractions_must_sum_to_one() -> None:
    for fractions in [(0.5, 0.2), (1.5, -0.5), ()]:
        with pytest.raises(ValueError, match="fractions"):
            split(10, fractions, rng())


def test_each_row_is_tested_in_one_fold_and_trained_on_in_the_others() -> None:
    labels = np.array([0, 1] * 12)
    for k in (2, 5, 24):
        pairs = folds(24, k, rng(), labels)
        assert sorted(np.concatenate([test for _, test in pairs])) == list(range(24))
        for train, test in pairs:
            assert sorted([*train, *test]) == list(range(24))
            assert k == 24 or abs(int(labels[test].sum()) * 2 - len(test)) <= 2
    for k in (1, 25):
        with pytest.raises(ValueError, match="k: "):
            folds(24, k, rng())


def test_an_epoch_of_batches_sees_every_row_once_and_ends_with_what_is_left() -> None:
    parts = batches(10, 4, rng())
    assert [len(part) for part in parts] == [4, 4, 2]
    assert sorted(np.concatenate(parts)) == list(range(10))
    assert np.array_equal(np.concatenate(batches(10, 4)), np.arange(10))
    with pytest.raises(ValueError):
        batches(10, 0)
