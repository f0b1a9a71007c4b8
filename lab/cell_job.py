"""What a code cell may take on Windows, and how everything that it started is ended: by a job object.

The child puts itself into a job before it runs any code, and is the only one to hold the job's handle. However
the child ends, also when the lab terminates it, Windows closes that handle and with it ends every process in
the job; nothing that is started in it can leave it. The job limits memory, computing time and the number of
processes. Not caught: what a service starts on request, such as the task scheduler; and how much is written to
the disk, which a job does not count.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

__all__ = ["MEMORY", "PROCESSES", "SECONDS", "Limits", "confine"]

MEMORY = 2 * 2**30  # bytes, for all of them together
SECONDS = 20  # of computing, for each process
PROCESSES = 32

EXTENDED_LIMITS = 9  # the kind of information that `Limits` is
PROCESS_TIME, ACTIVE_PROCESSES = 0x2, 0x8
PROCESS_MEMORY, JOB_MEMORY = 0x100, 0x200
NO_ERROR_BOX, KILL_ON_CLOSE = 0x400, 0x2000
TICKS = 10_000_000  # of 100 nanoseconds in a second


class _Basic(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = [
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    ]


class Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = [
        ("basic", _Basic),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    ]


_JOB: list[Any] = []  # the handle stays open for as long as this process lives


def confine(kernel: Any = None) -> bool:
    """Put this very process into a job with limits. False where Windows does not let it, as in a strict job already.

    kernel: kernel32, or what stands in for it.
    """
    kernel = kernel or _kernel()
    job = kernel.CreateJobObjectW(None, None)
    if not job:
        return False
    limits = Limits()
    limits.basic.flags = KILL_ON_CLOSE | NO_ERROR_BOX | ACTIVE_PROCESSES | PROCESS_TIME | PROCESS_MEMORY | JOB_MEMORY
    limits.basic.process_time = SECONDS * TICKS
    limits.basic.active_processes = PROCESSES
    limits.process_memory = limits.job_memory = MEMORY
    set_up = kernel.SetInformationJobObject(job, EXTENDED_LIMITS, ctypes.pointer(limits), ctypes.sizeof(limits))
    if not set_up or not kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess()):
        kernel.CloseHandle(job)
        return False
    _JOB.append(job)
    return True


def _kernel() -> Any:
    """The library that job objects are made with. Raises OSError where the system is not Windows."""
    if sys.platform == "win32":
        return _declared(ctypes.WinDLL("kernel32", use_last_error=True))
    raise OSError("there are job objects on Windows only")


def _declared(kernel: Any) -> Any:
    """The library with the types of what is called: a handle is as wide as a pointer."""
    handle = ctypes.c_void_p
    for name, result, arguments in (
        ("CreateJobObjectW", handle, (handle, ctypes.c_wchar_p)),
        ("SetInformationJobObject", ctypes.c_int, (handle, ctypes.c_int, handle, ctypes.c_uint32)),
        ("AssignProcessToJobObject", ctypes.c_int, (handle, handle)),
        ("GetCurrentProcess", handle, ()),
        ("CloseHandle", ctypes.c_int, (handle,)),
    ):
        function = getattr(kernel, name)
        function.restype, function.argtypes = result, arguments
    return kernel
