"""The model that sorts five digits, before it is tuned, and how good one is at it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.core.records import dataclass
from lab.engine.decoding.tries import chance_of_one_right
from lab.engine.lm.file import SavedLM, load_lm
from lab.engine.lm.parameters import Parameters
from lab.engine.tuning.judge import Judge
from lab.engine.tuning.sorting import DIGITS, features, questions, right
from lab.engine.tuning.written import write

__all__ = ["HELD_OUT", "MANY", "Exam", "ManyTries", "answer_text", "first_tries", "many_tries", "sorter"]

Ids = NDArray[np.integer[Any]]
HELD_OUT, ASKED_OFTEN, MANY = 256, 64, 16  # questions, questions that get many tries, and how many
SEED = 99  # of the questions that no training sees as such: they are the same in every run


@cache
def sorter() -> SavedLM:
    """The model as it comes with the lab: right about one time in four."""
    return load_lm(asset("models/sorter.npz"))


@cache
def held_out() -> Ids:
    """The questions of the exam, [256, 6]."""
    return questions(HELD_OUT, np.random.default_rng(SEED))


def answer_text(tokens: Ids) -> str:
    """An answer or a question as it is read."""
    letters = sorter().tokenizer
    return letters.decode([int(token) for token in tokens]).replace("\n", "⏎")


@dataclass(frozen=True, slots=True)
class Exam:
    """One answer to each held-out question: the share that is right, and what the judge gives on average."""

    right: float
    judged: float

    @classmethod
    def of(cls, parameters: Parameters, judge: Judge) -> Exam:
        """Always with the same random numbers, so that only the model makes a difference."""
        asked = held_out()
        written = write(parameters, asked, DIGITS, np.random.default_rng(5))
        seen = features(asked, written.ids)
        return cls(float(right(asked, written.ids).mean()), float(judge.scores(seen).mean()))


@dataclass(frozen=True, slots=True)
class ManyTries:
    """16 answers to each of 64 held-out questions. one, many: the chance that one answer is right, and that at least
    one of 16 is."""

    one: float
    many: float


@cache
def first_tries() -> ManyTries:
    """Those of the model as it comes."""
    return [found for found in many_tries(sorter().parameters) if found is not None][-1]


def many_tries(parameters: Parameters) -> Iterator[ManyTries | None]:
    """The tries, some questions at a time; the last that is yielded is the result."""
    counts: list[int] = []
    rng = np.random.default_rng(3)
    for at in range(0, ASKED_OFTEN, 16):
        asked = np.repeat(held_out()[at : at + 16], MANY, axis=0)
        found = right(asked, write(parameters, asked, DIGITS, rng).ids).reshape(-1, MANY)
        counts += [int(count) for count in found.sum(axis=1)]
        yield None
    one, many = (float(np.mean([chance_of_one_right(MANY, count, n) for count in counts])) for n in (1, MANY))
    yield ManyTries(one, many)
