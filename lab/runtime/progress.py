"""How far the learner has come: pages read, challenges met. Kept on this computer only.

It is no score: a card shows "Step 3 of 5" or "Done", and nothing is locked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, field, replace
from typing import Any

from lab.core.records import dataclass
from lab.runtime.home import Home

__all__ = ["Progress", "ProgressBook"]

FILE = "progress.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """One experiment: the lesson page reached (from 0), how many there are, and the challenges met."""

    page: int = 0
    pages: int = 0
    finished: bool = False
    challenges: tuple[str, ...] = ()
    opened: int = 0  # a counter, larger for what was opened later

    @property
    def share(self) -> float:
        """0 for untouched, 1 for done."""
        if self.finished:
            return 1.0
        return min(0.95, (self.page + 1) / self.pages) if self.pages and self.opened else 0.0


@dataclass
class ProgressBook:
    """All of it, by experiment id; every change is written at once."""

    home: Home
    entries: dict[str, Progress] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Home) -> ProgressBook:
        home.joins[FILE] = _joined
        return cls(home, _entries(home.read_json(FILE)))

    def of(self, experiment: str) -> Progress:
        return self.entries.get(experiment, Progress())

    @property
    def latest(self) -> str | None:
        """The experiment opened last."""
        opened = [(entry.opened, id) for id, entry in self.entries.items() if entry.opened]
        return max(opened)[1] if opened else None

    def opened(self, experiment: str) -> None:
        self._change(experiment, opened=1 + max((e.opened for e in self.entries.values()), default=0))

    def read_page(self, experiment: str, page: int, pages: int) -> None:
        """A page was shown; the last one finishes the lesson."""
        before = self.of(experiment)
        self._change(
            experiment,
            page=max(before.page, page),
            pages=pages,
            finished=before.finished or page >= pages - 1,
        )

    def met(self, experiment: str, challenge: str) -> bool:
        """A challenge was met. True the first time."""
        before = self.of(experiment)
        if challenge in before.challenges:
            return False
        self._change(experiment, challenges=(*before.challenges, challenge))
        return True

    def _change(self, experiment: str, **values: Any) -> None:
        self.entries[experiment] = replace(self.of(experiment), **values)
        mine = {id: asdict(entry) for id, entry in self.entries.items()}
        stored = _joined(self.home.read_json(FILE), mine)  # another window may have written meanwhile
        self.entries = _entries(stored)
        self.home.write_json(FILE, stored)


def _entries(stored: Mapping[str, Any]) -> dict[str, Progress]:
    return {str(id): _entry(value) for id, value in stored.items() if isinstance(value, dict)}


def _joined(stored: Mapping[str, Any], mine: Mapping[str, Any]) -> dict[str, Any]:
    """The progress of two windows as one: for each experiment how far either has come."""
    both, ours = _entries(stored), _entries(mine)
    for id, entry in ours.items():
        other = both.get(id, Progress())
        both[id] = Progress(
            max(entry.page, other.page),
            entry.pages or other.pages,
            entry.finished or other.finished,
            tuple(dict.fromkeys((*other.challenges, *entry.challenges))),
            max(entry.opened, other.opened),
        )
    return {**stored, **{id: asdict(entry) for id, entry in both.items()}}


def _entry(value: Mapping[str, Any]) -> Progress:
    """A stored entry, each value checked."""

    def whole(name: str) -> int:
        number = value.get(name, 0)
        return number if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10**9 else 0

    met = value.get("challenges", ())
    names = tuple(str(item)[:80] for item in met[:50]) if isinstance(met, (list, tuple)) else ()
    return Progress(whole("page"), whole("pages"), value.get("finished") is True, names, whole("opened"))
