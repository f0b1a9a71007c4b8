"""Teaching by example: the same 30 questions with nothing in front of them, and with more and more examples. SmolLM2
answers where its pack is there; a small model of the lab's own that has learned to copy goes on with a pattern."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.decoding.tries import wilson
from lab.engine.lm.rolling import RollingLM
from lab.engine.pretrained.few_shot import FewShot
from lab.experiments.e22_context_window.models import bundled
from lab.experiments.e22_context_window.settings import Params
from lab.kit.arrays import freeze
from lab.kit.prompt_tasks import QUESTIONS, TASKS, WAYS, task_of
from lab.kit.smollm2 import opening_smollm2, smollm2_path

__all__ = ["PATTERN", "REPEATS", "Prompts", "PromptsPage"]

PATTERN, REPEATS = "pattern", (0, 1, 2, 4)
CAPACITY = 512  # tokens: the longest beginning, a question and an answer
LETTERS, KNOWN, CUE, ALPHABET = 60, 3, 2, 26
Answers = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class PromptsPage:
    """task: the one that is shown; the pattern where the chosen one cannot be had, and then `missing` says why.

    answers: [Q][4] what was written, for each question so far and each way.  right: [Q, 4] whether it is right.
    read: what the model reads of the newest question in the last way, "" before the first.  wanted: its right answer.
    asking: the way that is being asked, None: none.
    """

    params: Params
    task: str
    missing: str
    answers: Answers
    right: NDArray[np.bool_]
    read: str
    wanted: str
    asking: int | None

    @property
    def asked(self) -> int:
        return len(self.answers)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many are right, by way."""
        return tuple(int(count) for count in self.right.sum(axis=0))

    def span(self, way: int) -> tuple[float, float] | None:
        """Where the true share lies with 95 % confidence, as a share; None before the first question."""
        return wilson(self.counts[way] / self.asked, self.asked) if self.asked else None


class _Patterns:
    """Three letters that belong together, shown again and again among random ones; then the first two."""

    def __init__(self, rng: np.random.Generator) -> None:
        orders = np.stack([rng.permutation(ALPHABET) + 1 for _question in range(QUESTIONS)])  # 0 is the space
        hay = np.take_along_axis(orders, rng.integers(KNOWN, ALPHABET, (QUESTIONS, LETTERS)), axis=1)
        self._texts = np.repeat(hay[:, None], WAYS, axis=1)  # [Q, 4, LETTERS]
        for way, count in enumerate(REPEATS):
            for place in range(count):
                at = 4 + place * (LETTERS - 12) // max(REPEATS)
                self._texts[:, way, at : at + KNOWN] = orders[:, :KNOWN]
            self._texts[:, way, -CUE:] = orders[:, :CUE]
        self._letters = bundled("copier").tokenizer
        self.answers = [self._letters.decode([int(row[KNOWN - 1])]) for row in orders]

    def read(self, number: int) -> str:
        """A question in the last way."""
        return self._letters.decode(self._texts[number, -1].tolist())

    def asking(self, number: int) -> Generator[int, None, tuple[str, ...]]:
        """What the copier says in each way, read side by side; rests after every letter."""
        model = RollingLM(bundled("copier").parameters, WAYS)
        scores: NDArray[Any] = np.zeros((WAYS, 1))
        for at in range(LETTERS):
            scores = model.step(self._texts[number, :, at])
            yield WAYS - 1
        return tuple(self._letters.decode([int(token)]) for token in scores.argmax(axis=1))


class Prompts:
    """The questions and what was answered; only the simulation touches them."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params, self._patterns = params, _Patterns(rng)
        self._answers: dict[str, list[tuple[str, ...]]] = {name: [] for name in (PATTERN, *TASKS)}
        self._readers: tuple[str, list[FewShot]] = ("", [])
        self._unit: Generator[int, None, tuple[str, ...]] | None = None
        self._asking: int | None = None
        self._error = ""

    @property
    def _missing(self) -> str:
        """Why SmolLM2 cannot be asked; "" where it can, or is not wanted."""
        if self._params.task == PATTERN:
            return ""
        return self._error or ("" if smollm2_path() else _no_pack())

    @property
    def _task(self) -> str:
        """The task that is asked or, without the model, was: answers that were kept are shown in any case."""
        chosen = self._params.task
        return PATTERN if self._missing and not self._answers[chosen] else chosen

    def done(self) -> bool:
        task = self._task
        return len(self._answers[task]) >= QUESTIONS or (task != PATTERN and bool(self._missing))

    def step(self, _number: int) -> bool:
        """A piece of a question; True when it is answered in all four ways."""
        task = self._task
        number = len(self._answers[task])
        if self._unit is None:
            self._unit = self._patterns.asking(number) if task == PATTERN else self._posing(task, number)
        try:
            self._asking = next(self._unit)
        except StopIteration as end:
            self._unit = self._asking = None
            self._answers[task].append(end.value)
            return True
        except ValueError as error:  # the pack cannot be opened
            self._unit, self._asking, self._error = None, None, str(error)
        return False

    def _posing(self, task: str, number: int) -> Generator[int, None, tuple[str, ...]]:
        """A question asked SmolLM2 in each way; yields the way at each rest."""
        asked = task_of(task)
        if self._readers[0] != task:
            readers = []
            for beginning in asked.beginnings:
                opening = opening_smollm2(CAPACITY)
                llama, tokenizer = yield from _resting(opening, 0)
                readers.append(FewShot(llama, tokenizer, beginning, asked.stops))
            self._readers = task, readers
        found = []
        for way, reader in enumerate(self._readers[1]):
            found.append((yield from _resting(reader.answering(asked.asked[number][way], asked.length), way)))
        return tuple(found)

    def retune(self, params: Params) -> None:
        """Another task: a question that was not answered yet is given up."""
        before, self._params = self._params, params
        if before.task != params.task:
            self._unit = self._asking = None

    def shown(self, params: Params) -> PromptsPage:
        task = self._task
        answers = tuple(self._answers[task])
        right = np.zeros((len(answers), WAYS), np.bool_)
        truths, judge, read = self._truths(task, len(answers) - 1)
        for number, row in enumerate(answers):
            right[number] = [judge(written, truths[number]) for written in row]
        wanted = truths[len(answers) - 1] if answers else ""
        return PromptsPage(params, task, self._missing, answers, freeze(right), read, wanted, self._asking)

    def _truths(self, task: str, newest: int) -> tuple[Any, Any, str]:
        """The right answers, who judges them, and what the model read of the newest question."""
        if task == PATTERN:
            return self._patterns.answers, str.__eq__, self._patterns.read(newest) if newest >= 0 else ""
        asked = task_of(task)
        return asked.answers, asked.judge, asked.beginnings[-1] + asked.asked[newest][-1] if newest >= 0 else ""

    def save(self) -> dict[str, Any]:
        return {"answers": {name: [list(row) for row in rows] for name, rows in self._answers.items()}}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for answers to other questions."""
        found = {name: [tuple(map(str, row)) for row in saved["answers"].get(name, ())] for name in self._answers}
        if any(len(rows) > QUESTIONS or any(len(row) != WAYS for row in rows) for rows in found.values()):
            raise ValueError(f"state: answers of another kind, needs at most {QUESTIONS} rows of {WAYS}")
        self._answers, self._unit, self._asking = found, None, None


def _no_pack() -> str:
    """What is needed, in the words that opening it would say."""
    try:
        next(opening_smollm2(CAPACITY))
    except ValueError as error:
        return str(error)
    return ""


def _resting(work: Generator[float, None, Any], way: int) -> Generator[int, None, Any]:
    """Work that rests, and says at each rest which way is being asked."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
        yield way
