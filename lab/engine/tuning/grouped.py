"""Learning from answers that are compared within a group. Several answers to one question are judged; what is better
than the group's mean is made likelier, what is worse less likely, so no second model has to say what was to be
expected. The clip of PPO and a leash to the model at the start belong to it.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.tuning.policy import FAR, ppo

__all__ = ["METHODS", "Grouped", "Lengths", "Method", "group_advantages", "grouped_loss", "leash", "token_shares"]

Floats = NDArray[np.floating[Any]]
Counts = NDArray[np.bool_]
Method = Literal["reinforce", "baseline", "grpo"]
Lengths = Literal["answer", "token", "fixed"]
METHODS: tuple[Method, ...] = ("reinforce", "baseline", "grpo")
TINY = 1e-4  # added to the deviation, so that a group of equal rewards divides by something


def group_advantages(rewards: Floats, method: Method = "grpo") -> Floats:
    """How much better than expected each answer was, [P, G] -> [P, G], for P questions with G answers each.

    "reinforce": the reward itself. "baseline": minus the group's mean, as Dr. GRPO does. "grpo": that over the group's
    deviation.
    Where all answers of a group have one reward, the last two are 0: nothing can be learned from it.
    Raises ValueError when a group holds fewer than two answers.
    Source: Shao et al., DeepSeekMath (2024), section 4.1; Liu et al., Understanding R1-Zero-Like Training (2025).
    """
    if rewards.ndim != 2 or rewards.shape[1] < 2:
        raise ValueError(f"rewards must be [P, G] with G of at least 2, got shape {rewards.shape}")
    if method == "reinforce":
        return np.array(rewards, np.float64)
    centred = rewards - rewards.mean(axis=1, keepdims=True)
    return np.asarray(centred / (rewards.std(axis=1, keepdims=True) + TINY) if method == "grpo" else centred)


def leash(log_new: Floats, log_reference: Floats) -> tuple[Floats, Floats]:
    """An estimate of KL(new ‖ reference) at each token, never below 0, and its slope in log_new, any shape.

    exp(d) - d - 1 with d = log_reference - log_new, at most 30: its mean over tokens that the new model wrote is the
    divergence.
    Source: Schulman, Approximating KL Divergence (2020).
    """
    apart = np.minimum(log_reference - log_new, FAR)
    return np.expm1(apart) - apart, -np.expm1(apart)


@dataclass(frozen=True, slots=True)
class Grouped:
    """The result: loss; ratios [B, T], new over old probability; clipped [B, T], where the pull has ended; d_log
    [B, T], the gradient of each token's log-probability; clip_share, of all counted tokens; divergence, from the
    reference in nats a token.
    """

    loss: float
    ratios: Floats
    clipped: Counts
    d_log: Floats
    clip_share: float
    divergence: float


def token_shares(counts: Counts, lengths: Lengths = "answer") -> Floats:
    """How much each token counts in the loss, [B, T] -> [B, T].

    "answer": all answers count the same, so a token of a long one counts less; GRPO. "token": all tokens count the
    same; DAPO. "fixed": every answer is divided by one length, that of the longest, so that a long wrong one is
    not spared; Dr. GRPO. Where all answers are equally long, the three are the same but for a constant factor.
    Source: Shao et al. (2024); Yu et al., DAPO (2025), section 3.3; Liu et al. (2025), section 3.2.
    """
    if lengths == "token":
        return np.asarray(counts / counts.sum())
    longest = counts.sum(axis=1, keepdims=True)
    return np.asarray(counts / (longest.max() if lengths == "fixed" else longest) / len(counts))


def grouped_loss(
    log_new: Floats, log_old: Floats, log_reference: Floats, gains: Floats, counts: Counts,
    epsilon: float = 0.2, beta: float = 0.0, higher: float | None = None, lengths: Lengths = "answer",
) -> Grouped:  # fmt: skip
    """Group-relative policy optimisation: minus the mean over answers of the mean over their tokens of
    min(ratio·A, clip(ratio, 1 - ε, 1 + ε)·A) - β·KL.

    log_new, log_old, log_reference: [B, T], of the tokens that were written; gains: [B], the advantages of answers.
    higher: the ε above 1, where it is another.  lengths: what the mean is taken over, see `token_shares`.
    Raises ValueError when an epsilon is not positive, beta is negative, or a row counts nothing.
    Source: Shao et al., DeepSeekMath (2024), equation 3; Yu et al., DAPO (2025), equation 8.
    """
    if beta < 0.0 or not counts.any(axis=1).all():
        raise ValueError(f"beta must be 0 or more and every row count a token, got {beta}")
    share, above = token_shares(counts, lengths), epsilon if higher is None else higher
    result = ppo(log_new, log_old, np.where(counts, gains[:, None], 0.0), counts, epsilon, higher)
    pulled = np.minimum(
        result.ratios * gains[:, None], np.clip(result.ratios, 1.0 - epsilon, 1.0 + above) * gains[:, None]
    )
    kl, slope = leash(np.where(counts, log_new, 0.0), np.where(counts, log_reference, 0.0))
    d_log = result.d_log * counts.sum() * share + beta * slope * share
    loss = float(((beta * kl - pulled) * share).sum())
    return Grouped(loss, result.ratios, result.clipped, d_log, result.clip_share, float(kl[counts].mean()))
