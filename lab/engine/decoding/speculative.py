"""Speculative decoding: a small model guesses several tokens ahead, the large one checks all guesses in a single
pass, and a simple rule of acceptance makes the result exactly as if the large model had written alone. A guess x is
accepted with probability min(1, p(x)/q(x)); the first refused guess is replaced by a draw from what p has over q;
when all are accepted one more token comes free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.engine.decoding.sampling import choose

__all__ = [
    "Drafter",
    "SpeculativeRound",
    "Verifier",
    "best_draft_length",
    "expected_tokens",
    "leftover",
    "speculate",
    "speed_up",
]

Floats = NDArray[np.floating[Any]]


class Drafter(Protocol):
    """A model that guesses."""

    def next(self, ids: Sequence[int]) -> Floats:
        """The probability of each next token after ids, [V]."""
        ...


class Verifier(Protocol):
    """A model that checks."""

    def nexts(self, ids: Sequence[int], n: int) -> Floats:
        """The probabilities of the next token after each of the last n prefixes of ids, in one pass: [n, V]."""
        ...


@dataclass(frozen=True, slots=True)
class SpeculativeRound:
    """One round: guesses; p and q, the probabilities that verifier and drafter gave each guess; the chance each had
    of being accepted and the number drawn against it (none after a refusal); how many were accepted; the token
    that ended the round and whether it corrects a refusal or is the bonus. `tokens` is what the round wrote.
    """

    guesses: tuple[int, ...]
    p: tuple[float, ...]
    q: tuple[float, ...]
    chances: tuple[float, ...]
    draws: tuple[float, ...]
    accepted: int
    last: int
    ending: Literal["correction", "bonus"]

    @property
    def tokens(self) -> tuple[int, ...]:
        """The accepted guesses and the token that ended the round."""
        return (*self.guesses[: self.accepted], self.last)


def speculate(
    verifier: Verifier, drafter: Drafter, ids: Sequence[int], n_guesses: int, rng: np.random.Generator
) -> SpeculativeRound:
    """One round after the text `ids`; it writes 1 … n_guesses + 1 tokens.

    Raises ValueError when n_guesses < 1 or there is no text yet.
    Source: Leviathan, Kalman, Matias, Fast Inference from Transformers via Speculative Decoding (2023).
    """
    if n_guesses < 1 or len(ids) < 1:
        raise ValueError(f"n_guesses must be at least 1 and ids not empty, got {n_guesses} and {len(ids)} ids")
    text, guesses, drafts = list(ids), [], []
    for _ in range(n_guesses):
        drafts.append(np.array(drafter.next(text)))
        guesses.append(choose(drafts[-1], rng))
        text.append(guesses[-1])
    checks = verifier.nexts(text, n_guesses + 1)  # [n + 1, V]: after the text, after each guess
    p = tuple(float(checks[i][x]) for i, x in enumerate(guesses))
    q = tuple(float(drafts[i][x]) for i, x in enumerate(guesses))
    chances = tuple(min(1.0, a / b) for a, b in zip(p, q, strict=True))
    draws: list[float] = []
    for i, chance in enumerate(chances):
        draws.append(float(rng.random()))
        if draws[-1] >= chance:
            last = choose(leftover(checks[i], drafts[i]), rng)
            return SpeculativeRound(tuple(guesses), p, q, chances, tuple(draws), i, last, "correction")
    last = choose(checks[n_guesses], rng)
    return SpeculativeRound(tuple(guesses), p, q, chances, tuple(draws), n_guesses, last, "bonus")


def leftover(p: Floats, q: Floats) -> Floats:
    """What p has over q, as a distribution: max(0, p - q) over its sum; p itself where q covers all of it."""
    rest = np.maximum(np.asarray(p, np.float64) - q, 0.0)
    total = rest.sum()
    return np.asarray(rest / total if total > 0.0 else np.asarray(p, np.float64))


def expected_tokens(acceptance: float, n_guesses: int) -> float:
    """How many tokens a round writes on average when each guess is accepted with probability `acceptance`.

    (1 - α^(γ+1)) / (1 - α); expected_tokens(0.8, 4) == 3.36.
    Raises ValueError when acceptance is outside 0 … 1 or n_guesses is negative.
    """
    if not 0.0 <= acceptance <= 1.0 or n_guesses < 0:
        raise ValueError(f"acceptance must be in 0 … 1 and n_guesses ≥ 0, got {acceptance} and {n_guesses}")
    if acceptance == 1.0:
        return float(n_guesses + 1)
    return float((1.0 - acceptance ** (n_guesses + 1)) / (1.0 - acceptance))


def speed_up(acceptance: float, n_guesses: int, draft_cost: float) -> float:
    """How much faster than writing alone; a guess costs draft_cost passes of the large model, a check one pass.

    Raises ValueError as `expected_tokens` does, or when draft_cost is negative.
    """
    if draft_cost < 0.0:
        raise ValueError(f"draft_cost must be 0 or more, got {draft_cost}")
    return expected_tokens(acceptance, n_guesses) / (n_guesses * draft_cost + 1.0)


def best_draft_length(acceptance: float, draft_cost: float, longest: int = 32) -> int:
    """The number of guesses with the largest speed-up, in 0 … longest; 0 when guessing does not pay."""
    return max(range(longest + 1), key=lambda n: speed_up(acceptance, n, draft_cost))
