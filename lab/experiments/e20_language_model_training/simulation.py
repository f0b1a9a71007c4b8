"""One run: a stage of training. Each stage has its own simulation; this is what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import fields_of
from lab.experiments.e20_language_model_training.frame import TrainingFrame
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.stage import Stage
from lab.experiments.e20_language_model_training.stages import STAGES
from lab.kit.exchange import latest, nothing_received
from lab.kit.smollm2 import smollm2_path
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Training", "build"]

RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Training:
    """A run at its start. Raises ParamError when a model is asked for that was never received, ValueError for one that
    does not fit."""
    return Training(params, rng, artifacts)


class Training:
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._artifacts = params, tuple(artifacts)
        self._received = latest(self._artifacts, "language-model") is not None
        if params.source == "received" and not self._received:
            raise nothing_received("source", "language-model")
        self._pack = smollm2_path() is not None
        self._start = dict(rng.bit_generator.state)
        self._begin()

    def _begin(self) -> None:
        """From the start, whatever was drawn since the run began."""
        self._rng = np.random.default_rng()
        self._rng.bit_generator.state = self._start
        self._stage: Stage = STAGES[self._params.stage].make(self._params, self._rng, self._artifacts)

    @property
    def opening(self) -> bool:
        """Whether something is read before the first step, or measured beside the steps."""
        return self._stage.opening

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        return self._stage.done and not self.opening

    @property
    def diverged(self) -> bool:
        """Whether a number is no number any more."""
        return self._stage.diverged

    def step(self) -> None:
        """A step of the run, or a piece of it."""
        if not self.done and self._stage.step(self.steps + 1):
            self.steps += 1

    def snapshot(self) -> TrainingFrame:
        """What is shown of this step; nothing in it will ever change."""
        page = self._stage.frame(self.steps, self._params)
        return TrainingFrame(self.steps, self._params, page, self._received, self._pack)

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, restarting=RESTARTING)
        self._params = params
        self._stage.retune(params)

    def look_again(self) -> None:
        """A model pack was added, or taken away."""
        self._pack = smollm2_path() is not None

    def act(self, action: object) -> object:
        """A gesture. Returns the one that takes it back. Raises ValueError for one that is none here."""
        return self._stage.act(action)

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {"start": self._start, "stage": self._stage.save()}

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        step, params = read_run(Params, state)
        if params.stage != self._params.stage:
            raise ValueError(f"state: of the stage {params.stage}, needs {self._params.stage}")
        self._params, self._start = params, dict(state["start"])
        self._begin()
        self._stage.load(state["stage"])
        self.steps = step
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> Artifact | None:
        """The model as it is now."""
        return self._stage.model() if kind == "language-model" else None
