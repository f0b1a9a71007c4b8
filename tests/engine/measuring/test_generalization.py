"""Where an error comes from, and how it is measured on points that were held back."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.measuring.generalization import bias_variance, cross_validated, mean_square


def test_the_three_parts_add_up_to_the_error_on_new_points() -> None:
    rng = np.random.default_rng(0)
    said, truth, noise = rng.normal(size=(40, 30)), rng.normal(size=30), 0.25
    parts = bias_variance(said, truth, noise)
    assert parts.expected == pytest.approx(mean_square(said - truth) + noise)
    fresh = truth + 0.5 * rng.normal(size=(4000, 1, 30))
    assert parts.expected == pytest.approx(mean_square(fresh - said), rel=0.02)


def test_models_that_agree_have_no_variance_and_models_about_the_truth_no_bias() -> None:
    truth = np.array([1.0, 2.0])
    same = bias_variance([[2.0, 2.0], [2.0, 2.0]], truth)
    assert (same.bias_squared, same.variance) == (0.5, 0.0)
    about = bias_variance(truth + np.array([[-1.0], [1.0]]), truth)
    assert about.bias_squared == 0.0 and about.variance == pytest.approx(1.0)


def test_pure_chance_is_not_taken_for_bias() -> None:
    """The mean of R models is off by 1/R of their variance, which is no bias."""
    found = [bias_variance(np.random.default_rng(seed).normal(size=(10, 50)), np.zeros(50)) for seed in range(40)]
    assert max(parts.bias_squared for parts in found) == 0.0  # about 0.1 where it is not taken off
    assert np.mean([parts.variance for parts in found]) == pytest.approx(1.0, abs=0.03), "no less than there was"


def test_one_wild_model_among_many_is_variance() -> None:
    said = np.zeros((30, 5))
    said[7] = 1e6
    parts = bias_variance(said, np.zeros(5))
    assert parts.bias_squared == 0.0 and parts.variance == pytest.approx(1e12 / 30)


@pytest.mark.parametrize(("times", "bias"), [(4.9, False), (5.1, True)])
def test_what_is_more_than_chance_is_bias(times: float, bias: bool) -> None:
    said = np.array([[-1.0], [1.0], [-1.0], [1.0]])  # their variance is 1, by chance their mean is off by 1/3
    off = (times / 3) ** 0.5
    parts = bias_variance(said + off, np.zeros(1))
    assert parts.bias_squared == pytest.approx(times / 3 - 1 / 3 if bias else 0.0)
    assert parts.expected == pytest.approx(1 + times / 3)


@pytest.mark.parametrize("said", [np.zeros((3, 2)), np.zeros((1, 3)), np.zeros(3)])
def test_one_model_alone_has_no_variance_to_measure(said) -> None:
    with pytest.raises(ValueError, match="shapes"):
        bias_variance(said, np.zeros(3))


def test_each_part_is_judged_by_the_model_of_the_others() -> None:
    x, y = np.arange(4.0), np.array([0.0, 2.0, 4.0, 10.0])
    parts = ((np.array([0, 1]), np.array([2, 3])), (np.array([2, 3]), np.array([0, 1])))

    def mean_of(_x: np.ndarray, answers: np.ndarray):
        return lambda places: np.full(len(places), answers.mean())

    assert cross_validated(mean_of, x, y, parts) == pytest.approx((((4 - 1) ** 2 + 9**2) / 2, (7**2 + 5**2) / 2))
