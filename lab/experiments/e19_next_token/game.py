"""The guessing game: a text that no model was trained on, letter by letter. A bet is a distribution, and is scored as a
model is: by its surprise at the letter that comes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.experiments.e19_next_token.gestures import Bet
from lab.experiments.e19_next_token.settings import PASSAGES
from lab.kit.language_models import CountModel, HouseModel, house_lm, letters_of, shakespeare

__all__ = ["MOST_LETTERS", "ROUNDS", "Game", "Round", "alphabet", "answer", "checked_bet", "game_of", "lead_of"]

ROUNDS, LEAD, MOST_LETTERS = 20, 60, 3
STARTS = (1044, 9173, 23026, 40172, 56013, 71102, 88047, 100123)
"""Where the passages begin in the unseen end of the plays; each moves on to the next word."""
assert len(STARTS) == PASSAGES


@dataclass(frozen=True, slots=True)
class Round:
    """One letter. you, bigram, house: the surprise of each in nats.  letters, share: the bet; "" and 0 for none."""

    truth: str
    letters: str
    share: float
    you: float
    bigram: float
    house: float


@dataclass(frozen=True, slots=True)
class Game:
    """passage: its number.  lead: what is read before.  rounds: those that were played."""

    passage: int
    lead: str
    rounds: tuple[Round, ...]

    @property
    def over(self) -> bool:
        return len(self.rounds) >= ROUNDS

    def mean(self, who: str) -> float | None:
        """The mean surprise of "you", "bigram" or "house" so far, in nats a letter."""
        return math.fsum(getattr(r, who) for r in self.rounds) / len(self.rounds) if self.rounds else None


def alphabet() -> str:
    """What can be bet on."""
    letters = letters_of(house_lm("main"))
    assert letters is not None
    return letters.alphabet


@cache
def _passage(number: int) -> tuple[str, str]:
    unseen = shakespeare()[1]
    start = unseen.index(" ", STARTS[number - 1]) + 1
    return unseen[start : start + LEAD], unseen[start + LEAD : start + LEAD + ROUNDS]


def lead_of(passage: int) -> str:
    """What is read before the first guess."""
    return _passage(passage)[0]


def answer(passage: int) -> str:
    """The letters that come."""
    return _passage(passage)[1]


@cache
def _models(passage: int) -> tuple[tuple[float, float], ...]:
    """The surprise of bigram and Shakespeare at every letter, in nats."""
    lead, letters = _passage(passage)
    bigram, house = CountModel(2), HouseModel(house_lm("main"))
    ids, _unknown = house.encode(lead + letters)
    found = []
    for at in range(len(lead), len(ids)):
        for model in (bigram, house):
            for _share in model.reading(ids[:at]):
                pass
        pair = (-math.log(float(softmax(model.scores)[ids[at]])) for model in (bigram, house))
        found.append((next(pair), next(pair)))
    return tuple(found)


@cache
def _frequencies() -> dict[str, float]:
    return dict(zip(alphabet(), np.asarray(CountModel(1).next(())).tolist(), strict=True))


def checked_bet(bet: Bet) -> Bet:
    """A bet with each letter once. Raises ValueError for one that cannot be."""
    letters = "".join(dict.fromkeys(bet.letters))
    known = alphabet()
    if len(letters) > MOST_LETTERS or any(c not in known for c in letters) or not 0 <= bet.share <= 0.99:
        raise ValueError(
            f"a bet is on up to {MOST_LETTERS} letters with a share of 0 … 0.99, got {bet.letters!r}, {bet.share}"
        )
    return Bet(letters, float(bet.share) if letters else 0.0)


def game_of(passage: int, bets: Sequence[Bet]) -> Game:
    """The game as it stands: what is not bet is spread over all letters as they are frequent."""
    rounds = []
    for truth, bet, (bigram, house) in zip(answer(passage), bets, _models(passage)):
        share = bet.share if bet.letters else 0.0
        hit = share / len(bet.letters) if truth in bet.letters else 0.0
        you = -math.log(hit + (1.0 - share) * _frequencies()[truth])
        rounds.append(Round(truth, bet.letters, share, you, bigram, house))
    return Game(passage, lead_of(passage), tuple(rounds))
