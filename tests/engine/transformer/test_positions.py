"""Where a token stands: waves, tables, rotation, distance."""

import numpy as np
import pytest

from lab.engine.transformer.positions import (
    alibi_bias,
    alibi_slopes,
    learned_rows,
    rope_angles,
    rope_rates,
    rope_tables,
    rotate,
    scaled_base,
    sinusoidal,
    wavelengths,
    yarn_sharpness,
)


def turned(vector, position, **options):
    angles = rope_angles(np.array([position]), len(vector), **options)
    return rotate(vector[None], np.cos(angles), np.sin(angles))[0]


def score(m, n, **options):
    query, key = np.random.default_rng(0).normal(size=(2, 64))
    return turned(query, m, **options) @ turned(key, n, **options)


def test_waves_have_sine_on_even_dimensions_and_cosine_on_odd_ones():
    table = sinusoidal(50, 64)
    assert table[7, 10] == pytest.approx(np.sin(7 / 10_000 ** (10 / 64)))
    assert table[7, 11] == pytest.approx(np.cos(7 / 10_000 ** (10 / 64)))


def test_waves_have_the_length_root_half_d_and_known_neighbours():
    table = sinusoidal(64, 64)
    assert (table**2).sum(axis=1) == pytest.approx(np.full(64, 32.0))
    assert [round(float(table[0] @ table[k]), 1) for k in (1, 5, 20)] == [30.9, 23.5, 18.9]


def test_the_wavelengths_of_64_dimensions_run_from_2_pi_to_47117():
    periods = wavelengths(64)
    assert periods[0] == pytest.approx(2 * np.pi)
    assert round(periods[-1]) == 47_117


def test_an_odd_number_of_dimensions_ends_in_a_sine_without_its_cosine():
    table = sinusoidal(9, 5)
    assert table.shape == (9, 5)
    assert table[3, 4] == pytest.approx(np.sin(3 / 10_000 ** (4 / 5)))


@pytest.mark.parametrize("base", [10_000.0, 500_000.0, 100.0])
@pytest.mark.parametrize(("m", "n"), [(12, 10), (102, 100), (1002, 1000)])
def test_rotated_scores_depend_on_the_distance_alone(m, n, base):
    assert score(m, n, base=base) == pytest.approx(score(3, 1, base=base), abs=1e-9)
    assert score(m, n, base=base) != pytest.approx(score(m, n - 1, base=base), abs=1e-3)


def test_rotation_keeps_lengths_and_turns_back():
    x = np.random.default_rng(1).normal(size=(2, 3, 7, 8))
    cos, sin = rope_tables(7, 8)
    there = rotate(x, cos, sin)
    np.testing.assert_allclose(np.linalg.norm(there, axis=-1), np.linalg.norm(x, axis=-1))
    np.testing.assert_allclose(rotate(there, cos, -sin), x, atol=1e-15)
    np.testing.assert_array_equal(there[..., 0, :], x[..., 0, :])  # position 0 is not turned


def test_neighbouring_dimensions_form_the_pairs():
    quarter = rotate(np.array([[1.0, 0.0]]), np.array([[0.0]]), np.array([[1.0]]))
    np.testing.assert_array_equal(quarter, [[0.0, 1.0]])


def test_linear_scaling_makes_position_256_look_like_position_64():
    np.testing.assert_allclose(
        rope_angles(np.array([256]), 16, scaling="linear", factor=4), rope_angles(np.array([64]), 16)
    )


def test_ntk_scaling_leaves_the_fastest_pair_and_slows_the_slowest_by_the_factor():
    plain, scaled = rope_angles(np.array([1]), 64)[0], rope_angles(np.array([1]), 64, scaling="ntk", factor=8)[0]
    assert scaled[0] == plain[0]
    assert plain[-1] / scaled[-1] == pytest.approx(8.0)
    assert scaled_base(64, 10_000, "none", 8) == 10_000


@pytest.mark.parametrize("stretch", ["none", "linear", "ntk"])
def test_rates_are_the_angles_of_one_token(stretch):
    rates = rope_rates(64, 500.0, stretch, 4.0)
    np.testing.assert_allclose(
        rope_angles(np.arange(9), 64, 500.0, stretch, 4.0), np.arange(9)[:, None] * rates, rtol=1e-12
    )


def test_yarn_keeps_clocks_that_turned_often_and_slows_those_that_never_came_round():
    plain, yarn = rope_rates(64), rope_rates(64, stretch="yarn", factor=8.0, trained=2048)
    turns = 2048 * plain / (2 * np.pi)
    np.testing.assert_array_equal(yarn[turns >= 32], plain[turns >= 32])
    np.testing.assert_allclose(yarn[turns <= 1], plain[turns <= 1] / 8, rtol=1e-12)
    between = (turns > 1) & (turns < 32)
    assert between.any() and (yarn[between] < plain[between]).all() and (yarn[between] > plain[between] / 8).all()
    k = int(np.flatnonzero(between)[0])
    kept = (turns[k] - 1) / 31
    assert yarn[k] == pytest.approx(kept * plain[k] + (1 - kept) * plain[k] / 8)


def test_yarn_sharpens_scores_with_the_logarithm_of_the_factor():
    assert yarn_sharpness(1.0) == 1.0
    assert yarn_sharpness(np.e) == pytest.approx(1.21)
    with pytest.raises(ValueError, match="at least 1"):
        yarn_sharpness(0.99)


@pytest.mark.parametrize("n_heads", [1, 2, 8])
def test_the_slopes_of_a_power_of_two_heads_are_a_geometric_row(n_heads):
    slopes = alibi_slopes(n_heads)
    assert slopes[0] == pytest.approx(2 ** (-8 / n_heads))
    np.testing.assert_allclose(slopes, slopes[0] ** np.arange(1, n_heads + 1))


def test_the_slopes_of_six_heads_fill_up_with_every_second_of_eight():
    np.testing.assert_allclose(alibi_slopes(6)[4:], alibi_slopes(8)[[0, 2]])


def test_alibi_punishes_distance_and_only_the_past():
    bias = alibi_bias(2, 4)
    assert bias.shape == (2, 4, 4)
    np.testing.assert_allclose(bias[0, 3], -alibi_slopes(2)[0] * np.array([3, 2, 1, 0]))
    assert not np.triu(bias[0]).any()


def test_a_learned_table_has_no_row_past_its_end():
    table = np.arange(12.0).reshape(4, 3)
    np.testing.assert_array_equal(learned_rows(table, 2, start=1), table[1:3])
    with pytest.raises(ValueError, match="3 … 4 are outside the table of 4"):
        learned_rows(table, 2, start=3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: rope_angles(np.arange(3), 7),
        lambda: rope_angles(np.arange(3), 8, factor=0.0),
        lambda: rope_angles(np.arange(3), 8, scaling="quadratic"),
        lambda: wavelengths(0),
        lambda: wavelengths(8, base=-1.0),
        lambda: alibi_slopes(0),
    ],
)
def test_impossible_sizes_are_refused(call):
    with pytest.raises(ValueError):
        call()


def test_a_base_that_is_large_enough_gives_every_position_of_a_context_its_own_slow_angle():
    assert wavelengths(64, base=10_000)[-1] > 8_192
    assert wavelengths(64, base=100)[-1] < 8_192  # too small: the slowest hand goes round within the context
