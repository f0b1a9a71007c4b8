"""Drafts: a small model guesses ahead, the large one checks. The round itself is the engine's; here are the two who
play it, what is counted, and the test that the rule changes nothing about what is written."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.engine.decoding.check import ChiSquare, chi_square
from lab.engine.decoding.speculative import Drafter, PromptLookup, SpeculativeRound, check, draft, leftover
from lab.experiments.e21_decoding.filtering import Filtered, apply_filters
from lab.experiments.e21_decoding.models import BundledModel, Floats, LanguageModel, NGramModel, SmolLM2
from lab.experiments.e21_decoding.opening import bundled, ngram_counts
from lab.experiments.e21_decoding.rules import Rules
from lab.experiments.e21_decoding.samples import sample_tokens
from lab.experiments.e21_decoding.settings import Params
from lab.experiments.e21_decoding.text import Fact, Text

__all__ = ["Drafts", "FilteredDrafter", "Round", "RuleCheck", "can_draft", "check_rule", "drafter_for", "playing_round"]

KEPT_ROUNDS = 12
PIECES, LETTERS = (3, 2), (8, 3)  # tokens that have to agree, at most and at least, for a prompt lookup


def can_draft(model: LanguageModel | None) -> bool:
    """Whether a model checks drafts."""
    return isinstance(model, BundledModel | SmolLM2)


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


def drafter_for(name: str, model: LanguageModel) -> Drafter:
    """The drafter that the controls ask for. The small ones write letters: for SmolLM2 the prompt is looked up."""
    if name == "lookup" or (not model.letters and name != "blind"):
        return PromptLookup(model.size, *(LETTERS if model.letters else PIECES))
    match name:
        case "small":
            return SmallDrafter()
        case "fivegram":
            return NGramModel(ngram_counts(), bundled())
        case _:
            return UniformDrafter(model.size)


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
    made: all guesses.  latest: the last few rounds."""

    rounds: int = 0
    guesses: int = 0
    accepted: int = 0
    bonuses: int = 0
    made: int = 0
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
            made=self.made + len(played.guesses),
            latest=(*self.latest, shown)[-KEPT_ROUNDS:],
        )

    def save(self) -> dict[str, Any]:
        """As lists."""
        rounds = [
            [list(r.guesses), list(r.p), list(r.q), list(r.draws), r.accepted, r.last, r.bonus] for r in self.latest
        ]
        return {"counts": [self.rounds, self.guesses, self.accepted, self.bonuses, self.made], "latest": rounds}

    @classmethod
    def load(cls, saved: Mapping[str, Any]) -> Drafts:
        """From lists."""
        rounds = tuple(
            Round(tuple(g), tuple(p), tuple(q), tuple(d), int(accepted), int(last), bool(bonus))
            for g, p, q, d, accepted, last, bonus in saved["latest"]
        )
        played, guesses, accepted, bonuses, *made = (int(n) for n in saved["counts"])
        every = made[0] if made else played * (len(rounds[0].guesses) if rounds else 0)
        return cls(played, guesses, accepted, bonuses, every, rounds)


class FilteredDrafter:
    """A drafter behind the filters. One that copies has nothing to filter."""

    def __init__(self, drafter: Drafter, params: Params) -> None:
        self._drafter, self._params = drafter, params

    def next(self, ids: Sequence[int]) -> Floats | None:
        shares = self._drafter.next(ids)
        if shares is None or isinstance(self._drafter, PromptLookup):
            return shares
        with np.errstate(divide="ignore"):
            scores = np.log(np.asarray(shares, np.float64))
        return apply_filters(scores, self._params, ids).shares


def playing_round(
    model: LanguageModel,
    drafter: Drafter,
    text: Text,
    params: Params,
    rng: np.random.Generator,
    rules: Rules | None = None,
) -> Generator[float, None, tuple[Text, SpeculativeRound]]:
    """One round from where the text stands: the text with what it wrote. Rests where reading does.

    The model reads the guesses as it reads any text, so that the same seed gives the same digits; what a pass over all
    of them at once costs is measured: see `memory`.
    """
    n = max(1, min(params.gamma, model.most - len(text.ids) - 1))
    guesses, drafts = draft(FilteredDrafter(drafter, params), text.ids, n, rng)
    ids, results = [*text.ids, *guesses], list[Filtered]()
    for k in range(len(text.ids), len(ids) + 1):
        yield from model.reading(ids[:k], text.given)
        barred = rules.barred(params, ids[:k], text.given) if rules else None
        bias = rules.bias(params, ids[:k]) if rules else None
        results.append(apply_filters(model.scores, params, ids[:k], barred, bias))
    played = check(guesses, drafts, np.stack([filtered.shares for filtered in results]), rng)
    for token, filtered in zip(played.tokens, results):
        text = text.with_token(token, Fact.of(filtered, token), model.end)
        whole = rules is not None and rules.finished(params, text.ids, text.given)
        if text.ended or whole or len(text.ids) >= model.most:
            break
    yield from model.reading(text.ids, text.given)
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
) -> RuleCheck | None:
    """Plays the rule for the first token `count` times at once; None where the drafter has no guess.

    shares: of the large model, [V]."""
    q = FilteredDrafter(drafter, params).next(text.ids)
    if q is None:
        return None
    guesses = sample_tokens(q, count, rng)
    refused = rng.random(count) >= np.minimum(1.0, shares[guesses] / q[guesses])
    written = guesses.copy()
    if refused.any():
        written[refused] = sample_tokens(leftover(shares, q), int(refused.sum()), rng)
    size = len(shares)
    whole = shares / shares.sum()
    rule, alone = (chi_square(np.bincount(tokens, minlength=size), whole) for tokens in (written, guesses))
    return RuleCheck(count, float(np.minimum(shares, q).sum()), rule, alone)
