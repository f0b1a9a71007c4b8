"""Supervised fine-tuning: a model that has read Shakespeare learns to answer. A question and its answer are one text,
and only the letters of the answer count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.lm.fast import FastLM
from lab.engine.tuning.supervised import Example, sft_batch
from lab.experiments.e20_language_model_training.house import (
    answering,
    base_for,
    held_out_questions,
    neutral_windows,
)
from lab.experiments.e20_language_model_training.own_examples import taught
from lab.experiments.e20_language_model_training.sending_on import as_artifact
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.stage import Trained
from lab.kit.arrays import freeze
from lab.kit.learner import Judge, Learner
from lab.kit.record import Past, Record

__all__ = ["EVERY", "MOST", "RATE", "Deck", "Letters", "Supervised", "SupervisedPage"]

Array = NDArray[np.floating[Any]]
RATE, CLIMB, DECAY = 1e-3, 10, 0.0
MOST, EVERY, ASKED = 200, 5, 3  # steps in all, steps between judgements, questions that are asked
READ, AT_ONCE = 8, 2  # examples whose losses are followed, and how many are read at once
COLUMNS = ("answers", "questions", "neutral")


class Deck:
    """Examples in a shuffled order; when they are used up they are shuffled again."""

    def __init__(self, count: int, rng: np.random.Generator, left: Sequence[int] = ()) -> None:
        self._count, self._rng, self.left = count, rng, list(left)

    def draw(self, number: int) -> list[int]:
        """The next so many."""
        drawn: list[int] = []
        while len(drawn) < number:
            if not self.left:
                self.left = self._rng.permutation(self._count).tolist()
            drawn.append(self.left.pop())
        return drawn


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """One example letter by letter. text: [T] what comes next at each place.  losses: [T] nats.  counts: [T] whether it
    is learned."""

    text: tuple[str, ...]
    losses: Array
    counts: NDArray[np.bool_]
    of_answer: NDArray[np.bool_]

    def mean(self, answer: bool) -> float:
        """The mean loss of the answer's letters, or of the question's."""
        return float(self.losses[self.of_answer == answer].mean())


@dataclass(frozen=True, slots=True, eq=False)
class SupervisedPage:
    """The model that learns to answer. past: see COLUMNS.  letters: the example that is shown.  answers: questions that
    were never learned, with what the model says now.  answered, asked: the mean loss of answers' and of questions'
    letters in the first READ examples.  start: the neutral loss before the first step.  given: how many examples there
    are.  unknown: letters of them that the model does not know, and that are left out."""

    params: Params
    past: Past
    letters: Letters
    answers: tuple[tuple[str, str], ...]
    answered: float
    asked: float
    neutral: float
    start: float
    given: int
    unknown: str
    finite: bool

    @property
    def step(self) -> int:
        return self.past.step

    def judged(self) -> NDArray[np.bool_]:
        """At which of the steps that are kept the texts were read, the present one last."""
        steps = self.past.steps
        kept: NDArray[np.bool_] = (steps % EVERY == 0) | (steps == self.step)
        return kept

    @property
    def forgotten(self) -> float:
        """By what share the loss of neutral text has risen."""
        return self.neutral / self.start - 1.0


def rate_at(params: Params, step: int, peak: float = RATE) -> float:
    """The learning rate of a step, counted from 0: a short climb, and then level."""
    return peak * params.rate * min(1.0, (step + 1) / CLIMB)


class Supervised(Trained):
    """See above."""

    opening = False

    def __init__(
        self, params: Params, rng: np.random.Generator, artifacts: tuple[Artifact, ...] = (), asked: int = ASKED
    ) -> None:
        """asked: how many questions that were never learned are asked."""
        self._params, self._rng, self._asked = params, rng, asked
        self._base = base_for(params, artifacts)
        parameters = self._base.parameters.copy()
        said = taught(params.own, params.style)
        self._examples = [self._base.example(question, answer) for question, answer in said]
        self._unknown = "".join(sorted(set(self._base.letters.unknown("".join(map("".join, said))))))
        self._length = min(parameters.config.context, max(len(example.ids) for example in self._examples) - 1)
        self._learner = Learner(parameters, params.batch, self._length)
        self._reader = FastLM(parameters, AT_ONCE, self._length)
        self._judge = Judge(parameters, neutral_windows(self._base), 2)
        self._start = self._judge.now()
        self._deck = Deck(len(self._examples), rng)
        self._read = (0.0, 0.0)  # the mean loss of the answers' letters, and of the questions'
        for _piece in self._reading():
            pass
        self._sure = tuple(found for found in self._asking() if found)
        self._kept: tuple[object, Letters] | None = None
        self._unit: Iterator[None] | None = None
        self._record = Record(np.array([self._row()]))

    def _learners(self) -> tuple[Learner, ...]:
        return (self._learner,)

    def _most(self) -> float:
        return MOST

    def _working(self, number: int) -> Iterator[None]:
        drawn = [self._counted(self._examples[place]) for place in self._deck.draw(self._params.batch)]
        batch = sft_batch(drawn, self._length)
        rate = rate_at(self._params, number - 1)
        yield from self._learner.learning(batch.ids, batch.targets, rate, DECAY, batch.weights)
        self._kept = None
        if number % EVERY == 0:
            yield from self._judge.judging()
            yield from self._reading()
            answers = []
            for found in self._asking():
                if found is None:
                    yield
                else:
                    answers.append(found)
            self._sure = tuple(answers)

    def _asking(self) -> Iterator[tuple[str, str] | None]:
        return answering(self._learner.parameters, self._base, held_out_questions(self._asked))

    def _counted(self, example: Example) -> Example:
        """What counts of an example now."""
        return example if self._params.masked else Example(example.ids, np.ones_like(example.learns))

    def _shown(self, params: Params) -> Letters:
        """The marked example, as the model sees it now."""
        key = (params.example, params.masked, self._learner.state.step)
        if self._kept is None or self._kept[0] != key:
            self._kept = key, self._letters(self._examples[min(params.example, len(self._examples)) - 1], params.masked)
        return self._kept[1]

    def _letters(self, example: Example, masked: bool) -> Letters:
        losses, of_answer, targets = self._losses([example, example])
        n = min(self._length, len(example.ids) - 1)
        text = tuple(self._base.letters.decode([letter]) for letter in targets[0, :n].tolist())
        counts = of_answer[0, :n] if masked else np.ones(n, bool)
        return Letters(text, freeze(losses[0, :n]), freeze(counts), freeze(of_answer[0, :n]))

    def _losses(self, examples: Sequence[Example]) -> tuple[Array, NDArray[np.bool_], NDArray[np.integer[Any]]]:
        """The loss of every letter of AT_ONCE examples, which of them belong to answers, and the letters."""
        batch = sft_batch(examples, self._length)
        losses = self._reader.losses(batch.ids, batch.targets).astype(np.float64)
        return losses, batch.weights > 0, batch.targets

    def _reading(self) -> Iterator[None]:
        """The losses that are followed, some examples at a time."""
        sums, counts = np.zeros(2), np.zeros(2)
        read = self._examples[:READ]
        for at in range(0, len(read), AT_ONCE):
            part = read[at : at + AT_ONCE]
            losses, of_answer, _targets = self._losses([*part, *part][:AT_ONCE])
            for row, example in enumerate(part):
                inside = np.arange(self._length) < len(example.ids) - 1
                for place, wanted in enumerate((of_answer[row], inside & ~of_answer[row])):
                    sums[place] += losses[row, wanted].sum()
                    counts[place] += wanted.sum()
            yield
        self._read = (float(sums[0] / counts[0]), float(sums[1] / counts[1]))

    def _row(self) -> list[float]:
        return [*self._read, self._judge.loss]

    def frame(self, step: int, params: Params) -> SupervisedPage:
        letters = self._shown(params)
        answered, asked, neutral = now = self._row()
        past, finite = self._record.past(step, now), self._learner.finite
        return SupervisedPage(
            params, past, letters, self._sure, answered, asked, neutral, self._start, len(self._examples),
            self._unknown, finite,
        )  # fmt: skip

    def retune(self, params: Params) -> None:
        self._params = params

    def act(self, action: Any) -> NoReturn:
        raise ValueError(f"there is no gesture {type(action).__name__} in this stage")

    def save(self) -> dict[str, Any]:
        return {
            "learner": self._learner.save(),
            "left": list(self._deck.left),
            "neutral": self._judge.loss,
            "read": list(self._read),
            "answers": [list(pair) for pair in self._sure],
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        self._learner.load(saved["learner"])
        self._judge.loss = float(saved["neutral"])
        answered, asked = (float(value) for value in saved["read"])
        self._read = answered, asked
        left = [int(place) for place in saved["left"]]
        if any(not 0 <= place < len(self._examples) for place in left):
            raise ValueError(f"state: examples {left[:5]}, there are {len(self._examples)}")
        self._deck = Deck(len(self._examples), self._rng, left)
        self._sure = tuple((str(question)[:200], str(answer)[:200]) for question, answer in saved["answers"])
        self._record = Record.load(saved["rows"], len(COLUMNS), int(saved["stride"]))
        self._kept = self._unit = None

    def model(self) -> Artifact:
        title = _("House model that answers, step {n}").format(n=self._learner.state.step)
        return as_artifact(self._learner.parameters, self._base.letters, title)
