"""Linear regression: scikit-learn's answers, the course's figures, and the cases that have no answer."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.data import Pairs, collinear, five_points, with_outlier
from lab.engine.basics.losses import huber, mae
from lab.engine.basics.regression import (
    LinearFit,
    curvature,
    fit_absolute_line,
    fit_huber,
    fit_lasso,
    fit_least_squares,
    fit_normal_equations,
    fit_ridge,
    line_gradient,
    polynomial,
    with_ones,
)
from lab.engine.basics.residuals import (
    correlation,
    leave_one_out,
    leverage,
    mean_absolute_error,
    r_squared,
    root_mean_squared_error,
    statistics,
)
from lab.engine.basics.table import bundled

# Made with scikit-learn and SciPy by reference/foundations_make.py.
REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "foundations_regression.npz")
X, Y = REFERENCE["x"], REFERENCE["y"]


def coefficients(fit: LinearFit) -> np.ndarray:
    return np.append(fit.weights, fit.bias)


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("least_squares", lambda: fit_least_squares(X, Y)),
        ("least_squares", lambda: fit_normal_equations(X, Y)),
        ("least_squares", lambda: fit_ridge(X, Y, 0.0)),
        ("least_squares", lambda: fit_lasso(X, Y, 0.0)),
        ("weighted", lambda: fit_least_squares(X, Y, REFERENCE["weights"])),
        ("ridge_0.1", lambda: fit_ridge(X, Y, 0.1)),
        ("ridge_10.0", lambda: fit_ridge(X, Y, 10.0)),
        ("lasso_0.01", lambda: fit_lasso(X, Y, 0.01)),
        ("lasso_1.0", lambda: fit_lasso(X, Y, 1.0)),
    ],
)
def test_weights_and_bias_are_those_of_scikit_learn(name: str, fit) -> None:
    np.testing.assert_allclose(coefficients(fit()), REFERENCE[name], rtol=1e-6, atol=1e-9)


def test_the_lasso_makes_weights_exactly_zero_where_scikit_learn_does() -> None:
    assert np.array_equal(fit_lasso(X, Y, 1.0).weights == 0, REFERENCE["lasso_1.0"][:-1] == 0)
    assert (REFERENCE["lasso_1.0"][:-1] == 0).any()
    assert not fit_lasso(X, Y, 1e6).weights.any()


def test_the_line_through_the_five_points_of_the_course() -> None:
    fit = fit_least_squares(*five_points())
    assert fit.weights[0] == pytest.approx(1.97) and fit.bias == pytest.approx(0.07)
    assert fit.weights.nbytes + np.float64(fit.bias).nbytes == 16  # the whole model


def test_a_line_and_its_statistics_are_scipys() -> None:
    fit = fit_least_squares(X[:, 0], Y)
    numbers = statistics(fit, X[:, 0], Y)
    got = [fit.weights[0], fit.bias, correlation(X[:, 0], Y), *numbers.standard_errors]
    np.testing.assert_allclose(got, REFERENCE["line"], rtol=1e-10)
    assert numbers.r2 == pytest.approx(correlation(X[:, 0], Y) ** 2)
    assert numbers.t_values[0] == pytest.approx(fit.weights[0] / numbers.standard_errors[0])
    assert numbers.rmse == pytest.approx(np.sqrt(numbers.mse)) and numbers.mae <= numbers.rmse


@pytest.mark.parametrize(
    ("name", "x", "y", "r2"), [("houses", "sqft", "price", 0.589), ("crickets", "temp", "rate", 0.920)]
)
def test_the_bundled_tables_explain_what_the_course_says(name: str, x: str, y: str, r2: float) -> None:
    columns = bundled(name).numbers(x, y)
    fit = fit_least_squares(columns[:, 0], columns[:, 1])
    assert r_squared(columns[:, 1], fit.predict(columns[:, 0])) == pytest.approx(r2, abs=5e-4)


def test_the_bias_trick_gives_the_same_outputs() -> None:
    x = np.arange(1.0, 6.0)
    assert np.array_equal(with_ones(x) @ [2.0, 1.0], [3, 5, 7, 9, 11])
    assert np.array_equal(LinearFit(np.array([2.0]), 1.0, 2, 1.0).predict(x), [3, 5, 7, 9, 11])


def test_no_penalty_is_laid_on_the_bias() -> None:
    for fit in (fit_ridge(X, Y + 1e6, 1e9), fit_lasso(X, Y + 1e6, 1e9)):
        np.testing.assert_allclose(fit.weights, 0, atol=1e-5)
        assert fit.bias == pytest.approx(np.mean(Y + 1e6), rel=1e-9)


def test_the_normal_equations_lose_digits_that_the_svd_keeps() -> None:
    """One table can be lucky, on one machine or another; the middle one of twenty-one is not."""
    tables = [collinear(50, 0.0, np.random.default_rng(seed), apart=1e-6) for seed in range(21)]
    by_svd, by_normal_equations = (
        np.median([np.abs(fit(x, y).weights - 1).max() for x, y in tables])
        for fit in (fit_least_squares, fit_normal_equations)
    )
    assert by_normal_equations > 1000 * by_svd


def test_a_singular_matrix_is_named_with_its_condition_and_ridge_solves_it() -> None:
    x = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
    with pytest.raises(ValueError, match=r"singular, its condition number is .*try ridge"):
        fit_normal_equations(np.zeros((3, 1)), [1.0, 2.0, 3.0])
    fit = fit_least_squares(x, [1.0, 2.0, 3.0])
    assert fit.rank == 2 and fit.condition == np.inf
    np.testing.assert_allclose(fit_ridge(x, [1.0, 2.0, 3.0], 1e-6).weights, [0.2, 0.4], rtol=1e-5)


def test_with_more_columns_than_rows_the_shortest_solution_is_chosen() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(5, 12)), rng.normal(size=5)
    fit = fit_least_squares(x, y)
    np.testing.assert_allclose(fit.predict(x), y, atol=1e-12)
    other = coefficients(fit) + np.linalg.svd(with_ones(x))[2][-1]  # moved where nothing changes
    np.testing.assert_allclose(with_ones(x) @ other, y, atol=1e-12)
    assert np.linalg.norm(other) > np.linalg.norm(coefficients(fit))


def test_degenerate_tables_have_the_answers_of_the_course() -> None:
    two = fit_least_squares([1.0, 2.0], [5.0, 3.0])
    assert root_mean_squared_error([5.0, 3.0], two.predict([1.0, 2.0])) < 1e-12  # two points: no error
    one = fit_least_squares([2.0], [5.0])
    assert one.rank == 1 and one.predict([2.0])[0] == pytest.approx(5.0)
    equal = fit_least_squares([3.0, 3.0], [1.0, 2.0])
    assert equal.rank == 1 and equal.condition == np.inf


def test_one_outlier_drags_the_squares_and_not_the_absolute_errors() -> None:
    x = np.arange(10.0)
    pulled = with_outlier(Pairs(x, x.copy()), 40.0)
    assert fit_least_squares(*pulled).weights[0] == pytest.approx(2.69, abs=5e-3)
    assert fit_absolute_line(*pulled).weights[0] == pytest.approx(1.0)
    assert abs(fit_huber(*pulled, delta=0.5).weights[0] - 1) < 0.1


@pytest.mark.parametrize("seed", range(4))
def test_no_line_nearby_has_a_smaller_absolute_or_huber_error(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 6, 21).astype(float), rng.normal(size=21)
    for fit, loss in [
        (fit_absolute_line(x, y), lambda p: float(mae(p, y))),
        (fit_huber(x, y, 0.3), lambda p: float(huber(p, y, 0.3))),
    ]:
        best = loss(fit.predict(x))
        for dw, db in rng.normal(size=(200, 2)) * rng.choice([1e-4, 1e-2, 1.0], size=(200, 1)):
            assert loss((fit.weights[0] + dw) * x + fit.bias + db) >= best - 1e-12


def test_dragging_a_point_moves_its_own_prediction_by_its_leverage() -> None:
    h, warp = leverage(X), Y.copy()
    warp[3] += 1.0
    moved = fit_least_squares(X, warp).predict(X)[3] - fit_least_squares(X, Y).predict(X)[3]
    assert moved == pytest.approx(h[3], rel=1e-9)
    assert h.sum() == pytest.approx(5) and h.min() >= 1 / 30


def test_leaving_each_point_out_equals_fitting_without_it() -> None:
    without = leave_one_out(X, Y)
    for i in range(len(Y)):
        rows = np.arange(len(Y)) != i
        np.testing.assert_allclose(without[i], coefficients(fit_least_squares(X[rows], Y[rows])), rtol=1e-7)
    alone = leave_one_out([1.0, 1.0, 5.0], [1.0, 2.0, 3.0])
    assert np.isnan(alone[2]).all() and np.isfinite(alone[0]).all()


def test_r_squared_is_negative_for_worse_than_the_mean_and_unknown_without_spread() -> None:
    assert r_squared([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]) == -3.0
    assert np.isnan(r_squared([1.0, 1.0], [1.0, 2.0]))
    assert np.isnan(correlation([1.0, 1.0], [1.0, 2.0]))
    assert mean_absolute_error([1.0, 2.0], [2.0, 4.0]) == 1.5


def test_without_spare_rows_standard_errors_are_unknown() -> None:
    fit = fit_least_squares([1.0, 2.0], [1.0, 3.0])
    assert np.isnan(statistics(fit, [1.0, 2.0], [1.0, 3.0]).standard_errors).all()


def test_the_gradient_of_a_line_is_the_slope_of_its_error() -> None:
    x, y = five_points()

    def error(w: float, b: float) -> float:
        return float(np.mean((w * x + b - y) ** 2))

    dw, db = line_gradient(x, y, 0.5, 1.0)
    assert dw == pytest.approx((error(0.5 + 1e-6, 1.0) - error(0.5 - 1e-6, 1.0)) / 2e-6, rel=1e-6)
    assert db == pytest.approx((error(0.5, 1.0 + 1e-6) - error(0.5, 1.0 - 1e-6)) / 2e-6, rel=1e-6)
    assert np.array_equal(curvature(x), [[22.0, 6.0], [6.0, 2.0]])


def test_polynomials_of_any_basis_fit_the_same_curve() -> None:
    x = np.linspace(-1, 1, 12)
    y = np.sin(3 * x)
    fits = [fit_least_squares(polynomial(x, 5, basis), y) for basis in ("power", "legendre", "chebyshev")]
    for fit, basis in zip(fits, ("power", "legendre", "chebyshev"), strict=True):
        np.testing.assert_allclose(fit.predict(polynomial(x, 5, basis)), fits[0].predict(polynomial(x, 5)))
    assert np.array_equal(polynomial([2.0], 3), [[2, 4, 8]])
    assert fit_least_squares(polynomial(x, 0), y).bias == pytest.approx(y.mean())
    for bad in [(-1, "power"), (2, "fourier")]:
        with pytest.raises(ValueError, match=r"degree|basis"):
            polynomial(x, *bad)


def test_what_does_not_fit_is_refused_with_its_shape() -> None:
    for call, sentence in [
        (lambda: fit_least_squares([1.0, 2.0], [1.0]), r"shapes \(2,\) and \(1,\)"),
        (lambda: fit_least_squares([], []), "shapes"),
        (lambda: fit_least_squares([1.0, np.nan], [1.0, 2.0]), "finite"),
        (lambda: fit_least_squares([1.0, 2.0], [1.0, 2.0], [-1.0, 1.0]), "point_weights"),
        (lambda: fit_ridge([1.0, 2.0], [1.0, 2.0], -1.0), "penalty: -1.0"),
        (lambda: fit_huber([1.0, 2.0], [1.0, 2.0], 0.0), "delta"),
        (lambda: fit_absolute_line([1.0, 1.0], [1.0, 2.0]), "two different"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            call()
