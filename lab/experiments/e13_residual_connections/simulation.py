"""One run: stacks that learn, a landscape, or a map. Each has its own simulation; this is what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.experiments.e13_residual_connections.edge_map import EdgeMap
from lab.experiments.e13_residual_connections.frame import Page, ResidualFrame
from lab.experiments.e13_residual_connections.gestures import Rewire
from lab.experiments.e13_residual_connections.landscape import Landscape
from lab.experiments.e13_residual_connections.settings import Params
from lab.experiments.e13_residual_connections.training import Training
from lab.kit.topic_run import TopicRun

__all__ = ["Residual", "build"]

SHOWN = ("block", "view")


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Residual:
    """A run at its start. Raises ParamError when a network is asked for that was never received, ValueError for one
    that does not fit."""
    return Residual(params, rng, artifacts)


Part = Training | Landscape | EdgeMap


class Residual(TopicRun[Params, Part]):
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        super().__init__(params, rng)
        self._artifacts = tuple(artifacts)
        self._received = any(artifact.kind == "network" for artifact in artifacts)
        self._begin()

    def _made(self, params: Params) -> Part:
        match params.topic:
            case "landscape":
                return Landscape(params, self._rng)
            case "map":
                return EdgeMap(params, self._rng)
        return Training(params, self._rng, self._artifacts)

    @property
    def diverged(self) -> bool:
        """Whether a weight is no number any more."""
        return isinstance(self._part, Training) and self._part.lost is not None

    def snapshot(self) -> ResidualFrame:
        """What is shown of this step; nothing in it will ever change."""
        part, params = self._part, self._params
        page: Page = part.shown(self.steps) if isinstance(part, Training) else part.shown(params)
        return ResidualFrame(self.steps, params, page, self._received)

    def _retuned(self, params: Params, changed: Mapping[str, Any]) -> None:
        """A landscape and a map begin anew."""
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

    def _load_part(self, saved: Any, params: Params) -> None:
        if isinstance(self._part, Training):
            self._part.load(saved, params)
        else:
            self._part.load(saved)

    def offer(self, kind: str) -> Artifact | None:
        """The loss around the stack as a surface to walk down; of a landscape the half with skips, once it is whole."""
        if kind != "loss-surface" or isinstance(self._part, EdgeMap):
            return None
        return self._part.surface(_("Residual connections, step {step}").format(step=self.steps))
