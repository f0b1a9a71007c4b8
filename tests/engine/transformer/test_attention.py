"""Attention: the lookup, its stages, its slopes, its numbers."""

import numpy as np
import pytest

from lab.engine.transformer.attention import (
    attend,
    attend_backward,
    causal_mask,
    entropy_bits,
    masked_softmax,
    window_mask,
)


def drawn(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def test_a_query_that_points_at_one_key_gets_that_keys_value():
    keys = np.eye(3) * 40
    values = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    np.testing.assert_allclose(attend(keys[1:2], keys, values, scale=1.0).out, values[1:2], atol=1e-12)


def test_equal_scores_mix_all_values_equally():
    values = np.array([[1.0], [2.0], [6.0]])
    assert attend(np.zeros((1, 4)), np.ones((3, 4)), values).out == pytest.approx(3.0)


def test_every_stage_is_kept_and_rows_of_weights_sum_to_one():
    q, k, v = drawn((2, 5, 4), (2, 5, 4), (2, 5, 3))
    a = attend(q, k, v, causal_mask(5))
    np.testing.assert_allclose(a.scores[1, 3, 2], q[1, 3] @ k[1, 2])
    np.testing.assert_allclose(a.scaled, a.scores / 2.0)  # √4
    assert np.isneginf(a.masked[0][np.triu_indices(5, 1)]).all()
    np.testing.assert_allclose(a.weights.sum(axis=-1), 1.0)
    np.testing.assert_allclose(a.out[0, 4], a.weights[0, 4] @ v[0])


def test_under_a_causal_mask_the_first_row_is_always_one_and_the_future_has_no_weight():
    a = attend(*drawn((4, 6, 8), (4, 6, 8), (4, 6, 8)), causal_mask(6))
    assert (a.weights[:, 0, 0] == 1.0).all()
    assert not np.triu(a.weights, 1).any()


def test_a_row_that_may_see_nothing_is_zero_and_not_nan():
    mask = np.ones((3, 3), bool)
    mask[1] = False
    a = attend(*drawn((3, 2), (3, 2), (3, 2)), mask)
    assert not a.weights[1].any() and not a.out[1].any()
    assert np.isfinite(a.out).all()


def test_without_positions_shuffling_the_keys_with_their_values_changes_nothing():
    q, k, v = drawn((1, 4), (7, 4), (7, 2))
    order = np.random.default_rng(1).permutation(7)
    np.testing.assert_allclose(attend(q, k[order], v[order]).out, attend(q, k, v).out)


def test_temperature_sharpens_and_flattens():
    q, k, v = drawn((1, 4), (7, 4), (7, 2))
    bits = [entropy_bits(attend(q, k, v, temperature=t).weights)[0] for t in (0.05, 1.0, 20.0)]
    assert bits[0] < bits[1] < bits[2] <= np.log2(7)


def test_a_bias_moves_weight_like_a_score_would():
    q, k, v = drawn((2, 4), (3, 4), (3, 2))
    a = attend(q, k, v, bias=np.array([[0.0, 50.0, 0.0]]))
    np.testing.assert_allclose(a.weights[:, 1], 1.0)


@pytest.mark.parametrize("options", [{}, {"mask": causal_mask(5)}, {"scale": 1.0}, {"temperature": 3.0}])
def test_the_gradients_are_the_slopes_that_finite_differences_measure(options):
    q, k, v, d_out = drawn((2, 5, 4), (2, 5, 4), (2, 5, 3), (2, 5, 3))
    gradients = attend_backward(attend(q, k, v, **options), d_out)
    h = 1e-6
    for i, tensor in enumerate((q, k, v)):
        for place in [(0, 0, 0), (1, 4, 2), (0, 3, 1)]:
            kept = tensor[place]
            tensor[place] = kept + h
            above = (attend(q, k, v, **options).out * d_out).sum()
            tensor[place] = kept - h
            below = (attend(q, k, v, **options).out * d_out).sum()
            tensor[place] = kept
            assert gradients[i][place] == pytest.approx((above - below) / (2 * h), abs=1e-8)


@pytest.mark.parametrize(
    ("d", "scaled", "std", "top", "bits", "slope"),
    [
        (64, False, 8.0, 0.86, 0.52, 0.20),
        (64, True, 1.0, 0.32, 2.78, 0.81),
        (512, False, 22.6, 0.955, 0.16, 0.065),
        (512, True, 1.0, 0.32, 2.78, 0.81),
    ],
)
def test_without_the_root_of_d_wide_keys_saturate_the_softmax_and_kill_its_slope(d, scaled, std, top, bits, slope):
    rng = np.random.default_rng(0)
    q, k = rng.normal(size=(3000, 1, d)), rng.normal(size=(3000, 10, d))
    a = attend(q, k, np.zeros((3000, 10, 1)), scale=None if scaled else 1.0)
    p = a.weights[:, 0]
    assert a.scaled.std() == pytest.approx(std, rel=0.03)
    assert p.max(axis=1).mean() == pytest.approx(top, abs=0.015)
    assert entropy_bits(p).mean() == pytest.approx(bits, abs=0.04)
    assert (p * (1 - p)).sum(axis=1).mean() == pytest.approx(slope, abs=0.015)


def test_the_entropy_of_equal_weights_is_the_logarithm_of_their_number():
    assert entropy_bits(np.full((2, 10), 0.1)) == pytest.approx(np.log2(10))
    assert entropy_bits(np.array([1.0, 0.0, 0.0])) == 0.0


def test_masks_show_what_each_query_sees():
    np.testing.assert_array_equal(causal_mask(2, 4), [[1, 1, 1, 0], [1, 1, 1, 1]])
    np.testing.assert_array_equal(window_mask(4, 2), [[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]])
    np.testing.assert_array_equal(window_mask(4, 9), causal_mask(4))


def test_huge_scores_do_not_overflow_and_single_precision_stays_single():
    scores = np.array([[1e4, -1e4, 1e4]], np.float32)
    weights = masked_softmax(scores)
    np.testing.assert_array_equal(weights, [[0.5, 0.0, 0.5]])
    assert weights.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: attend(np.ones((2, 3)), np.ones((2, 4)), np.ones((2, 4))), r"\(2, 4\)"),
        (lambda: attend(*[np.ones((2, 3))] * 3, temperature=0.0), "temperature"),
        (lambda: causal_mask(3, 2), "n_keys 2"),
        (lambda: window_mask(3, 0), "window"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
