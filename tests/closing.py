"""Waiting until nothing is left of what was closed."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

__all__ = ["until_gone"]

PATIENCE = (
    60_000  # ms: the window empties what is closed at a quiet moment, and each look takes a second on a busy machine
)


def until_gone(refs: Sequence[weakref.ref], qtbot, patience: int = PATIENCE) -> None:
    """Wait until nothing holds any of them.

    Raises: TimeoutError after `patience` milliseconds, from an AssertionError that names what is still there.
    """

    def all_gone() -> None:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
        left = [type(one).__name__ for ref in refs if (one := ref()) is not None]
        assert not left, f"still there: {left}"

    qtbot.waitUntil(all_gone, timeout=patience)
