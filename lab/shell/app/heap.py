"""The C library's heap: as compact as it can be. Only Linux's keeps what is free, and has one heap a thread."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

__all__ = ["trim_memory", "use_one_heap"]

M_ARENA_MAX = -8  # of glibc's malloc.h


@cache
def _library() -> ctypes.CDLL:
    """The C library. Once: ctypes makes a class for each time it is opened, which only the collector takes away."""
    return ctypes.CDLL(None)


def trim_memory() -> bool:
    """Return to the system what is free: the C library of Linux keeps it otherwise. Whether there was anything."""
    try:
        return bool(_library().malloc_trim(0)) if sys.platform == "linux" else False
    except (OSError, AttributeError):  # another C library
        return False


def use_one_heap() -> bool:
    """Let threads that come from now on take memory where the window does: each would leave holes in a heap of its own.
    They hardly wait for each other, since Python runs one at a time. Whether that could be said."""
    try:
        return bool(_library().mallopt(M_ARENA_MAX, 1)) if sys.platform == "linux" else False
    except (OSError, AttributeError):
        return False
