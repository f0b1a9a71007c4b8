"""The only place where the worker's frames become Qt signals.

The worker rings when its mailbox was empty; the ring crosses to the window's thread as one queued signal, and
the latest update is taken then. However fast a run is, at most one signal waits. When what has changed is
painted, the worker is told so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal

from lab.core.experiment import Experiment
from lab.core.scene import Scene
from lab.runtime.track import Track
from lab.runtime.worker import Run, Worker

__all__ = ["Bridge"]

PAINTED = QEvent.Type(QEvent.registerEventType())
LAST = Qt.EventPriority.LowEventPriority.value - 1  # after the painting, which Qt puts last


class Bridge(QObject):
    """One run, seen from the window."""

    arrived = Signal(object)  # Update
    _rang = Signal()
    _answered = Signal(object, object)

    def __init__(self, worker: Worker, experiment: Experiment, scene: Scene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rang.connect(self._collect, Qt.ConnectionType.QueuedConnection)
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._open = True
        self.run: Run = worker.open(experiment, scene, self._rang.emit, watched=True)

    def ask(self, question: Callable[[Track], Any], reply: Callable[[Any], None]) -> None:
        """Have something read off the run; `reply` is called in the window's thread, with an exception if it failed."""
        self.run.ask(question, _Reply(self._answered, reply))

    def close(self) -> None:
        """Leave the worker. What is still on its way is dropped."""
        self._open = False
        self.run.close()

    def _collect(self) -> None:
        update = self.run.mailbox.take()
        if update is not None and self._open:
            self.arrived.emit(update)
            QCoreApplication.postEvent(self, QEvent(PAINTED), LAST)

    def event(self, event: QEvent) -> bool:
        if event.type() == PAINTED:
            if self._open:
                self.run.drawn()
            return True
        return super().event(event)

    def _deliver(self, reply: Callable[[Any], None], answer: Any) -> None:
        if self._open:
            reply(answer)


class _Reply:
    """Called on the worker's thread; carries the answer over."""

    def __init__(self, signal: Any, reply: Callable[[Any], None]) -> None:
        self._signal, self._reply = signal, reply

    def __call__(self, answer: Any) -> None:
        self._signal.emit(self._reply, answer)
