"""Fits at every price at once: the answers of the fits for one price, and what makes a fit the best."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.basics.penalty_paths import lasso_path, ridge_path
from lab.engine.basics.regression import fit_lasso, fit_least_squares, fit_ridge

SHAPES = ((12, 4), (12, 11), (6, 9), (5, 1))


def table(n: int, d: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) + 3.0, rng.normal(size=n) - 2.0


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("price", [1e-3, 0.1, 10.0])
def test_a_ridge_path_gives_the_ridge_fit_of_every_price(shape: tuple[int, int], price: float) -> None:
    x, y = table(*shape)
    path, fit = ridge_path(x, y), fit_ridge(x, y, price)
    assert path.weights(price) == pytest.approx(fit.weights, rel=1e-8, abs=1e-10)
    assert path.predict(x + 1, price) == pytest.approx(fit.predict(x + 1), rel=1e-8, abs=1e-8)


def test_without_a_price_it_is_least_squares() -> None:
    x, y = table(12, 4)
    assert ridge_path(x, y).weights(0.0) == pytest.approx(fit_least_squares(x, y).weights)
    assert ridge_path(x, y).rank == 4


def test_of_many_best_fits_it_takes_the_one_with_the_shortest_weights() -> None:
    x, y = table(6, 9)
    path = ridge_path(x, y)
    weights = path.weights(0.0)
    shortest = np.linalg.pinv(x - x.mean(axis=0)) @ (y - y.mean())
    assert weights == pytest.approx(shortest) and path.rank == 5
    assert path.predict(x, 0.0) == pytest.approx(y)
    assert path.weights(1e-9) == pytest.approx(weights, abs=1e-6), "the limit of ridge"


def test_a_column_that_says_nothing_new_gets_no_infinite_weight() -> None:
    x, y = table(8, 2)
    twice = np.column_stack((x, x[:, 0]))
    weights = ridge_path(twice, y).weights(0.0)
    assert weights[0] == pytest.approx(weights[2]) and np.isfinite(weights).all()


def test_several_tables_at_once_are_each_of_them() -> None:
    tables = [table(7, 3, seed) for seed in range(4)]
    x, y = np.stack([one for one, _two in tables]), np.stack([two for _one, two in tables])
    stack = ridge_path(x, y)
    for number, (one, two) in enumerate(tables):
        alone = ridge_path(one, two)
        assert stack.weights(0.3)[number] == pytest.approx(alone.weights(0.3))
        assert stack.predict(one, 0.3)[number] == pytest.approx(alone.predict(one, 0.3))


@pytest.mark.parametrize("price", [0.0, 0.5])
def test_the_sensitivity_is_how_far_a_fit_moves_when_a_point_does(price: float) -> None:
    x, y = table(9, 4)
    places = x[:3] + 0.5
    found = ridge_path(x, y).sensitivity(places, price)
    for row in range(len(y)):
        moved = y + (np.arange(len(y)) == row)
        apart = ridge_path(x, moved).predict(places, price) - ridge_path(x, y).predict(places, price)
        assert found[:, row] == pytest.approx(apart, abs=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("share", [0.7, 0.2, 0.05])
def test_a_lasso_path_gives_the_lasso_fit_of_every_price(shape: tuple[int, int], share: float) -> None:
    x, y = table(*shape)
    path = lasso_path(x, y)
    price = share * float(path.prices[0])
    fit = fit_lasso(x, y, price, tolerance=1e-12, max_rounds=200_000)
    assert path.weights(price) == pytest.approx(fit.weights, abs=1e-5)
    assert path.predict(x, price) == pytest.approx(fit.predict(x), abs=1e-5)


@pytest.mark.parametrize("seed", range(30))
def test_no_lasso_fit_of_a_path_can_be_made_better(seed: int) -> None:
    """The correlation with what is left is the price for a weight that is not 0, and at most the price for others."""
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(3, 15)), int(rng.integers(1, 20))
    x, y = table(n, d, seed)
    path = lasso_path(x, y)
    for price in (path.prices[:-1] + path.prices[1:]) / 2:
        weights = path.weights(float(price))
        rest = y - path.predict(x, float(price))
        pull = (x - x.mean(axis=0)).T @ rest / n
        live = np.abs(weights) > 1e-9
        assert (np.abs(pull) <= price * (1 + 1e-6) + 1e-10).all()
        assert pull[live] == pytest.approx(price * np.sign(weights[live]), rel=1e-5, abs=1e-9)


def test_from_its_highest_price_on_no_weight_is_left_and_just_below_it_one_is() -> None:
    x, y = table(12, 4)
    path = lasso_path(x, y)
    top = float(path.prices[0])
    assert not path.weights(top).any() and not path.weights(2 * top).any()
    assert (path.weights(0.999 * top) != 0).sum() == 1
    assert path.weights(0.0) == pytest.approx(fit_least_squares(x, y).weights, rel=1e-6)


def test_a_path_that_is_wanted_down_to_a_price_is_the_same_down_to_there_and_shorter() -> None:
    x, y = table(12, 11)
    whole = lasso_path(x, y)
    price = 0.3 * float(whole.prices[0])
    part = lasso_path(x, y, price)
    assert part.prices[-1] <= price and len(part.prices) < len(whole.prices)
    for one in (price, 1.5 * price, 3 * price):
        assert part.weights(one) == pytest.approx(whole.weights(one), abs=1e-12)


def test_what_cannot_be_explained_keeps_weights_of_0() -> None:
    x, _y = table(5, 3)
    assert not lasso_path(x, np.ones(5)).weights(0.0).any()
    assert lasso_path(np.zeros((5, 0)), np.arange(5.0)).predict(np.zeros((2, 0)), 0.0) == pytest.approx(2.0)
    assert ridge_path(np.zeros((5, 0)), np.arange(5.0)).predict(np.zeros((2, 0)), 1.0) == pytest.approx(2.0)


@pytest.mark.parametrize("path", [ridge_path, lasso_path])
def test_shapes_that_do_not_fit_are_refused(path) -> None:
    for x, y in ((np.zeros((3, 2)), np.zeros(4)), (np.zeros(3), np.zeros(3)), (np.zeros((0, 2)), np.zeros(0))):
        with pytest.raises(ValueError, match="shapes"):
            path(x, y)
