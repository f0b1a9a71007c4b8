"""Learning from a reward. The model writes, each text is scored, and what led to good scores is made likelier (the
policy gradient). Two brakes keep it a language model: a leash, the divergence from where it started, is taken off
the reward, and PPO's clip ends the pull on a token once its probability has moved by more than ε.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["FAR", "PPO", "advantages", "leashed_rewards", "policy_weights", "ppo"]

Floats = NDArray[np.floating[Any]]
Counts = NDArray[np.bool_]
FAR = 30.0  # nats: a ratio is not computed beyond e^30, so that no number overflows


def leashed_rewards(scores: Floats, log_policy: Floats, log_reference: Floats, counts: Counts, beta: float) -> Floats:
    """The reward of every token, [B, T]: -β (log π - log π_ref), and on the last counted token the text's score, [B].

    Summed over a text and averaged over texts this is the score minus β times the KL divergence.
    Raises ValueError when beta is negative or a row counts nothing.
    Source: Stiennon et al., Learning to Summarize from Human Feedback (2020); Ouyang et al. (2022).
    """
    if beta < 0.0 or not counts.any(axis=1).all():
        raise ValueError(f"beta must be 0 or more and every row count a token, got {beta}")
    rewards = np.where(counts, -beta * (log_policy - log_reference), 0.0)
    last = counts.shape[1] - 1 - counts[:, ::-1].argmax(axis=1)
    rewards[np.arange(len(rewards)), last] += scores
    return rewards


def advantages(rewards: Floats, counts: Counts, whiten: bool = True) -> Floats:
    """How much better than expected each token went on, [B, T]: the sum of rewards from it to the end.

    whiten: minus the mean and over the deviation of all counted tokens, the simplest of baselines.
    """
    to_go = np.cumsum(rewards[:, ::-1], axis=1)[:, ::-1]
    if whiten:
        counted = to_go[counts]
        to_go = (to_go - counted.mean()) / (counted.std() + 1e-8)
    return np.where(counts, to_go, 0.0)


@dataclass(frozen=True, slots=True)
class PPO:
    """The result: loss, minus the mean clipped gain; ratios [B, T], new over old probability; clipped [B, T], where
    the pull has ended; d_log [B, T], the gradient of each token's log-probability; clip_share; and divergence, the
    mean estimate of KL(old ‖ new) in nats per token.
    """

    loss: float
    ratios: Floats
    clipped: Counts
    d_log: Floats
    clip_share: float
    divergence: float


def ppo(
    log_new: Floats, log_old: Floats, gains: Floats, counts: Counts, epsilon: float = 0.2, higher: float | None = None
) -> PPO:
    """-mean of min(ratio·A, clip(ratio, 1-ε, 1+ε)·A) over counted tokens; all arrays [B, T].

    log_new, log_old: of the tokens that were written; gains: their advantages A.  higher: the ε above 1, where it is
    another than that below: a token that was unlikely then has more room to grow.
    Raises ValueError when epsilon or higher is not positive or nothing is counted.
    Source: Schulman et al., Proximal Policy Optimization Algorithms (2017), equation 7; Yu et al., DAPO (2025), 3.1.
    """
    above = epsilon if higher is None else higher
    if epsilon <= 0.0 or above <= 0.0 or not counts.any():
        raise ValueError(f"epsilon must be positive and a token counted, got {epsilon}, {above} and {counts.sum()}")
    logs = np.clip(np.where(counts, log_new - log_old, 0.0), -FAR, FAR)
    ratios = np.exp(logs)
    clipped = counts & (((gains > 0) & (ratios > 1.0 + above)) | ((gains < 0) & (ratios < 1.0 - epsilon)))
    gained = np.minimum(ratios * gains, np.clip(ratios, 1.0 - epsilon, 1.0 + above) * gains)
    n = counts.sum()
    d_log = np.where(counts & ~clipped, -ratios * gains / n, 0.0)
    divergence = float((np.expm1(logs) - logs)[counts].mean())
    return PPO(float(-gained[counts].mean()), ratios, clipped, d_log, float(clipped.sum() / n), divergence)


def policy_weights(d_log: Floats) -> Floats:
    """How much each token's loss counts, [B, T], so that the language model's weighted loss has this gradient."""
    return -d_log  # the loss of a token is minus its log-probability
