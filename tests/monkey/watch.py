"""Who watches the monkey: everything that a window must never do, whatever is done to it."""

from __future__ import annotations

import gc
import logging
import math
import resource
import sys
import time
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtWidgets import QApplication

from lab.shell.app.heap import trim_memory
from tests.asking import divergence_of, metrics_of, why_of

__all__ = ["FREEZE", "Watch"]

FREEZE = 1.0  # seconds of the window's thread, in processor time, for one answer on a machine that does nothing else


class Watch:
    """Notes what goes wrong. `problems` are sentences; those of one gesture are together."""

    def __init__(self, messages: Callable[[], list[str]]) -> None:
        """messages: what Qt has complained of so far."""
        self.problems: list[str] = []
        self.slow: list[str] = []  # what took too long, and may have done so because others were busy
        self._messages, self._sentence = messages, len(messages())
        self._quiet = min(spin() for _ in range(5))
        self._hook, self._listener = sys.excepthook, _Listener(self.problems)

    def __enter__(self) -> Watch:
        sys.excepthook = self._raised
        logging.getLogger().addHandler(self._listener)
        return self

    def __exit__(self, *_reason: object) -> None:
        sys.excepthook = self._hook
        logging.getLogger().removeHandler(self._listener)

    def _raised(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.problems.append("raised: " + "".join(traceback.format_exception(kind, error, trace)))

    def timed(self, action: Callable[[], Any], what: str) -> Any:
        """Do something on the window's thread, and note when it takes too long."""
        before = time.thread_time()
        result = action()
        spent = time.thread_time() - before
        if spent > FREEZE and spent > FREEZE * spin() / self._quiet:  # others on the machine slow a processor down
            self.slow.append(f"the window's thread worked for {spent:.2f} s: {what}")
        return result

    def settle(self, seconds: float) -> None:
        """Let the window answer for a while."""
        app = QCoreApplication.instance()
        assert app is not None
        end = time.monotonic() + seconds
        while True:
            self.timed(lambda: app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5), "after a gesture")
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if time.monotonic() >= end:
                return
            time.sleep(0.002)

    def look_at(self, window: Any) -> None:
        """Nothing has failed, and no number is NaN without a reason."""
        messages = self._messages()
        self.problems += [f"Qt says: {message}" for message in messages[self._sentence :]]
        self._sentence = len(messages)
        for box in window.boxes:
            update = box.update_shown
            if update is not None and update.failure is not None:
                self.problems.append(f"{box.experiment.id} stopped: {update.failure.report}")
            elif update is not None and update.frame is not None:
                self._look_at_numbers(box.experiment.id, update.frame)

    def _look_at_numbers(self, id: str, frame: Any) -> None:
        for name, value in metrics_of(frame).items():
            if isinstance(value, float) and math.isnan(value) and not (divergence_of(frame) or why_of(frame, name)):
                self.problems.append(f"{id}: {name} is NaN, and nothing says why")


class _Listener(logging.Handler):
    def __init__(self, problems: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._problems = problems

    def emit(self, record: logging.LogRecord) -> None:
        self._problems.append(f"logged: {record.getMessage()}")


def spin() -> float:
    """Processor seconds of the same small piece of work, the best of three."""
    times = []
    for _ in range(3):
        before = time.thread_time()
        sum(i * i for i in range(200_000))
        times.append(time.thread_time() - before)
    return min(times)


def resident() -> int:
    """The bytes of memory in use, after everything that can go is gone."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.unfreeze()
    gc.collect()
    trim_memory()
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * resource.getpagesize()


def widgets() -> int:
    """How many widgets there are."""
    return len(QApplication.allWidgets())
