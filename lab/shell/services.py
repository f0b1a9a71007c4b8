"""What the parts of the window share: the worker, the learner's files, the shelf. Handed over, never fetched."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from lab.core.experiment import Experiment
from lab.core.params import changed, replaced
from lab.core.records import dataclass
from lab.runtime.classroom import Classroom
from lab.runtime.home import Home
from lab.runtime.progress import ProgressBook
from lab.runtime.session import SessionStore
from lab.runtime.settings import Settings, read_settings, write_settings

if TYPE_CHECKING:
    from lab.runtime.shelf import Shelf
    from lab.runtime.worker import Worker

__all__ = ["Services"]


@dataclass
class Services:
    """One of each. Worker and shelf are made when first needed: they import NumPy, and the home page does not."""

    home: Home
    settings: Settings
    book: ProgressBook
    sessions: SessionStore
    classroom: Classroom = field(default_factory=Classroom)

    @cached_property
    def worker(self) -> Worker:
        from lab.runtime.worker import Worker

        made = Worker()
        self._pace(made)
        return made

    @cached_property
    def shelf(self) -> Shelf:
        from lab.runtime.shelf import Shelf

        return Shelf()

    @classmethod
    def start(cls, home: Home, classroom: Classroom | None = None) -> Services:
        """Read the learner's files."""
        settings = read_settings(home)
        return cls(home, settings, ProgressBook.read(home), SessionStore(home), classroom or Classroom())

    def change_settings(self, settings: Settings) -> None:
        """Keep new settings, in memory and on disk."""
        kept = replaced(read_settings(self.home), changed(self.settings, settings))
        self.settings = settings
        write_settings(self.home, kept)  # what only the command line or the classroom chose is not kept
        if "worker" in vars(self):
            self._pace(self.worker)

    def _pace(self, worker: Worker) -> None:
        """Thirty frames a second save battery, sixty look smoother."""
        from lab.runtime.worker import FRAME

        worker.frame_seconds = 2 * FRAME if self.settings.battery_saver else FRAME

    def experiments(self) -> tuple[Experiment, ...]:
        """The experiments that may be opened here: all, or those a teacher allows."""
        from lab import catalog

        allowed = self.classroom.allowed
        return tuple(e for e in catalog.experiments() if not allowed or e.id in allowed)

    def find(self, id: str) -> Experiment | None:
        return next((e for e in self.experiments() if e.id == id), None)

    def close(self) -> bool:
        """End the worker. False when it did not end in time."""
        return self.worker.close() if "worker" in vars(self) else True
