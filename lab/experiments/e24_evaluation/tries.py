"""Why two leaderboards disagree: one model, asked in two ways and drawn at two temperatures. It picks among four
answers, or it writes its own; it has one try, or sixteen of which one right is enough."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.paths import asset
from lab.core.records import dataclass
from lab.engine.decoding.tries import chance_of_one_right
from lab.engine.lm.file import load_lm
from lab.engine.lm.parameters import Parameters
from lab.engine.tuning.sorting import DIGITS, questions, right, sorted_answers
from lab.engine.tuning.written import answer_logs, write
from lab.experiments.e24_evaluation.draws import Steps
from lab.experiments.e24_evaluation.settings import Params
from lab.kit.arrays import freeze

__all__ = ["AT_ONCE", "STEPS", "TRIES", "WRONG", "Tries", "TriesPage", "wrong_options"]

Array = NDArray[np.float64]
Ids = NDArray[np.integer[Any]]
STEPS, AT_ONCE, TRIES, WRONG = 16, 8, 16, 3  # of a run, questions in each, tries at each, and wrong options
SEED = 24  # of the questions, which are the same in every run


@dataclass(frozen=True, slots=True, eq=False)
class TriesPage:
    """counts: [2, N], how many of the 16 tries at each question are right, for A and for B.  greedy: [N], whether the
    answer is right when the likeliest digit is always taken.  picked: [N], whether the right one of four is the
    likeliest.
    """

    params: Params
    counts: NDArray[np.int64]
    greedy: NDArray[np.bool_]
    picked: NDArray[np.bool_]

    @property
    def asked(self) -> int:
        return len(self.greedy)

    def right_within(self, model: int) -> Array:
        """The chance that one of k tries is right, for k from 1 to 16, [16]; nan before the first question."""
        if not self.asked:
            return np.full(TRIES, np.nan)
        found = [[chance_of_one_right(TRIES, n, k) for n in self.counts[model].tolist()] for k in range(1, TRIES + 1)]
        return np.asarray(np.array(found).mean(axis=1))

    @property
    def table(self) -> NDArray[np.int64]:
        """How many questions: picked right and wrong, by written right and wrong, [2, 2]."""
        picked, greedy = self.picked, self.greedy
        rows = [[(p & g).sum() for g in (greedy, ~greedy)] for p in (picked, ~picked)]
        return np.array(rows, np.int64)


@cache
def _sorter() -> Parameters:
    """The model of experiment 20 that sorts five digits, before it is tuned."""
    return load_lm(asset("models/sorter.npz")).parameters


@cache
def _asked() -> Ids:
    return questions(STEPS * AT_ONCE, np.random.default_rng(SEED))


def wrong_options(answers: Ids, near: bool, rng: np.random.Generator) -> Ids:
    """Another answer for each, [B, 5], in rising order too. near: one digit is one more, or one less; else all five
    are drawn, and one more or less where they happen to be right."""
    rows, place = np.arange(len(answers)), rng.integers(0, DIGITS, len(answers))
    moved = answers.copy()
    old = moved[rows, place]
    moved[rows, place] = np.where(old == 0, 1, np.where(old == 9, 8, old + rng.choice([-1, 1], len(answers))))
    moved = np.sort(moved, axis=1)
    if near:
        return moved
    drawn = np.sort(rng.integers(0, 10, answers.shape), axis=1)
    return np.where((drawn == answers).all(axis=1)[:, None], moved, drawn)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What became of some questions: counts [2, n], the others [n]."""

    counts: NDArray[np.int64]
    greedy: NDArray[np.bool_]
    near: NDArray[np.bool_]
    random: NDArray[np.bool_]


class Tries(Steps):
    """The questions so far; only the simulation touches them. What was answered follows from the seed and the number of
    the step."""

    MOST = STEPS

    def __init__(self, params: Params, rng: np.random.Generator, _artifacts: Sequence[Artifact]) -> None:
        super().__init__(rng)
        self._heats = (params.first_heat, params.second_heat)
        self._known: list[_Asked] = []

    def _ask(self, number: int) -> _Asked:
        asked = _asked()[number * AT_ONCE : (number + 1) * AT_ONCE]
        rng, often = self.dice(number), np.repeat(asked, TRIES, axis=0)
        counts = []
        for heat in self._heats:
            written = write(_sorter(), often, DIGITS, rng, temperature=heat)
            counts.append(right(often, written.ids).reshape(-1, TRIES).sum(axis=1))
        greedy = right(asked, write(_sorter(), asked, DIGITS, rng, greedy=True).ids)
        near, random = (_picks(asked, near, rng) for near in (True, False))
        return _Asked(np.array(counts, np.int64), greedy, near, random)

    def retune(self, params: Params) -> None:
        """Only what is shown of it changes."""

    def shown(self, params: Params) -> TriesPage:
        while len(self._known) < self._steps:
            self._known.append(self._ask(len(self._known)))
        known = self._known[: self._steps]
        counts = np.concatenate([np.zeros((2, 0), np.int64), *(one.counts for one in known)], axis=1)
        nothing = np.zeros(0, np.bool_)
        greedy = np.concatenate([nothing, *(one.greedy for one in known)])
        picked = np.concatenate([nothing, *(one.near if params.options == "near" else one.random for one in known)])
        return TriesPage(params, freeze(counts), freeze(greedy), freeze(picked))

    def forget(self) -> None:
        self._known.clear()


def _picks(asked: Ids, near: bool, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Whether the right answer is likelier than WRONG others, [n]."""
    answers = sorted_answers(asked)
    options = [answers, *(wrong_options(answers, near, rng) for _option in range(WRONG))]
    logs = np.array([answer_logs(_sorter(), asked, option).sum(axis=1) for option in options])
    return np.asarray(logs[0] > logs[1:].max(axis=0))
