"""Speculative decoding: a small model guesses several tokens ahead, the large one checks all guesses in a single
pass, and a simple rule of acceptance makes the result exactly as if the large model had written alone. A guess x is
accepted with probability min(1, p(x)/q(x)); the first refused guess is replaced by a draw from what p has over q;
when all are accepted one more token comes free.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.decoding.sampling import choose

__all__ = [
    "Drafter",
    "PromptLookup",
    "SpeculativeRound",
    "Verifier",
    "best_draft_length",
    "check",
    "draft",
    "expected_tokens",
    "leftover",
    "speculate",
    "speed_up",
]

Floats = NDArray[np.floating[Any]]


class Drafter(Protocol):
    """A model that guesses."""

    def next(self, ids: Sequence[int]) -> Floats | None:
        """The probability of each next token after ids, [V]; None where it has no guess."""
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
    guesses, drafts = draft(drafter, ids, n_guesses, rng)
    return check(guesses, drafts, verifier.nexts([*ids, *guesses], len(guesses) + 1), rng)


def draft(
    drafter: Drafter, ids: Sequence[int], n_guesses: int, rng: np.random.Generator
) -> tuple[list[int], list[Floats]]:
    """The first half of a round: up to n_guesses guesses, fewer where the drafter has none, and the probabilities that
    each was drawn from, [V].

    Raises ValueError as `speculate` does.
    """
    if n_guesses < 1 or len(ids) < 1:
        raise ValueError(f"n_guesses must be at least 1 and ids not empty, got {n_guesses} and {len(ids)} ids")
    text, guesses, drafts = list(ids), list[int](), list[Floats]()
    for _ in range(n_guesses):
        shares = drafter.next(text)
        if shares is None:
            break
        drafts.append(np.array(shares))
        guesses.append(choose(drafts[-1], rng))
        text.append(guesses[-1])
    return guesses, drafts


def check(
    guesses: Sequence[int], drafts: Sequence[Floats], checks: Floats, rng: np.random.Generator
) -> SpeculativeRound:
    """The second half of a round: the guesses are held against the large model.

    checks: its probabilities after the text and after each guess, [n + 1, V].
    """
    n_guesses = len(guesses)
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


class PromptLookup:
    """A drafter without a model: it looks where the last tokens stood before and copies what followed them there.

    size: of the vocabulary.  longest, shortest: how many of the last tokens have to agree; the most that do are taken,
    and of several places the latest. `next` is all on one token, or None where the end of the text is new.
    Raises ValueError unless 1 ≤ shortest ≤ longest.
    Source: Saxena, Prompt Lookup Decoding (2023).
    """

    def __init__(self, size: int, longest: int = 3, shortest: int = 2) -> None:
        if not 1 <= shortest <= longest:
            raise ValueError(f"shortest must be in 1 … longest, got {shortest} and {longest}")
        self._size, self._lengths = size, range(longest, shortest - 1, -1)

    def token(self, ids: Sequence[int]) -> int | None:
        """The guess, or None."""
        text = np.asarray(ids)
        for n in self._lengths:
            if len(text) <= n:
                continue
            windows = np.lib.stride_tricks.sliding_window_view(text[:-1], n)  # each is followed by a token
            places = np.flatnonzero((windows == text[-n:]).all(axis=1))
            if len(places):
                return int(text[places[-1] + n])
        return None

    def next(self, ids: Sequence[int]) -> Floats | None:
        """The guess as probabilities, [V]."""
        token = self.token(ids)
        if token is None:
            return None
        shares = np.zeros(self._size)
        shares[token] = 1.0
        return shares


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
