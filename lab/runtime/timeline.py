"""One uninterrupted story of a run, and how to take back what was done in it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from lab.core.simulation import Set
from lab.runtime.history import History

__all__ = ["Timeline", "Undo", "target"]


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

    def until(self, step: int, gestures: int) -> Timeline:
        """The same story up to a step, open to a different future: without later gestures, also those at that step."""
        past = self.history.until(step, lambda checkpoint: checkpoint[0] <= gestures)
        share = step / self.head if self.head else 0.0
        begun = (self.initial, self.seed, self.artifacts, self.log[:gestures])
        return Timeline(*begun, step, past, self.seconds * share, self.scene)


@dataclass(slots=True)
class Undo:
    """How to take something back: gestures, in their order, or a whole timeline to return to."""

    sentence: str
    merge: str
    position: int  # where it was done, or where to return to
    gestures: int = 0  # in the log before it
    actions: tuple[Any, ...] = ()
    timeline: Timeline | None = None
    keeps_page: bool = False  # whether the page that is seen stays when it is a timeline
    kept_at: float = field(default_factory=time.monotonic)

    def also(self, inverse: Any, timeline: Timeline) -> None:
        """One more gesture belongs to it, such as the next place of a drag in this timeline.

        inverse: takes that gesture back; None where only the story without all of them does. What is set back already
        stays so: of a point that is dragged only the first inverse counts. One drag may touch more than it began with.
        """
        if self.timeline is not None:
            return
        if inverse is None:
            self.actions, self.timeline = (), timeline.until(self.position, self.gestures)
            return
        for i, known in enumerate(self.actions):
            if isinstance(known, Set) and isinstance(inverse, Set):
                whole = Set({**inverse.values, **known.values})
                self.actions = (*self.actions[:i], whole, *self.actions[i + 1 :])
                return
            if target(known) == target(inverse):
                return
        self.actions = (inverse, *self.actions)


def target(gesture: Any) -> tuple[Any, ...]:
    """What a gesture is done to: its kind, and the names and whole numbers in it, which say where; others say how far.
    A gesture with a single value sets just that."""
    values = [getattr(gesture, one.name) for one in fields(gesture)] if is_dataclass(gesture) else []
    return (type(gesture), *(value for value in values if len(values) > 1 and isinstance(value, (int, str))))
