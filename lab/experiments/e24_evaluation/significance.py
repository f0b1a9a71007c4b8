"""Whether one model is better than another: both answered the same questions, and only those in which they differ tell
them apart. The test is drawn again from itself, many times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.measuring.paired import sign_test, votes_needed
from lab.experiments.e24_evaluation.draws import Steps
from lab.experiments.e24_evaluation.settings import Params
from lab.experiments.e24_evaluation.threshold import interval
from lab.kit.arrays import freeze
from lab.kit.passage_answers import WAYS, stored_right
from lab.kit.prompt_answers import answered
from lab.kit.prompt_tasks import SHOTS

__all__ = ["AT_ONCE", "STEPS", "Significance", "SignificancePage", "Table", "table_of"]

Array = NDArray[np.float64]
STEPS, AT_ONCE = 40, 50  # of a run, and redraws in each


@dataclass(frozen=True, slots=True)
class Table:
    """How many questions both, only one, or neither answered right."""

    both: int
    first_only: int
    second_only: int
    neither: int

    @property
    def count(self) -> int:
        return self.both + self.first_only + self.second_only + self.neither

    @property
    def first(self) -> int:
        """How many the first has right."""
        return self.both + self.first_only

    @property
    def second(self) -> int:
        """How many the second has right."""
        return self.both + self.second_only

    @property
    def gain(self) -> float:
        """By how much the second is better, as a share of the questions."""
        return (self.second_only - self.first_only) / self.count


def table_of(params: Params) -> Table:
    """The table of two ways in which SmolLM2 was asked, or the one that the controls describe."""
    if params.pairs == "counts":
        return _described(params)
    ways: tuple[str, str]
    if params.pairs == "examples":
        answers, columns = answered(params.exercise), [str(count) for count in SHOTS]
        ways = params.first_shots, params.second_shots
    else:
        answers, columns = stored_right()[: params.asked], list(WAYS)
        ways = params.first_way, params.second_way
    first, second = (answers[:, columns.index(way)] for way in ways)
    parts = (first & second, first & ~second, ~first & second, ~first & ~second)
    return Table(*(int(part.sum()) for part in parts))


def _described(params: Params) -> Table:
    """A table between that of independent models, and that of models as alike as can be."""
    count = params.questions
    first, second = round(params.first_right * count), round(params.second_right * count)
    least, most = max(0, first + second - count), min(first, second)
    free = min(max(first * second / count, least), most)
    both = min(max(round(free + params.alike * (most - free)), least), most)
    return Table(both, first - both, second - both, count - first - second + both)


@dataclass(frozen=True, slots=True, eq=False)
class SignificancePage:
    """gains: [R], by how much B was better in each redraw, as a share of the questions."""

    params: Params
    table: Table
    gains: Array

    @property
    def chance(self) -> float:
        """How often a fair coin would part the questions in which they differ as unevenly."""
        return sign_test(self.table.first_only, self.table.second_only)

    @property
    def span(self) -> tuple[float, float] | None:
        return interval(self.gains)

    @property
    def ahead(self) -> float | None:
        """The share of the redraws in which B is ahead, ties counting half."""
        if not self.gains.size:
            return None
        return float(np.mean(self.gains > 0) + np.mean(self.gains == 0) / 2)

    @property
    def needed(self) -> int | None:
        """How many questions of this kind it would take until the difference is told from none."""
        differing = self.table.first_only + self.table.second_only
        if not differing or self.table.first_only == self.table.second_only:
            return None
        votes = votes_needed(self.table.second_only / differing)
        return None if votes is None else -(-votes * self.table.count // differing)


class Significance(Steps):
    """The redraws of a run; only the simulation touches them. A redraw is how often each of the four outcomes comes."""

    MOST = STEPS

    def __init__(self, params: Params, rng: np.random.Generator, _artifacts: Sequence[Artifact]) -> None:
        super().__init__(rng)

    def retune(self, params: Params) -> None:
        """The redraws are those of the new table: the same dice."""

    def shown(self, params: Params) -> SignificancePage:
        table = table_of(params)
        shares = np.array([table.both, table.first_only, table.second_only, table.neither]) / table.count
        drawn = [self.dice(number).multinomial(table.count, shares, AT_ONCE) for number in range(self._steps)]
        counts = np.array(drawn, np.int64).reshape(-1, 4)
        gains = (counts[:, 2] - counts[:, 1]) / table.count
        return SignificancePage(params, table, freeze(gains))
