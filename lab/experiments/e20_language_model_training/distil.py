"""Distillation: two small models begin alike and read the same few letters. One learns from the text alone, the other
from what the large house model makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.activations import softmax
from lab.engine.lm.data import Windows, consecutive_windows
from lab.engine.lm.fast import FastLM
from lab.engine.lm.parameters import Parameters, init_parameters, n_parameters
from lab.engine.lm.reference import forward
from lab.engine.tuning.distill import distillation
from lab.experiments.e20_language_model_training.pretrain import BATCH, CONTEXT, config, letters, rate_at
from lab.experiments.e20_language_model_training.sending_on import as_artifact
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.stage import Trained
from lab.kit.arrays import freeze
from lab.kit.language_models import house_lm, shakespeare
from lab.kit.learner import Judge, Learner
from lab.kit.record import Past, Record

__all__ = ["EVERY", "Distil", "DistilPage", "Place"]

Array = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]
COLUMNS = ("alone", "taught")
EVERY, JUDGED, SHOWN = 20, 32, 8  # steps between judgements, windows that are judged, letters that are drawn
HALF_SURE = 0.4  # how sure the teacher is at the place that is drawn


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One place in a text nobody learns. text: the letters before it.  names: the letters that the teacher finds
    likeliest.  teacher, alone, taught: their chances.  came: the letter that really came."""

    text: str
    names: tuple[str, ...]
    teacher: Array
    alone: Array
    taught: Array
    came: str


@dataclass(frozen=True, slots=True, eq=False)
class DistilPage:
    """past: the held-out losses of the two students.  teacher: that of the teacher.  hard, soft: of the last batch, the
    taught student's surprise at the text and its divergence from the teacher; None before the first."""

    params: Params
    past: Past
    alone: float
    taught: float
    teacher: float
    hard: float | None
    soft: float | None
    place: Place
    sizes: tuple[int, int]
    finite: bool

    @property
    def step(self) -> int:
        return self.past.step

    def judged(self, column: int) -> tuple[Array, Array]:
        """The steps at which held-out text was read, and a student's loss there."""
        steps = self.past.steps
        kept = (steps % EVERY == 0) | (steps == self.step)
        return steps[kept], self.past.column(column)[kept]


@cache
def teacher_model() -> Parameters:
    """The large house model in float32."""
    found = house_lm("main").parameters
    return Parameters(found.config, found.flat.astype(np.float32))


@cache
def teacher_reader() -> FastLM:
    """What reads a batch with it; slices of 128 tokens hold a quarter of the memory and are as quick."""
    return FastLM(teacher_model(), BATCH, CONTEXT, slice_tokens=128)


@cache
def held_out() -> Ids:
    """Windows that nobody learns, [JUDGED, CONTEXT + 1]."""
    ids = letters().encode_array(shakespeare()[1][: JUDGED * CONTEXT + 1])
    inputs, targets = consecutive_windows(ids, CONTEXT)
    return np.concatenate((inputs, targets[:, -1:]), axis=1)


@cache
def teacher_loss() -> float:
    """What the teacher loses on them."""
    return Judge(teacher_model(), held_out()).now()


@cache
def doubtful() -> int:
    """The held-out window after which the teacher's best letter has a chance nearest to HALF_SURE."""
    logits = forward(teacher_model(), held_out()[:, :-1]).logits[:, -1].astype(np.float64)
    return int(np.abs(softmax(logits).max(axis=-1) - HALF_SURE).argmin())


class Distil(Trained):
    """See above."""

    opening = False

    def __init__(self, params: Params, rng: np.random.Generator, _artifacts: tuple[Artifact, ...] = ()) -> None:
        self._params, self._rng = params, rng
        fresh = init_parameters(config(), rng)
        self._students = [Learner(fresh.copy(), BATCH, CONTEXT) for _name in COLUMNS]
        self._windows = Windows(letters().encode_array(shakespeare()[0][: params.corpus]), CONTEXT)
        self._judges = [Judge(student.parameters, held_out(), BATCH) for student in self._students]
        for judge in self._judges:
            judge.now()
        self._parts: tuple[float, float] | None = None
        self._kept: tuple[int, Place] | None = None
        self._unit: Iterator[None] | None = None
        self._record = Record(np.array([self._row()]))

    def _learners(self) -> tuple[Learner, ...]:
        return tuple(self._students)

    def _most(self) -> float:
        return self._params.length

    def _working(self, number: int) -> Iterator[None]:
        """The same letters for both; the teacher's scores for one of them."""
        ids, targets = self._windows.sample(self._rng, BATCH)
        rate, decay = rate_at(self._params, number - 1), self._params.decay
        alone, taught = self._students
        teacher = yield from teacher_reader().reading(ids)
        parts = np.zeros(2)  # hard, soft

        def outcome(rows: slice, scores: Array) -> tuple[float, Array]:
            share, softness = self._params.teacher, self._params.softness
            found = distillation(scores, teacher[rows], targets[rows], share, softness)
            part = len(scores) / len(ids)
            parts[...] += part * np.array([found.hard, found.soft])
            return part * found.loss, part * found.d_logits

        yield from alone.learning(ids, targets, rate, decay)
        yield from taught.learning_of(ids, outcome, rate, decay)
        self._parts = float(parts[0]), float(parts[1])
        if number % EVERY == 0 or number >= self._params.length:
            for judge in self._judges:
                yield from judge.judging()

    def _row(self) -> list[float]:
        return [judge.loss for judge in self._judges]

    def _place(self) -> Place:
        """What teacher and students expect at the end of a held-out window."""
        number = self._students[0].state.step
        if self._kept is None or self._kept[0] != number:
            ids = held_out()[doubtful()]
            text = ids[None, :-1]
            models = (teacher_model(), *(student.parameters for student in self._students))
            chances = [softmax(forward(model, text).logits[0, -1].astype(np.float64)) for model in models]
            order = np.argsort(-chances[0])[:SHOWN]
            names = tuple(letters().decode([letter]) for letter in order.tolist())
            rows = [freeze(found[order]) for found in chances]
            came = letters().decode([int(ids[-1])])
            self._kept = number, Place(letters().decode(ids[:-1].tolist()), names, rows[0], rows[1], rows[2], came)
        return self._kept[1]

    def frame(self, step: int, params: Params) -> DistilPage:
        now = self._row()
        hard, soft = self._parts or (None, None)
        sizes = n_parameters(teacher_model().config), n_parameters(config())
        return DistilPage(
            params, self._record.past(step, now), now[0], now[1], teacher_loss(), hard, soft, self._place(), sizes,
            not self.diverged,
        )  # fmt: skip

    def retune(self, params: Params) -> None:
        self._params = params

    def act(self, action: Any) -> NoReturn:
        raise ValueError(f"there is no gesture {type(action).__name__} in this stage")

    def save(self) -> dict[str, Any]:
        return {
            "students": [student.save() for student in self._students],
            "held": self._row(),
            "parts": None if self._parts is None else list(self._parts),
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        for student, judge, found, loss in zip(
            self._students, self._judges, saved["students"], saved["held"], strict=True
        ):
            student.load(found)
            judge.loss = float(loss)
        parts = saved["parts"]
        self._parts = None if parts is None else (float(parts[0]), float(parts[1]))
        self._record = Record.load(saved["rows"], len(COLUMNS), int(saved["stride"]))
        self._kept = self._unit = None

    def model(self) -> Artifact:
        """The taught student."""
        title = _("Student of the house model, step {n}").format(n=self._students[1].state.step)
        return as_artifact(self._students[1].parameters, letters(), title)
