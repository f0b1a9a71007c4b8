"""What open boxes, and those that were open, keep although it can be made again: given back at a quiet moment."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakSet

from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from lab.core.experiment import Experiment
from lab.kit.caches import forget_cached
from lab.shell.box.box import ExperimentBox
from widgets.base.kept_by_qt import forget_signals, forget_style_rules
from widgets.base.look import forget_letters

__all__ = ["SpareMemory"]

SHARED = (  # packages that keep something for any experiment
    "lab.core.glossary",
    "lab.core.lesson",
    "lab.kit",
    "lab.engine",
    "widgets.base.icon",
    "widgets.canvas",
    "widgets.graphs",
    "widgets.plots",
    "widgets.surfaces",
    "widgets.text",
)


class SpareMemory:
    """`in_use` says of which experiments boxes are open now, by id."""

    def __init__(self, in_use: Callable[[], set[str]]) -> None:
        self._in_use = in_use
        self._left: dict[str, Experiment] = {}  # experiments of which a box was closed, by id
        self._new: WeakSet[ExperimentBox] = WeakSet()

    def opening(self) -> None:
        """A box is about to be made. Where the one before has not had its quiet moment yet, as when a session is opened
        again, it takes the place of what is let go."""
        if self._new:
            self._forget_spare()

    def opened(self, box: ExperimentBox) -> None:
        """A box has been made."""
        self._new.add(box)

    def closed(self, experiment: Experiment) -> None:
        """A box of an experiment is closed."""
        self._left[experiment.id] = experiment

    def give_back(self) -> None:
        """Nothing else is to do now."""
        self._forget_spare()
        if self._left:
            self._forget_left()

    def _forget_spare(self) -> None:
        """What all widgets, and those of new boxes, hold without need."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            forget_style_rules(app)
        for box in self._new:
            if isValid(box):
                forget_signals(box)
        self._new.clear()

    def _forget_left(self) -> None:
        """What the experiments keep whose last box is closed; after the last of all, what any of them keeps."""
        used = self._in_use()
        forget_cached(_package(left) for id, left in self._left.items() if id not in used)
        self._left.clear()
        if not used:
            forget_cached(SHARED)
            forget_letters()
            QPixmapCache.clear()


def _package(experiment: Experiment) -> str:
    """The folder of an experiment, as a name to import."""
    return experiment.specification.partition(":")[0].rpartition(".")[0]
