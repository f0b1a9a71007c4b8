"""A layer that looks back directly: against measured slopes, and a task whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.nets.layers import dense
from lab.engine.nets.network import Network
from lab.engine.nets.sequence_tasks import echo_task
from lab.engine.transformer.lookback import Lookback, lookback


def layer(seed: int = 0) -> Lookback:
    return lookback(5, 3, 6, np.random.default_rng(seed))


def test_every_gradient_is_the_measured_slope() -> None:
    rng, one = np.random.default_rng(1), layer()
    x, wanted = rng.normal(size=(2, 4, 5)), rng.normal(size=(2, 4, 3))
    outputs, run = one.forward(x)
    assert outputs.shape == (2, 4, 3)
    to_x, found = one.backward(wanted, run)
    for name, values in (*one.parameters().items(), ("x", x)):
        gradient = to_x if name == "x" else found[name]
        assert gradient.shape == values.shape
        for place in rng.choice(values.size, min(6, values.size), replace=False):
            slope = []
            for by in (1e-6, -1e-6):
                other = values.copy()
                other.flat[place] += by
                made = one if name == "x" else one.with_parameters({**one.parameters(), name: other})
                slope.append((made.run(other if name == "x" else x).outputs * wanted).sum())
            assert gradient.flat[place] == pytest.approx((slope[0] - slope[1]) / 2e-6, abs=1e-6), name


def test_no_step_sees_what_comes_after_it() -> None:
    x = np.random.default_rng(2).normal(size=(1, 6, 5))
    other = x.copy()
    other[0, 4:] += 1.0
    before, after = layer().run(x), layer().run(other)
    assert np.array_equal(before.outputs[0, :4], after.outputs[0, :4])
    assert not np.allclose(before.outputs[0, 4:], after.outputs[0, 4:])
    assert before.attention.weights[0].sum(axis=1) == pytest.approx(np.ones(6))


def test_one_step_alone_is_told_from_the_same_one_elsewhere() -> None:
    x = np.ones((1, 6, 5))
    assert not np.allclose(layer().run(x).embedded[0, 0], layer().run(x).embedded[0, 1])


def test_the_blame_reaches_the_first_step_as_the_last() -> None:
    rng = np.random.default_rng(3)
    network = Network((lookback(5, 24, 51, rng), dense(24, 4, rng)), "softmax")
    x, y = echo_task(rng, 16, 50)
    run = network.layers[0].run(x)
    gradient = np.zeros_like(run.outputs)
    out = network.layers[1].forward(run.outputs)[0]
    gradient[:, -1] = network.loss_of(out, y)[1][:, -1] @ network.layers[1].weight.T
    sizes = np.linalg.norm(network.layers[0].run_back(gradient, run).embedded, axis=2).mean(axis=0)
    assert 0.02 < sizes[0] / sizes[-1] < 50


@pytest.mark.parametrize("shape", [(2, 7, 5), (2, 4, 4), (4, 5)])
def test_what_does_not_fit_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="x: has shape"):
        layer().run(np.zeros(shape))
    with pytest.raises(ValueError, match="weight_q"):
        layer().with_parameters({**layer().parameters(), "weight_q": np.zeros((2, 3))})
