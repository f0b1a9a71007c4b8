"""Ends well when the system ends the lab: a log-off, a shutdown, Ctrl-C in a terminal.

A signal of Unix only writes a byte into a pipe; the event loop finds it there, saves and closes. Windows and
session managers announce a log-off through Qt.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtGui import QGuiApplication

__all__ = ["ShutdownHandler"]


class ShutdownHandler(QObject):
    """Calls `save` when the system may be about to end the lab, and `end` when the program is asked to."""

    def __init__(self, app: QGuiApplication, save: Callable[[], object], end: Callable[[], object]) -> None:
        super().__init__(app)
        self._end = end
        app.commitDataRequest.connect(save)
        app.aboutToQuit.connect(end)
        self._pipe: tuple[int, int] | None = None
        self._before: dict[int, object] = {}
        if os.name == "posix":
            self._watch_signals()

    def _watch_signals(self) -> None:
        self._pipe = os.pipe()
        for end in self._pipe:
            os.set_blocking(end, False)
        self._notifier = QSocketNotifier(self._pipe[0], QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read_pipe)
        signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup
                self._before[number] = signal.signal(number, _do_nothing)

    def _read_pipe(self, _pipe: object = None) -> None:
        assert self._pipe is not None
        with contextlib.suppress(OSError):
            numbers = os.read(self._pipe[0], 100)
            if any(number in self._before for number in numbers):
                self._end()
                QGuiApplication.quit()


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """Python's own part of a signal has nothing to do: the byte in the pipe is what ends the lab."""
