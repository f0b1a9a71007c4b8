"""The stages side by side: the same questions to the base, to the model that was tuned on plain answers, to the one
with an adapter that learned a voice, and to one whose adapter was told only which of two answers is liked. All learn
step by step, from the same base; beside what they answer stands what they have forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.params import replaced
from lab.core.records import dataclass
from lab.experiments.e20_language_model_training.examples import style_share
from lab.experiments.e20_language_model_training.lora import Judged, Real
from lab.experiments.e20_language_model_training.lora_house import LoraHouse
from lab.experiments.e20_language_model_training.preferred import Preferred
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.supervised import Supervised
from lab.kit.record import Past, Record

__all__ = ["ASKED", "EVERY", "MOST", "NAMES", "Column", "Compare", "ComparePage"]

Array = NDArray[np.floating[Any]]
NAMES = ("base", "answers", "lora", "preference")
OLD = 3  # columns of a record that was saved before there were preferences
ASKED, EVERY, MOST = 5, 10, 60  # questions, steps between judgements, steps in all
FIXED = {
    "masked": True, "style": "plain", "asked": ASKED, "replay": 0, "merged": False, "rank": 4, "learner": "house",
    "own": "",
}  # fmt: skip
"""What the controls of other stages are while models are compared."""


@dataclass(frozen=True, slots=True)
class Column:
    """One model. answers: to every question.  neutral: its loss of neutral text.  style: the share of its answers in a
    pirate's voice.  share: which part of its numbers learned.  loss: of the last batch, None where it is not told."""

    name: str
    answers: tuple[str, ...]
    neutral: float
    style: float
    share: float
    loss: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ComparePage:
    """past: the loss of neutral text of every model, in the order of NAMES, nan for one that is not compared.  columns:
    of those that are, in that order.  real: how it stands with SmolLM2, None where models of the lab are compared."""

    params: Params
    past: Past
    questions: tuple[str, ...]
    columns: tuple[Column, ...]
    finite: bool
    real: Real | None = None

    @property
    def step(self) -> int:
        return self.past.step

    def find(self, name: str) -> Column | None:
        """One model; None where it is not compared."""
        return next((column for column in self.columns if column.name == name), None)

    def column(self, name: str) -> Column:
        """One model. Raises ValueError where it is not compared."""
        found = self.find(name)
        if found is None:
            raise ValueError(f"there is no model {name} here")
        return found

    def forgotten(self, name: str) -> float:
        """By what share its loss of neutral text is above that of the base."""
        return self.column(name).neutral / self.column("base").neutral - 1.0

    def judged(self, name: str) -> tuple[Array, Array]:
        """The steps at which neutral text was read, and the loss of a model there."""
        steps, losses = self.past.steps, self.past.column(NAMES.index(name))
        kept = ((steps % EVERY == 0) | (steps == self.step)) & np.isfinite(losses)
        return steps[kept], losses[kept]


class Compare:
    """See above."""

    opening = False

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: tuple[Artifact, ...] = ()) -> None:
        self._params = params
        fixed = replaced(params, FIXED)
        self._preferred = Preferred(fixed, rng, artifacts)  # it leaves the generator as it is
        self._tuned, self._lora = Supervised(fixed, rng, artifacts, ASKED), LoraHouse(fixed, rng, artifacts)
        first = self._tuned.frame(0, fixed)
        said = tuple(answer for _question, answer in first.answers)
        self._base = Column("base", said, first.start, style_share(said), 0.0)
        self._questions = tuple(question for question, _said in first.answers)
        self._unit: Iterator[None] | None = None
        self._steps = 0
        self._columns = self._compared()
        self._record = Record(np.array([self._row()]))

    @property
    def done(self) -> bool:
        return self._steps >= MOST or self.diverged

    @property
    def diverged(self) -> bool:
        return any(stage.diverged for stage in self._stages)

    @property
    def _stages(self) -> tuple[Supervised, LoraHouse, Preferred]:
        """Those that learn."""
        return self._tuned, self._lora, self._preferred

    def step(self, number: int) -> bool:
        if self._unit is None:
            self._unit = self._working(number)
        if next(self._unit, self) is not self:
            return False
        self._unit, self._steps, self._columns = None, number, self._compared()
        self._record.add(number, self._row())
        return True

    def _working(self, number: int) -> Iterator[None]:
        """Each of them makes its step."""
        for stage in self._stages:
            while not stage.step(number):
                yield

    def _compared(self) -> tuple[Column, ...]:
        """The models as they are after a step."""
        fixed = replaced(self._params, FIXED)
        tuned = self._tuned.frame(self._steps, fixed)
        said = tuple(answer for _question, answer in tuned.answers)
        return (
            self._base,
            Column("answers", said, tuned.neutral, style_share(said), 1.0),
            self._adapted("lora", self._lora.judged()),
            self._adapted("preference", self._preferred.judged()),
        )

    def _adapted(self, name: str, now: Judged) -> Column:
        """A model with an adapter; the base's answers before it was asked."""
        said = tuple(answer for _question, answer in now.answers) or self._base.answers
        neutral = self._base.neutral if now.neutral is None else now.neutral
        return Column(name, said, neutral, style_share(said), now.share, now.loss)

    def _row(self) -> list[float]:
        return [column.neutral for column in self._columns]

    def frame(self, step: int, params: Params) -> ComparePage:
        past = self._record.past(step, self._row())
        return ComparePage(params, past, self._questions, self._columns, not self.diverged)

    def retune(self, params: Params) -> None:
        self._params = params
        for stage in self._stages:
            stage.retune(replaced(params, FIXED))

    def act(self, action: Any) -> NoReturn:
        raise ValueError(f"there is no gesture {type(action).__name__} in this stage")

    def save(self) -> dict[str, Any]:
        return {
            "steps": self._steps,
            "answers": self._tuned.save(),
            "lora": self._lora.save(),
            "preference": self._preferred.save(),
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        self._steps = int(saved["steps"])
        self._tuned.load(saved["answers"])
        self._lora.load(saved["lora"])
        if "preference" in saved:  # not in files of before it was compared: there it begins anew
            self._preferred.load(saved["preference"])
        self._record = Record.load(_widened(saved["rows"]), len(NAMES), int(saved["stride"]))
        self._unit, self._columns = None, self._compared()

    def model(self) -> Artifact | None:
        """The one with an adapter."""
        return self._lora.model()


def _widened(rows: Any) -> Array:
    """Saved rows with a column for each model: there is nothing in those that an older file lacks."""
    kept = np.asarray(rows, np.float64)
    if kept.ndim != 2 or kept.shape[1] != OLD:
        return kept
    return np.concatenate((kept, np.full((len(kept), len(NAMES) - OLD), np.nan)), axis=1)
