"""Pre-training: a fresh small model reads Shakespeare and learns what letter comes next. One step is one of AdamW; of
five weights all that AdamW knows is kept."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.schedules import Constant, Cosine, Schedule, Stable, WarmUp
from lab.engine.lm.data import Windows, consecutive_windows
from lab.engine.lm.optimizer import training_bytes
from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters, n_parameters
from lab.engine.text.tokenizer import CharTokenizer
from lab.experiments.e20_language_model_training.sending_on import as_artifact
from lab.experiments.e20_language_model_training.settings import WATCHED, Params
from lab.experiments.e20_language_model_training.stage import Trained
from lab.kit.language_models import house_lm, letters_of, shakespeare
from lab.kit.learner import BETAS, Judge, Learner
from lab.kit.record import Past, Record

__all__ = ["COLUMNS", "PEAK", "Moments", "Pretrain", "PretrainPage", "rate_at", "watched_places"]

Array = NDArray[np.floating[Any]]
CONTEXT, WIDTH, HEADS, LAYERS, INNER, BATCH = 32, 32, 2, 2, 128, 16
PEAK, FLOOR = 0.01, 0.1  # the usual learning rate, and what of it is left at the end
EVERY, JUDGED = 10, 32  # steps between judgements, windows that are judged
COLUMNS = ("held", "batch", "rate")  # of the record, before those of the watched weights
OF_WEIGHT = 4  # columns of each: weight, gradient, first and second moment


def letters() -> CharTokenizer:
    """The tokenizer of the house models."""
    found = letters_of(house_lm("main"))
    assert found is not None
    return found


def config() -> LMConfig:
    """The plan of the model."""
    return LMConfig(letters().size, CONTEXT, WIDTH, HEADS, LAYERS, INNER, positions="rope")


def rate_at(params: Params, step: int) -> float:
    """The learning rate of a step, counted from 0."""
    left = max(1, params.length - params.warmup)
    after: Schedule
    match params.schedule:
        case "cosine":
            after = Cosine(left, FLOOR)
        case "stable":
            after = Stable(min(max(0, params.stable - params.warmup), left - 1), left, FLOOR)
        case _:
            after = Constant()
    return PEAK * params.rate * (WarmUp(params.warmup, after) if params.warmup else after)(step)


def watched_places(parameters: Parameters) -> NDArray[np.intp]:
    """Where the watched weights lie in the flat vector, in the order of WATCHED."""
    names = letters()
    wanted = (
        ("embedding", names.encode("e")[0], 0), ("embedding", names.encode("z")[0], 0), ("block0.qkv", 0, 0),
        ("block0.up", 0, 0), ("block0.norm1", 0, 0),
    )  # fmt: skip
    starts, at = {}, 0
    for name, view in parameters.items():
        starts[name] = at
        at += view.size
    width = parameters.config.d_model
    return np.array([starts[name] + row * width + column for name, row, column in wanted])


@dataclass(frozen=True, slots=True)
class Moments:
    """What AdamW knows of one weight after `updates` steps. before: the weight before the last of them.
    gradient, rate: of the last of them."""

    weight: float
    before: float
    gradient: float
    mean: float
    square: float
    rate: float
    updates: int


@dataclass(frozen=True, slots=True, eq=False)
class PretrainPage:
    """The model that reads. past: see COLUMNS, and then OF_WEIGHT for each watched weight.  moments: of the marked one.
    length: of the last gradient, before it was clipped.  size: parameters."""

    params: Params
    past: Past
    held: float
    batch: float
    length: float
    moments: Moments
    size: int
    vocabulary: int
    finite: bool

    @property
    def step(self) -> int:
        return self.past.step

    @property
    def rate_next(self) -> float:
        """The learning rate of the step that comes next."""
        return rate_at(self.params, self.step)

    @property
    def memory(self) -> dict[str, int]:
        """What training this model holds in memory, in bytes."""
        return training_bytes(self.size)

    def plan(self) -> tuple[Array, Array]:
        """The learning rate of every step."""
        steps = np.arange(float(self.params.length))
        return steps, np.array([rate_at(self.params, int(step)) for step in steps])

    def judged(self) -> tuple[Array, Array]:
        """The steps at which the held-out text was read, the present one last, and its loss there."""
        steps = self.past.steps
        kept = (steps % EVERY == 0) | (steps == self.step)
        return steps[kept], self.past.column(0)[kept]

    def of_watched(self) -> tuple[Array, Array, Array]:
        """The gradients of the marked weight, its corrected mean, and the root of its corrected square, at every step
        that is kept; nan before the first."""
        place = len(COLUMNS) + OF_WEIGHT * list(WATCHED).index(self.params.watched)
        rows, steps = self.past.columns(place, place + OF_WEIGHT), self.past.steps
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = rows[:, 2] / (1.0 - BETAS[0] ** steps)
            root = np.sqrt(rows[:, 3] / (1.0 - BETAS[1] ** steps))
        return rows[:, 1], mean, root


class Pretrain(Trained):
    """See above."""

    opening = False

    def __init__(self, params: Params, rng: np.random.Generator, _artifacts: tuple[Artifact, ...] = ()) -> None:
        self._params, self._rng = params, rng
        parameters = init_parameters(config(), rng)
        self._places = watched_places(parameters)
        self._learner = Learner(parameters, BATCH, CONTEXT, self._places)
        read, held = (letters().encode_array(text) for text in shakespeare())
        self._windows = Windows(read, CONTEXT)
        inputs, targets = consecutive_windows(held[: JUDGED * CONTEXT + 1], CONTEXT)
        self._judge = Judge(parameters, np.concatenate((inputs, targets[:, -1:]), axis=1), BATCH)
        self._judge.now()
        self._before = parameters.flat[self._places].astype(np.float64)
        self._rate = 0.0
        self._unit: Iterator[None] | None = None
        self._record = Record(np.array([self._row()]))

    def _learners(self) -> tuple[Learner, ...]:
        return (self._learner,)

    def _most(self) -> float:
        return self._params.length

    def _working(self, number: int) -> Iterator[None]:
        ids, targets = self._windows.sample(self._rng, BATCH)
        self._rate = rate_at(self._params, number - 1)
        before = self._learner.parameters.flat[self._places].astype(np.float64)
        yield from self._learner.learning(ids, targets, self._rate, self._params.decay)
        self._before = before
        if number % EVERY == 0 or number >= self._params.length:
            yield from self._judge.judging()

    def _row(self) -> list[float]:
        """What is recorded of a step."""
        learner = self._learner
        row = [self._judge.loss, learner.loss, self._rate]
        weights = learner.parameters.flat[self._places]
        mean, square = (moments[self._places] for moments in (learner.state.mean, learner.state.square))
        for values in zip(weights, learner.seen, mean, square, strict=True):
            row += [float(value) for value in values]
        return row

    def frame(self, step: int, params: Params) -> PretrainPage:
        learner, place = self._learner, list(WATCHED).index(params.watched)
        row = self._row()
        at = len(COLUMNS) + OF_WEIGHT * place
        weight, gradient, mean, square = row[at : at + OF_WEIGHT]
        moments = Moments(
            weight, float(self._before[place]), gradient, mean, square, self._rate, learner.state.step
        )  # fmt: skip
        past = self._record.past(step, row)
        size = n_parameters(learner.parameters.config)
        return PretrainPage(
            params, past, row[0], row[1], learner.length, moments, size, letters().size, learner.finite
        )  # fmt: skip

    def retune(self, params: Params) -> None:
        self._params = params

    def act(self, action: Any) -> NoReturn:
        raise ValueError(f"there is no gesture {type(action).__name__} in this stage")

    def save(self) -> dict[str, Any]:
        return {
            "learner": self._learner.save(),
            "held": self._judge.loss,
            "before": self._before.copy(),
            "rate": self._rate,
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        self._learner.load(saved["learner"])
        self._judge.loss, self._rate = float(saved["held"]), float(saved["rate"])
        before = np.array(saved["before"], np.float64)
        if before.shape != self._before.shape or not math.isfinite(self._rate):
            raise ValueError(f"state: before of shape {before.shape}, needs {self._before.shape}")
        self._before = before
        self._record = Record.load(saved["rows"], len(COLUMNS) + OF_WEIGHT * len(WATCHED), int(saved["stride"]))
        self._unit = None

    def model(self) -> Artifact:
        title = _("Small model, step {n} of its pre-training").format(n=self._learner.state.step)
        return as_artifact(self._learner.parameters, letters(), title)
