"""Optimisers: PyTorch's steps to the last digits, and what theory says of them on a slope."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.landscape import SURFACES, critical_beta, stability_limit
from lab.engine.basics.optim import (
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    State,
    clip_by_norm,
    clip_by_value,
    global_norm,
    leaves,
    tree_map,
)

# Made with torch.optim by reference/foundations_make.py: twelve steps over fixed gradients.
REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "foundations_optim.npz")


def with_rate(name: str, rate: float) -> Optimizer:
    return AdamW(rate, weight_decay=0.1) if name == "adamw" else OPTIMIZERS[name](rate)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_step_is_where_pytorch_would_be(name: str) -> None:
    optimizer = with_rate(name, 0.03)
    params, state = REFERENCE["start"], optimizer.init(REFERENCE["start"])
    for grads, expected in zip(REFERENCE["grads"], REFERENCE[name][1:], strict=True):
        before = params
        params, state, change = optimizer.update(params, grads, state)
        assert np.array_equal(params, before + change)
        np.testing.assert_allclose(params, expected, rtol=1e-12, atol=1e-14)
    assert state.step == 12


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_nests_of_arrays_move_as_their_parts_would(name: str) -> None:
    rng = np.random.default_rng(0)
    nest = {"layers": [(rng.normal(size=(2, 3)), rng.normal(size=3))], "scale": rng.normal(size=1)}
    grads = tree_map(lambda p: rng.normal(size=p.shape), nest)
    optimizer = with_rate(name, 0.1)
    moved, state, _ = optimizer.update(nest, grads, optimizer.init(nest))
    assert isinstance(moved["layers"], list) and isinstance(moved["layers"][0], tuple)
    for part, grad, after in zip(leaves(nest), leaves(grads), leaves(moved), strict=True):
        assert np.array_equal(optimizer.update(part, grad, optimizer.init(part))[0], after)
    assert state.step == 1


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_an_update_leaves_what_it_was_given_alone_and_keeps_float32(name: str) -> None:
    params, grads = np.ones(3, np.float32), np.full(3, 2.0, np.float32)
    optimizer = OPTIMIZERS[name](0.1)
    state = optimizer.init(params)
    after, later, _ = optimizer.update(params, grads, state)
    optimizer.update(after, grads, later)
    assert np.array_equal(params, np.ones(3)) and state == State(0, state.first, state.second)
    assert all(not moment.any() for moment in (state.first, state.second) if moment is not None)
    assert after.dtype == np.float32


@pytest.mark.parametrize("slope", [1e-4, 1.0, 1e4])
def test_adam_first_step_is_the_learning_rate_whatever_the_slope(slope: float) -> None:
    optimizer = Adam(0.05)
    _, _, change = optimizer.update(np.zeros(1), np.array([slope]), optimizer.init(np.zeros(1)))
    assert change[0] == pytest.approx(-0.05, rel=2e-4)


def test_a_learning_rate_given_at_the_step_replaces_the_usual_one() -> None:
    optimizer = SGD(0.1)
    params, _, _ = optimizer.update(np.ones(1), np.ones(1), optimizer.init(np.ones(1)), learning_rate=0.5)
    assert params[0] == 0.5
    for bad in (-0.1, np.nan, np.inf):
        with pytest.raises(ValueError, match="learning_rate"):
            optimizer.update(np.ones(1), np.ones(1), State(), learning_rate=bad)


def test_adamw_can_spare_biases_and_gains_from_decay() -> None:
    optimizer = AdamW(0.1, weight_decay=0.5, decay_from=2)
    params, grads = [np.ones((2, 2)), np.ones(2)], [np.zeros((2, 2)), np.zeros(2)]
    (matrix, bias), _, _ = optimizer.update(params, grads, optimizer.init(params))
    assert np.array_equal(matrix, np.full((2, 2), 0.95)) and np.array_equal(bias, np.ones(2))


def test_gradients_of_another_structure_are_refused() -> None:
    optimizer = SGD()
    for grads in (np.ones(3), [np.ones(2)], [np.ones(2), np.ones(3), np.ones(1)]):
        with pytest.raises(ValueError, match="grads"):
            optimizer.update([np.ones(2), np.ones(3)], grads, State())


def test_clipping_by_norm_is_pytorchs_and_keeps_the_direction() -> None:
    grads = [REFERENCE["start"], REFERENCE["grads"]]
    clipped, norm = clip_by_norm(grads, 2.0)
    assert norm == pytest.approx(float(REFERENCE["clip_norm"]), rel=1e-12)
    np.testing.assert_allclose(clipped[0], REFERENCE["clip_start"], rtol=1e-12)
    assert global_norm(clipped) == pytest.approx(2.0, rel=1e-6)
    assert clip_by_norm(grads, 1e9)[0] is grads


def test_clipping_by_value_cuts_each_gradient_alone() -> None:
    assert np.array_equal(clip_by_value([np.array([-3.0, 0.5, 9.0])], 1.0)[0], [-1.0, 0.5, 1.0])
    for clip in (clip_by_value, clip_by_norm):
        with pytest.raises(ValueError, match="limit"):
            clip([np.ones(1)], 0.0)


# The course's numbers for descent on a slope of curvature λ.


def walk(optimizer: Optimizer, curvature: np.ndarray, start: np.ndarray, steps: int) -> np.ndarray:
    params, state, path = start, optimizer.init(start), [start]
    for _ in range(steps):
        params, state, _ = optimizer.update(params, curvature * params, state)
        path.append(params)
    return np.array(path)


def test_the_course_example_keeps_0_98_of_the_distance_a_step() -> None:
    surface = SURFACES["gutter"]  # L = (w − 3)²
    optimizer, w = SGD(0.01), np.zeros(2)
    for _ in range(100):
        before = w
        w, _, _ = optimizer.update(w, np.stack(surface.gradient(*w)), State())
        assert (3 - w[0]) / (3 - before[0]) == pytest.approx(0.98, rel=1e-12)
    assert (3 - w[0]) / 3 == pytest.approx(0.1326, abs=5e-5)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize(("kind", "nesterov"), [(Momentum, False), (Nesterov, True)])
def test_momentum_converges_just_below_its_limit_and_diverges_just_above(
    beta: float, kind: type[Momentum], nesterov: bool
) -> None:
    rate = stability_limit(4.0, beta, nesterov)
    curvature = 4.0 * np.array([0.995, 1.005])  # the rate is just safe for the first, just too much for the second
    with np.errstate(over="ignore", invalid="ignore"):
        path = np.abs(walk(kind(rate, beta), curvature, np.ones(2), 3000))
    assert path[-100:, 0].max() < 1e-3
    assert not path[-1, 1] < 1e3


def test_the_limits_of_momentum_are_those_of_the_course() -> None:
    assert [stability_limit(1.0, beta) for beta in (0.0, 0.9, 0.99)] == pytest.approx([2.0, 3.8, 3.98])
    assert stability_limit(1.0, 0.9, nesterov=True) == pytest.approx(3.8 / 2.8)


def test_the_best_momentum_at_a_product_of_0_02_is_0_737() -> None:
    best = critical_beta(0.02)
    assert best == pytest.approx(0.737, abs=5e-4)
    start, curvature = np.array([1.0]), np.array([1.0])

    def left(beta: float) -> float:
        return float(np.abs(walk(Momentum(0.02, beta), curvature, start, 300)[-20:]).max())

    assert left(best) < left(best - 0.05) and left(best) < left(best + 0.05)
