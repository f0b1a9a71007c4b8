"""The language model with experts: its gradients, its judge, the price of uneven load, and that it keeps them busy."""

from dataclasses import replace

import numpy as np
import pytest

from lab.engine.lm.fast import FastLM
from lab.engine.lm.mixture import ExpertParameters, ExpertPlan, FastExperts, MixtureLM, expert_shapes, init_experts
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.transformer.feed_forward import FeedForward, MixtureOfExperts, mixture

TRUNK = LMConfig(11, context=6, d_model=8, n_heads=2, n_layers=2, d_ff=12, feed_forward="none")
PLANS = [ExpertPlan(4, 1, 5, 0.3), ExpertPlan(4, 2, 5, 0.3), ExpertPlan(3, 3, 5, 0.0), ExpertPlan(1, 1, 5, 0.3)]


def started(plan, seed=0, trunk=TRUNK):
    """A model in float64 away from its symmetric start, with a batch of five texts."""
    rng = np.random.default_rng(seed)
    parameters, experts = init_parameters(trunk, rng, np.float64), init_experts(trunk, plan, rng, np.float64)
    for part in (parameters, experts):
        part.flat[:] += rng.normal(0, 0.3, part.flat.shape)
    ids, targets = rng.integers(0, trunk.vocab_size, (2, 5, trunk.context))
    return parameters, experts, ids, targets


def priced(model, ids, targets):
    """The loss of a batch with the price of its load."""
    for _ in model.pieces(ids, targets):
        pass
    return model.loss + model.penalty


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_the_gradient_is_the_slope_that_finite_differences_measure(plan):
    trunk, experts, ids, targets = started(plan)
    model = MixtureLM(trunk, experts, 5)
    priced(model, ids, targets)
    rng, h = np.random.default_rng(1), 1e-6
    for part, slopes in ((trunk, model.trunk_gradients.flat.copy()), (experts, model.gradients.flat.copy())):
        assert np.abs(slopes).max() > 1e-4
        for _ in range(6):  # along a random direction all parameters take part at once
            direction, start = rng.normal(size=slopes.shape), part.flat.copy()
            part.flat[:] = start + h * direction
            above = priced(model, ids, targets)
            part.flat[:] = start - h * direction
            below = priced(model, ids, targets)
            part.flat[:] = start
            assert (above - below) / (2 * h) == pytest.approx(slopes @ direction, rel=2e-6, abs=1e-8)


@pytest.mark.parametrize("active", [2, 3])
def test_one_layer_is_the_mixture_that_is_written_plainly(active):
    plan = ExpertPlan(4, active, 5, 0.0)
    _, experts, _, _ = started(plan)
    x = np.random.default_rng(2).normal(size=(9, 8))
    layers = tuple(FeedForward(up, down) for up, down in zip(experts["block1.up"], experts["block1.down"], strict=True))
    plain = mixture(x, MixtureOfExperts(experts["block1.router"], layers, active))
    fast = FastExperts(experts, experts.like(), 1, 9, 9)
    np.testing.assert_allclose(fast.forward(x.T).T, plain.out, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(fast.chosen.T, plain.chosen)
    np.testing.assert_allclose(fast.load, plain.load)


def test_a_lone_choice_counts_by_its_probability_so_that_the_router_learns():
    plan = ExpertPlan(4, 1, 5, 0.0)
    trunk, experts, ids, targets = started(plan)
    model = MixtureLM(trunk, experts, 5)
    priced(model, ids, targets)
    assert np.abs(model.gradients["block0.router"]).max() > 1e-5
    only = started(ExpertPlan(1, 1, 5, 0.0))
    model = MixtureLM(only[0], only[1], 5)
    priced(model, *only[2:])
    assert not model.gradients["block0.router"].any()  # a router of one has nothing to choose


def test_one_expert_is_a_dense_model_whose_norms_have_no_gain():
    trunk, experts, ids, targets = started(ExpertPlan(1, 1, 12, 0.0))
    dense = init_parameters(replace(TRUNK, feed_forward="gelu"), np.random.default_rng(0), np.float64)
    for name, view in trunk.items():
        dense[name][...] = view
    for k in range(TRUNK.n_layers):
        dense[f"block{k}.norm2"][...] = 1.0
        for part in ("up", "down"):
            dense[f"block{k}.{part}"][...] = experts[f"block{k}.{part}"][0]
    np.testing.assert_allclose(
        MixtureLM(trunk, experts, 5).losses(ids, targets), FastLM(dense, 5).losses(ids, targets), rtol=1e-12
    )


def test_the_price_is_its_factor_for_an_even_load_and_more_for_an_uneven_one():
    plan = ExpertPlan(4, 1, 5, 0.25)
    experts = init_experts(TRUNK, plan, np.random.default_rng(0), np.float64)
    experts["block0.router"][...] = 0.0
    for k in range(4):
        experts["block0.router"][k, k] = 1.0
    layer = FastExperts(experts, experts.like(), 0, 4, 4)
    layer.forward(np.eye(8)[:, :4])
    assert layer.load.tolist() == [0.25] * 4 and layer.penalty == pytest.approx(0.25)
    layer.forward(np.tile(np.eye(8)[:, :1], (1, 4)))
    assert layer.load.tolist() == [1.0, 0.0, 0.0, 0.0] and 0.25 < layer.penalty < 1.0


def test_of_equal_scores_the_expert_with_the_lower_number_wins():
    experts = init_experts(TRUNK, ExpertPlan(4, 2, 5), np.random.default_rng(0))
    experts["block0.router"][...] = 0.0
    layer = FastExperts(experts, experts.like(), 0, 3, 3)
    layer.forward(np.ones((8, 3), np.float32))
    assert layer.chosen.tolist() == [[0] * 3, [1] * 3]


def spread(balance, steps=200):
    """The largest load after some steps of a router that at first sends all tokens to one of eight experts, and that
    learns from nothing but the price."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(8, 64))
    x[0] = 3.0
    experts = init_experts(TRUNK, ExpertPlan(8, 1, 5, balance), rng, np.float64)
    experts["block0.router"][0, 0] = 1.0
    slopes = experts.like()
    layer, loads = FastExperts(experts, slopes, 0, 64, 64), []
    for _ in range(steps):
        layer.forward(x)
        loads.append(float(layer.load.max()))
        layer.backward(np.zeros_like(x), x)
        experts.flat[:] -= 0.1 * slopes.flat
        slopes.flat[:] = 0.0
    assert loads[0] == 1.0
    return loads[-1]


def test_a_price_on_uneven_load_spreads_the_tokens_and_no_price_does_not():
    assert spread(0.1) < 0.25 and spread(0.0) == 1.0


@pytest.mark.parametrize("wrong", [{"n_active": 0}, {"n_active": 9}, {"d_expert": 0}, {"balance": -0.1}])
def test_a_plan_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="mixture"):
        ExpertPlan(**wrong)
    assert ExpertPlan(n_active=8).n_experts == 8


def test_numbers_of_another_length_and_a_trunk_with_feed_forward_layers_are_refused():
    plan = ExpertPlan(4, 1, 5)
    count = sum(int(np.prod(shape)) for shape in expert_shapes(TRUNK, plan).values())
    ExpertParameters(TRUNK, plan, np.zeros(count))
    with pytest.raises(ValueError, match="flat"):
        ExpertParameters(TRUNK, plan, np.zeros(count + 1))
    wide = replace(TRUNK, feed_forward="gelu")
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="trunk"):
        MixtureLM(init_parameters(wide, rng), init_experts(wide, plan, rng), 2)


def test_its_numbers_are_drawn_alike_in_both_precisions():
    double, single = (init_experts(TRUNK, PLANS[0], np.random.default_rng(4), kind) for kind in (float, np.float32))
    np.testing.assert_array_equal(double.flat.astype(np.float32), single.flat)
    assert single.n_decayed == single.flat.size
