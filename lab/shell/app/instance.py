"""One running instance: a second launch, or a double-clicked file, hands over to the window that is open.

A lock file says who is first; a folder of small files carries what the others were asked to open. There is no
network in it. A launch that cannot hand over opens a window of its own, beside the other:

    the lock is of another computer   a home that several computers share; whether the lab still runs there, nobody
                                      here can know, so that window and its files are left alone
    the first window does not answer  it hangs, or is stopped
    nothing can be written            no lock can be taken, and nothing handed over

A window beside another has a slot: a name of its own for the lock, the folder and the session. The slot is named
after the computer, so the next launch there finds it. A lock that says nothing is removed.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, QSysInfo, Signal

from lab.core.records import dataclass
from lab.core.text import _
from lab.runtime.files import is_file, make_folder, read_capped, sweep, write_atomically
from lab.runtime.home import Home

__all__ = ["Instance", "host_name"]

MOST = 40_000
PATIENCE = 2.0  # seconds that the first window has to take a request
STARTING = 10.0  # seconds that it has while it is itself being opened
WRITING = 1.0  # seconds after which a lock that says nothing is not just being written
OLD = 120.0  # seconds after which a request is one of yesterday
SLOTS = 5


@dataclass(frozen=True, slots=True)
class Owner:
    """What a lock file says about whoever holds it."""

    process: int
    host: str
    machine: str = ""
    boot: str = ""

    @property
    def here(self) -> bool:
        """Whether it runs, or ran, on this computer. Computers copied from one image may have the same machine id."""
        machine, boot = _text(QSysInfo.machineUniqueId()), _text(QSysInfo.bootUniqueId())
        if machine and self.machine and boot and (self.machine, self.boot) == (machine, boot):
            return True
        return self.host == QSysInfo.machineHostName() and (not self.machine or self.machine == machine)


def owner_of(lock: Path) -> Owner | None:
    """Who holds a lock file; None when it says nothing or is not there."""
    try:
        lines = [line.strip() for line in read_capped(lock, 4096).decode("utf-8", "replace").split("\n")]
        process, _program, host, machine, boot = (*lines, "", "")[:5]
    except (OSError, ValueError):
        return None
    digits = process.isascii() and process.isdecimal() and len(process) < 19
    return Owner(int(process), host, machine, boot) if digits and host else None


class Instance(QObject):
    """first: whether this launch has a slot and opens a window; if not, `hand_over`.  slot: "" for the usual one."""

    requested = Signal(str)  # what another launch was asked to open, "" for just the window

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._slots = _slot_names()
        self._lock: QLockFile | None = None
        self._watcher: QFileSystemWatcher | None = None
        self._other: Owner | None = None  # the first that this launch could not hand over to
        self._owner: Owner | None = None  # the one it can hand over to
        self.slot = ""
        self.first = False
        self._find_slot()

    def hand_over(self, target: str) -> bool:
        """Leave a target to the window that is open. False when it does not take it: then this launch has a slot."""
        if target and not target.startswith("lab:"):
            with contextlib.suppress(OSError):  # the folder one is in may be gone
                target = str(Path(target).absolute())
        tries = 0
        while not self.first:
            if self._given(target):
                return True
            tries += 1
            if is_file(self._lock_path(self.slot)) or tries > SLOTS:
                self._other = self._other or self._owner
            else:  # it was closed meanwhile: its slot is free
                self._slots = _slot_names()
            self._find_slot()
        return False

    @property
    def sentence(self) -> str:
        """Why this window stands beside another, for the learner; "" when it does not."""
        if self._other is None:
            return ""
        if not self._other.here:
            text = _("Glassbox is also open on {computer}, or was not closed there. This window keeps its own session.")
            return text.format(computer=self._other.host)
        return _("Another window of Glassbox does not answer. This one opened beside it and keeps its own session.")

    def left(self, slot: str) -> bool:
        """Whether the window of another slot has ended. False where that cannot be known."""
        path = self._lock_path(slot)
        owner = owner_of(path)
        if owner is None:
            return not is_file(path)
        lock = _lock(path)
        if owner.here and lock.tryLock(0):
            lock.unlock()
            return True
        return False

    def settle(self) -> None:
        """Take the lock and listen as soon as something can be written."""
        if self._lock is None and self._home.writable:
            lock = _lock(self._lock_path(self.slot))
            if lock.tryLock(0):
                self._hold(lock)

    def close(self) -> None:
        """Let the next launch be the first."""
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    # -------------------------------------------------------------------------------------------- slots

    def _find_slot(self) -> None:
        """Take the next slot that is free, or stop at one whose owner can be asked."""
        if self._home.writable:
            for slot in self._slots:
                if self._try_slot(slot) or self._owner is not None:
                    return
        self.first, self.slot = True, f"{host_name()}-{os.getpid()}"
        self.settle()

    def _try_slot(self, slot: str) -> bool:
        """Try to take a slot. False when it is taken; `_owner` is who can be asked, if somebody can."""
        path, end = self._lock_path(slot), time.monotonic() + WRITING
        lock = _lock(path)
        self._owner, self.slot = None, slot
        while time.monotonic() < end:
            owner = owner_of(path)
            if owner is not None and not owner.here:
                self._other = self._other or owner
                return False
            if lock.tryLock(0):
                return self._hold(lock)
            if lock.error() != QLockFile.LockError.LockFailedError:
                return False
            if owner is not None and owner == owner_of(path):
                self._owner = owner
                return False
            time.sleep(0.02)
        return self._removed(path) and lock.tryLock(0) and self._hold(lock)

    def _hold(self, lock: QLockFile) -> bool:
        self._lock, self.first = lock, True
        self._listen()
        return True

    def _removed(self, path: Path) -> bool:
        """Remove a lock that says nothing. It is renamed first: somebody else may just have put a good one there."""
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            path.rename(aside)
            if owner_of(aside) is not None:
                aside.rename(path)
                return False
            aside.unlink()
            return True
        return False

    def _lock_path(self, slot: str) -> Path:
        return self._home.path(f"instance-{slot}.lock" if slot else "instance.lock")

    # ------------------------------------------------------------------------------------------ requests

    @property
    def _folder(self) -> Path:
        return self._home.path(f"asked-{self.slot}" if self.slot else "asked")

    def _given(self, target: str) -> bool:
        """Leave a request and wait until it is taken. False when it was not, and is withdrawn."""
        assert self._owner is not None
        request = self._folder / f"{self._owner.process}-{time.time_ns()}.txt"
        try:
            make_folder(self._folder)
            write_atomically(request, target.encode("utf-8", "surrogateescape"), private=True)
        except OSError:
            return False
        end = time.monotonic() + max(PATIENCE, STARTING - _age(self._lock_path(self.slot)))
        while time.monotonic() < end:
            if not is_file(request):
                return True
            if not is_file(self._lock_path(self.slot)):  # it has been closed meanwhile
                break
            time.sleep(0.02)
        try:
            request.unlink()
        except FileNotFoundError:  # taken after all
            return True
        except OSError:
            pass
        return False

    def _listen(self) -> None:
        """Take what is asked from now on; what is left from another day is removed and not opened."""
        with contextlib.suppress(OSError):
            make_folder(self._folder)
            sweep(self._folder)
            self._watcher = QFileSystemWatcher([str(self._folder)], self)
            self._watcher.directoryChanged.connect(self.collect)

    def collect(self) -> None:
        """Emit `requested` for every request that is there."""
        try:
            requests = sorted(self._folder.glob("*.txt"))
        except OSError:  # a home that may not be looked into
            return
        for path in requests:
            try:
                target = path.read_bytes()[:MOST].decode("utf-8", "surrogateescape")
                mine = _is_for_me(path.name)
                path.unlink()
            except OSError:  # withdrawn
                continue
            if mine:
                self.requested.emit(target)


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0)  # a lock is not stale because it is old: a window may be open for weeks
    return lock


def _slot_names() -> Iterator[str]:
    yield ""
    yield host_name()
    for number in range(2, SLOTS):
        yield f"{host_name()}-{number}"


def host_name() -> str:
    """This computer's name, as a part of file names."""
    return re.sub(r"[^A-Za-z0-9]+", "-", QSysInfo.machineHostName())[:40].strip("-") or "computer"


def _is_for_me(name: str) -> bool:
    """Whether a request, PROCESS-NANOSECONDS.txt, was left for this very window, and just now."""
    process, _dash, when = name.removesuffix(".txt").partition("-")
    known = process == str(os.getpid()) and when.isascii() and when.isdecimal() and len(when) < 25
    return known and abs(time.time_ns() - int(when)) < OLD * 1e9


def _age(path: Path) -> float:
    """Seconds since a file was written; 0 for one that is not there. A clock that was set back counts too."""
    try:
        return abs(time.time() - path.stat().st_mtime)
    except OSError:
        return 0.0


def _text(value: object) -> str:
    return bytes(value.data()).decode("ascii", "replace") if hasattr(value, "data") else ""
