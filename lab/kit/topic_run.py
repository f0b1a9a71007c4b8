"""What runs have in common that are one of several things, as the control `topic` has it: each of them is a part with a
simulation of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from lab.core.params import fields_of
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["RunPart", "TopicParams", "TopicRun"]


class TopicParams(Protocol):
    """Settings of such a run."""

    @property
    def topic(self) -> str: ...


class RunPart(Protocol):
    """What does the work of a run."""

    def done(self) -> bool:
        """True when a further step would change nothing."""

    def step(self, number: int) -> bool:
        """The step of this number, or a piece of it; whether it was made."""

    def save(self) -> Any:
        """All that it needs to go on."""


P = TypeVar("P", bound=TopicParams)
Part = TypeVar("Part", bound=RunPart)


class TopicRun(Generic[P, Part]):
    """A run with settings, a random generator of its own, and the part that does the work.

    Who inherits calls `_begin` once what `_made` needs is there, and says

        _made      a part at its start
        _retuned   hand a live change to the part
        _load_part let a part that was just made go on from what it saved
        _reload    begin anew as a saved run was begun
    """

    _part: Part

    def __init__(self, params: P, rng: np.random.Generator) -> None:
        self.steps = 0
        self._params = params
        self._start = dict(rng.bit_generator.state)
        self._restarting = tuple(field.name for field in fields_of(type(params)) if field.restarts)

    def _begin(self) -> None:
        """From the start, whatever was drawn since the run began."""
        self._rng = np.random.default_rng()
        self._rng.bit_generator.state = self._start
        self._part = self._made(self._params)

    # ------------------------------------------------------------------------------------------- hooks

    def _made(self, params: P) -> Part:
        """A part at its start."""
        raise NotImplementedError

    def _retuned(self, params: P, changed: Mapping[str, Any]) -> None:
        """Hand a live change to the part. changed: the controls that differ, with their new values."""
        raise NotImplementedError

    def _load_part(self, saved: Any, params: P) -> None:
        """Let the part, just made, go on from what it saved. Raises ValueError when that is of another run."""
        raise NotImplementedError

    def _reload(self, state: Mapping[str, Any], params: P) -> None:
        """Begin anew as a saved run was begun. Raises ValueError when it is damaged."""
        self._params, self._start = params, dict(state["start"])
        self._begin()

    # ---------------------------------------------------------------------------------------- stepping

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        return self._part.done()

    def step(self) -> None:
        """A step of the run, or a piece of it."""
        if not self.done and self._part.step(self.steps + 1):
            self.steps += 1

    def retune(self, params: P) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        changed = live_changes(self._params, params, restarting=self._restarting)
        self._retuned(params, changed)
        self._params = params

    # ------------------------------------------------------------------------------------ kept, loaded

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {"start": self._start, "part": self._part.save()}

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        step, params = read_run(type(self._params), state)
        if params.topic != self._params.topic:
            raise ValueError(f"state: of the run {params.topic}, needs {self._params.topic}")
        self._reload(state, params)
        self._load_part(state["part"], params)
        self.steps = step
        self._rng.bit_generator.state = dict(state["random"])
