"""An arena: two of four models answer, a judge says which answer is better, and ratings come of many such votes. The
judge may like the first answer, or the longer one, whatever it says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.measuring.paired import Z_95, bradley_terry, rating_errors, votes_needed
from lab.experiments.e24_evaluation.draws import Steps
from lab.experiments.e24_evaluation.settings import Params
from lab.kit.arrays import freeze

__all__ = ["AT_ONCE", "ELO", "LENGTHS", "NAMES", "STEPS", "Arena", "ArenaPage", "Votes"]

Array = NDArray[np.float64]
NAMES = ("A", "B", "C", "D")
"""From the weakest to the strongest."""
LENGTHS = freeze(np.array([1.5, 0.5, -0.5, -1.5]))
"""How long each one's answers are, about the mean: the weakest writes the longest."""
STEPS, AT_ONCE = 100, 20  # of a run, and votes in each
ELO = 400 / np.log(10)  # rating points in a nat


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """first, second: [V], who stood first and second.  one: [V], whether the first was preferred.  other: [V], the same
    when the two were swapped, from the first model's side."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    one: NDArray[np.bool_]
    other: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class ArenaPage:
    """wins: [4, 4], how often the row beat the column; a vote that is undecided counts half for each.  true: [4], the
    ratings in points that the judge would find without its likings.  first_won: the share of the votes that the first
    answer won.  flipped: the share whose verdict is another when the two are swapped.
    """

    params: Params
    votes: int
    wins: Array
    true: Array
    first_won: float
    flipped: float

    @property
    def ratings(self) -> Array:
        """In points, with mean 0."""
        return np.asarray(ELO * bradley_terry(self.wins))

    @property
    def errors(self) -> Array:
        """Half of each 95 % interval, in points."""
        return np.asarray(Z_95 * ELO * rating_errors(self.wins, self.ratings / ELO))

    @property
    def needed(self) -> int | None:
        """Votes between two neighbours until the better one is told from the other."""
        return votes_needed(self.params.margin)

    @property
    def in_order(self) -> int:
        """How many of the six pairs stand in the right order."""
        found = self.ratings
        return int(sum(found[high] > found[low] for high in range(4) for low in range(high)))


class Arena(Steps):
    """How many votes were cast; only the simulation touches it. Who meets whom follows from the seed, and what
    the judge says from the controls."""

    MOST = STEPS

    def __init__(self, _params: Params, rng: np.random.Generator, _artifacts: Sequence[Artifact]) -> None:
        super().__init__(rng)
        self._met: list[NDArray[np.float64]] = []

    def retune(self, params: Params) -> None:
        """The same duels before a judge with other likings."""

    def _votes(self, params: Params) -> Votes:
        while len(self._met) < self._steps:
            self._met.append(self.dice(len(self._met)).uniform(1e-12, 1.0, (AT_ONCE, 3)))
        dice = np.array(self._met[: self._steps]).reshape(-1, 3)
        first = (dice[:, 0] * 4).astype(np.int64)
        second = (first + 1 + (dice[:, 1] * 3).astype(np.int64)) % 4
        better = strengths(params)[first] - strengths(params)[second]
        better = better + params.longer * (LENGTHS[first] - LENGTHS[second])
        better = better + np.log(dice[:, 2] / (1 - dice[:, 2]))  # how this question fell out for the two
        return Votes(first, second, better + params.first > 0, better - params.first > 0)

    def shown(self, params: Params) -> ArenaPage:
        votes = self._votes(params)
        agree = votes.one == votes.other
        for_first = (votes.one + votes.other.astype(np.float64)) / 2 if params.swap else votes.one.astype(np.float64)
        wins = np.zeros((4, 4))
        np.add.at(wins, (votes.first, votes.second), for_first)
        np.add.at(wins, (votes.second, votes.first), 1 - for_first)
        count = len(votes.one)
        first_won = float(votes.one.mean()) if count else 0.5
        flipped = float(1 - agree.mean()) if count else 0.0
        true = ELO * strengths(params)
        return ArenaPage(params, count, freeze(wins), freeze(true), first_won, flipped)

    def forget(self) -> None:
        self._met.clear()


def strengths(params: Params) -> Array:
    """Of the four models, in nats, with mean 0: each beats the one before it with the margin of the controls."""
    return np.asarray(np.log(params.margin / (1 - params.margin)) * (np.arange(4) - 1.5))
