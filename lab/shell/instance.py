"""One running instance: a second launch, or a double-clicked file, hands over to the window that is open.

A lock file says who is first; a folder of small files carries what the others were asked to open. There is
no network in it. Where nothing can be written, every launch is the first.
"""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Signal

from lab.runtime.files import write_atomically
from lab.runtime.home import Home

__all__ = ["Instance"]

MOST = 40_000


class Instance(QObject):
    asked = Signal(str)  # what another launch was asked to open, "" for just the window

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spool = home.path("asked")
        self._lock = QLockFile(str(home.path("instance.lock")))
        self._lock.setStaleLockTime(0)  # only a lock whose process has died is stale
        self.first = not home.writable or self._lock.tryLock(100)
        self._watcher: QFileSystemWatcher | None = None
        if self.first and home.writable:
            self._spool.mkdir(exist_ok=True)
            self._watcher = QFileSystemWatcher([str(self._spool)], self)
            self._watcher.directoryChanged.connect(self._collect)

    def hand_over(self, target: str) -> None:
        """Leave a target for the first instance."""
        path = Path(target)
        if target and not target.startswith("lab:"):
            target = str(path.absolute())
        self._spool.mkdir(exist_ok=True)
        write_atomically(self._spool / f"{time.time_ns()}.txt", target.encode())

    def close(self) -> None:
        """Let the next launch be the first."""
        if self.first:
            self._lock.unlock()

    def _collect(self) -> None:
        for path in sorted(self._spool.glob("*.txt")):
            try:
                target = path.read_bytes()[:MOST].decode("utf-8", "replace")
                path.unlink()
            except OSError:
                continue
            self.asked.emit(target)
