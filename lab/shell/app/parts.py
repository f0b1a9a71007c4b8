"""The parts of a window with an experiment: F6 goes from one to the next, Shift+F6 to the one before."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from lab.shell.context import Context
from widgets.base.focus import stops_in

__all__ = ["go_to_part", "parts_of"]


def parts_of(window: Context) -> list[QWidget]:
    """The picture, the controls, the run bar and the lesson of the experiment in use, those that are to be seen."""
    box = window.box
    if box is None:
        return []
    return [part for part in (box.view, box.side, box.runbar, window.workspace.lesson.panel) if part.isVisible()]


def go_to_part(window: Context, by: int) -> None:
    """Give the keyboard to the first thing of the next part, or with −1 of the one before; it goes round."""
    parts, focused = parts_of(window), QApplication.focusWidget()
    here = next((i for i, part in enumerate(parts) if _is_in(part, focused)), None)
    start = (-1 if by > 0 else 0) if here is None else here
    for away in range(1, len(parts) + 1):
        first = _first_stop(parts[(start + by * away) % len(parts)])
        if first is not None:
            first.window().activateWindow()
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return


def _is_in(part: QWidget, widget: QWidget | None) -> bool:
    return widget is not None and (part is widget or part.isAncestorOf(widget))


def _first_stop(part: QWidget) -> QWidget | None:
    """The first thing in a part that Tab stops at."""
    by_tab = (one for one in stops_in(part) if one.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return next((one for one in by_tab if one.isEnabled() and one.isVisible()), None)
