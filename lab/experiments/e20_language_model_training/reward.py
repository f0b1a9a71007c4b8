"""Reinforcement: a small model that sorts digits writes several answers to each of several questions, a judge scores
them, and the better ones of each group are made likelier. Beside it a twin learns the right answers by being shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.lm.fast import FastLM
from lab.engine.tuning.grouped import Grouped, group_advantages, grouped_loss
from lab.engine.tuning.policy import policy_weights
from lab.engine.tuning.sorting import DIGITS, features, questions, right, sorted_answers, sorting_batch
from lab.engine.tuning.written import write
from lab.experiments.e20_language_model_training.judges import judge_of
from lab.experiments.e20_language_model_training.sending_on import as_artifact
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.sorter import Exam, ManyTries, first_tries, many_tries, sorter
from lab.experiments.e20_language_model_training.stage import Trained
from lab.kit.arrays import freeze
from lab.kit.learner import Learner
from lab.kit.record import Past, Record

__all__ = ["COLUMNS", "QUESTIONS", "RATE", "Group", "Reward", "RewardPage"]

Array = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]
QUESTIONS = 16  # in a step
RATE, EPSILON = 1e-3, 0.2
EXAM_EVERY, TRIES_EVERY = 10, 50  # steps
COLUMNS = ("right", "judged", "twin", "one", "many", "divergence", "clipped", "mean")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """All answers of a step: questions [P, 6], answers [P, G, 5], their rewards and gains [P, G], whether they are
    right [P, G]; of each token the ratio of new and old probability, whether the clip ended its pull, and the push: by
    how much a step wants to raise its log-probability, [P, G, 5]. The ratios are those of the last update."""

    asked: Ids
    answers: Ids
    rewards: Array
    gains: Array
    right: Flags
    ratios: Array
    clipped: Flags
    push: Array


@dataclass(frozen=True, slots=True, eq=False)
class RewardPage:
    """The run. past: see COLUMNS.  group: the last step's answers; before the first, those that the model would give.
    formula: of the judge.  start: how good the model was before.  finite: whether all weights are numbers."""

    params: Params
    past: Past
    group: Group
    formula: str
    start: Exam
    start_tries: ManyTries
    finite: bool

    @property
    def step(self) -> int:
        return self.past.step

    def now(self, name: str) -> float:
        """A column of the present step."""
        return float(self.past.now[COLUMNS.index(name)])

    def course(self, name: str) -> tuple[Array, Array]:
        """The steps and a column at each."""
        place = COLUMNS.index(name)
        return self.past.steps, self.past.columns(place, place + 1)[:, 0]

    @property
    def shown(self) -> int:
        """The number of the question that is opened, from 0."""
        return min(self.params.group, len(self.group.asked)) - 1


class Reward(Trained):
    """See above."""

    opening = False

    def __init__(self, params: Params, rng: np.random.Generator, _artifacts: tuple[Artifact, ...] = ()) -> None:
        self._params = params
        self._seed = int(rng.integers(2**31))
        self._rows = QUESTIONS * params.answers
        base = sorter().parameters
        self._policy, self._twin = (Learner(base.copy(np.float32), self._rows, 2 * DIGITS) for _ in range(2))
        self._reference = FastLM(base, self._rows, 2 * DIGITS)
        self._judge = judge_of(params.judge, params.formula)
        self._start, self._start_tries = Exam.of(base, self._judge), first_tries()
        self._exam, self._tries, self._twin_right = self._start, self._start_tries, self._start.right
        self._group, self._last = self._look(base), (0.0, 0.0)
        self._unit: Iterator[None] | None = None
        self._record = Record(np.array([self._row()]))

    def _learners(self) -> tuple[Learner, ...]:
        return (self._policy,)

    def _ask(self, number: int) -> tuple[np.random.Generator, Ids]:
        """The random numbers and the questions of a step, each as often as it is answered."""
        rng = np.random.default_rng((self._seed, number))
        return rng, np.repeat(questions(QUESTIONS, rng), self._params.answers, axis=0)

    def _look(self, parameters: Any) -> Group:
        """The answers to the first questions, with nothing learned from them."""
        rng, asked = self._ask(0)
        answers = write(parameters, asked, DIGITS, rng).ids
        rewards, gains = self._judged(asked, answers)
        shape = (QUESTIONS, self._params.answers, DIGITS)
        ones = np.ones(shape)
        push = np.broadcast_to(gains.reshape(shape[:2])[..., None], shape)
        return self._grouped(asked, answers, rewards, gains, ones, np.zeros(shape, np.bool_), push)

    def _judged(self, asked: Ids, answers: Ids) -> tuple[Array, Array]:
        """The reward of each answer and its gain, [P·G]."""
        rewards = self._judge.scores(features(asked, answers))
        return rewards, group_advantages(rewards.reshape(QUESTIONS, -1), self._params.method).reshape(-1)

    def _grouped(
        self, asked: Ids, answers: Ids, rewards: Array, gains: Array, ratios: Array, clipped: Flags, push: Array
    ) -> Group:
        """Copies in the shapes of a group; asked [P·G, 6], answers [P·G, 5], and so on."""
        shape = (QUESTIONS, self._params.answers)
        tokens = (*shape, DIGITS)
        return Group(
            asked=freeze(asked[:: shape[1]].copy()),
            answers=freeze(answers.reshape(tokens).copy()),
            rewards=freeze(rewards.reshape(shape).copy()),
            gains=freeze(gains.reshape(shape).copy()),
            right=freeze(right(asked, answers).reshape(shape)),
            ratios=freeze(ratios.reshape(tokens).astype(np.float64)),
            clipped=freeze(clipped.reshape(tokens).copy()),
            push=freeze(push.reshape(tokens).astype(np.float64)),
        )

    def _working(self, number: int) -> Iterator[None]:
        params = self._params
        rng, asked = self._ask(number)
        answers = write(self._policy.parameters, asked, DIGITS, rng).ids
        rewards, gains = self._judged(asked, answers)
        yield
        ids, targets, counts = sorting_batch(asked, answers)
        old = -self._policy.fast.losses(ids, targets)
        yield
        reference = -self._reference.losses(ids, targets)
        yield
        result: Grouped | None = None
        for update in range(params.updates):
            new = -self._policy.fast.losses(ids, targets) if update else old
            result = grouped_loss(new, old, reference, gains, counts, EPSILON, params.leash, params.higher)
            weights = policy_weights(result.d_log)
            yield from self._policy.learning(ids, targets, RATE * params.rate, 0.0, weights)
        assert result is not None
        self._last = result.divergence, result.clip_share
        others = questions(self._rows, rng)
        wanted, shown, learned = sorting_batch(others, sorted_answers(others))
        yield from self._twin.learning(wanted, shown, RATE * params.rate, 0.0, learned / learned.sum())
        if self._policy.finite:
            yield from self._examine(number)
        push = -result.d_log * counts.sum()
        self._group = self._grouped(
            asked, answers, rewards, gains, result.ratios[counts], result.clipped[counts], push[counts]
        )

    def _examine(self, number: int) -> Iterator[None]:
        if number % EXAM_EVERY == 0:
            self._exam = Exam.of(self._policy.parameters, self._judge)
            yield
            self._twin_right = Exam.of(self._twin.parameters, self._judge).right
            yield
        if number % TRIES_EVERY == 0:
            for found in many_tries(self._policy.parameters):
                self._tries = found or self._tries
                yield

    def _row(self) -> list[float]:
        """What is recorded of a step: see COLUMNS."""
        exam, tries, mean = self._exam, self._tries, float(self._group.rewards.mean())
        return [exam.right, exam.judged, self._twin_right, tries.one, tries.many, *self._last, mean]

    def frame(self, step: int, params: Params) -> RewardPage:
        past = self._record.past(step, self._row())
        return RewardPage(
            params, past, self._group, self._judge.formula, self._start, self._start_tries, self._policy.finite
        )

    def retune(self, params: Params) -> None:
        self._params = params

    def act(self, action: Any) -> NoReturn:
        raise ValueError(f"there is no gesture {type(action).__name__} in this stage")

    def save(self) -> dict[str, Any]:
        group = self._group
        return {
            "policy": self._policy.save(),
            "twin": self._twin.save(),
            "asked": group.asked.copy(),
            "answers": group.answers.copy(),
            "tokens": np.stack([group.ratios, group.clipped.astype(np.float64), group.push]),
            "gains": group.gains.copy(),
            "rewards": group.rewards.copy(),
            "now": self._row(),
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        self._policy.load(saved["policy"])
        self._twin.load(saved["twin"])
        shape = (QUESTIONS, self._params.answers)
        asked, answers = (np.array(saved[name], np.int64) for name in ("asked", "answers"))
        tokens = np.array(saved["tokens"], np.float64)
        rewards, gains = (np.array(saved[name], np.float64) for name in ("rewards", "gains"))
        found = (asked.shape, answers.shape, tokens.shape, rewards.shape, gains.shape)
        if found != ((QUESTIONS, DIGITS + 1), (*shape, DIGITS), (3, *shape, DIGITS), shape, shape):
            raise ValueError(f"state: a group of shapes {found}, needs {shape} answers")
        if min(asked.min(), answers.min()) < 0 or max(asked.max(), answers.max()) >= sorter().config.vocab_size:
            raise ValueError("state: a token that the model does not have")
        self._group = self._grouped(
            np.repeat(asked, shape[1], axis=0), answers.reshape(-1, DIGITS), rewards, gains, tokens[0],
            tokens[1].astype(np.bool_), tokens[2],
        )  # fmt: skip
        row = [float(value) for value in saved["now"]]
        if len(row) != len(COLUMNS):
            raise ValueError(f"state: {len(row)} numbers of a step, needs {len(COLUMNS)}")
        self._exam, self._twin_right = Exam(row[0], row[1]), row[2]
        self._tries, self._last = ManyTries(row[3], row[4]), (row[5], row[6])
        self._record = Record.load(saved["rows"], len(COLUMNS), int(saved["stride"]))
        self._unit = None

    def model(self) -> Artifact:
        title = _("Sorting model, after {n} updates").format(n=self._policy.state.step)
        return as_artifact(self._policy.parameters, sorter().tokenizer, title)
