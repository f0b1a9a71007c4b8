"""Surfaces: exact slopes and curvatures, the course's figures, and the limits that theory sets."""

import subprocess
import sys

import numpy as np
import pytest

from lab.core.paths import asset
from lab.engine.basics.landscape import (
    SURFACES,
    FormulaSurface,
    QuadraticSurface,
    Surface,
    critical_beta,
    fastest_rate,
    formula_surface,
    regression_surface,
    stability_limit,
)
from lab.engine.basics.optim import SGD, Momentum, Optimizer, State
from lab.engine.basics.quadratic import weights_surface
from lab.engine.graph.formula import FormulaError


def line_example() -> QuadraticSurface:
    """Twenty points on y = 2x + 1 with unit noise of seed 0, x from 0 to 5."""
    x = np.linspace(0.0, 5.0, 20)
    return regression_surface(x, 2.0 * x + 1.0 + np.random.default_rng(0).normal(size=20))


def walk(surface: Surface, optimizer: Optimizer, steps: int, start: tuple[float, float] | None = None) -> np.ndarray:
    """The heights along a walk, the start included."""
    point = np.array(surface.start if start is None else start)
    state, heights = optimizer.init(point), [float(surface.value(*point))]
    for _ in range(steps):
        point, state, _ = optimizer.update(point, np.stack(surface.gradient(*point)), state)
        heights.append(float(surface.value(*point)))
    return np.array(heights)


every = pytest.mark.parametrize(
    "surface", [*SURFACES.values(), line_example()], ids=lambda surface: getattr(surface, "name", "line")
)


@every
def test_slope_and_curvature_agree_with_finite_differences(surface: Surface) -> None:
    x0, x1, y0, y1 = surface.domain
    rng = np.random.default_rng(1)
    x, y, h = rng.uniform(x0, x1, 20), rng.uniform(y0, y1, 20), 1e-5
    gx = (surface.value(x + h, y) - surface.value(x - h, y)) / (2 * h)
    gy = (surface.value(x, y + h) - surface.value(x, y - h)) / (2 * h)
    np.testing.assert_allclose(surface.gradient(x, y), [gx, gy], rtol=1e-6, atol=1e-6)
    plus, minus = np.stack(surface.gradient(x + h, y)), np.stack(surface.gradient(x - h, y))
    np.testing.assert_allclose(surface.hessian(x, y)[:, 0, :], (plus - minus).T / (2 * h), rtol=1e-5, atol=1e-5)
    plus, minus = np.stack(surface.gradient(x, y + h)), np.stack(surface.gradient(x, y - h))
    np.testing.assert_allclose(surface.hessian(x, y)[:, 1, :], (plus - minus).T / (2 * h), rtol=1e-5, atol=1e-5)


@every
def test_every_known_bottom_is_one_and_lies_in_the_domain(surface: Surface) -> None:
    x0, x1, y0, y1 = surface.domain
    assert surface.minima
    for x, y in surface.minima:
        assert np.abs(surface.gradient(x, y)).max() < 1e-12
        assert np.linalg.eigvalsh(surface.hessian(x, y))[0] >= 0
        assert x0 <= x <= x1 and y0 <= y <= y1
    assert x0 < surface.start[0] < x1 and y0 < surface.start[1] < y1


@every
def test_grids_and_single_points_give_the_same_values(surface: Surface) -> None:
    x, y = np.linspace(-1, 1, 4)[None, :], np.linspace(-1, 1, 3)[:, None]
    assert surface.value(x, y).shape == (3, 4)
    assert surface.hessian(x, y).shape == (3, 4, 2, 2)
    assert surface.value(x, y)[2, 1] == pytest.approx(float(surface.value(x[0, 1], y[2, 0])), rel=1e-14)
    assert surface.hessian(0.0, 0.0).shape == (2, 2)


def test_the_eight_surfaces_have_names_stories_and_the_curvatures_they_promise() -> None:
    names = ["bowl", "ravine", "saddle", "wells", "plateau", "rosenbrock", "ripples", "gutter"]
    assert list(SURFACES) == names
    assert all(surface.story and surface.title for surface in SURFACES.values())
    quadratic = {name: (s.lambda_max, s.lambda_min) for name, s in SURFACES.items() if s.quadratic}
    assert quadratic == {"bowl": (1.0, 1.0), "ravine": (100.0, 1.0), "gutter": (2.0, 0.0)}
    assert SURFACES["saddle"].lambda_max is None


def test_the_two_wells_are_of_different_depth_and_a_start_in_each_is_drawn_into_its_own() -> None:
    wells = SURFACES["wells"]
    deep, shallow = wells.minima
    assert float(wells.value(*shallow)) - float(wells.value(*deep)) > 0.5
    assert wells.lowest == float(wells.value(*deep))
    for start, bottom in [((2.5, 1.0), deep), (wells.start, shallow)]:
        assert walk(wells, SGD(0.05), 400, start)[-1] == pytest.approx(float(wells.value(*bottom)), abs=1e-9)


def test_on_the_ridge_of_the_saddle_descent_stops_where_there_is_no_bottom() -> None:
    saddle = SURFACES["saddle"]
    assert walk(saddle, SGD(0.1), 500, (-2.0, 0.0))[-1] == pytest.approx(0.25)
    assert np.linalg.eigvalsh(saddle.hessian(0.0, 0.0))[0] < 0
    assert walk(saddle, SGD(0.1), 500)[-1] == pytest.approx(0.0, abs=1e-12)


def test_the_slope_on_the_plateau_is_tiny_though_the_bottom_is_far() -> None:
    plateau = SURFACES["plateau"]
    assert np.hypot(*plateau.gradient(*plateau.start)) < 0.02
    assert plateau.value(*plateau.start) > 0.99
    assert walk(plateau, SGD(0.5), 2000)[-1] < 1e-6


# The ravine's challenge: f < 0.01 within 60 steps from (−2, 1).


def test_plain_descent_cannot_meet_the_challenge_of_the_ravine() -> None:
    ravine = SURFACES["ravine"]
    best = min(float(walk(ravine, SGD(rate), 60).min()) for rate in np.linspace(0.015, 0.0201, 52))
    assert best == pytest.approx(0.198, abs=5e-4)


def test_momentum_meets_the_challenge_on_11_percent_of_the_plane() -> None:
    rates, betas = np.meshgrid(np.logspace(-3, -1, 81), np.linspace(0, 0.99, 100))
    point = np.stack([np.full(rates.shape, -2.0), np.full(rates.shape, 1.0)])
    ravine, state, met = SURFACES["ravine"], State(first=np.zeros_like(point)), {}
    success = np.zeros(rates.shape, bool)
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(1, 61):
            velocity = betas * state.first + np.stack(ravine.gradient(*point))  # every (η, β) at once
            point, state = point - rates * velocity, State(step, velocity)
            success |= ravine.value(*point) < 1e-2
            met[step] = float(success.mean())
    assert met[60] == pytest.approx(0.112, abs=2e-3)
    assert met[40] == pytest.approx(0.055, abs=2e-3)
    assert walk(ravine, Momentum(0.03, 0.75), 60).min() < 1e-2


# The line-fit example, with and beyond its limit.


def test_the_line_example_has_the_limit_of_the_course() -> None:
    surface = line_example()
    assert surface.lambda_max == pytest.approx(18.6103489, abs=1e-6)
    assert stability_limit(surface.lambda_max) == pytest.approx(0.107467, abs=1e-6)
    assert surface.lambda_min == pytest.approx(float(np.linalg.eigvalsh(surface.bends)[0]), rel=1e-9)


def test_there_is_a_cliff_at_the_limit_and_not_a_gradual_worsening() -> None:
    surface = line_example()
    limit = stability_limit(surface.lambda_max)
    below, at, above = (walk(surface, SGD(limit * part), 200) for part in (0.95, 1.0, 1.05))
    assert below[-1] == pytest.approx(0.698, abs=5e-4)
    assert at[-50:] == pytest.approx(np.full(50, 42.74), abs=0.01)
    assert above[-1] == pytest.approx(1.5e18, rel=0.05)


def test_the_course_valley_diverges_for_a_learning_rate_above_one() -> None:
    gutter = SURFACES["gutter"]
    assert stability_limit(gutter.lambda_max) == 1.0
    assert walk(gutter, SGD(0.99), 500)[-1] < 1e-6
    assert np.ptp(walk(gutter, SGD(1.0), 500)) == 0.0
    assert walk(gutter, SGD(1.01), 500)[-1] > 1e4


def test_the_fastest_rate_is_the_best_of_its_neighbours() -> None:
    ravine = SURFACES["ravine"]
    best = fastest_rate(100.0, 1.0)
    walks = [walk(ravine, SGD(rate), 2000) for rate in (best * 0.99, best, best * 1.005)]
    slower, fastest, wilder = (heights[-1] / heights[-2] for heights in walks)  # what a step leaves, in the end
    assert fastest == pytest.approx((99 / 101) ** 2, rel=1e-9)
    assert slower > fastest and wilder > fastest


def test_limits_refuse_what_makes_no_sense() -> None:
    for call in (
        lambda: stability_limit(0.0),
        lambda: stability_limit(1.0, 1.0),
        lambda: critical_beta(4.1),
        lambda: fastest_rate(1.0, 2.0),
    ):
        with pytest.raises(ValueError, match="need"):
            call()


# Tables as surfaces.


def test_two_features_make_a_surface_over_their_weights() -> None:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(50, 2)) * [1000.0, 1.0]
    y = features @ [0.5, 20.0] + 7.0 + rng.normal(size=50)
    surface = weights_surface(features, y)
    for weights in [(0.0, 0.0), (0.4, 30.0)]:
        residual = y - features @ weights
        assert surface.value(*weights) == pytest.approx(np.var(residual), rel=1e-9)  # b is their mean
    assert surface.best == pytest.approx((0.5, 20.0), rel=0.05)
    assert surface.condition == pytest.approx(np.linalg.cond(surface.bends), rel=1e-6)
    with pytest.raises(ValueError, match="one column determines the other"):
        weights_surface(features[:, [0, 0]], y)


def table(name: str, x: str, y: str) -> tuple[np.ndarray, np.ndarray]:
    header, *rows = asset(f"data/{name}").read_text(encoding="utf-8").splitlines()
    columns = header.split(",")
    cells = [row.split(",") for row in rows]
    return tuple(np.array([float(row[columns.index(column)]) for row in cells]) for column in (x, y))


@pytest.mark.parametrize("standardise", [False, True])
@pytest.mark.parametrize(
    ("name", "x", "y"), [("crickets.csv", "temp", "rate"), ("houses_sacramento.csv", "sqft", "price")]
)
def test_the_loss_of_a_table_is_its_mean_squared_error(name: str, x: str, y: str, standardise: bool) -> None:
    xs, ys = table(name, x, y)
    surface = regression_surface(xs, ys, standardise)
    scaled = (xs - xs.mean()) / xs.std() if standardise else xs
    for w, b in [(0.0, 0.0), (2.5, -7.0), surface.best]:
        error = w * scaled + b - ys
        assert surface.value(w, b) == pytest.approx(np.mean(error**2), rel=1e-9)
        slopes = 2 * np.mean(error * scaled), 2 * np.mean(error)
        np.testing.assert_allclose(surface.gradient(w, b), slopes, rtol=1e-7, atol=1e-5 * np.abs(ys).max())
    slope, intercept = np.polynomial.Polynomial.fit(scaled, ys, 1).convert().coef[::-1]
    np.testing.assert_allclose(surface.best, (slope, intercept), rtol=1e-9)


def test_raw_house_areas_make_a_valley_twenty_million_times_longer_than_wide() -> None:
    raw = regression_surface(*table("houses_sacramento.csv", "sqft", "price"))
    assert raw.condition == pytest.approx(2.13e7, rel=2e-3)
    assert raw.condition == pytest.approx(np.linalg.cond(raw.bends), rel=1e-6)
    scaled = regression_surface(*table("houses_sacramento.csv", "sqft", "price"), standardise=True)
    assert scaled.condition == pytest.approx(1.0)
    assert scaled.lambda_max == pytest.approx(2.0)


def test_a_table_without_a_slope_is_refused() -> None:
    with pytest.raises(ValueError, match="all equal"):
        regression_surface([2.0, 2.0], [1.0, 3.0])
    with pytest.raises(ValueError, match=r"x and y: 2 and 3 rows"):
        regression_surface([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="finite"):
        regression_surface([1.0, np.nan], [1.0, 2.0])


# A learner's formula as a surface.


def test_a_typed_formula_becomes_a_surface_with_its_curvature() -> None:
    surface = formula_surface("x² + xy + 3y²", near=((0.1, 0.1),))
    assert isinstance(surface, FormulaSurface)
    assert surface.quadratic and surface.minima[0] == pytest.approx((0.0, 0.0), abs=1e-12)
    assert surface.lambda_max == pytest.approx(4 + np.sqrt(5))
    assert formula_surface("sin(x)*y").lambda_max is None
    assert formula_surface("x^2 - y^2").lambda_min == -2.0
    assert formula_surface("x + y").minima == () and formula_surface("x + y").lowest is None


def test_a_formula_that_cannot_be_read_or_has_no_bottom_is_refused() -> None:
    with pytest.raises(FormulaError):
        formula_surface("x +")
    with pytest.raises(ValueError, match="no bottom there"):
        formula_surface("x + y", near=((0.0, 0.0),))


def test_a_named_surface_is_worked_out_when_it_is_asked_for_and_not_at_import() -> None:
    importing = "import lab.engine.graph.formula as formula; formula.parse = None; import lab.engine.basics.landscape"
    asking = "; print(list(lab.engine.basics.landscape.SURFACES)); lab.engine.basics.landscape.SURFACES['bowl']"
    assert subprocess.run([sys.executable, "-c", importing]).returncode == 0
    asked = subprocess.run([sys.executable, "-c", importing + asking], capture_output=True, text=True)
    assert "ripples" in asked.stdout and "TypeError" in asked.stderr
