"""The only place where the worker's frames become Qt signals.

The worker emits a signal when its mailbox was empty; it crosses to the window's thread queued, and the latest update
is taken then. However fast a run is, at most one signal waits. When what has changed is painted, the worker gets to
know, and what that took of this thread's time: not what another program took meanwhile, or the worker itself.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal

from lab.core.experiment import Experiment
from lab.core.scene import Scene
from lab.runtime.run import Run
from lab.runtime.track import Track
from lab.runtime.worker import Worker

__all__ = ["Bridge"]

PAINTED = QEvent.Type(QEvent.registerEventType())
LAST = Qt.EventPriority.LowEventPriority.value - 1  # after the painting, which Qt puts last
spent: Callable[[], float] = time.perf_counter if sys.platform == "win32" else time.thread_time
"""What this thread has worked, in seconds. Windows counts that in sixty-fourths of a second: far too roughly."""


class Bridge(QObject):
    """One run, seen from the window."""

    arrived = Signal(object)  # Update
    _notified = Signal()
    _answered = Signal(int, object)

    def __init__(self, worker: Worker, experiment: Experiment, scene: Scene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notified.connect(self._collect, Qt.ConnectionType.QueuedConnection)
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._replies: dict[int, Callable[[Any], None]] = {}
        self._requested = 0
        self._signals = (_ThreadSignal(self._notified), _ThreadSignal(self._answered))
        self._open = True
        self._taken = 0.0  # when the last update was
        self.run: Run = worker.open(experiment, scene, self._signals[0], watched=True)

    def ask(self, question: Callable[[Track], Any], reply: Callable[[Any], None]) -> None:
        """Have something read off the run; `reply` is called in the window's thread, with an exception if it failed."""
        self._requested += 1
        self._replies[self._requested] = reply  # it stays here: the worker's thread holds nothing of the window's
        self.run.ask(question, partial(self._signals[1], self._requested))

    def close(self) -> None:
        """Leave the worker. What is still on its way is dropped."""
        self._open = False
        for signal in self._signals:
            signal.cut()
        self._replies.clear()
        self.run.close()

    def _collect(self) -> None:
        self._taken = spent()
        update = self.run.mailbox.take()
        if update is not None and self._open:
            self.arrived.emit(update)
            QCoreApplication.postEvent(self, QEvent(PAINTED), LAST)

    def event(self, event: QEvent) -> bool:
        if event.type() == PAINTED:
            if self._open:
                self.run.drawn(spent() - self._taken)
            return True
        return super().event(event)

    def _deliver(self, number: int, answer: Any) -> None:
        reply = self._replies.pop(number, None)
        if reply is not None:
            reply(answer)


class _ThreadSignal:
    """A signal that the worker's thread may emit, also when its receiver has gone."""

    def __init__(self, signal: Any) -> None:
        self._signal, self._lock = signal, threading.Lock()

    def __call__(self, *values: Any) -> None:
        with self._lock:
            if self._signal is not None:
                try:
                    self._signal.emit(*values)
                except RuntimeError:  # its window was deleted without closing the bridge
                    self._signal = None

    def cut(self) -> None:
        """Emit no more. When this returns no other thread is in the middle of it."""
        with self._lock:
            self._signal = None
