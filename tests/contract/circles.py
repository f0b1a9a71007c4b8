"""Objects that hold each other: nothing frees them until the garbage collector runs."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["circles_after", "only_new_objects"]

T = TypeVar("T")


@contextmanager
def only_new_objects() -> Iterator[None]:
    """Let the collector look at nothing but what is made from here on, which is quick: a test run has some hundred
    thousand objects of others."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def circles_after(make: Callable[[], T], work: Callable[[T], None]) -> int:
    """How many objects in circles the work leaves behind, those that were made before it and let go by it included."""
    made = make()
    gc.collect()
    work(made)
    return gc.collect()
