"""What a code cell may take on Linux and macOS, and how everything that it started is ended.

The process that reads the code forks: the child runs it, in a process group of its own and under limits; the
parent waits and, when the child has ended, when it is told to stop (SIGTERM) or when the lab itself is gone,
ends whatever is left. On Linux the parent is the reaper of all its descendants, so that also those are found
which left the group and whose own parents have ended.

Not caught: what another program starts on request (`at`, `systemd-run`), and code that ends this guard after it
has put a process into a session of its own. On macOS nothing reaps descendants: there a process that left the
group is not caught, nor is one whose guard was ended. The limits of memory, time and file size hold for each
process, not for all of them together, and the limit of processes holds on Linux and not for the administrator.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = ["FILE", "MEMORY", "PROCESSES", "SECONDS", "end_session", "guarded", "limits", "user_tasks"]

MEMORY = 2 * 2**30  # bytes of address space
SECONDS = 20  # of computing; the panel is stricter about time, this is for a cell whose panel has gone
FILE = 64 * 2**20  # bytes that may be written to one file
OPEN_FILES = 256
PROCESSES = 32  # and threads, above those that the user has already
TICK = 0.01  # seconds between two looks at the child
PATIENCE = 5.0  # seconds for what is left to end: a process in the middle of a write takes its time
REAPER, PARENT_DIED = 36, 1  # of prctl


def guarded(work: Callable[[], int]) -> int:
    """Do `work` in a child behind its limits, and end all that it started. Returns its exit code.

    It returns twice, as a fork does: in the child with the code of `work`, and in the guard with what became of the
    child, above 128 when a signal ended it. Both then end as any program does.
    """
    _control(REAPER, 1)
    with contextlib.suppress(OSError):  # it leads a session already
        os.setsid()
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    lab = os.getppid()
    child = os.fork()
    if child == 0:
        _become_a_cell()
        return work()
    with contextlib.suppress(OSError):  # the child may have done so, or have ended
        os.setpgid(child, child)
    code: int | None = None
    while code is None and not stopped and os.getppid() == lab:
        time.sleep(TICK)
        code = _reaped(child)
    _end_all(child)
    return 1 if code is None else code


def _become_a_cell() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setpgid(0, 0)
    _control(PARENT_DIED, signal.SIGKILL)
    _limit()


def _control(option: int, value: int) -> None:
    """A call of prctl, which only Linux has."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


# ------------------------------------------------------------------------------------------ limits


def limits() -> dict[str, int]:
    """The limits of this system by their names in `resource`."""
    found = {
        "RLIMIT_AS": MEMORY,
        "RLIMIT_CPU": SECONDS,
        "RLIMIT_FSIZE": FILE,
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_CORE": 0,
    }
    tasks = user_tasks()
    if tasks is not None:
        found["RLIMIT_NPROC"] = tasks + PROCESSES
    return found


def _limit() -> None:
    """Set them for good: the code could raise a soft limit again."""
    import resource

    for name, most in limits().items():
        what = getattr(resource, name)
        _soft, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS knows some by name only
            resource.setrlimit(what, (most, most))


def user_tasks() -> int | None:
    """How many processes and threads the user runs, for the limit counts all of them. None where nobody tells."""
    if sys.platform != "linux":
        return None
    count, user = 0, os.getuid()
    for pid in _pids():
        with contextlib.suppress(OSError):  # it has ended
            if Path(f"/proc/{pid}").stat().st_uid == user:
                count += len(os.listdir(f"/proc/{pid}/task"))  # noqa: PTH208
    return count


# --------------------------------------------------------------------------------------------- end


def _reaped(child: int) -> int | None:
    """The child's exit code, or None while it runs. Others that have ended are forgotten on the way."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return None
            if pid == child:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
    return None


def _end_all(child: int) -> None:
    """End the child's group at once, then one after the other what has left it, until there is nothing."""
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while _has_children() and time.monotonic() < end:
        for pid in _descendants(os.getpid()):
            _kill(pid)
        time.sleep(TICK)


def _has_children() -> bool:
    """Whether any is left. Those that have ended are forgotten."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def end_session(leader: int) -> None:
    """End a guard that does not answer, or what a guard that was ended left behind: all that is in its session."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        left = [pid for pid, (_parent, session, state) in _table().items() if session == leader and state != "Z"]
        if not left:
            return
        for pid in left:
            _kill(pid)
        time.sleep(TICK)


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _descendants(root: int) -> list[int]:
    table = _table()
    found, new = [], [root]
    while new:
        new = [pid for pid, (parent, _session, _state) in table.items() if parent in new]
        found += new
    return found


def _table() -> dict[int, tuple[int, int, str]]:
    """Every process with its parent, session and state. Empty where there is no /proc."""
    table = {}
    for pid in _pids():
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
            state, parent, _group, session, *_rest = text.rpartition(")")[2].split()
            table[pid] = (int(parent), int(session), state)
    return table


def _pids() -> Iterator[int]:
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):  # noqa: PTH208
            if name.isdecimal():
                yield int(name)
