"""One neuron: what it can learn, what it cannot, and the numbers of the course."""

import numpy as np
import pytest

from lab.engine.basics.data import blobs, line, truth_table, xor
from lab.engine.basics.perceptron import best_line_accuracy, logistic_gradient, margins, perceptron_step
from lab.engine.basics.regression import line_gradient


def learn(gate: str, rounds: int) -> tuple[np.ndarray, float, set[tuple[float, ...]]]:
    """The perceptron after some rounds, and the states it was in at the end of each."""
    points, labels = truth_table(gate)
    weights, bias, seen = np.zeros(2), 0.0, set()
    for _ in range(rounds):
        for point, label in zip(points, labels, strict=True):
            weights, bias = perceptron_step(weights, bias, point, int(label))
        seen.add((*weights, bias))
    return weights, bias, seen


@pytest.mark.parametrize("gate", ["and", "or", "nand", "nor"])
def test_the_perceptron_learns_every_gate_a_line_can_part(gate: str) -> None:
    weights, bias, _ = learn(gate, 20)
    assert margins(weights, bias, *truth_table(gate)).min() > 0


def test_on_xor_the_perceptron_goes_round_in_circles() -> None:
    weights, bias, seen = learn("xor", 100)
    assert margins(weights, bias, *truth_table("xor")).min() <= 0
    assert len(seen) < 10


def test_no_straight_line_gets_more_than_75_percent_of_xor() -> None:
    assert best_line_accuracy(*truth_table("xor")) == 0.75
    assert best_line_accuracy(*truth_table("and")) == 1.0
    assert best_line_accuracy(*blobs(40, 0.2, np.random.default_rng(0))) == 1.0
    assert best_line_accuracy([[1.0, 1.0], [1.0, 1.0]], [0, 1]) == 0.5
    assert best_line_accuracy([[1.0, 1.0]], [0]) == 1.0


def test_the_best_line_is_at_least_as_good_as_ten_thousand_random_ones() -> None:
    points, labels = xor(24, 0.1, np.random.default_rng(5))
    best = best_line_accuracy(points, labels)
    rng = np.random.default_rng(6)
    sides = points @ rng.normal(size=(2, 10_000)) + rng.normal(size=10_000) > 0
    shares = np.mean(sides == labels[:, None].astype(bool), axis=0)
    assert best >= max(shares.max(), 1 - shares.min())
    assert best < 1


def test_the_logistic_optimum_of_xor_is_to_know_nothing_at_a_loss_of_ln_2() -> None:
    points, labels = truth_table("xor")
    at_zero = logistic_gradient([0.0, 0.0], 0.0, points, labels)
    assert at_zero.loss == pytest.approx(np.log(2), rel=1e-15)
    assert not at_zero.weights.any() and at_zero.bias == 0.0
    for weights in ([1.0, 0.0], [0.1, -0.1], [-2.0, 2.0]):
        assert logistic_gradient(weights, 0.1, points, labels).loss > np.log(2)


def test_the_logistic_gradient_is_the_slope_of_its_loss() -> None:
    points, labels = blobs(20, 0.8, np.random.default_rng(1))
    weights, bias, h = np.array([0.3, -0.7]), 0.2, 1e-6

    def loss(dw: np.ndarray, db: float) -> float:
        return logistic_gradient(weights + dw, bias + db, points, labels).loss

    found = logistic_gradient(weights, bias, points, labels)
    for i, axis in enumerate(np.eye(2)):
        assert found.weights[i] == pytest.approx((loss(h * axis, 0) - loss(-h * axis, 0)) / (2 * h), rel=1e-6)
    assert found.bias == pytest.approx((loss(np.zeros(2), h) - loss(np.zeros(2), -h)) / (2 * h), rel=1e-6)


def test_on_data_that_can_be_parted_the_weights_grow_without_bound() -> None:
    points, labels = truth_table("or")
    weights, bias, norms = np.zeros(2), 0.0, []
    for _ in range(4000):
        step = logistic_gradient(weights, bias, points, labels)
        weights, bias = weights - step.weights, bias - step.bias
        norms.append(float(np.linalg.norm(weights)))
    assert norms[-1] > norms[2000] + 0.5 > norms[1000] + 1.0


def test_labels_other_than_0_and_1_are_refused() -> None:
    for call in (
        lambda: margins([1.0], 0.0, [[1.0]], [-1]),
        lambda: perceptron_step([1.0], 0.0, [1.0], 2),
        lambda: best_line_accuracy([[1.0, 2.0]], [0, 1]),
    ):
        with pytest.raises(ValueError, match="need"):
            call()


# The training loop of the course, one sample at a time: y = 2.5x + 1 + 0.3·noise.


def spread_of_w(rate: float, steps: int = 6000) -> float:
    rng = np.random.default_rng(0)
    x = rng.normal(size=100)
    y = 2.5 * x + 1 + 0.3 * rng.normal(size=100)
    w = b = 0.0
    path = np.empty(steps)
    for step in range(steps):
        i = rng.integers(100)
        error = w * x[i] + b - y[i]
        w, b = w - rate * 2 * error * x[i], b - rate * 2 * error
        path[step] = w
    return float(path[steps // 3 :].std())


def test_single_samples_leave_a_noise_floor_that_grows_with_the_learning_rate() -> None:
    small, large, unstable = (spread_of_w(rate) for rate in (0.02, 0.1, 0.5))
    assert small == pytest.approx(0.042, rel=0.15)  # √(η·σ²), in the limit of small steps
    assert large == pytest.approx(0.110, rel=0.2)
    assert not unstable < 1.0


def test_fifty_epochs_of_full_batches_find_the_line_of_the_course() -> None:
    x, y = line(100, 0.3, np.random.default_rng(0), slope=2.5, intercept=1.0, low=-3.0, high=3.0)
    w = b = 0.0
    for _ in range(50):
        for rows in np.array_split(np.arange(100), 10):
            dw, db = line_gradient(x[rows], y[rows], w, b)
            w, b = w - 0.01 * dw, b - 0.01 * db
    assert w == pytest.approx(2.5, abs=0.1) and b == pytest.approx(1.0, abs=0.1)
