"""One run: stacks that learn, a landscape, or a map. Each has its own simulation; this is what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import fields_of
from lab.core.text import _
from lab.experiments.e13_residual_connections.edge_map import EdgeMap
from lab.experiments.e13_residual_connections.frame import Page, ResidualFrame
from lab.experiments.e13_residual_connections.gestures import Rewire
from lab.experiments.e13_residual_connections.landscape import Landscape
from lab.experiments.e13_residual_connections.settings import Params
from lab.experiments.e13_residual_connections.training import Training
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Residual", "build"]

RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)
SHOWN = ("block", "view")


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Residual:
    """A run at its start. Raises ParamError when a network is asked for that was never received, ValueError for one
    that does not fit."""
    return Residual(params, rng, artifacts)


class Residual:
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._artifacts = params, tuple(artifacts)
        self._received = any(artifact.kind == "network" for artifact in artifacts)
        self._start = dict(rng.bit_generator.state)
        self._begin()

    def _begin(self) -> None:
        """From the start, whatever was drawn since the run began."""
        self._rng = np.random.default_rng()
        self._rng.bit_generator.state = self._start
        self._part: Training | Landscape | EdgeMap
        if self._params.topic == "landscape":
            self._part = Landscape(self._params, self._rng)
        elif self._params.topic == "map":
            self._part = EdgeMap(self._params, self._rng)
        else:
            self._part = Training(self._params, self._rng, self._artifacts)

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        return self._part.done()

    @property
    def diverged(self) -> bool:
        """Whether a weight is no number any more."""
        return isinstance(self._part, Training) and self._part.lost is not None

    def step(self) -> None:
        """A step of the run, or a piece of it."""
        if not self.done and self._part.step(self.steps + 1):
            self.steps += 1

    def snapshot(self) -> ResidualFrame:
        """What is shown of this step; nothing in it will ever change."""
        part, params = self._part, self._params
        page: Page = part.shown(self.steps) if isinstance(part, Training) else part.shown(params)
        return ResidualFrame(self.steps, params, page, self._received)

    def retune(self, params: Params) -> None:
        """A live change; a landscape and a map begin anew with it. Raises ValueError for a control that needs a new
        start."""
        changed = live_changes(self._params, params, restarting=RESTARTING)
        self._params = params
        if isinstance(self._part, Training):
            self._part.retune(params)
        elif set(changed) - set(SHOWN):
            self._begin()

    def act(self, action: object) -> Rewire:
        """A gesture. Returns the one that takes it back. Raises ValueError for one that cannot be."""
        if not isinstance(action, Rewire) or self._params.topic != "stack" or not isinstance(self._part, Training):
            raise ValueError(_("Blocks can be switched on the page “Stack”."))
        return self._part.rewire(action)

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {"start": self._start, "part": self._part.save()}

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        step, params = read_run(Params, state)
        if params.topic != self._params.topic:
            raise ValueError(f"state: of the run {params.topic}, needs {self._params.topic}")
        self._params, self._start = params, dict(state["start"])
        self._begin()
        if isinstance(self._part, Training):
            self._part.load(state["part"], params)
        else:
            self._part.load(state["part"])
        self.steps = step
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> Artifact | None:
        """The loss around the stack as a surface to walk down; of a landscape the half with skips, once it is whole."""
        if kind != "loss-surface" or isinstance(self._part, EdgeMap):
            return None
        return self._part.surface(_("Residual connections, step {step}").format(step=self.steps))
