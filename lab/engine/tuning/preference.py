"""Learning what people prefer. From pairs, one answer chosen over another, a reward model learns to score answers
(Bradley-Terry: the chance of being chosen is the logistic function of the difference in score). Direct preference
optimisation needs no reward model: the language model itself is the scorer, measured against a frozen copy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import sigmoid, softplus

__all__ = ["DPO", "Preference", "RewardModel", "bradley_terry", "dpo", "dpo_weights", "fit_reward_step"]

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Preference:
    """The result for N pairs: loss, their mean in nats; margins [N], chosen minus rejected; chances [N], how likely
    the model thinks the choice was; d_chosen, d_rejected [N], the gradients of the two scores.
    """

    loss: float
    margins: Floats
    chances: Floats
    d_chosen: Floats
    d_rejected: Floats

    @property
    def accuracy(self) -> float:
        """The share of pairs in which the chosen answer scores higher."""
        return float((self.margins > 0).mean())


def bradley_terry(chosen: Floats, rejected: Floats) -> Preference:
    """-log σ(chosen - rejected), the mean over pairs; scores [N].

    Raises ValueError when shapes differ or there are no pairs.
    Source: Bradley, Terry (1952); Christiano et al., Deep Reinforcement Learning from Human Preferences (2017).
    """
    if chosen.shape != rejected.shape or chosen.ndim != 1 or not len(chosen):
        raise ValueError(f"chosen and rejected must be rows of one length, got {chosen.shape} and {rejected.shape}")
    margins = chosen - rejected
    slope = -sigmoid(-margins) / len(margins)
    return Preference(float(softplus(-margins).mean()), margins, sigmoid(margins), slope, -slope)


@dataclass(frozen=True, slots=True)
class RewardModel:
    """A reward that is a weighted sum of features of an answer: weights [F].

    There is no bias: only differences of rewards are ever compared.
    """

    weights: Floats

    def score(self, features: Floats) -> Floats:
        """The reward of answers, [N, F] -> [N]."""
        return np.asarray(features @ self.weights)


def fit_reward_step(
    model: RewardModel, chosen: Floats, rejected: Floats, learning_rate: float, decay: float = 0.0
) -> tuple[RewardModel, Preference]:
    """One step of gradient descent on pairs of features, [N, F] each; returns the new model and the result before.

    decay: pulls weights towards 0; without it, pairs that can be told apart let them grow for ever.
    """
    result = bradley_terry(model.score(chosen), model.score(rejected))
    gradient = result.d_chosen @ chosen + result.d_rejected @ rejected + decay * model.weights
    return RewardModel(model.weights - learning_rate * gradient), result


@dataclass(frozen=True, slots=True)
class DPO:
    """The result for N pairs: loss, the mean of -log σ(margin); margins [N]; pull [N], σ(-margin), how hard each pair
    still pulls; d_chosen, d_rejected [N], the gradients of the two log-probabilities of the policy; rewards of
    chosen and rejected, β times how far each has moved from the reference, [N] each.
    """

    loss: float
    margins: Floats
    pull: Floats
    d_chosen: Floats
    d_rejected: Floats
    reward_chosen: Floats
    reward_rejected: Floats


def dpo(chosen: Floats, rejected: Floats, reference_chosen: Floats, reference_rejected: Floats, beta: float) -> DPO:
    """Direct preference optimisation from log-probabilities of whole answers, [N] each.

    margin = β((log π - log π_ref)(chosen) - (log π - log π_ref)(rejected)); at the start it is 0 and the loss ln 2.
    Raises ValueError when beta is not positive or shapes differ.
    Source: Rafailov et al., Direct Preference Optimization (2023), equation 7.
    """
    if beta <= 0.0:
        raise ValueError(f"beta must be positive, got {beta}")
    rewards = beta * (chosen - reference_chosen), beta * (rejected - reference_rejected)
    result = bradley_terry(*rewards)
    pull = sigmoid(-result.margins)
    return DPO(result.loss, result.margins, pull, beta * result.d_chosen, beta * result.d_rejected, *rewards)


def dpo_weights(result: DPO, counts: NDArray[np.bool_]) -> Floats:
    """How much the loss of each token counts, [2N, T], for a batch of the N chosen answers above the N rejected.

    counts: [2N, T], the tokens that belong to answers. The language model's weighted loss then has the gradient of
    the DPO loss: likelier tokens in chosen answers, less likely ones in rejected.
    """
    per_row = -np.concatenate([result.d_chosen, result.d_rejected])  # log-probability is minus the loss
    return np.asarray(per_row[:, None] * counts)
