"""One story of a run: where it began, the gestures at their steps, and what was seen.

A story is never changed in what has happened; a gesture made in its past begins another that shares the steps so far.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any

from lab.core.params import plain
from lab.core.records import dataclass
from lab.core.runs import RunRecord
from lab.core.simulation import DataAction, Frame, Set
from lab.runtime.history import History

__all__ = ["Rest", "Timeline", "is_data"]

REPLAY_SECONDS = 2.0  # a scene that takes longer to replay carries its state


@dataclass(frozen=True, slots=True)
class Rest:
    """How a run stood at its last step, before anything was changed for the next."""

    step: int
    gestures: int
    frame: Frame
    state: Any


@dataclass(slots=True)
class Timeline:
    """One story of a run."""

    initial: Any  # the controls at step 0
    seed: int
    artifacts: tuple[Any, ...] = ()
    log: list[tuple[int, Any]] = field(default_factory=list)
    head: int = 0
    history: History = field(default_factory=History)
    seconds: float = 0.0  # of computing, from step 0 to the head
    scene: int = 0  # the number of the scene that it began with
    run: int = 0  # its number in the table of runs, from its first step on
    rest: Rest | None = None

    def until(self, step: int, gestures: int) -> Timeline:
        """The same story up to a step, open to a different future: without later gestures, also those at that step.
        Where there was a future already, it is another run."""
        past = self.history.until(step, lambda checkpoint: checkpoint[0] <= gestures)
        share = step / self.head if self.head else 0.0
        begun = (self.initial, self.seed, self.artifacts, self.log[:gestures])
        run = self.run if step == self.head else 0
        return Timeline(*begun, step, past, self.seconds * share, self.scene, run)

    @property
    def slow(self) -> bool:
        """Whether it would take long to compute it again."""
        return self.seconds > REPLAY_SECONDS

    def note_rest(self, save: Callable[[], Any]) -> None:
        """A gesture is about to be made after the last step: keep how the run stands, if that was seen. save: makes
        the state."""
        found = self.history.at(self.head)
        if self.head and (self.rest is None or self.rest.step != self.head) and found and found[0] == self.head:
            self.rest = Rest(self.head, len(self.log), found[1], save() if self.slow else None)

    @property
    def rest_before_sets(self) -> Rest | None:
        """How the run stood at its last step, where nothing but controls was changed since."""
        rest = self.rest
        if rest is None or rest.step != self.head:
            return None
        return rest if all(isinstance(action, Set) for _step, action in self.log[rest.gestures :]) else None

    def record(self, gestures: int, state: Any) -> RunRecord:
        """The run with so many of its gestures, and what it can be gone on with, if anything."""
        log = tuple(self.log[:gestures])
        state = None if state is None else dict(state)
        return RunRecord(self.run, plain(self.initial), self.seed, log, self.artifacts, self.head, state=state)


def is_data(action: Any) -> bool:
    """Whether a gesture changes the data rather than the run."""
    return isinstance(action, DataAction) and action.is_data
