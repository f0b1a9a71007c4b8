"""Feed-forward layers and the mixture of experts.

reference/language_attention.npz, "moe": made once with PyTorch 2.13 in float64: Mixtral's rule (softmax over all
experts, the two largest renormalised) with SwiGLU experts, and autograd for the gradients.
"""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.transformer.feed_forward import (
    FeedForward,
    MixtureOfExperts,
    feed_forward,
    feed_forward_backward,
    init_feed_forward,
    init_mixture,
    mixture,
    mixture_backward,
)

REFERENCE = np.load(Path(__file__).parents[1] / "reference/language_attention.npz")


def test_a_mixture_equals_pytorch_forward_and_backward():
    r = {name.removeprefix("moe."): REFERENCE[name] for name in REFERENCE.files if name.startswith("moe.")}
    experts = tuple(FeedForward(r["up"][i], r["down"][i], r["gate"][i]) for i in range(4))
    trace = mixture(r["x"], MixtureOfExperts(r["router"], experts, 2))
    np.testing.assert_array_equal(trace.chosen, r["chosen"])
    np.testing.assert_allclose(trace.out, r["y"], atol=1e-12)
    d_x, d_weights = mixture_backward(trace, r["d_y"])
    np.testing.assert_allclose(d_x, r["d_x"], atol=1e-11)
    np.testing.assert_allclose(d_weights.router, r["d_router"], atol=1e-11)
    for i, expert in enumerate(d_weights.experts):
        for name in ("up", "down", "gate"):
            np.testing.assert_allclose(getattr(expert, name), r[f"d_{name}"][i], atol=1e-11)


@pytest.mark.parametrize("gated", [False, True])
def test_the_gradients_of_a_feed_forward_layer_are_those_of_finite_differences(gated):
    rng = np.random.default_rng(0)
    weights, x, d_out = init_feed_forward(4, 7, gated, rng, std=0.7), *rng.normal(size=(2, 2, 3, 4))
    d_x, d_weights = feed_forward_backward(feed_forward(x, weights), d_out)
    h = 1e-6
    names = ("up", "down", "gate") if gated else ("up", "down")
    for tensor, gradient in [(x, d_x), *((getattr(weights, n), getattr(d_weights, n)) for n in names)]:
        place = tuple(s // 2 for s in tensor.shape)
        kept = tensor[place]
        tensor[place] = kept + h
        above = (feed_forward(x, weights).out * d_out).sum()
        tensor[place] = kept - h
        below = (feed_forward(x, weights).out * d_out).sum()
        tensor[place] = kept
        assert gradient[place] == pytest.approx((above - below) / (2 * h), rel=1e-6, abs=1e-9)


def test_a_closed_gate_lets_nothing_through():
    weights = FeedForward(np.ones((3, 2)), np.ones((2, 3)), np.full((3, 2), -50.0))
    np.testing.assert_allclose(feed_forward(np.ones((1, 2)), weights).out, 0.0, atol=1e-30)


def test_each_token_uses_the_experts_its_router_scores_highest_and_their_shares_sum_to_one():
    rng = np.random.default_rng(1)
    weights = init_mixture(6, 8, 5, 2, rng, std=0.5)
    trace = mixture(rng.normal(size=(40, 6)), weights)
    np.testing.assert_array_equal(np.sort(trace.chosen), np.sort(np.argsort(-trace.scores)[:, :2]))
    np.testing.assert_allclose(trace.shares.sum(axis=1), 1.0)
    assert (trace.shares[:, 0] >= trace.shares[:, 1]).all()
    assert trace.load.sum() == pytest.approx(1.0)
    np.testing.assert_array_equal(trace.load * 80, np.bincount(trace.chosen.ravel(), minlength=5))


def test_with_all_experts_active_and_alike_a_mixture_is_a_single_one():
    rng = np.random.default_rng(2)
    one = init_feed_forward(4, 6, True, rng, std=0.5)
    x = rng.normal(size=(5, 4))
    trace = mixture(x, MixtureOfExperts(rng.normal(size=(3, 4)), (one, one, one), 3))
    np.testing.assert_allclose(trace.out, feed_forward(x, one).out, atol=1e-14)


def test_an_expert_nobody_chooses_costs_nothing_and_learns_nothing():
    rng = np.random.default_rng(3)
    weights = init_mixture(4, 6, 3, 1, rng, std=0.5)
    weights.router[...] = 0.0
    weights.router[1] = 1.0
    trace = mixture(np.abs(rng.normal(size=(5, 4))), weights)
    np.testing.assert_array_equal(trace.load, [0.0, 1.0, 0.0])
    _, d_weights = mixture_backward(trace, np.ones((5, 4)))
    assert trace.runs[0] is None and not d_weights.experts[0].up.any()


def test_of_equal_scores_the_lower_expert_wins():
    weights = init_mixture(4, 6, 3, 2, np.random.default_rng(4))
    weights.router[...] = 0.0
    np.testing.assert_array_equal(mixture(np.ones((2, 4)), weights).chosen, [[0, 1], [0, 1]])


@pytest.mark.parametrize("n_active", [0, 4])
def test_an_impossible_number_of_active_experts_is_refused(n_active):
    with pytest.raises(ValueError, match="1 … 3"):
        init_mixture(4, 6, 3, n_active, np.random.default_rng(0))


def test_a_width_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"\(2, 5\)"):
        feed_forward(np.ones((2, 5)), init_feed_forward(4, 6, False, np.random.default_rng(0)))
