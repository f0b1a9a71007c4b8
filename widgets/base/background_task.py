"""Work that would hold up the window, on a thread of its own: it says how far it is, can be stopped at any time, and
never outlives whoever asked for it.

The work is a generator that yields its share, 0 … 1, and returns what it made. The window looks at the thread from
time to time instead of being called by it, so nothing of Qt is touched outside the window's own thread.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

__all__ = ["BackgroundTask"]

LOOK = 30  # milliseconds between two looks at the thread


class _Task:
    """One piece of work and its thread. `error` or `made` count once the thread has ended."""

    def __init__(self, work: Generator[float, None, Any]) -> None:
        self.share = 0.0
        self.made: Any = None
        self.error: Exception | None = None
        self._work, self._stop = work, threading.Event()
        self.thread = threading.Thread(target=self._run, name="background", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """End at the next rest of the work."""
        self._stop.set()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self.share = next(self._work)
        except StopIteration as end:
            self.made = end.value
        except Exception as error:  # whatever it is, it is told on the window's thread
            self.error = error
        finally:
            self._work.close()


class BackgroundTask(QObject):
    """Runs one piece of work at a time; what is started later takes the place of what runs.

    `advanced` carries the share that is done, `done` what was made, `failed` the exception. What was stopped says
    nothing any more.
    """

    advanced = Signal(float)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._task: _Task | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self._look)

    @property
    def running(self) -> bool:
        """Whether something was started that is neither done nor stopped."""
        return self._task is not None

    def start(self, work: Generator[float, None, Any]) -> None:
        """Begin, in the place of what runs."""
        self.stop()
        self._task = _Task(work)
        self.destroyed.connect(self._task.stop)
        self._timer.start()
        self.advanced.emit(0.0)

    def stop(self) -> bool:
        """Drop what runs; its thread ends soon. Returns whether there was something."""
        task, self._task = self._task, None
        self._timer.stop()
        if task is None:
            return False
        self.destroyed.disconnect(task.stop)
        task.stop()
        return True

    def _look(self) -> None:
        task = self._task
        if task is None:
            return
        if task.thread.is_alive():
            self.advanced.emit(task.share)
            return
        self.stop()
        if task.error is not None:
            self.failed.emit(task.error)
        else:
            self.done.emit(task.made)
