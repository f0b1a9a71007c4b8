"""What an experiment would otherwise wait for, imported while the learner looks at the cards.

It comes in pieces, each in a turn of its own: between two of them the window answers and paints.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

from lab.core.experiment import Experiment

__all__ = ["MODULES", "Piece", "WarmUp"]

BEGIN_MS, PAUSE_MS = 30, 5
REST_MS = 60  # a pointer that goes over many cards brings none of them
MODULES = (  # what stands further down imports less, since what it needs is there already
    "numpy",
    "numpy.ma",
    "numpy.random",
    "lab.runtime.worker",
    "markdown_it",
    "widgets.controls.form",
    "widgets.plots.plot",
    "lab.shell.lesson.side",
    "lab.shell.docks.host",
    "lab.shell.box.box",
    "lab.shell.box.commands",
    "lab.shell.app.workspace",
    "widgets.surfaces.terrain",
)


Piece = Callable[[], object]


def _now(piece: Piece) -> None:
    piece()


class WarmUp(QObject):
    """Imports `MODULES`, then all of the experiment that the home page offers, and of those that are `expected`. It
    ends with its parent. run: does a piece."""

    def __init__(self, experiment: Experiment | None, parent: QObject, run: Callable[[Piece], None] = _now) -> None:
        super().__init__(parent)
        self._run = run
        self._pieces: list[Piece] = [partial(import_module, name) for name in MODULES]
        if experiment is not None:
            self._pieces += [experiment.load, experiment.load_view]
        self._expected: list[Piece] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)
        self._timer.start(BEGIN_MS)

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return not (self._pieces or self._expected)

    def expect(self, experiment: Experiment) -> None:
        """This one may be opened next: the pointer rests on its card, say. It comes after all that is left, and in
        place of one that was expected before."""
        self._expected = [experiment.load, experiment.load_view]
        if not self._pieces:
            self._timer.start(REST_MS)

    def _next(self) -> None:
        piece = (self._pieces or self._expected).pop(0)
        try:
            self._run(piece)
        except ImportError as error:
            logging.getLogger("lab").error("the installation is incomplete: %s", error)
        if not self.done:
            self._timer.start(PAUSE_MS)
