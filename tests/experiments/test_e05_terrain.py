"""Gradient descent, the ground: quick probes, typed formulas, real tables, and surfaces that were
received."""

import math
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.headless import built
from lab.core.params import ParamError, checked
from lab.engine.basics.landscape import SURFACES, formula_surface
from lab.engine.graph.formula_tree import OPERATIONS
from lab.experiments.e05_gradient_descent.grid import GridSurface
from lab.experiments.e05_gradient_descent.probe import _SCALAR, probe_of
from lab.experiments.e05_gradient_descent.received import received_surface
from lab.experiments.e05_gradient_descent.settings import Params
from lab.experiments.e05_gradient_descent.simulation import Descent
from lab.experiments.e05_gradient_descent.terrain import terrain_for
from tests.asking import divergence_of, limits_of, metrics_of, unavailable_of, why_of

SPECIFICATION = find("gradient-descent").load()
PLACES = [(0.3, 0.4), (-1.7, 1.1), (2.5, -0.9), (0.0, 0.0)]


def begun(*artifacts: Artifact, **values: Any) -> Descent:
    return built(SPECIFICATION, checked(Params, values), 0, artifacts)


@pytest.mark.parametrize("name", [*SURFACES, "crickets", "houses", "houses-standardised"])
def test_a_quick_probe_says_what_the_surface_says(name: str) -> None:
    surface = terrain_for(name, "").surface
    probe = probe_of(surface)
    for x, y in PLACES:
        expected = [float(surface.value(x, y)), *map(float, surface.gradient(x, y))]
        assert probe(x, y) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_quick_probe_knows_every_operation_of_the_engine() -> None:
    assert set(_SCALAR) == set(OPERATIONS)


@pytest.mark.parametrize(
    "text",
    [
        "max(x, y)^2 + min(x, 2) + abs(y) + relu(x) + sign(x) + step(y)",
        "sigmoid(3x) + tanh(y) + tan(x) + sqrt(x + 2) + log(y + 2) + pi x + e^y",
        "1/x + log(x) + x^0.5 + exp(1000 x)",
        "max(log(x), 1) + y^-1",
    ],
)
@pytest.mark.parametrize("place", [*PLACES, (-3.0, 2.0), (1e200, 1e200), (math.inf, 0.0), (math.nan, 1.0)])
def test_a_quick_probe_leaves_to_numpy_what_plain_numbers_refuse(text: str, place: tuple[float, float]) -> None:
    surface = formula_surface(text)
    expected = [float(surface.value(*place)), *map(float, surface.gradient(*place))]
    assert probe_of(surface)(*place) == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_one_landscape_is_one_object_that_all_runs_share() -> None:
    assert begun().terrain is begun().terrain
    assert begun(surface="formula", formula="x^2").terrain is not begun(surface="formula", formula="y^2").terrain
    heights = begun(surface="wells").terrain.heights
    x0, x1, y0, y1 = begun(surface="wells").terrain.extent
    assert heights[0, 0] == SURFACES["wells"].value(x0, y0) and heights[0, -1] == SURFACES["wells"].value(x1, y0)
    assert heights[-1, 0] == SURFACES["wells"].value(x0, y1)


def test_a_typed_quadratic_has_its_bottom_its_limit_and_its_condition() -> None:
    terrain = terrain_for("formula", "(x - 1)^2 + 5(y + 2)^2 + x y")
    bottom = terrain.minima[0]
    assert np.abs(np.stack(terrain.surface.gradient(*bottom))).max() < 1e-12
    frame = begun(surface="formula", formula="(x - 1)^2 + 5(y + 2)^2", optimizers=["sgd"]).snapshot()
    assert metrics_of(frame)["limit"] == pytest.approx(0.2) and metrics_of(frame)["condition"] == pytest.approx(5.0)
    assert limits_of(frame)["learning_rate"].value == pytest.approx(0.2)


@pytest.mark.parametrize("formula", ["x^2 - y^2", "x^2 + y", "x + y", "3", "x y"])
def test_a_formula_without_a_bottom_promises_none(formula: str) -> None:
    frame = begun(surface="formula", formula=formula).snapshot()
    assert frame.terrain.minima == ()
    assert (metrics_of(frame)["distance"], metrics_of(frame)["limit"]) == (None, None)
    assert "learning_rate" not in limits_of(frame)


def test_in_a_valley_with_a_level_floor_the_nearest_bottom_lies_straight_across() -> None:
    terrain = terrain_for("gutter", "")
    assert terrain.nearest_minimum(1.0, 7.0) == pytest.approx((3.0, 7.0))
    assert terrain_for("formula", "(x + y)^2").nearest_minimum(1.0, 0.0) == pytest.approx((0.5, -0.5))


def test_nothing_can_be_received_before_something_was_sent() -> None:
    with pytest.raises(ParamError, match="surface: nothing was received yet"):
        begun(surface="received")
    assert unavailable_of(begun().snapshot()) == {"surface": ("received",)}
    artifact = begun(surface="crickets").offer("loss-surface")
    assert artifact is not None and unavailable_of(begun(artifact).snapshot()) == {}


@pytest.mark.parametrize("surface", ["wells", "gutter", "formula", "crickets", "houses-standardised"])
def test_a_surface_that_is_sent_and_received_is_the_same_surface(surface: str) -> None:
    sender = begun(surface=surface)
    artifact = sender.offer("loss-surface")
    assert artifact is not None and artifact.origin == "Gradient descent, step 0"
    receiver = begun(artifact, surface="received")
    assert receiver.terrain.surface.value(0.7, 0.3) == pytest.approx(sender.terrain.surface.value(0.7, 0.3), rel=1e-12)
    assert receiver.terrain.extent == pytest.approx(sender.terrain.extent)
    assert (receiver.terrain.table is None) == (sender.terrain.table is None)
    again = receiver.offer("loss-surface")
    assert again is not None and begun(again, surface="received").terrain.extent == pytest.approx(sender.terrain.extent)


@pytest.mark.parametrize("rows", [[0.0, 10.0, 20.0], [0.0, 0.1, 0.2]], ids=["steep", "gentle"])
def test_the_rate_suits_what_is_received_and_is_the_usual_one_where_that_will_do(rows: list[float]) -> None:
    data = {"x": np.array(rows), "y": np.array([1.0, 4.0, 2.0])}
    artifact = Artifact("loss-surface", "A line", data)
    suited = SPECIFICATION.suited(artifact)
    run = begun(artifact, surface="received", **suited)
    assert bool(suited) == (Params().learning_rate * run.terrain.lambda_max >= 1.0) == (rows[-1] > 1)
    first = run.snapshot().balls[0].loss
    for _step in range(200):
        run.step()
    assert not run.diverged and all(ball.loss < first for ball in run.snapshot().balls)


def test_the_rate_of_a_damaged_surface_is_left_as_it_is() -> None:
    assert SPECIFICATION.suited(Artifact("loss-surface", "Damaged", {"x": np.zeros(3)})) == {}


def test_a_loss_with_two_weights_is_received_with_its_features() -> None:
    features = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [4.0, 3.0]])
    artifact = Artifact("loss-surface", "Two weights", {"features": features, "y": features @ [2.0, -1.0]})
    run = begun(artifact, surface="received", optimizers=["sgd"])
    assert run.terrain.minima[0] == pytest.approx((2.0, -1.0)) and run.terrain.table is None


def grid(rows: int = 31, columns: int = 41) -> GridSurface:
    x, y = np.linspace(-2.0, 2.0, columns), np.linspace(-1.0, 1.0, rows)
    return GridSurface(np.sin(x)[None, :] + y[:, None] ** 2, (-2.0, 2.0, -1.0, 1.0))


def test_a_grid_is_met_at_its_points_and_followed_between_them() -> None:
    surface = grid()
    assert surface.value(-2.0, -1.0) == surface.heights[0, 0] and surface.value(2.0, 1.0) == surface.heights[-1, -1]
    assert surface.value(0.123, 0.456) == pytest.approx(math.sin(0.123) + 0.456**2, abs=1e-4)
    assert surface.gradient(0.123, 0.456) == pytest.approx([math.cos(0.123), 2 * 0.456], abs=5e-3)
    assert np.isnan(surface.value(2.1, 0.0))


def test_the_slopes_and_bends_of_a_grid_are_those_of_its_own_cubics() -> None:
    surface, rng, h = grid(), np.random.default_rng(0), 1e-6
    x, y = rng.uniform(-1.9, 1.9, 50), rng.uniform(-0.95, 0.95, 50)
    gx = (surface.value(x + h, y) - surface.value(x - h, y)) / (2 * h)
    gy = (surface.value(x, y + h) - surface.value(x, y - h)) / (2 * h)
    np.testing.assert_allclose(surface.gradient(x, y), [gx, gy], atol=1e-8)
    x, y = np.array([0.123, -1.234]), np.array([0.456, -0.321])  # inside cells: bends jump between them
    plus, minus = np.stack(surface.gradient(x + h, y)), np.stack(surface.gradient(x - h, y))
    np.testing.assert_allclose(surface.hessian(x, y)[:, 0, :], (plus - minus).T / (2 * h), atol=1e-6)


def test_balls_walk_on_a_received_grid_and_are_lost_at_its_edge() -> None:
    surface = grid()
    data = {"heights": surface.heights, "extent": np.array(surface.domain), "x_name": "w₁", "y_name": "w₂"}
    artifact = Artifact("loss-surface", "A network's loss", data, "Decision boundaries")
    run = begun(artifact, surface="received", optimizers=["sgd"], learning_rate=0.1)
    for _ in range(100):
        run.step()
    frame = run.snapshot()
    assert (frame.ball.x, frame.ball.y) == pytest.approx((-math.pi / 2, 0.0), abs=1e-2)
    assert frame.terrain.x_name == "w₁" and why_of(frame, "loss") is None
    run = begun(artifact, surface="received", optimizers=["sgd"], learning_rate=50.0)
    run.step()
    assert run.done and divergence_of(run.snapshot()).remedy == {"learning_rate": 0.5}
    offered = run.offer("loss-surface")
    assert offered is not None and np.array_equal(offered.data["heights"], surface.heights)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"x": np.arange(3.0)}, "lacks “y”"),
        ({"x": np.arange(3.0), "y": np.arange(4.0)}, "x"),
        ({"x": np.ones(3), "y": np.arange(3.0)}, "all equal"),
        ({"x": np.array([1.0, np.nan]), "y": np.ones(2)}, "x: .*finite"),
        ({"heights": np.ones((1, 5)), "extent": np.arange(4.0)}, "at least 2 rows"),
        ({"heights": np.ones((3, 5)), "extent": np.array([1.0, 0.0, 0.0, 1.0])}, "growing order"),
        ({"heights": np.ones((3, 5)), "extent": np.arange(3.0)}, "extent"),
        ({"formula": "import os", "extent": np.arange(4.0), "start": np.zeros(2)}, "not a name"),
        ({"formula": "x", "extent": np.arange(4.0), "start": np.zeros(3)}, "start: shape"),
    ],
)
def test_a_damaged_surface_is_refused_with_the_entry_that_is_wrong(data: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        received_surface(Artifact("loss-surface", "Damaged", data))


def test_the_slice_runs_down_the_slope_from_edge_to_edge_through_the_ball() -> None:
    frame = begun().snapshot()
    cut, ball = frame.slice, frame.ball
    slope = np.array(ball.slope)
    assert np.array(cut.direction) == pytest.approx(-slope / np.hypot(*slope))
    assert cut.t[0] < 0 < cut.t[-1]
    at_ball = float(np.interp(0.0, cut.t, cut.loss))
    assert at_ball == pytest.approx(ball.loss, abs=1e-2)
    ends = np.array([ball.x, ball.y]) + np.outer(cut.t[[0, -1]], cut.direction)
    x0, x1, y0, y1 = frame.terrain.extent
    assert np.all((ends >= [x0 - 1e-9, y0 - 1e-9]) & (ends <= [x1 + 1e-9, y1 + 1e-9]))
    level = begun(surface="bowl", start="own", start_x=0.0, start_y=0.0).snapshot()
    assert level.slice.direction == (1.0, 0.0)
    outside = begun(start="own", start_x=50.0, start_y=50.0).snapshot()
    assert np.isfinite(outside.slice.t).all()
