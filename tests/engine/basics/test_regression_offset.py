"""Regression far from zero: timestamps, years, coordinates. Every fit is held against the same equations in whole
numbers, where nothing is rounded."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lab.engine.basics.centring import from_mean
from lab.engine.basics.regression import (
    fit_absolute_line,
    fit_huber,
    fit_lasso,
    fit_least_squares,
    fit_normal_equations,
    fit_ridge,
    with_ones,
)
from lab.engine.basics.residuals import correlation, leave_one_out, leverage, r_squared, statistics

OFFSETS = (0.0, 1e3, 1e8, 1.7e9, 1e11, 1e13)
EVERY_FIT = {
    "least squares": fit_least_squares,
    "normal equations": fit_normal_equations,
    "ridge": lambda x, y: fit_ridge(x, y, 0.0),
    "lasso": lambda x, y: fit_lasso(x, y, 0.0),
    "huber": lambda x, y: fit_huber(x, y, 1e6),
    "weighted": lambda x, y: fit_least_squares(x, y, np.full(len(y), 3.0)),
}
Numbers = tuple[Fraction, ...]


def exactly(x: np.ndarray, y: np.ndarray) -> Numbers:
    """The weights and bias of least squares in fractions, by Gauss and Jordan. x: [N, d].  y: [N]."""
    columns = [[Fraction(v) for v in column.tolist()] for column in (*with_ones(x).T, y)]
    p = len(columns) - 1
    rows = [[sum(a * b for a, b in zip(columns[j], other)) for other in columns] for j in range(p)]
    for k in range(p):
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for j in set(range(p)) - {k}:
            rows[j] = [a - rows[j][k] * b for a, b in zip(rows[j], rows[k])]
    return tuple(row[-1] for row in rows)


def error(found: float, exact: Fraction) -> float:
    """How far a number is off, as a share of it."""
    return float(abs(Fraction(found) - exact) / (abs(exact) or 1))


def clock(offset: float, minutes: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """One measurement a minute, in seconds since long ago; y rises by 0.7 each time, and jitters."""
    steps = np.arange(minutes, dtype=float)
    return offset + 60 * steps, 12 + 0.7 * steps + 0.05 * (-1.0) ** steps


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("fit", EVERY_FIT.values(), ids=EVERY_FIT)
def test_a_clock_far_from_zero_has_the_slope_and_the_bias_it_really_has(fit, offset: float) -> None:
    x, y = clock(offset)
    found, exact = fit(x, y), exactly(x[:, None], y)
    assert found.rank == 2 and np.isfinite(found.condition)
    assert error(found.weights[0], exact[0]) < 1e-13
    assert error(found.bias, exact[1]) < 1e-13


@pytest.mark.parametrize("offset", OFFSETS)
def test_everything_that_is_said_of_a_fit_is_the_same_wherever_its_table_lies(offset: float) -> None:
    x, y = clock(offset)
    near, near_y = clock(0.0)
    fit, here = fit_least_squares(x, y), fit_least_squares(near, near_y)
    assert fit.predict(x) == pytest.approx(here.predict(near), rel=1e-12)
    assert r_squared(y, fit.predict(x)) == pytest.approx(correlation(x, y) ** 2, rel=1e-12)
    assert leverage(x) == pytest.approx(leverage(near), rel=1e-12)
    assert leave_one_out(x, y)[:, 0] == pytest.approx(leave_one_out(near, near_y)[:, 0], rel=1e-11)
    sure, close = statistics(fit, x, y), statistics(here, near, near_y)
    assert sure.standard_errors[0] == pytest.approx(close.standard_errors[0], rel=1e-10)


@pytest.mark.parametrize("level", OFFSETS)
def test_outputs_far_from_zero_cost_no_digits_of_the_slope_either(level: float) -> None:
    x, y = clock(1.7e9)
    y = level + np.round(y)  # what a float near 10¹³ can hold
    fit, exact = fit_least_squares(x, y), exactly(x[:, None], y)
    assert error(fit.weights[0], exact[0]) < 1e-13
    assert r_squared(y, fit.predict(x)) == pytest.approx(correlation(x, y) ** 2, rel=1e-6)


def test_the_condition_number_of_a_clock_is_that_of_its_columns() -> None:
    """For [x, 1] it is (Σx² + N)/√(N·Sxx) and its like: here in fractions, where no digit cancels."""
    x, _ = clock(1.7e9)
    whole = [Fraction(v) for v in x.tolist()]
    trace = sum(v * v for v in whole) + len(whole)
    determinant = len(whole) * sum(v * v for v in whole) - sum(whole) ** 2
    assert fit_least_squares(x, np.zeros(20)).condition == pytest.approx(float(trace) / float(determinant) ** 0.5)


@pytest.mark.parametrize("offset", OFFSETS)
def test_the_line_of_least_absolute_error_does_not_mind_an_offset(offset: float) -> None:
    x, y = clock(offset)
    y[7] += 1000.0
    line, near = fit_absolute_line(x, y), fit_absolute_line(x - offset, y)
    assert line.weights[0] == pytest.approx(near.weights[0], rel=1e-13)
    assert line.predict(x) == pytest.approx(near.predict(x - offset), rel=1e-12)


points = some.lists(
    some.tuples(some.integers(-500, 500), some.integers(-500, 500), some.integers(-1000, 1000)),
    min_size=5,
    max_size=12,
    unique_by=lambda point: point[0],
)


@settings(deadline=None, max_examples=150)
@given(points, some.integers(0, 10**13), some.integers(-(10**13), 10**13), some.sampled_from([1.0, 0.25, 60.0]))
def test_any_table_up_to_ten_to_the_thirteen_fits_to_the_digits_a_float_has(table, one, other, unit) -> None:
    a, b, y = (np.array(column, dtype=float) for column in zip(*table))
    x, y = np.column_stack([one + unit * a, other + unit * b]), 0.37 * y
    singular = np.linalg.svd(from_mean(np.column_stack([a, b]))[0], compute_uv=False)
    for d in (1, 2):
        hard = 1.0 if d == 1 else float(singular[0] / max(singular[1], 1e-9))
        if hard > 1e3:  # the two features say nearly the same: then the data leave fewer digits
            continue
        fit, exact = fit_least_squares(x[:, :d], y), exactly(x[:, :d], y)
        assert fit.rank == d + 1
        largest = max(abs(float(w)) for w in exact[:d])
        size = max(largest, float(np.ptp(y)) / (unit * 1000), 1e-6)
        for found, true in zip(fit.weights, exact):
            assert abs(float(Fraction(found) - true)) <= 1e-12 * hard**2 * size
        reach = sum(abs(float(w)) * abs(c) for w, c in zip(exact, x[0])) + abs(float(exact[-1])) + size * one
        assert abs(float(Fraction(fit.bias) - exact[-1])) <= 1e-12 * hard**2 * reach + 1e-9


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("factor", [2.0, -0.1, 1 / 3])
def test_columns_that_say_the_same_are_refused_by_the_normal_equations(offset: float, factor: float) -> None:
    first = offset + np.arange(9.0) ** 2
    x, y = np.column_stack([first, factor * first + 7]), np.arange(9.0)
    with pytest.raises(ValueError, match=r"singular, its condition number is .*try ridge"):
        fit_normal_equations(x, y)
    assert fit_least_squares(x, y).rank == 2


def test_columns_that_differ_a_little_are_solved() -> None:
    first = np.arange(9.0)
    x = np.column_stack([first, first + 1e-6 * first**2])
    fit = fit_normal_equations(x, x.sum(axis=1))
    assert fit.rank == 3
    np.testing.assert_allclose(fit.weights, [1, 1], rtol=0.05)


def test_columns_whose_square_cannot_be_told_from_singular_are_refused_though_the_svd_still_solves_them() -> None:
    first = np.arange(9.0)
    x = np.column_stack([first, first + 1e-10 * first**2])
    with pytest.raises(ValueError, match=r"its condition number is \d.*try ridge"):
        fit_normal_equations(x, x.sum(axis=1))
    fit = fit_least_squares(x, x.sum(axis=1))
    assert fit.rank == 3
    np.testing.assert_allclose(fit.weights, [1, 1], rtol=1e-3)


def test_of_many_solutions_the_shortest_weights_and_bias_are_chosen_as_numpy_does() -> None:
    for x, y in (
        ([[5.0], [5.0], [5.0]], [1.0, 2.0, 6.0]),
        ([[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]], [3.0, 1.0, 5.0]),
        ([[1.0, 2.0, 9.0], [3.0, 1.0, 2.0]], [3.0, 1.0]),
    ):
        fit = fit_least_squares(x, y)
        expected = np.linalg.lstsq(with_ones(x), y, rcond=None)[0]
        np.testing.assert_allclose([*fit.weights, fit.bias], expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("size", [1e200, 1e300, 1e308])
def test_a_table_at_the_end_of_what_a_float_holds_is_fitted_or_says_it_is_singular(size: float) -> None:
    fit = fit_least_squares([size, -size, 0.5 * size], [1.0, 2.0, 1.25])
    assert fit.weights[0] * size == pytest.approx(-0.5)
    assert fit_least_squares([size, size], [1.0, 2.0]).rank == 1


def test_a_point_without_weight_changes_nothing_however_far_it_lies() -> None:
    x, y = clock(1.7e9)
    with_stray = fit_least_squares(np.append(x, -1e17), np.append(y, 5.0), [*np.ones(20), 0.0])
    assert with_stray.weights[0] == fit_least_squares(x, y, np.ones(20)).weights[0]
