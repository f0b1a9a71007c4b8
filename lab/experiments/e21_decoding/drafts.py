"""Drafts: a small model guesses ahead, the large one checks. The round itself is the engine's; here are the two who
play it, what is counted, and the test that the rule changes nothing about what is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lab.engine.decoding.check import ChiSquare, chi_square
from lab.engine.decoding.speculative import Drafter, SpeculativeRound, leftover, speculate
from lab.experiments.e21_decoding.filtering import Filtered, apply_filters
from lab.experiments.e21_decoding.models import BundledModel, Floats, NGramModel
from lab.experiments.e21_decoding.opening import bundled, ngram_counts
from lab.experiments.e21_decoding.samples import sample_tokens
from lab.experiments.e21_decoding.settings import Params
from lab.experiments.e21_decoding.text import Fact, Text

__all__ = ["Drafts", "Round", "RuleCheck", "check_rule", "drafter_for", "play_round"]

KEPT_ROUNDS = 12


class UniformDrafter:
    """Every letter has the same chance: the worst drafter that is still allowed."""

    def __init__(self, size: int) -> None:
        self._shares = np.full(size, 1.0 / size)

    def next(self, ids: Sequence[int]) -> Floats:
        return self._shares


class SmallDrafter:
    """The small bundled model."""

    def __init__(self) -> None:
        self._model = bundled("drafter")

    def next(self, ids: Sequence[int]) -> Floats:
        return self._model.next(ids)


def drafter_for(name: str, size: int) -> Drafter:
    """The drafter that the controls ask for."""
    match name:
        case "small":
            return SmallDrafter()
        case "fivegram":
            return NGramModel(ngram_counts(), bundled())
        case _:
            return UniformDrafter(size)


@dataclass(frozen=True, slots=True)
class Round:
    """One round as it is shown; see `SpeculativeRound`."""

    guesses: tuple[int, ...]
    p: tuple[float, ...]
    q: tuple[float, ...]
    draws: tuple[float, ...]
    accepted: int
    last: int
    bonus: bool

    @property
    def written(self) -> int:
        return self.accepted + 1


@dataclass(frozen=True, slots=True)
class Drafts:
    """What was counted. rounds: all of them.  guesses: those that were looked at: up to the first refusal.
    latest: the last few rounds."""

    rounds: int = 0
    guesses: int = 0
    accepted: int = 0
    bonuses: int = 0
    latest: tuple[Round, ...] = ()

    @property
    def written(self) -> int:
        return self.accepted + self.rounds

    @property
    def acceptance(self) -> float | None:
        """The share of guesses that were accepted, of those that were looked at."""
        return self.accepted / self.guesses if self.guesses else None

    @property
    def tokens_per_round(self) -> float | None:
        return self.written / self.rounds if self.rounds else None

    def with_round(self, played: SpeculativeRound) -> Drafts:
        """One round more."""
        bonus = played.ending == "bonus"
        shown = Round(played.guesses, played.p, played.q, played.draws, played.accepted, played.last, bonus)
        return replace(
            self,
            rounds=self.rounds + 1,
            guesses=self.guesses + len(played.draws),
            accepted=self.accepted + played.accepted,
            bonuses=self.bonuses + bonus,
            latest=(*self.latest, shown)[-KEPT_ROUNDS:],
        )

    def save(self) -> dict[str, Any]:
        """As lists."""
        rounds = [
            [list(r.guesses), list(r.p), list(r.q), list(r.draws), r.accepted, r.last, r.bonus] for r in self.latest
        ]
        return {"counts": [self.rounds, self.guesses, self.accepted, self.bonuses], "latest": rounds}

    @classmethod
    def load(cls, saved: Mapping[str, Any]) -> Drafts:
        """From lists."""
        rounds = tuple(
            Round(tuple(g), tuple(p), tuple(q), tuple(d), int(accepted), int(last), bool(bonus))
            for g, p, q, d, accepted, last, bonus in saved["latest"]
        )
        played, guesses, accepted, bonuses = (int(n) for n in saved["counts"])
        return cls(played, guesses, accepted, bonuses, rounds)


class _FilteredModel:
    """A model behind the filters, as verifier and as drafter; it remembers what the filters left in its last answer."""

    def __init__(self, model: Drafter, params: Params) -> None:
        self._model, self._params = model, params
        self.results: list[Filtered] = []

    def next(self, ids: Sequence[int]) -> Floats:
        with np.errstate(divide="ignore"):
            scores = np.log(np.asarray(self._model.next(ids), np.float64))
        return apply_filters(scores, self._params, ids).shares

    def nexts(self, ids: Sequence[int], n: int) -> Floats:
        assert isinstance(self._model, BundledModel)
        places = range(len(ids) - n + 1, len(ids) + 1)
        self.results = [apply_filters(self._model.read(ids[:k]), self._params, ids[:k]) for k in places]
        return np.stack([filtered.shares for filtered in self.results])


def play_round(
    verifier: BundledModel, drafter: Drafter, text: Text, params: Params, rng: np.random.Generator
) -> tuple[Text, SpeculativeRound]:
    """One round from where the text stands, and the text with what it wrote."""
    checker = _FilteredModel(verifier, params)
    played = speculate(checker, _FilteredModel(drafter, params), text.ids, params.gamma, rng)
    for token, filtered in zip(played.tokens, checker.results):
        text = text.with_token(token, Fact.of(filtered, token), None)
    return text, played


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """The first tokens of so many rounds against the large model alone: by the rule, and as drafted.

    overlap: Σ min(p, q), the chance that a guess is accepted here.
    """

    count: int
    overlap: float
    rule: ChiSquare
    alone: ChiSquare

    def save(self) -> list[Any]:
        """As lists."""
        return [self.count, self.overlap, *([t.statistic, t.freedom, t.p_value] for t in (self.rule, self.alone))]

    @classmethod
    def load(cls, saved: Sequence[Any]) -> RuleCheck:
        """From lists."""
        rule, alone = (ChiSquare(float(s), int(f), float(p)) for s, f, p in saved[2:])
        return cls(int(saved[0]), float(saved[1]), rule, alone)


def check_rule(
    shares: Floats, drafter: Drafter, text: Text, params: Params, count: int, rng: np.random.Generator
) -> RuleCheck:
    """Plays the rule for the first token `count` times at once. shares: of the large model, [V]."""
    q = _FilteredModel(drafter, params).next(text.ids)
    guesses = sample_tokens(q, count, rng)
    refused = rng.random(count) >= np.minimum(1.0, shares[guesses] / q[guesses])
    written = guesses.copy()
    if refused.any():
        written[refused] = sample_tokens(leftover(shares, q), int(refused.sum()), rng)
    size = len(shares)
    whole = shares / shares.sum()
    rule, alone = (chi_square(np.bincount(tokens, minlength=size), whole) for tokens in (written, guesses))
    return RuleCheck(count, float(np.minimum(shares, q).sum()), rule, alone)
