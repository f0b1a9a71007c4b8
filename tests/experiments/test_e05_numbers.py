"""Gradient descent, the figures of the course, computed again by walking."""

from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.headless import built, played
from lab.core.params import checked
from lab.engine.basics.stability import critical_beta, fastest_rate
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.limits import stable_rate
from lab.experiments.e05_gradient_descent.settings import Params
from lab.experiments.e05_gradient_descent.simulation import Descent
from tests.asking import metrics_of

SPECIFICATION = find("gradient-descent").load()


def begun(artifacts: tuple[Artifact, ...] = (), **values: Any) -> Descent:
    return built(SPECIFICATION, checked(Params, values), 0, artifacts)


def walked(steps: int, artifacts: tuple[Artifact, ...] = (), **values: Any) -> DescentFrame:
    simulation = begun(artifacts, **values)
    for _ in range(steps):
        simulation.step()
    return simulation.snapshot()


def test_the_course_example_keeps_098_of_the_distance_a_step_and_01326_after_a_hundred() -> None:
    frame = played(SPECIFICATION, SPECIFICATION.preset("course").setting).snapshot()
    metrics = metrics_of(frame)
    assert frame.step == 100
    assert metrics["distance_factor"] == pytest.approx(0.98, rel=1e-12)
    assert metrics["distance_share"] == pytest.approx(0.98**100, rel=1e-12) == pytest.approx(0.1326, abs=5e-5)
    assert metrics["x"] == pytest.approx(3 - 3 * 0.98**100) and metrics["limit"] == 1.0
    shares = metrics_of(walked(100, surface="gutter", optimizers=["sgd"], learning_rate=1.01))
    assert shares["distance_share"] == pytest.approx(1.02**100)  # beyond 1 it grows


def line_example() -> Artifact:
    """Twenty points on y = 2x + 1 with unit noise of seed 0, x from 0 to 5, sent from another experiment."""
    x = np.linspace(0.0, 5.0, 20)
    y = 2.0 * x + 1.0 + np.random.default_rng(0).normal(size=20)
    return Artifact("loss-surface", "Twenty points", {"x": x, "y": y}, "a test")


@pytest.mark.parametrize(
    ("share", "check"),
    [
        (0.95, lambda loss: loss == pytest.approx(0.698, abs=5e-4)),
        (1.0, lambda loss: loss == pytest.approx(42.7, abs=0.05)),
        (1.05, lambda loss: loss == pytest.approx(1.5e18, rel=0.1)),
    ],
)
def test_the_line_example_has_a_cliff_at_its_limit_of_01075(share: float, check: Any) -> None:
    artifact = line_example()
    limit = metrics_of(begun((artifact,), surface="received", optimizers=["sgd"]).snapshot())["limit"]
    assert limit == pytest.approx(0.1075, abs=5e-5) and 2 / limit == pytest.approx(18.61, abs=5e-3)
    frame = walked(200, (artifact,), surface="received", optimizers=["sgd"], learning_rate=share * limit)
    assert check(frame.ball.loss)


@pytest.mark.parametrize(("beta", "limit"), [(0.0, 2.0), (0.9, 3.8), (0.99, 3.98)])
def test_momentum_raises_the_limit_of_the_rate_times_the_curvature(beta: float, limit: float) -> None:
    bowl = begun(surface="bowl").terrain  # its curvature is 1, so η is ηλ
    assert stable_rate("momentum", beta, bowl) == pytest.approx(limit)
    values = {"surface": "bowl", "optimizers": ["momentum"], "beta": beta}
    assert walked(3000, learning_rate=0.999 * limit, **values).ball.loss < 1.0
    assert walked(3000, learning_rate=1.001 * limit, **values).ball.loss > 10.0


@pytest.mark.parametrize("beta", [0.3, 0.9])
def test_nesterov_has_a_lower_limit_of_its_own(beta: float) -> None:
    limit = stable_rate("nesterov", beta, begun(surface="bowl").terrain)
    assert limit == pytest.approx((2 + 2 * beta) / (1 + 2 * beta))
    values = {"surface": "bowl", "optimizers": ["nesterov"], "beta": beta}
    assert walked(2000, learning_rate=0.99 * limit, **values).ball.loss < 1e-3
    assert walked(2000, learning_rate=1.01 * limit, **values).ball.loss > 10.0


def test_a_rate_times_curvature_of_002_comes_to_rest_soonest_with_beta_0737() -> None:
    assert critical_beta(0.02) == pytest.approx(0.737, abs=5e-4)

    def left(beta: float) -> float:
        """The furthest from the bottom in the last 30 of 300 steps: a swing may pass it by chance."""
        values = {"surface": "bowl", "optimizers": ["momentum"], "learning_rate": 0.02}
        return float(np.hypot(*walked(300, beta=beta, **values).trail(0)[-30:].T).max())

    assert left(0.737) < min(left(0.70), left(0.72), left(0.76), left(0.8), left(0.0))


def test_plain_descent_ends_the_ravine_at_0198_at_best() -> None:
    assert fastest_rate(100.0, 1.0) == pytest.approx(0.0198, abs=5e-5)
    rates = np.linspace(0.018, 0.02, 41)
    ends = [walked(60, surface="ravine", optimizers=["sgd"], learning_rate=rate).ball.loss for rate in rates]
    assert min(ends) == pytest.approx(0.198, abs=1e-3)
    assert rates[int(np.argmin(ends))] == pytest.approx(0.0192, abs=1e-4)


def test_eleven_percent_of_the_plane_of_rate_and_momentum_pass_the_ravine_in_sixty_steps() -> None:
    """All of the plane at once: η from 0.001 to 0.04 on a logarithmic axis, β from 0 to 0.99."""
    rate, beta = np.meshgrid(np.geomspace(1e-3, 4e-2, 200), np.linspace(0.0, 0.99, 200))

    def share(steps: int) -> float:
        x, y, u, v = np.full_like(rate, -2.0), np.ones_like(rate), np.zeros_like(rate), np.zeros_like(rate)
        with np.errstate(over="ignore"):
            for _ in range(steps):
                u, v = beta * u + x, beta * v + 100 * y
                x, y = x - rate * u, y - rate * v
        return float(np.mean(0.5 * (x * x + 100 * y * y) < 1e-2))

    assert share(60) == pytest.approx(0.114, abs=0.005)
    assert share(40) == pytest.approx(0.046, abs=0.004)


@pytest.mark.parametrize("surface", ["bowl", "ravine", "rosenbrock", "plateau", "houses"])
def test_adams_first_step_is_the_learning_rate_in_each_weight_whatever_the_slope(surface: str) -> None:
    frame = walked(1, surface=surface, optimizers=["adam"], learning_rate=0.05)
    dx, dy = frame.ball.came.change
    assert (abs(dx), abs(dy)) == pytest.approx((0.05, 0.05), rel=1e-4)


@pytest.mark.parametrize(
    ("surface", "rate", "beta", "steps"),
    [
        ("crickets-standardised", 0.3, 0.0, 60),
        ("houses-standardised", 0.3, 0.0, 60),
        ("crickets", 0.0031, 0.985, 3500),
    ],
)
def test_descent_walks_to_the_least_squares_answer_to_six_digits(
    surface: str, rate: float, beta: float, steps: int
) -> None:
    """numpy.linalg.lstsq on the table as measured says the same as the walk."""
    frame = walked(steps, surface=surface, optimizers=["momentum"], learning_rate=rate, beta=beta)
    table = begun(surface=surface.removesuffix("-standardised")).terrain.table
    ones = np.column_stack((table.x, np.ones_like(table.x)))
    slope, intercept = np.linalg.lstsq(ones, table.y, rcond=None)[0]
    metrics = metrics_of(frame)
    assert metrics["table_slope"] == pytest.approx(slope, rel=5e-7)
    assert metrics["table_intercept"] == pytest.approx(intercept, rel=5e-7)


def test_plain_descent_on_raw_houses_gets_nowhere_and_nesterov_arrives() -> None:
    plain = walked(2000, surface="houses", optimizers=["sgd"], learning_rate=2.68e-7)
    best = plain.terrain.minima[0][1]
    assert metrics_of(plain)["condition"] == pytest.approx(2.13e7, rel=1e-3)
    assert best == pytest.approx(13_859, rel=1e-3) and abs(plain.ball.y) < 3e-4 * best
    nesterov = walked(30_000, surface="houses", optimizers=["nesterov"], learning_rate=1.97e-7, beta=0.9995)
    assert nesterov.ball.y == pytest.approx(best, rel=0.01)
    assert nesterov.ball.x == pytest.approx(plain.terrain.minima[0][0], rel=0.01)
