"""Texts that a language model writes side by side, a token of each at a time. What was written keeps its
log-probabilities, because whoever learns from the texts later has to know how likely they were then.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import log_softmax
from lab.engine.lm.parameters import Parameters
from lab.engine.lm.rolling import RollingLM

__all__ = ["Written", "answer_logs", "write"]

Floats = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written after B prompts: ids [B, n]; logs [B, n], the log-probability of each token; counts [B, n],
    False behind the end of a text.
    """

    ids: Ids
    logs: Floats
    counts: NDArray[np.bool_]


def write(
    parameters: Parameters, prompts: Ids, n: int, rng: np.random.Generator, end: int | None = None,
    greedy: bool = False, temperature: float = 1.0,
) -> Written:  # fmt: skip
    """n tokens after each prompt, [B, m], drawn as the model's probabilities say; `greedy` takes the likeliest.

    end: the token that ends a text, the last that counts; None: no text ends before its n tokens.
    temperature: the scores are divided by it, and `logs` are those of what was drawn from.
    Raises ValueError when n is below 1, a prompt holds no token or the temperature is not above 0.
    """
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, got {temperature}")
    if n < 1 or prompts.ndim != 2 or not prompts.size:
        raise ValueError(f"n must be at least 1 and prompts [B, m] hold tokens, got {n} and shape {prompts.shape}")
    rows = np.arange(len(prompts))
    ids, logs = np.zeros((len(rows), n), np.int64), np.zeros((len(rows), n))
    counts, going = np.zeros(ids.shape, bool), np.ones(len(rows), bool)
    model = RollingLM(parameters, len(rows))
    scores = model.read_many(prompts)[:, -1]
    for at in range(n):
        chances = log_softmax(scores.astype(np.float64) / temperature)
        ids[:, at] = chances.argmax(axis=1) if greedy else _drawn(chances, rng)
        counts[:, at], logs[:, at] = going, chances[rows, ids[:, at]]
        if end is not None:
            ids[~going, at] = end
            going = going & (ids[:, at] != end)
        if at + 1 < n:
            scores = model.step(ids[:, at])
    return Written(ids, np.where(counts, logs, 0.0), counts)


def answer_logs(parameters: Parameters, prompts: Ids, answers: Ids) -> Floats:
    """The log-probability of each token of given answers, [B, n], after prompts, [B, m]: nothing is written.

    Raises ValueError when there is not one answer for each prompt, or either holds no token.
    """
    if prompts.ndim != 2 or answers.ndim != 2 or len(prompts) != len(answers) or not prompts.size * answers.size:
        raise ValueError(f"prompts must be [B, m] and answers [B, n], got shapes {prompts.shape} and {answers.shape}")
    lines = np.concatenate([prompts, answers], axis=1)
    scores = RollingLM(parameters, len(lines)).read_many(lines[:, :-1])[:, prompts.shape[1] - 1 :]
    logs = log_softmax(scores.astype(np.float64))
    return np.asarray(np.take_along_axis(logs, answers[:, :, None], axis=2)[:, :, 0])


def _drawn(logs: Floats, rng: np.random.Generator) -> Ids:
    """A token for each row, [B]: the first at which the summed probability is above a random number."""
    summed = np.cumsum(np.exp(logs), axis=1)
    return np.asarray((summed < rng.random((len(logs), 1)) * summed[:, -1:]).sum(axis=1))
