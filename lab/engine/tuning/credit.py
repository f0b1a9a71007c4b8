"""Which token an answer owes its success to. A reward comes at the end, for a whole answer. To share it out, the model
goes on from every beginning of the answer many times: how good the ends are on average is what the beginning is worth,
and what a token changes of that is its credit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.lm.parameters import Parameters
from lab.engine.tuning.written import write

__all__ = ["Scorer", "values_of_beginnings", "worth"]

Floats = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]
Scorer = Callable[[Ids, Ids], Floats]
"""Questions [n, m] and answers [n, T] -> rewards [n]."""


def worth(
    parameters: Parameters, question: Ids, begun: Ids, length: int, scorer: Scorer, rollouts: int,
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """The mean reward of `rollouts` answers of `length` tokens, for each of N beginnings, [N].

    question: [m].  begun: [N, t], the beginnings, all equally long; whole answers are judged as they are.
    Raises ValueError when rollouts is below 1 or a beginning is longer than the answer.
    Source: Kazemnejad et al., VinePPO (2024), section 4.
    """
    n, t = begun.shape
    if rollouts < 1 or t > length:
        raise ValueError(f"rollouts must be at least 1 and beginnings at most {length} long, got {rollouts} and {t}")
    if t == length:
        return scorer(np.tile(question, (n, 1)), begun)
    starts = np.repeat(begun, rollouts, axis=0)
    asked = np.tile(question, (len(starts), 1))
    rest = write(parameters, np.concatenate([asked, starts], axis=1), length - t, rng)
    rewards = scorer(asked, np.concatenate([starts, rest.ids], axis=1))
    return np.asarray(rewards.reshape(n, rollouts).mean(axis=1))


def values_of_beginnings(
    parameters: Parameters, question: Ids, answer: Ids, scorer: Scorer, rollouts: int, rng: np.random.Generator
) -> Floats:
    """What every beginning of an answer is worth, [T + 1]: before the first token, after it, … after the last.

    The credit of each token is the difference of two neighbours; together they make the reward minus the first.
    """
    found = [
        worth(parameters, question, answer[None, :t], len(answer), scorer, rollouts, rng)[0]
        for t in range(len(answer) + 1)
    ]
    return np.array(found, np.float64)
