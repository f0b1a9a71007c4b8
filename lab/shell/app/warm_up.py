"""What the first experiment would otherwise wait for, imported while the learner looks at the home page.

It comes in pieces, each in a turn of its own: between two of them the window answers and paints.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

from lab.core.experiment import Experiment

__all__ = ["MODULES", "WarmUp"]

BEGIN_MS, PAUSE_MS = 30, 5
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


class WarmUp(QObject):
    """Imports `MODULES`, and then all of the experiment that the home page offers. It ends with its parent."""

    def __init__(self, experiment: Experiment | None, parent: QObject) -> None:
        super().__init__(parent)
        self._pieces: list[Callable[[], object]] = [partial(import_module, name) for name in MODULES]
        if experiment is not None:
            self._pieces += [experiment.load, experiment.load_view]
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)
        self._timer.start(BEGIN_MS)

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return not self._pieces

    def _next(self) -> None:
        piece = self._pieces.pop(0)
        try:
            piece()
        except ImportError as error:
            logging.getLogger("lab").error("the installation is incomplete: %s", error)
        if self._pieces:
            self._timer.start(PAUSE_MS)
