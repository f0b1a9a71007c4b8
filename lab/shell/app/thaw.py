"""Let the garbage collector look again at one part of what was set aside, and not at all of it.

`gc.freeze` sets aside everything there is, and `gc.unfreeze` takes all of it back, which with many experiments is a
quarter of a million objects. What a closed box is made of are some ten thousand: each of them is taken out of the
collector's lists and put in again, among the young ones, with the two functions that every class written in C calls.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterable
from types import BuiltinFunctionType, FunctionType, ModuleType

__all__ = ["MOST", "reach", "thaw"]

MOST = 100_000  # objects of one part: what is more than that is not one part

_ENDS = (ModuleType, type, BuiltinFunctionType)  # they lead to everything, and stay


def reach(roots: Iterable[object], outside: Iterable[object] = ()) -> list[object]:
    """What the collector looks after and what is reached from some objects, they included: not through modules,
    classes or what is outside. The first `MOST`."""
    seen = {id(one) for one in outside}
    found: list[object] = []
    waiting = list(roots)
    while waiting and len(found) < MOST:
        fresh: list[object] = []
        for one in waiting:  # what the collector does not look after leads to nothing that it does
            if gc.is_tracked(one) and id(one) not in seen and not isinstance(one, _ENDS):
                seen.add(id(one))
                fresh.append(one)
        del fresh[MOST - len(found) :]
        found += fresh
        functions = [one for one in fresh if isinstance(one, FunctionType)]  # their globals are a module
        waiting = gc.get_referents(*(one for one in fresh if not isinstance(one, FunctionType)))
        waiting += [part for one in functions for part in (one.__closure__, one.__defaults__, one.__kwdefaults__)]
    return found


def thaw(found: Iterable[object]) -> bool:
    """Put objects among the young ones. Whether this Python lets one do so."""
    try:
        take_out, put_in = ctypes.pythonapi.PyObject_GC_UnTrack, ctypes.pythonapi.PyObject_GC_Track
    except AttributeError:
        return False
    for call in (take_out, put_in):
        call.argtypes, call.restype = [ctypes.py_object], None
    for one in found:
        if gc.is_tracked(one):
            take_out(one)
            put_in(one)
    return True
