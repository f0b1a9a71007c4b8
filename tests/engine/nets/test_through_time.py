"""How far back the blame reaches: against the layer's own way back, measured slopes, and the powers of ρ."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.nets.recurrent import recurrent
from lab.engine.nets.through_time import blame_sizes, spectral_radius, state_gradients


@pytest.mark.parametrize(("radius", "factor"), [(0.9, 0.005154), (1.0, 1.0), (1.1, 117.39)])
def test_over_fifty_silent_steps_a_plain_network_multiplies_by_a_power_of_its_radius(
    radius: float, factor: float
) -> None:
    layer = recurrent("rnn", 3, 24, np.random.default_rng(0), radius)
    run = layer.run(np.zeros((2, 51, 3)))
    sizes = blame_sizes(state_gradients(layer, run, (np.ones((2, 24)),)))
    assert spectral_radius(layer.weight_h) == pytest.approx(radius)
    assert sizes[0] / sizes[-1] == pytest.approx(factor, rel=1e-4)
    assert sizes[0] / sizes[-1] == pytest.approx(radius**50)


@pytest.mark.parametrize("kind", ["rnn", "gru"])
def test_with_one_state_it_is_what_the_layer_itself_reports(kind) -> None:
    rng = np.random.default_rng(1)
    layer = recurrent(kind, 3, 5, rng)
    run, gradient = layer.run(rng.normal(size=(4, 6, 3))), np.zeros((4, 6, 5))
    gradient[:, -1] = rng.normal(size=(4, 5))
    found = state_gradients(layer, run, (gradient[:, -1],))
    assert np.swapaxes(found, 0, 1) == pytest.approx(layer.run_back(gradient, run).hidden)


def test_in_the_lstm_both_ways_back_are_there() -> None:
    rng, h = np.random.default_rng(2), 1e-6
    layer = recurrent("lstm", 2, 3, rng)
    x, asked = rng.normal(size=(1, 5, 2)), rng.normal(size=(1, 3))
    found = state_gradients(layer, layer.run(x), (asked, np.zeros((1, 3))))[1, 0]
    state = layer.run(x[:, :2]).final
    for place in range(6):
        ends = []
        for sign in (1.0, -1.0):
            moved = np.concatenate(state, axis=1)
            moved[0, place] += sign * h
            ends.append(float((layer.run(x[:, 2:], (moved[:, :3], moved[:, 3:])).final[0] * asked).sum()))
        assert found[place] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-4, abs=1e-8)
