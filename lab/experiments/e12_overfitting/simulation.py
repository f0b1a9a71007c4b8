"""One run: a curve through points, four networks, or two networks that learn sums. Each is a run of its own; this is
what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import fields_of
from lab.core.text import _
from lab.experiments.e12_overfitting.curve_run import CurveRun
from lab.experiments.e12_overfitting.frame import FitFrame
from lab.experiments.e12_overfitting.gestures import ACTIONS, Action
from lab.experiments.e12_overfitting.grok_run import GrokRun
from lab.experiments.e12_overfitting.net_run import NetRun
from lab.experiments.e12_overfitting.settings import Params
from lab.kit.exchange import nothing_received
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Overfitting", "build"]

RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)


class Run(Protocol):
    """What each of the three can do. A step may take several calls; it is True once it is complete."""

    @property
    def done(self) -> bool: ...
    def step(self) -> bool: ...
    def retune(self, params: Params) -> None: ...
    def act(self, action: Any) -> Any: ...
    def shown(self) -> Any: ...
    def save(self) -> dict[str, Any]: ...
    def load(self, state: Mapping[str, Any], params: Params) -> None: ...
    def offer(self, kind: str, origin: str) -> Artifact | None: ...


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Overfitting:
    """A run at its start. Raises ParamError when points are asked for that were never received."""
    return Overfitting(params, rng, artifacts)


class Overfitting:
    """One of the three at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        for control, kind in (("data", "table"), ("classes", "points")):  # also of the page that is not open
            if getattr(params, control) == "received" and not artifacts:
                raise nothing_received(control, kind)
        self.steps = 0
        self._params, self._rng = params, rng
        self._received = frozenset(artifact.kind for artifact in artifacts)
        self._run: Run
        if params.task == "curve":
            self._run = CurveRun(params, rng, artifacts)
        elif params.task == "net":
            self._run = NetRun(params, rng, artifacts)
        else:
            self._run = GrokRun(params, rng)

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        return self._run.done

    def step(self) -> None:
        """One more sample, or some rounds of training, or a piece of that."""
        if not self.done and self._run.step():
            self.steps += 1

    def snapshot(self) -> FitFrame:
        """What is shown of this step; nothing in it will ever change."""
        shown = dict.fromkeys(("curve", "net", "grok")) | {self._params.task: self._run.shown()}
        return FitFrame(self.steps, self._params, **shown, received=self._received)

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, restarting=RESTARTING)
        self._params = params
        self._run.retune(params)

    def act(self, action: Action) -> Action | None:
        """A gesture. Returns the one that takes it back, None where only a checkpoint can.

        Raises ValueError for a gesture or a number that cannot be.
        """
        if not isinstance(action, ACTIONS):
            raise ValueError(f"there is no gesture {type(action).__name__} here")
        back: Action | None = self._run.act(action)
        return back

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {"part": self._run.save()}

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        step, params = read_run(Params, state)
        if params.task != self._params.task:
            raise ValueError(f"state: of {params.task}, needs {self._params.task}")
        self._run.load(state["part"], params)
        self.steps, self._params = step, params
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> Artifact | None:
        """The points of the curve as a table; the points of the networks, or the best of them."""
        return self._run.offer(kind, _("Overfitting, step {step}").format(step=self.steps))
