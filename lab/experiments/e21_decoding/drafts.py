"""Drafts: a small model guesses ahead, the large one checks. The round itself is the engine's; here are the two who
play it, what is counted, and the test that the rule changes nothing about what is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lab.engine.decoding.check import ChiSquare, chi_square
from lab.engine.decoding.speculative import Drafter, SpeculativeRound, leftover, speculate
from lab.experiments.e21_decoding.funnel import Funnel, run
from lab.experiments.e21_decoding.opening import counted, house
from lab.experiments.e21_decoding.readers import Counted, Floats, House
from lab.experiments.e21_decoding.samples import drawn
from lab.experiments.e21_decoding.settings import Params
from lab.experiments.e21_decoding.text import Fact, Text

__all__ = ["Checked", "Drafts", "Round", "drafter_for", "play_round", "put_to_test"]

KEPT_ROUNDS = 12


class Blind:
    """Every letter has the same chance: the worst drafter that is still allowed."""

    def __init__(self, size: int) -> None:
        self._shares = np.full(size, 1.0 / size)

    def next(self, ids: Sequence[int]) -> Floats:
        return self._shares


class Small:
    """The small model of the lab."""

    def __init__(self) -> None:
        self._reader = house("drafter")

    def next(self, ids: Sequence[int]) -> Floats:
        return self._reader.next(ids)


def drafter_for(name: str, size: int) -> Drafter:
    """The drafter that the controls ask for."""
    match name:
        case "small":
            return Small()
        case "fivegram":
            return Counted(counted(), house())
        case _:
            return Blind(size)


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


class _Filtered:
    """A model behind the filters, as verifier and as drafter; it remembers the funnels of its last answer."""

    def __init__(self, model: Drafter, params: Params) -> None:
        self._model, self._params = model, params
        self.funnels: list[Funnel] = []

    def next(self, ids: Sequence[int]) -> Floats:
        with np.errstate(divide="ignore"):
            scores = np.log(np.asarray(self._model.next(ids), np.float64))
        return run(scores, self._params, ids).shares

    def nexts(self, ids: Sequence[int], n: int) -> Floats:
        assert isinstance(self._model, House)
        places = range(len(ids) - n + 1, len(ids) + 1)
        self.funnels = [run(self._model.read(ids[:k]), self._params, ids[:k]) for k in places]
        return np.stack([funnel.shares for funnel in self.funnels])


def play_round(
    verifier: House, drafter: Drafter, text: Text, params: Params, rng: np.random.Generator
) -> tuple[Text, SpeculativeRound]:
    """One round from where the text stands, and the text with what it wrote."""
    checker = _Filtered(verifier, params)
    played = speculate(checker, _Filtered(drafter, params), text.ids, params.gamma, rng)
    for token, funnel in zip(played.tokens, checker.funnels):
        text = text.with_token(token, Fact.of(funnel, token), None)
    return text, played


@dataclass(frozen=True, slots=True)
class Checked:
    """The first tokens of so many rounds against the large model alone: by the rule, and as drafted.

    overlap: Σ min(p, q), the chance that a guess is accepted here.
    """

    count: int
    overlap: float
    rule: ChiSquare
    alone: ChiSquare


def put_to_test(
    shares: Floats, drafter: Drafter, text: Text, params: Params, count: int, rng: np.random.Generator
) -> Checked:
    """Plays the rule for the first token `count` times at once. shares: of the large model, [V]."""
    q = _Filtered(drafter, params).next(text.ids)
    guesses = drawn(q, count, rng)
    refused = rng.random(count) >= np.minimum(1.0, shares[guesses] / q[guesses])
    written = guesses.copy()
    if refused.any():
        written[refused] = drawn(leftover(shares, q), int(refused.sum()), rng)
    size = len(shares)
    whole = shares / shares.sum()
    rule, alone = (chi_square(np.bincount(tokens, minlength=size), whole) for tokens in (written, guesses))
    return Checked(count, float(np.minimum(shares, q).sum()), rule, alone)
