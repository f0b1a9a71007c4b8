"""The text so far: what was given, what was written, and the probability of each written token."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.experiments.e21_decoding.filtering import Filtered

__all__ = ["Fact", "Text"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One written token: the model's own probability of it, its rank there (1 is the likeliest), what the filters made
    of the probability, and whether it was chosen by hand."""

    p: float
    rank: int
    share: float
    by_hand: bool = False

    @property
    def surprisal(self) -> float:
        """−log₂ of the model's own probability: bits."""
        return -math.log2(self.p) if self.p > 0 else math.inf

    @classmethod
    def of(cls, filtered: Filtered, token: int, by_hand: bool = False) -> Fact:
        """What is known of a token when it is chosen."""
        p = float(filtered.raw[token])
        rank = 1 + int((filtered.raw > p).sum())
        return cls(p, rank, float(filtered.shares[token]), by_hand)


@dataclass(frozen=True, slots=True)
class Text:
    """ids: all tokens.  given: how many of them were the prompt.  facts: of each written token.  ended: a token that
    ends a text was drawn."""

    ids: tuple[int, ...]
    given: int
    facts: tuple[Fact, ...] = ()
    ended: bool = False

    @property
    def written(self) -> int:
        return len(self.facts)

    def with_token(self, token: int, fact: Fact, end: int | None) -> Text:
        """One token more."""
        return Text((*self.ids, token), self.given, (*self.facts, fact), token == end)

    def cut(self, length: int) -> Text:
        """Only the first so many tokens; the prompt stays whole."""
        length = max(length, self.given)
        return Text(self.ids[:length], self.given, self.facts[: length - self.given])

    def kept(self, names: Sequence[str], wanted: str) -> int:
        """How many tokens stay when `wanted` is to stand behind the prompt.

        names: every token as text."""
        length, tokens = 0, self.given
        for name in names[self.given : len(self.ids) - self.ended]:
            if not wanted.startswith(name, length):
                break
            length, tokens = length + len(name), tokens + 1
        return tokens

    def save(self) -> dict[str, Any]:
        """As arrays."""
        rows = [(fact.p, fact.rank, fact.share, fact.by_hand) for fact in self.facts]
        return {
            "ids": np.array(self.ids, np.int64),
            "given": self.given,
            "facts": np.array(rows, np.float64).reshape(-1, 4),
            "ended": self.ended,
        }

    @classmethod
    def load(cls, saved: Mapping[str, Any], size: int) -> Text:
        """From arrays. Raises ValueError when they do not fit each other, or a token is none."""
        ids: NDArray[np.int64] = np.asarray(saved["ids"], np.int64)
        facts, given = np.asarray(saved["facts"], np.float64), int(saved["given"])
        if (
            ids.ndim != 1
            or facts.shape != (len(ids) - given, 4)
            or (len(ids) and not 0 <= ids.min() <= ids.max() < size)
        ):
            raise ValueError(f"state: {ids.shape} tokens of which {given} were given, facts {facts.shape}")
        made = tuple(Fact(p, int(rank), share, bool(by_hand)) for p, rank, share, by_hand in facts.tolist())
        return cls(tuple(ids.tolist()), given, made, bool(saved["ended"]))
