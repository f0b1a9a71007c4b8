"""How to take back what was done in a run."""

from __future__ import annotations

import time
from dataclasses import field, fields, is_dataclass
from typing import Any

from lab.core.records import dataclass
from lab.core.simulation import Set
from lab.runtime.run_table import Change
from lab.runtime.timeline import Timeline

__all__ = ["Undo", "target"]


@dataclass(slots=True)
class Undo:
    """How to take something back: gestures, in their order, a whole timeline to return to, or a change of the table
    of runs."""

    sentence: str
    merge: str
    position: int  # where it was done, or where to return to
    gestures: int = 0  # in the log before it
    actions: tuple[Any, ...] = ()
    timeline: Timeline | None = None
    change: Change | None = None  # of the table of runs
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
