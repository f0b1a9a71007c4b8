"""Learning from a reward, with a leash and a clip."""

import numpy as np
import pytest

from lab.engine.basics.activations import softmax
from lab.engine.decoding.sampling import choose
from lab.engine.lm.decoder import Decoder
from lab.engine.lm.fast import FastLM
from lab.engine.lm.optimizer import AdamWState, adamw_step
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.tuning.policy import advantages, leashed_rewards, policy_weights, ppo

ALL = np.ones((2, 3), bool)


def test_a_texts_rewards_sum_to_its_score_minus_beta_times_its_divergence():
    log_policy, log_reference = np.random.default_rng(0).normal(size=(2, 2, 3)) - 2
    rewards = leashed_rewards(np.array([1.0, -2.0]), log_policy, log_reference, ALL, 0.3)
    expected = np.array([1.0, -2.0]) - 0.3 * (log_policy - log_reference).sum(axis=1)
    np.testing.assert_allclose(rewards.sum(axis=1), expected)


def test_the_score_is_paid_on_the_last_token_that_counts():
    counts = np.array([[True, True, False], [False, True, True]])
    rewards = leashed_rewards(np.array([5.0, 7.0]), np.zeros((2, 3)), np.zeros((2, 3)), counts, 0.1)
    np.testing.assert_array_equal(rewards, [[0, 5, 0], [0, 0, 7]])


def test_an_advantage_is_what_is_still_to_come():
    rewards = np.array([[1.0, 2.0, 4.0], [0.0, 0.0, 1.0]])
    np.testing.assert_array_equal(advantages(rewards, ALL, whiten=False), [[7, 6, 4], [1, 1, 1]])
    whitened = advantages(rewards, ALL)
    assert whitened.mean() == pytest.approx(0.0, abs=1e-12) and whitened.std() == pytest.approx(1.0)


def test_before_the_first_update_ppo_is_the_plain_policy_gradient():
    logs, gains = np.full((2, 3), -1.5), np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0]])
    result = ppo(logs, logs, gains, ALL)
    np.testing.assert_allclose(result.d_log, -gains / 6)
    assert (result.clip_share, result.divergence) == (0.0, 0.0)


def test_the_pull_ends_where_a_probability_has_moved_far_enough_the_right_way_and_only_there():
    ratios = np.array([[1.5, 0.5, 1.1], [1.5, 0.5, 0.9]])
    gains = np.array([[1.0, 1.0, 1.0], [-1.0, -1.0, -1.0]])
    result = ppo(np.log(ratios), np.zeros((2, 3)), gains, ALL, epsilon=0.2)
    np.testing.assert_array_equal(result.clipped, [[True, False, False], [False, True, False]])
    assert result.clip_share == pytest.approx(2 / 6)
    assert not result.d_log[result.clipped].any() and result.d_log[~result.clipped].all()


def test_the_gradient_is_that_of_finite_differences():
    rng = np.random.default_rng(0)
    new, old, gains = rng.normal(0, 0.3, (2, 3)) - 2, np.full((2, 3), -2.0), rng.normal(size=(2, 3))
    counts = np.array([[True, True, False], [True, True, True]])
    gradient = ppo(new, old, gains, counts).d_log
    for place in np.ndindex(2, 3):
        kept = new[place]
        new[place] = kept + 1e-6
        above = ppo(new, old, gains, counts).loss
        new[place] = kept - 1e-6
        below = ppo(new, old, gains, counts).loss
        new[place] = kept
        assert gradient[place] == pytest.approx((above - below) / 2e-6, abs=1e-8)


def rewarded_writer(beta, rounds=25, seed=0):
    """Trains a tiny model that is paid for every token 3 it writes; its share of 3s and its divergence at the end."""
    rng = np.random.default_rng(seed)
    policy = init_parameters(LMConfig(5, context=4, d_model=8, d_ff=16), rng, np.float64)
    reference = FastLM(policy.copy(), 24)
    model, state, counts = FastLM(policy, 24), AdamWState.zeros(policy), np.ones((24, 4), bool)
    for _ in range(rounds):
        decoder, texts = Decoder(policy), np.zeros((24, 5), np.int64)
        for text in texts:
            decoder.reset()
            for t in range(4):
                text[t + 1] = choose(softmax(decoder.step(int(text[t]))), rng)
        ids, written = texts[:, :-1], texts[:, 1:]
        old, start = -model.losses(ids, written), -reference.losses(ids, written)
        scores = (written == 3).sum(axis=1).astype(float)
        gains = advantages(leashed_rewards(scores, old, start, counts, beta), counts)
        for _ in range(3):
            result = ppo(-model.losses(ids, written), old, gains, counts)
            model.loss_and_gradients(ids, written, weights=policy_weights(result.d_log))
            adamw_step(policy, model.gradients, state, 0.01, weight_decay=0.0)
    return (written == 3).mean(), (old - start).mean()


def test_a_model_that_is_paid_for_a_token_writes_it_and_a_leash_holds_it_back():
    share, drift = rewarded_writer(beta=0.0)
    leashed_share, leashed_drift = rewarded_writer(beta=3.0)
    assert share > 0.8
    assert leashed_share < 0.6
    assert leashed_drift < 0.5 * drift


@pytest.mark.parametrize(
    "call",
    [
        lambda: leashed_rewards(np.zeros(2), np.zeros((2, 3)), np.zeros((2, 3)), ALL, -0.1),
        lambda: leashed_rewards(np.zeros(2), np.zeros((2, 3)), np.zeros((2, 3)), ~ALL, 0.1),
        lambda: ppo(np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((2, 3)), ALL, epsilon=0.0),
        lambda: ppo(np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((2, 3)), ~ALL),
    ],
)
def test_what_makes_no_sense_is_refused(call):
    with pytest.raises(ValueError):
        call()
