"""Group-relative policy optimisation against a plain implementation that shares no line with it, and slopes."""

import math

import numpy as np
import pytest

from lab.engine.lm.fast import FastLM
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.tuning.grouped import METHODS, group_advantages, grouped_loss, leash, token_shares
from lab.engine.tuning.policy import policy_weights

RNG = np.random.default_rng(4)
NEW, OLD, REFERENCE = -RNG.uniform(0.1, 3.0, (3, 6, 4))
COUNTS = np.arange(4) < np.array([4, 3, 4, 1, 2, 4])[:, None]
GAINS = RNG.normal(size=6)


def plain(new, old, reference, gains, counts, epsilon, beta, higher=None, lengths="answer"):
    """Equation 3 of DeepSeekMath with loops and scalars; equation 8 of DAPO, and Dr. GRPO's one length."""
    answers, sizes = [], []
    higher = epsilon if higher is None else higher
    for row, gain in enumerate(gains):
        tokens = []
        for t in range(new.shape[1]):
            if not counts[row, t]:
                continue
            ratio = math.exp(new[row, t] - old[row, t])
            cut = min(max(ratio, 1 - epsilon), 1 + higher)
            apart = math.exp(reference[row, t]) / math.exp(new[row, t])
            tokens.append(min(ratio * gain, cut * gain) - beta * (apart - math.log(apart) - 1))
        answers.append(sum(tokens))
        sizes.append(len(tokens))
    if lengths == "token":
        return -sum(answers) / sum(sizes)
    parts = [total / (max(sizes) if lengths == "fixed" else size) for total, size in zip(answers, sizes, strict=True)]
    return -sum(parts) / len(parts)


@pytest.mark.parametrize("epsilon", [0.05, 0.2, 3.0])
@pytest.mark.parametrize("beta", [0.0, 0.02, 1.0])
def test_the_loss_is_that_of_a_plain_implementation_with_loops(epsilon, beta):
    found = grouped_loss(NEW, OLD, REFERENCE, GAINS, COUNTS, epsilon, beta)
    assert found.loss == pytest.approx(plain(NEW, OLD, REFERENCE, GAINS, COUNTS, epsilon, beta), rel=1e-12)


@pytest.mark.parametrize("higher", [0.1, 0.28, 2.0])
@pytest.mark.parametrize("lengths", ["answer", "token", "fixed"])
def test_a_higher_clip_and_other_lengths_are_those_of_the_plain_implementation(higher, lengths):
    more = {"higher": higher, "lengths": lengths}
    found = grouped_loss(NEW, OLD, REFERENCE, GAINS, COUNTS, 0.2, 0.1, **more)
    assert found.loss == pytest.approx(plain(NEW, OLD, REFERENCE, GAINS, COUNTS, 0.2, 0.1, **more), rel=1e-12)
    for place in np.ndindex(NEW.shape):
        step = np.zeros(NEW.shape)
        step[place] = 1e-6
        up, down = (grouped_loss(NEW + s, OLD, REFERENCE, GAINS, COUNTS, 0.2, 0.1, **more).loss for s in (step, -step))
        assert found.d_log[place] == pytest.approx((up - down) / 2e-6, abs=1e-8)


def test_tokens_of_answers_of_one_length_count_the_same_however_they_are_shared_out():
    same = np.ones((6, 4), bool)
    shares = [token_shares(same, lengths) for lengths in ("answer", "token", "fixed")]
    for share in shares:
        np.testing.assert_allclose(share, 1 / 24)
    long, short = (token_shares(COUNTS, "fixed")[row].sum() for row in (0, 3))
    assert long == pytest.approx(4 * short)
    assert token_shares(COUNTS, "answer").sum(axis=1) == pytest.approx(np.full(6, 1 / 6))
    assert set(token_shares(COUNTS, "token")[COUNTS]) == {1 / COUNTS.sum()}


def test_the_higher_clip_moves_only_the_end_of_a_push_up():
    old, counts = np.zeros((4, 1)), np.ones((4, 1), bool)
    new = np.log([[1.27], [1.29], [0.79], [0.81]])
    up = grouped_loss(new, old, old, np.ones(4), counts, higher=0.28)
    assert up.clipped[:, 0].tolist() == [False, True, False, False]
    down = grouped_loss(new, old, old, -np.ones(4), counts, higher=0.28)
    assert down.clipped[:, 0].tolist() == [False, False, True, False]
    with pytest.raises(ValueError, match="positive"):
        grouped_loss(new, old, old, np.ones(4), counts, higher=0.0)


@pytest.mark.parametrize("epsilon", [0.2, 3.0])
@pytest.mark.parametrize("beta", [0.0, 0.5])
def test_the_gradient_of_each_log_probability_is_that_of_finite_differences(epsilon, beta):
    found = grouped_loss(NEW, OLD, REFERENCE, GAINS, COUNTS, epsilon, beta)
    for place in np.ndindex(NEW.shape):
        step = np.zeros(NEW.shape)
        step[place] = 1e-6
        up, down = (grouped_loss(NEW + s, OLD, REFERENCE, GAINS, COUNTS, epsilon, beta).loss for s in (step, -step))
        assert found.d_log[place] == pytest.approx((up - down) / 2e-6, abs=1e-8)
    assert not found.d_log[~COUNTS].any()


def test_the_clip_ends_the_pull_just_outside_the_band_and_only_in_the_direction_of_the_gain():
    old, counts = np.zeros((4, 1)), np.ones((4, 1), bool)
    new = np.log([[1.19], [1.21], [0.79], [0.81]])
    up = grouped_loss(new, old, old, np.ones(4), counts)
    assert up.clipped[:, 0].tolist() == [False, True, False, False] and up.clip_share == 0.25
    down = grouped_loss(new, old, old, -np.ones(4), counts)
    assert down.clipped[:, 0].tolist() == [False, False, True, False]
    assert up.d_log[1, 0] == 0.0 and up.d_log[0, 0] < 0.0 < down.d_log[0, 0]


def test_the_gradient_reaches_the_weights_of_a_language_model():
    rng = np.random.default_rng(1)
    policy = init_parameters(LMConfig(5, context=3, d_model=4, n_heads=1, d_ff=4), rng, np.float64)
    policy.flat[:] += rng.normal(0, 0.3, policy.flat.shape)
    ids, targets = rng.integers(0, 5, (2, 4, 3))
    counts = np.array([[0, 1, 1]] * 4, bool)
    model = FastLM(policy, 4)
    old = -model.losses(ids, targets)
    reference, gains = old + rng.normal(0, 0.3, old.shape), rng.normal(size=4)
    policy.flat[:] += rng.normal(0, 0.05, policy.flat.shape)

    def result():
        return grouped_loss(-model.losses(ids, targets), old, reference, gains, counts, beta=0.3)

    model.loss_and_gradients(ids, targets, weights=policy_weights(result().d_log))
    gradient, start = model.gradients.flat.copy(), policy.flat.copy()
    direction = rng.normal(size=gradient.shape)
    policy.flat[:] = start + 1e-6 * direction
    above = result().loss
    policy.flat[:] = start - 1e-6 * direction
    assert (above - result().loss) / 2e-6 == pytest.approx(gradient @ direction, rel=1e-5)


def test_a_groups_advantages_have_mean_zero_and_deviation_one():
    rewards = RNG.random((5, 8))
    found = group_advantages(rewards)
    np.testing.assert_allclose(found.mean(axis=1), 0.0, atol=1e-12)
    np.testing.assert_allclose(found.std(axis=1), 1.0, rtol=2e-3)
    np.testing.assert_allclose(group_advantages(rewards, "baseline"), rewards - rewards.mean(1, keepdims=True))
    np.testing.assert_array_equal(group_advantages(rewards, "reinforce"), rewards)


@pytest.mark.parametrize("reward", [0.0, 1.0])
def test_a_group_in_which_all_have_one_reward_teaches_nothing_unless_there_is_no_baseline(reward):
    same = np.full((2, 4), reward)
    found = {method: np.abs(group_advantages(same, method)).max() for method in METHODS}
    assert found == {"reinforce": reward, "baseline": 0.0, "grpo": 0.0}


def test_the_leash_estimates_the_divergence_and_is_never_below_zero():
    rng = np.random.default_rng(0)
    new, reference = np.array([0.7, 0.2, 0.1]), np.array([0.5, 0.3, 0.2])
    drawn = rng.choice(3, 200_000, p=new)
    kl, slope = leash(np.log(new)[drawn], np.log(reference)[drawn])
    assert kl.mean() == pytest.approx(float((new * np.log(new / reference)).sum()), rel=0.02)
    assert kl.min() >= 0.0
    assert slope[0] == pytest.approx(1.0 - reference[drawn[0]] / new[drawn[0]])


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="at least 2"):
        group_advantages(np.ones((4, 1)))
    with pytest.raises(ValueError, match="beta"):
        grouped_loss(NEW, OLD, REFERENCE, GAINS, COUNTS, beta=-0.1)
    with pytest.raises(ValueError, match="every row"):
        grouped_loss(NEW, OLD, REFERENCE, GAINS, COUNTS & (np.arange(6) > 0)[:, None])


@pytest.mark.parametrize("apart", [29.9, 31.0, 4_000.0])
def test_log_probabilities_that_are_far_apart_overflow_nothing(apart):
    new, other, counts = np.full((2, 1), -apart), np.zeros((2, 1)), np.ones((2, 1), bool)
    for found in (
        grouped_loss(new, other, other, np.array([1.0, -1.0]), counts, beta=0.1),
        grouped_loss(other, new, new, np.array([1.0, -1.0]), counts, beta=0.1),
    ):
        assert np.isfinite(found.loss) and np.isfinite(found.d_log).all() and np.isfinite(found.divergence)
