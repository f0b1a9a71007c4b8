"""Saving battery: a run that has changed nothing for ten minutes is offered a pause. It is never taken by itself."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QElapsedTimer, QObject

from lab.core.text import _
from lab.runtime.worker import Update
from lab.shell.box import ExperimentBox

__all__ = ["PATIENCE_MS", "Thrift"]

PATIENCE_MS = 10 * 60 * 1000
LOOK_MS = 5_000


class Thrift(QObject):
    """Watches one box while "Save battery" is on."""

    def __init__(self, box: ExperimentBox) -> None:
        super().__init__(box)
        self._box = box
        self._looked, self._same = QElapsedTimer(), QElapsedTimer()
        self._numbers: Mapping[str, object] = {}
        self._offered = False
        box.updated.connect(self._watch)

    def _watch(self, update: Update) -> None:
        if not (update.playing and update.frame is not None and self._box.services.settings.battery_saver):
            self._same.invalidate()
            self._offered = False
            return
        if self._looked.isValid() and self._looked.elapsed() < LOOK_MS:
            return
        self._looked.start()
        values = self._box.specification.metrics.values(update.frame)
        numbers = {name: value for name, value in values.items() if "step" not in name}
        if numbers != self._numbers or not self._same.isValid():
            self._numbers = numbers
            self._same.start()
        elif self._same.elapsed() >= PATIENCE_MS and not self._offered:
            self._offered = True
            self._box.notices.tell(_("Nothing has changed for ten minutes. Press Pause to save battery."))
