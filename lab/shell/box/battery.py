"""Saving battery: a run that has changed nothing for ten minutes is offered a pause. It is never taken by itself."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from lab.runtime.run import Update
from lab.shell.box.box import ExperimentBox

__all__ = ["IDLE_MS", "BatterySaver"]

IDLE_MS = 10 * 60 * 1000
CHECK_MS = 5_000


class BatterySaver(QObject):
    """Watches one box while "Save battery" is on."""

    idle = Signal()  # nothing has changed for ten minutes

    def __init__(self, box: ExperimentBox) -> None:
        super().__init__(box)
        self._box = box
        self._since_check, self._since_change = QElapsedTimer(), QElapsedTimer()
        self._numbers: Mapping[str, object] = {}
        self._offered = False
        box.updated.connect(self._check)

    def _check(self, update: Update) -> None:
        if not (update.playing and update.frame is not None and self._box.services.settings.battery_saver):
            self._since_change.invalidate()
            self._offered = False
            return
        if self._since_check.isValid() and self._since_check.elapsed() < CHECK_MS:
            return
        self._since_check.start()
        values = self._box.specification.metrics.values(update.frame)
        numbers = {name: value for name, value in values.items() if "step" not in name}
        if numbers != self._numbers or not self._since_change.isValid():
            self._numbers = numbers
            self._since_change.start()
        elif self._since_change.elapsed() >= IDLE_MS and not self._offered:
            self._offered = True
            self.idle.emit()
