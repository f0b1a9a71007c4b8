"""What a stage of training is to the rest of the experiment. A stage lives in two modules: one that computes, which
also says its numbers and words, and one that draws its page. To add a stage, write both, add the first to `stages`,
the second to `view`, and its controls to `settings`."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from lab.core.artifact import Artifact
from lab.core.metric import Metrics
from lab.core.records import dataclass
from lab.core.simulation import Curve, Divergence
from lab.experiments.e20_language_model_training.settings import Params
from lab.kit.learner import Learner
from lab.kit.record import Record

__all__ = ["InPieces", "Stage", "StageKind", "Trained"]


class Stage(Protocol):
    """A stage at work; only the simulation touches it."""

    @property
    def opening(self) -> bool:
        """Whether something is read before the first step, or measured beside the steps."""

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""

    @property
    def diverged(self) -> bool:
        """Whether a number of it is no number any more."""

    def step(self, number: int) -> bool:
        """A piece of the step of that number; True when the step is complete."""

    def frame(self, step: int, params: Params) -> Any:
        """What is shown of a step: a frozen value of the kind's `page`."""

    def retune(self, params: Params) -> None:
        """Controls were changed."""

    def act(self, action: Any) -> Any:
        """A gesture. Returns the one that takes it back. Raises ValueError for one that is none here."""

    def save(self) -> dict[str, Any]:
        """Everything it needs to go on, without the random generator."""

    def load(self, saved: Mapping[str, Any]) -> None:
        """Go on from what was saved. Raises ValueError when it does not fit."""

    def model(self) -> Artifact | None:
        """The model as it is now, to be sent."""


class InPieces:
    """A stage whose step is worked out in pieces, with a row of its record for each step.

    `_working` makes the step of a number and rests after each piece; `_row` is what the record keeps of it.
    """

    _unit: Iterator[None] | None
    _record: Record

    def _working(self, number: int) -> Iterator[None]:
        raise NotImplementedError

    def _row(self) -> Any:
        raise NotImplementedError

    def step(self, number: int) -> bool:
        """A piece of the step of that number; True when the step is complete."""
        if self._unit is None:
            self._unit = self._working(number)
        if next(self._unit, self) is not self:
            return False
        self._unit = None
        self._record.add(number, self._row())
        return True


class Trained(InPieces):
    """A stage in pieces that trains models of the lab's own engine, `_learners`.

    It is over after `_most` steps, or when a weight is no number any more.
    """

    def _learners(self) -> Sequence[Learner]:
        raise NotImplementedError

    def _most(self) -> float:
        return math.inf

    @property
    def done(self) -> bool:
        return self._learners()[0].state.step >= self._most() or self.diverged

    @property
    def diverged(self) -> bool:
        return not all(learner.finite for learner in self._learners())


@dataclass(frozen=True, slots=True)
class StageKind:
    """What is known of a stage beforehand.

    make: a new one at its start.  page: the kind of its frames.  metrics, sentence, curves, divergence: of such a
    frame.  controls: the names of those it has.  unused: those of them without effect now, and why.
    """

    name: str
    make: Callable[[Params, np.random.Generator, tuple[Artifact, ...]], Stage]
    page: type[Any]
    metrics: Metrics[Any]
    sentence: Callable[[Any], str]
    curves: Callable[[Any], tuple[Curve, ...]]
    controls: Collection[str]
    divergence: Callable[[Any], Divergence | None] = lambda page: None
    unused: Callable[[Any], Mapping[str, str]] = lambda page: {}
