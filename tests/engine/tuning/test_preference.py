"""Preferences: Bradley-Terry and DPO."""

import numpy as np
import pytest

from lab.engine.lm.fast import FastLM
from lab.engine.lm.optimizer import AdamWState, adamw_step
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.tuning.preference import RewardModel, bradley_terry, dpo, dpo_weights, fit_reward_step
from lab.engine.tuning.supervised import log_probabilities

LOGS = np.array([[-3.0, -7.0, -2.0], [-5.0, -6.0, -2.5], [-4.0, -6.5, -2.2], [-4.5, -6.0, -2.0]])


def test_equal_scores_are_a_coin_toss():
    result = bradley_terry(np.zeros(4), np.zeros(4))
    assert result.loss == pytest.approx(np.log(2))
    np.testing.assert_allclose(result.chances, 0.5)


def slopes(function, arrays):
    """The slope of function(*arrays) by each entry of the first two arrays."""
    found = []
    for array in arrays[:2]:
        slope = np.empty_like(array)
        for i in range(len(array)):
            kept = array[i]
            array[i] = kept + 1e-6
            above = function(*arrays)
            array[i] = kept - 1e-6
            slope[i] = (above - function(*arrays)) / 2e-6
            array[i] = kept
        found.append(slope)
    return found


def test_the_gradients_of_both_losses_are_those_of_finite_differences():
    arrays = [row.copy() for row in LOGS]
    result = bradley_terry(*arrays[:2])
    for gradient, slope in zip((result.d_chosen, result.d_rejected), slopes(
        lambda a, b: bradley_terry(a, b).loss, arrays[:2])):  # fmt: skip
        np.testing.assert_allclose(gradient, slope, atol=1e-9)
    result = dpo(*arrays, beta=0.3)
    for gradient, slope in zip((result.d_chosen, result.d_rejected), slopes(
        lambda *a: dpo(*a, beta=0.3).loss, arrays)):  # fmt: skip
        np.testing.assert_allclose(gradient, slope, atol=1e-9)


def test_at_the_start_the_dpo_loss_is_ln_2_and_every_pair_pulls_with_one_half():
    result = dpo(LOGS[0], LOGS[1], LOGS[0], LOGS[1], beta=0.1)
    assert result.loss == pytest.approx(0.6931, abs=1e-4)
    np.testing.assert_allclose(result.pull, 0.5)


def test_a_pair_with_margin_4_hardly_pulls_any_more():
    result = dpo(np.array([-1.0]), np.array([-9.0]), np.array([-5.0]), np.array([-5.0]), beta=0.5)
    assert result.margins == pytest.approx([4.0])
    assert result.pull == pytest.approx([0.018], abs=1e-3)
    assert (result.reward_chosen, result.reward_rejected) == (pytest.approx([2.0]), pytest.approx([-2.0]))


def test_only_the_margin_counts_so_both_log_probabilities_may_fall():
    falling = dpo(LOGS[0] - 3.0, LOGS[1] - 5.0, LOGS[0], LOGS[1], beta=0.2)
    rising = dpo(LOGS[0] + 2.0, LOGS[1], LOGS[0], LOGS[1], beta=0.2)
    assert falling.loss == pytest.approx(rising.loss)


def test_a_reward_model_finds_what_the_choices_were_made_by():
    rng, truth = np.random.default_rng(0), np.array([2.0, -1.0, 0.0])
    a, b = rng.normal(size=(2, 400, 3))
    a_wins = rng.random(400) < 1 / (1 + np.exp(-(a - b) @ truth))
    chosen, rejected = np.where(a_wins[:, None], a, b), np.where(a_wins[:, None], b, a)
    model, losses = RewardModel(np.zeros(3)), []
    for _ in range(300):
        model, result = fit_reward_step(model, chosen, rejected, 1.0)
        losses.append(result.loss)
    assert losses[0] == pytest.approx(np.log(2)) and losses[-1] < 0.45
    assert result.accuracy > 0.8
    np.testing.assert_allclose(model.weights, truth, atol=0.5)


def test_decay_keeps_a_reward_finite_where_pairs_can_be_told_apart():
    chosen, rejected = np.ones((3, 1)), np.zeros((3, 1))
    free, leashed = RewardModel(np.zeros(1)), RewardModel(np.zeros(1))
    for _ in range(2_000):
        free, _ = fit_reward_step(free, chosen, rejected, 1.0)
        leashed, _ = fit_reward_step(leashed, chosen, rejected, 1.0, decay=0.1)
    assert free.weights[0] > 7.0
    assert leashed.weights[0] < 2.0


def test_a_language_model_trained_by_dpo_prefers_the_chosen_answers():
    rng = np.random.default_rng(0)
    policy = init_parameters(LMConfig(9, context=5), rng, np.float64)
    policy.flat[:] += rng.normal(0, 0.1, policy.flat.shape)
    texts = rng.integers(0, 9, (6, 6))
    texts[3:, :3] = texts[:3, :3]  # pairs share their prompt
    ids, targets = texts[:, :-1], texts[:, 1:]
    counts = np.zeros(ids.shape, bool)
    counts[:, 2:] = True
    model, state = FastLM(policy, 6), AdamWState.zeros(policy)
    reference = log_probabilities(model.losses(ids, targets), counts)
    for step in range(25):
        logs = log_probabilities(model.losses(ids, targets), counts)
        result = dpo(logs[:3], logs[3:], reference[:3], reference[3:], beta=0.5)
        if step == 0:
            assert result.loss == pytest.approx(np.log(2))
        model.loss_and_gradients(ids, targets, weights=dpo_weights(result, counts))
        adamw_step(policy, model.gradients, state, 0.01, weight_decay=0.0)
    assert result.loss < 0.1
    assert (result.margins > 1.0).all()


def test_the_weights_give_the_language_model_the_gradient_of_the_dpo_loss():
    rng = np.random.default_rng(1)
    policy = init_parameters(LMConfig(5, context=3, d_model=4, n_heads=1, d_ff=4), rng, np.float64)
    policy.flat[:] += rng.normal(0, 0.3, policy.flat.shape)
    ids, targets = rng.integers(0, 5, (2, 4, 3))
    counts = rng.random((4, 3)) < 0.7
    model, reference = FastLM(policy, 4), rng.normal(size=4) - 4

    def result():
        logs = log_probabilities(model.losses(ids, targets), counts)
        return dpo(logs[:2], logs[2:], reference[:2], reference[2:], beta=0.7)

    model.loss_and_gradients(ids, targets, weights=dpo_weights(result(), counts))
    gradient = model.gradients.flat.copy()
    direction, start = rng.normal(size=gradient.shape), policy.flat.copy()
    policy.flat[:] = start + 1e-6 * direction
    above = result().loss
    policy.flat[:] = start - 1e-6 * direction
    assert (above - result().loss) / 2e-6 == pytest.approx(gradient @ direction, rel=1e-6)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="beta"):
        dpo(*LOGS, beta=0.0)
    with pytest.raises(ValueError, match="rows of one length"):
        bradley_terry(np.zeros(2), np.zeros(3))
