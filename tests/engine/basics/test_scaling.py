"""Scaling: the course's table, the way back, and columns that cannot be scaled."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.neighbors import classify, distance_shares
from lab.engine.basics.optim import SGD, State
from lab.engine.basics.regression import curvature, fit_least_squares
from lab.engine.basics.scaling import KINDS, fill_missing, fit_scaler

# Made with sklearn.preprocessing by reference/foundations_make.py.
REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "foundations_regression.npz")
HOUSES = np.array([[1500.0, 3], [2000, 4], [1200, 2]])


def test_the_table_of_the_course_has_mean_0_and_deviation_1_when_standardised() -> None:
    scaled = fit_scaler(HOUSES, "z").transform(HOUSES)
    assert HOUSES.shape == (3, 2)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(scaled.std(axis=0), 1)


def test_the_robust_scaler_is_scikit_learns() -> None:
    scaler = fit_scaler(REFERENCE["x"], "robust")
    np.testing.assert_allclose(scaler.transform(REFERENCE["x"]), REFERENCE["robust"], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_every_scaler_finds_its_way_back_and_passes_holes_through(kind: str) -> None:
    x = np.array([[1.0, 5.0], [np.nan, 7.0], [4.0, 6.0]])
    scaler = fit_scaler(x, kind)
    scaled = scaler.transform(x)
    np.testing.assert_allclose(scaler.inverse(scaled), x, rtol=1e-14)
    assert np.isnan(scaled[1, 0])


def test_columns_may_be_scaled_differently() -> None:
    scaled = fit_scaler(HOUSES, ("min-max", "log")).transform(HOUSES)
    np.testing.assert_allclose(scaled, np.stack([[0.375, 1, 0], np.log([3, 4, 2])], axis=1))


def test_a_constant_column_becomes_zero_and_is_marked() -> None:
    x = np.array([[0.1, 1.0], [0.1, 2.0], [0.1, 3.0]])
    for kind in ("min-max", "z", "robust"):
        scaler = fit_scaler(x, kind)
        assert scaler.constant.tolist() == [True, False]
        np.testing.assert_allclose(scaler.transform(x)[:, 0], 0, atol=1e-15)


def test_one_value_at_100_squeezes_the_rest_into_a_hundredth_of_the_range() -> None:
    x = np.append(np.linspace(0, 1, 50), 100.0)[:, None]
    assert fit_scaler(x, "min-max").transform(x)[:-1].max() == pytest.approx(0.01)
    assert np.ptp(fit_scaler(x, "robust").transform(x)[:-1]) > 1


def test_rows_not_seen_before_may_leave_the_range() -> None:
    assert fit_scaler([[0.0], [10.0]], "min-max").transform([[12.0]])[0, 0] == pytest.approx(1.2)


def test_weights_of_scaled_rows_say_the_same_of_raw_ones() -> None:
    x, y = REFERENCE["x"], REFERENCE["y"]
    scaler = fit_scaler(x, ("z", "min-max", "robust", "none"))
    scaled = fit_least_squares(scaler.transform(x), y)
    weights, bias = scaler.weights_in_raw_units(scaled.weights, scaled.bias)
    raw = fit_least_squares(x, y)
    np.testing.assert_allclose(weights, raw.weights, rtol=1e-9)
    assert bias == pytest.approx(raw.bias, rel=1e-9)
    with pytest.raises(ValueError, match="logarithm"):
        fit_scaler(HOUSES, "log").weights_in_raw_units([1.0, 1.0], 0.0)


def test_what_cannot_be_scaled_is_named() -> None:
    for call, sentence in [
        (lambda: fit_scaler([[1.0], [0.0]], "log"), "column 1 has 0; the logarithm"),
        (lambda: fit_scaler([[np.nan], [np.nan]], "z"), "column 1 has no value"),
        (lambda: fit_scaler([1.0, 2.0], "z"), r"shape \(2,\)"),
        (lambda: fit_scaler(HOUSES, "zz"), "needs 2 of none"),
        (lambda: fit_scaler(HOUSES, "z").transform([1.0]), "needs 2 columns"),
        (lambda: fill_missing([[np.nan]], "mean"), "no value to take the mean of"),
        (lambda: fill_missing([[1.0]], "mode"), "'mode'"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            call()


def test_holes_are_filled_from_the_rows_one_says() -> None:
    x = np.array([[1.0, np.nan], [3.0, 4.0], [np.nan, 8.0]])
    assert np.array_equal(fill_missing(x, "mean"), [[1, 6], [3, 4], [2, 8]])
    assert np.array_equal(fill_missing(x, "median", fitted_on=[[9.0, 1.0]]), [[1, 1], [3, 4], [9, 8]])
    assert np.array_equal(fill_missing(x, "zero"), [[1, 0], [3, 4], [0, 8]])


# What scaling does to descent and to distance: floor area in square feet, and bedrooms.


def flats(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(400, 4000, n), rng.integers(1, 6, n).astype(float)


def steps_to_the_bottom(x: np.ndarray, y: np.ndarray, most: int) -> int:
    """Steps of descent at the fastest fixed rate until the error is within 1 % of the least."""
    bends, best = curvature(x), fit_least_squares(x, y)
    goal = np.append(best.weights, best.bias)
    lowest = float(np.mean((best.predict(x) - y) ** 2))
    ends = np.linalg.eigvalsh(bends)
    optimizer, weights = SGD(2 / (ends[0] + ends[-1])), np.zeros(len(goal))
    for step in range(most):
        off = weights - goal
        if 0.5 * off @ bends @ off < 0.01 * lowest:
            return step
        weights, _, _ = optimizer.update(weights, bends @ off, State())
    return most


def test_raw_units_make_descent_hopeless_and_standardised_ones_make_it_immediate() -> None:
    area, rooms = flats(200)
    x = np.stack([area, rooms], axis=1)
    y = 0.1 * area + 20 * rooms + 50 + np.random.default_rng(1).normal(size=200) * 10
    conditions, steps = {}, {}
    for kind in ("none", "z", "min-max"):
        scaled = fit_scaler(x, kind).transform(x)
        conditions[kind] = float(np.linalg.cond(curvature(scaled)))
        steps[kind] = steps_to_the_bottom(scaled, y, 5000)
    assert conditions["none"] > 5e7
    assert conditions["z"] < 1.5 and 15 < conditions["min-max"] < 35
    assert steps["none"] == 5000 and steps["z"] <= 8 and 30 < steps["min-max"] < 150


def test_in_raw_units_the_area_owns_all_distance_and_neighbours_know_nothing_of_rooms() -> None:
    area, rooms = flats(600)
    x, label = np.stack([area, rooms], axis=1), (rooms > 3).astype(int)
    assert distance_shares(x, x[0])[0] > 0.99999

    def accuracy(rows: np.ndarray) -> float:
        return float(np.mean(classify(rows[:400], label[:400], rows[400:], 5) == label[400:]))

    assert accuracy(x) < 0.65
    assert accuracy(fit_scaler(x[:400], "z").transform(x)) > 0.95
