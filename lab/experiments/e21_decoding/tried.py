"""Tries that were made: for each setting, each problem's, and what votes, checks and the model's own choice make of
them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.decoding.tries import Try, chance_of_one_right, likeliest, majority, share_of_windows, wilson
from lab.experiments.e21_decoding.problems import Problem
from lab.experiments.e21_decoding.settings import Params

__all__ = ["MOST_TRIES", "Outcome", "Tried", "Tries", "key_of", "outcomes"]

MOST_TRIES = 16
MOST_SETS = 4
DEFAULTS = Params()
KEY = ("budget", "temperature", "infinite", "top_k", "top_p", "min_p", "penalty", "order", "leaky")
Key = tuple[tuple[str, str], ...]


def key_of(params: Params) -> Key:
    """What tells the tries of one setting from those of another."""
    return tuple((name, str(getattr(params, name))) for name in KEY)


@dataclass(frozen=True, slots=True)
class Tried:
    """key: the setting.  tries: of each problem."""

    key: Key
    tries: tuple[tuple[Try, ...], ...]

    @property
    def complete(self) -> int:
        """How many tries every problem has had."""
        return min(map(len, self.tries), default=0)

    @property
    def made(self) -> int:
        return sum(map(len, self.tries))

    @property
    def tokens(self) -> float:
        """Tokens a try, on average."""
        return math.fsum(one.tokens for tries in self.tries for one in tries) / max(1, self.made)

    @property
    def next(self) -> int:
        """The problem whose turn it is: of those with the fewest tries the first."""
        counts = [len(tries) for tries in self.tries]
        return counts.index(min(counts))

    def label(self) -> str:
        """What is special about the setting, in a few letters."""
        values = dict(self.key)
        heat = "∞" if values["infinite"] == "True" else f"{float(values['temperature']):.3g}"
        return _("T {t}, budget {n}").format(t=heat, n=values["budget"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What n tries a problem come to. tokens: spent on a problem.  shares: of problems that are right, by who picks
    the answer: "majority", "checker", "likeliest".  low, high: 95 % confidence, by the same names."""

    n: int
    tokens: float
    shares: dict[str, float]
    low: dict[str, float]
    high: dict[str, float]


PICKS = {"majority": majority, "likeliest": likeliest}


@lru_cache(maxsize=16)
def outcomes(tried: Tried, answers: tuple[str, ...]) -> tuple[Outcome, ...]:
    """For 1 … as many tries as every problem has had; before that, for one try of the problems that have had it."""
    most = tried.complete or min(1, tried.made)
    rows = [(tries[:most], right) for tries, right in zip(tried.tries, answers) if len(tries) >= most > 0]
    found = []
    for n in range(1, most + 1):
        shares = {
            name: _mean([share_of_windows(tries, n, pick, right) for tries, right in rows])
            for name, pick in PICKS.items()
        }
        shares["checker"] = _mean(
            [chance_of_one_right(len(tries), sum(one.answer == right for one in tries), n) for tries, right in rows]
        )
        sure = {name: wilson(min(1.0, max(0.0, share)), len(rows)) for name, share in shares.items()}
        low, high = ({name: ends[k] for name, ends in sure.items()} for k in (0, 1))
        found.append(Outcome(n, n * tried.tokens, shares, low, high))
    return tuple(found)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


@dataclass(frozen=True, slots=True)
class Tries:
    """problems: what is asked.  sets: the tries of each setting, the latest last."""

    problems: tuple[Problem, ...] = ()
    sets: tuple[Tried, ...] = ()

    def of(self, params: Params) -> Tried:
        """The tries of a setting; none yet, where there are none."""
        key = key_of(params)
        return next((one for one in self.sets if one.key == key), Tried(key, ((),) * len(self.problems)))

    def others(self, params: Params) -> tuple[Tried, ...]:
        """The tries of all other settings."""
        key = key_of(params)
        return tuple(one for one in self.sets if one.key != key)

    def with_try(self, params: Params, problem: int, made: Try) -> Tries:
        """One try more."""
        now = self.of(params)
        tries = list(now.tries)
        tries[problem] = (*tries[problem], made)
        return replace(self, sets=(*self.others(params), replace(now, tries=tuple(tries)))[-MOST_SETS:])

    def outcomes(self, tried: Tried) -> tuple[Outcome, ...]:
        """What the tries of a setting come to."""
        return outcomes(tried, tuple(problem.answer for problem in self.problems))

    def save(self) -> list[Any]:
        """As lists."""
        return [
            [
                [list(pair) for pair in one.key],
                [[[t.answer, t.tokens, t.log_probability] for t in row] for row in one.tries],
            ]
            for one in self.sets
        ]

    @classmethod
    def load(cls, saved: Sequence[Any], problems: tuple[Problem, ...]) -> Tries:
        """From lists. Raises ValueError when they are not of these problems."""
        sets = []
        for key, rows in saved:
            if len(rows) != len(problems):
                raise ValueError(f"state: tries of {len(rows)} problems, needs {len(problems)}")
            tries = tuple(tuple(Try(str(a), int(n), float(p)) for a, n, p in row) for row in rows)
            sets.append(Tried(tuple((str(name), str(value)) for name, value in key), tries))
        return cls(problems, tuple(sets))
