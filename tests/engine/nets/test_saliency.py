"""Which pixels a network looks at: against slopes that were measured, and pictures whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.nets.convolution_layers import Convolution, digit_cnn
from lab.engine.nets.layers import Activate, Dense, Flatten
from lab.engine.nets.network import Network
from lab.engine.nets.saliency import climb, excited, input_gradient, nudge, occlusion_map


def one_pixel(side: int = 5) -> Network:
    """Says class 1 the more surely, the brighter the pixel in row 1, column 3 is."""
    weight = np.zeros((side * side, 2))
    weight[side + 3, 1] = 4.0
    return Network((Flatten(), Dense(weight, np.zeros(2))), "softmax")


def test_the_gradient_is_the_measured_slope_of_the_log_probability() -> None:
    rng = np.random.default_rng(0)
    network, x, h = digit_cnn(rng, 4), rng.random((1, 1, 8, 8)), 1e-6
    found = input_gradient(network, x, 3)
    for row, column in ((0, 0), (3, 4), (7, 2)):
        step = np.zeros_like(x)
        step[0, 0, row, column] = h
        slope = np.log(network.predict(x + step)[0, 3]) - np.log(network.predict(x - step)[0, 3])
        assert found[0, row, column] == pytest.approx(slope / (2 * h), rel=1e-4, abs=1e-9)


@pytest.mark.parametrize(("patch", "touched"), [(1, 1), (3, 9), (5, 16)])
def test_occlusion_finds_the_one_pixel_that_counts(patch: int, touched: int) -> None:
    """In a patch of 5 the pixel lies at the border, so fewer middles reach it."""
    x = np.ones((1, 1, 5, 5))
    found = occlusion_map(one_pixel(), x, 1, patch)
    expected = one_pixel().predict(x)[0, 1] - 0.5
    assert found[1, 3] == pytest.approx(expected)
    assert np.count_nonzero(found > 1e-12) == touched
    assert occlusion_map(one_pixel(), x, 0, patch)[1, 3] == pytest.approx(-expected)


@pytest.mark.parametrize("patch", [0, 2])
def test_a_patch_without_a_middle_is_refused(patch: int) -> None:
    with pytest.raises(ValueError, match="patch"):
        occlusion_map(one_pixel(), np.ones((1, 1, 5, 5)), 1, patch)


def test_nudges_reach_another_class_in_short_steps_and_stay_pictures() -> None:
    rng = np.random.default_rng(1)
    network, x = digit_cnn(rng, 4), rng.random((1, 1, 8, 8))
    wanted = int(network.predict(x)[0].argmin())
    before, after = network.predict(x)[0, wanted], x
    for _step in range(60):
        moved = nudge(network, after, wanted)
        assert np.linalg.norm(moved.x - after) <= 0.05 + 1e-12
        after = moved.x
    assert network.predict(after)[0, wanted] > 1.5 * before
    assert moved.probabilities == pytest.approx(network.predict(after)[0])
    assert 0 <= after.min() <= after.max() <= 1


def test_a_picture_that_cannot_go_further_stays() -> None:
    x = np.zeros((1, 1, 5, 5))
    x[0, 0, 1, 3] = 1.0
    assert np.array_equal(nudge(one_pixel(), x, 1).x, x)
    assert not np.array_equal(nudge(one_pixel(), x, 0).x, x)


def test_what_excites_an_edge_kernel_most_is_an_edge() -> None:
    weight = np.array([[-1.0, 0.0, 1.0]] * 3)[None, None]
    network = Network((Convolution(weight, np.zeros(1)), Activate("relu")), "mse")
    found = excited(network, 1, 0, 5)
    assert found[1:4, 3] == pytest.approx([1.0] * 3)
    assert found[1:4, 1] == pytest.approx([0.0] * 3)
    assert found[0] == pytest.approx([0.5] * 5)


def test_pictures_climb_together_as_each_would_alone_and_stay_where_there_is_no_slope() -> None:
    network = digit_cnn(np.random.default_rng(3), 4)
    x = np.random.default_rng(4).uniform(0.2, 0.8, (8, 1, 5, 5))
    units = np.arange(8)
    together = climb(network, 3, x, units, 0.1)
    for unit in units:
        alone = climb(network, 3, x[unit : unit + 1], np.array([unit]), 0.1)
        assert together[unit] == pytest.approx(alone[0])
    answers = [np.diagonal(network.layers[2].forward(_first(network, one))[0][:, :, 0, 0]) for one in (x, together)]
    assert (answers[1] > answers[0]).all()
    still = Network((Convolution(np.zeros((2, 1, 3, 3)), np.zeros(2)),), "mse")
    assert np.array_equal(climb(still, 1, x[:2], np.arange(2)), x[:2])


def _first(network: Network, x: np.ndarray) -> np.ndarray:
    return network.layers[1].forward(network.layers[0].forward(x)[0])[0]
