"""Ctrl+Z in a field to type into: it takes back what was typed, and where nothing was, it is left to the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence

__all__ = ["is_left"]


def is_left(event: QEvent, undo: bool, redo: bool) -> bool:
    """Whether Qt asks if a field wants a key for undo or redo, and it has nothing to do with it.

    `undo`, `redo`: whether something can be undone or redone in the field.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.matches(QKeySequence.StandardKey.Undo):
        return not undo
    return event.matches(QKeySequence.StandardKey.Redo) and not redo
