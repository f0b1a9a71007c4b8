"""One slot between two threads: the latest value wins.

The worker puts a frame whenever it has one worth drawing; the window takes it when it is ready to draw.
A queue would let old frames pile up behind a slow screen; a slot never does.
"""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

__all__ = ["Mailbox"]

T = TypeVar("T")


class Mailbox(Generic[T]):
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._item: T | None = None

    def put(self, item: T) -> bool:
        """Leave an item, replacing what was there. True when the slot was empty: then somebody must be told."""
        with self._lock:
            was_empty, self._item = self._item is None, item
            return was_empty

    def take(self) -> T | None:
        """The item, if there is one; the slot is empty afterwards."""
        with self._lock:
            item, self._item = self._item, None
            return item

    @property
    def full(self) -> bool:
        """True while an item waits to be taken."""
        return self._item is not None
