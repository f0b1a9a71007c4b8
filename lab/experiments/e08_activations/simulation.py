"""One run: the simulation of the page that is open. Each page has its own: a ball on a curve, a chain of layers, logits
that go down a loss, logits to which a number is added. This is what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, Protocol

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import fields_of
from lab.core.text import _
from lab.engine.basics.activations import softmax
from lab.experiments.e08_activations.chain import Chain
from lab.experiments.e08_activations.classes import artifact_of, classes_for
from lab.experiments.e08_activations.descent import LogitDescent, temperature_of
from lab.experiments.e08_activations.frame import ActivationsFrame, Page
from lab.experiments.e08_activations.learner import BallDescent
from lab.experiments.e08_activations.lift import LogitShift
from lab.experiments.e08_activations.settings import Params
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Activations", "build"]

RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)


class PageSimulation(Protocol):
    """What the simulation of each page can do. number: of the step being made, or of the present one. A step may take
    several calls; it is True once it is complete."""

    def step(self, params: Params, number: int) -> bool: ...
    def retune(self, params: Params, number: int) -> None: ...
    def done(self, params: Params) -> bool: ...
    def shown(self, params: Params) -> Page: ...
    def save(self) -> dict[str, Any]: ...
    def load(self, saved: Mapping[str, Any], params: Params) -> None: ...


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Activations:
    """A run at its start. Raises ParamError when logits are asked for that were never received."""
    return Activations(params, rng, artifacts)


class Activations:
    """One page at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._rng = params, rng
        self._received = any(artifact.kind == "distribution" for artifact in artifacts)
        self._classes = classes_for(params, artifacts, rng)
        self._page = self._opened_page()

    def _opened_page(self) -> PageSimulation:
        match self._params.topic:
            case "function":
                return BallDescent(self._params)
            case "depth":
                return Chain(self._params, self._rng)
            case "softmax":
                return LogitDescent(self._params, self._classes)
            case _:
                return LogitShift(self._params, self._classes)

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        return self._page.done(self._params)

    def step(self) -> None:
        """One step of the open page, or a piece of it."""
        if not self.done and self._page.step(self._params, self.steps + 1):
            self.steps += 1

    def snapshot(self) -> ActivationsFrame:
        """What is shown of this step; nothing in it will ever change."""
        return ActivationsFrame(self.steps, self._params, self._page.shown(self._params), self._received)

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, restarting=RESTARTING)
        self._params = params
        self._page.retune(params, self.steps)

    def act(self, action: object) -> NoReturn:
        """There are no gestures but controls. Raises ValueError."""
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {"part": self._page.save()}

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        step, params = read_run(Params, state)
        if params.topic != self._params.topic:
            raise ValueError(f"state: of the page {params.topic}, needs {self._params.topic}")
        self._page.load(state["part"], params)
        self.steps, self._params = step, params
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> Artifact | None:
        """The softmax of the logits as they are now, for an experiment that takes a distribution."""
        if kind != "distribution":
            return None
        page = self._page.shown(self._params)
        logits = getattr(page, "logits", self._classes.logits)
        temperature = temperature_of(self._params) if self._params.topic == "softmax" else 1.0
        origin = _("Activations, step {step}").format(step=self.steps)
        p = np.asarray(softmax(logits, temperature), np.float64)
        return artifact_of(self._classes.names, logits, p, temperature, origin)
