"""The runs of a box: those that have ended, which of them are starred, and the one that is pinned.

The rows are bounded. Where there are too many, states that a replay can make again go first, then the oldest rows, the
starred ones last.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from lab.core.experiment import Specification
from lab.core.records import dataclass
from lab.core.run_files import MAX_RUNS
from lab.core.runs import RunRecord, course_of, main_numbers
from lab.core.simulation import Frame
from lab.runtime.weight import Held, Weight, weigh

__all__ = ["MOST_BYTES", "MOST_SENT", "Change", "Pinned", "RunTable", "with_results"]

MOST_BYTES = 8_000_000  # of all rows of one box
MOST_SENT = 48_000_000  # bytes of what was sent to them, each once


@dataclass(frozen=True, slots=True)
class Pinned:
    """A run that stays in sight, with the frame of its end; None while that has to be computed again."""

    run: RunRecord
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Of a table: rows that come and go, and another pinned run (in a tuple of one; None in it: no run)."""

    add: tuple[RunRecord, ...] = ()
    remove: tuple[int, ...] = ()
    pin: tuple[Pinned | None] | None = None


class RunTable:
    """Rows by number, in the order in which the runs began."""

    def __init__(self, runs: Iterable[RunRecord] = (), pinned: RunRecord | None = None) -> None:
        self.revision = 0  # changes with the table
        self.pinned = Pinned(pinned) if pinned is not None else None
        self._rows: dict[int, RunRecord] = {}
        self._weights: dict[int, tuple[Weight, Weight]] = {}
        self._held, self._sent = Held(), Held()
        self._starred: set[int] = set()
        self._last = pinned.number if pinned is not None else 0
        for run in runs:
            self.keep(run)
            if run.starred:
                self._starred.add(run.number)

    @property
    def rows(self) -> tuple[RunRecord, ...]:
        """The runs that have ended, the first one first."""
        return tuple(self.marked(self._rows[number]) for number in sorted(self._rows))

    @property
    def bytes(self) -> int:
        """What the rows hold in memory, without what was sent to them."""
        return self._held.bytes

    @property
    def next_number(self) -> int:
        """The number that the next run to begin will have."""
        return self._last + 1

    def take_number(self) -> int:
        """A number for a run that begins."""
        self._last += 1
        return self._last

    def marked(self, run: RunRecord) -> RunRecord:
        """A run with its star, or without."""
        return replace(run, starred=run.number in self._starred)

    def find(self, number: int) -> RunRecord | None:
        """The row of that number."""
        return self._rows.get(number)

    def keep(self, run: RunRecord) -> None:
        """Make a run a row, or replace its row where it has gone on since."""
        old = self._rows.get(run.number)
        if old is not None and old.step > run.step:
            return
        self._put(run)
        self._last = max(self._last, run.number)
        self._fit()

    def star(self, number: int, on: bool) -> None:
        """Keep a row longer than others, or no longer."""
        self._starred.add(number) if on else self._starred.discard(number)
        self.revision += 1

    def apply(self, change: Change) -> Change:
        """Carry out a change. Returns the one that takes it back."""
        gone = tuple(self._rows[number] for number in change.remove if number in self._rows)
        back = Change(gone, tuple(run.number for run in change.add), (self.pinned,) if change.pin else None)
        for run in gone:
            self._drop(run.number)
        for run in change.add:
            self._put(run)
        if change.pin is not None:
            self.pinned = change.pin[0]
        self.revision += 1
        return back

    def shed(self) -> bool:
        """Let go of the oldest state that is kept. False where there is none."""
        number = next((number for number in sorted(self._rows) if self._rows[number].state is not None), None)
        if number is not None:
            self._put(replace(self._rows[number], state=None))
        return number is not None

    def _fit(self) -> None:
        while self._held.bytes > MOST_BYTES and self.shed():
            pass
        while len(self._rows) > 1 and self._too_much:
            self._drop(min(self._rows, key=lambda number: (number in self._starred, number)))

    @property
    def _too_much(self) -> bool:
        return len(self._rows) > MAX_RUNS or self._held.bytes > MOST_BYTES or self._sent.bytes > MOST_SENT

    def _put(self, run: RunRecord) -> None:
        self._drop(run.number)
        own, sent = weigh(replace(run, artifacts=())), weigh([artifact.data for artifact in run.artifacts])
        self._rows[run.number], self._weights[run.number] = run, (own, sent)
        self._held.take(own)
        self._sent.take(sent)
        self.revision += 1

    def _drop(self, number: int) -> None:
        if self._rows.pop(number, None) is not None:
            own, sent = self._weights.pop(number)
            self._held.release(own)
            self._sent.release(sent)


def with_results(run: RunRecord, specification: Specification, frame: Frame, frames: Sequence[Any]) -> RunRecord:
    """A run with what came out of it. frame: of its end; frames: those that were seen on the way."""
    idle: set[str] = set()
    with contextlib.suppress(Exception):  # of a broken simulation the row says as much as can be known
        idle = {*specification.unused(frame), *specification.hidden(frame)}
        run = replace(run, idle=tuple(sorted(idle)))
        run = replace(run, results=specification.metrics.some(frame, main_numbers(specification, frame)))
        run = replace(run, curve=course_of(specification, frame, frames))
    return run
