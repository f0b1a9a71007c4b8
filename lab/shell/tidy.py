"""Keeping Python's garbage collector out of the picture.

A full collection looks at every object there is, some 80 ms with a few experiments open, and holds up every
thread meanwhile: one frame in a few hundred would come late. So what an opened box is made of is looked through
once, at a quiet moment, and then set aside; from then on a collection only looks at what has come since. When
a box is closed everything is looked at again.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

__all__ = ["Tidy"]

QUIET_MS = 1200  # after something was opened or closed, and between two looks whether it is quiet now
PATIENCE = 8  # looks; after that a busy window is tidied as well, once


class Tidy(QObject):
    """Sets aside what stays. `busy` says whether something is running that should not be held up."""

    def __init__(self, busy: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._busy, self._looks = busy, 0
        self._timer = QTimer(self)
        self._timer.setInterval(QUIET_MS)
        self._timer.timeout.connect(self._look)

    def opened(self) -> None:
        """Much has come that will stay."""
        self._looks = 0
        self._timer.start()

    def closed(self) -> None:
        """Something that was set aside may go: it is looked at again."""
        gc.unfreeze()
        self.opened()

    def _look(self) -> None:
        self._looks += 1
        in_hand = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if (in_hand or self._busy()) and self._looks < PATIENCE:
            return
        self._timer.stop()
        gc.collect()
        gc.freeze()
