"""Keeping Python's garbage collector out of the picture, and out of Qt's way.

Left to itself the collector runs wherever something is allocated: in the middle of a call of Qt that holds a lock, or
on the worker's thread. What it then takes apart may be a widget, and Qt waits for its own lock for ever. So it is
switched off, and the window calls it between two events, on its own thread, when there is something to collect.

A full collection looks at every object there is, some 80 ms with a few experiments open, and holds up every thread
meanwhile. So what an opened box is made of is looked through once, at a quiet moment, and then set aside; from then on
a collection only looks at what has come since. When a box is closed, what it is made of is looked at again, and what
it had of memory goes back to the system. The little that was not reached from it is found when no box is open and
nothing has been opened or closed for a while, and after every tenth opening.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from lab.shell.app.heap import trim_memory
from lab.shell.app.thaw import reach, thaw

__all__ = ["GarbageCollector"]

QUIET_MS = 1200  # after something was opened or closed, and between two checks whether it is quiet now
DELETED_MS = 100  # after which Qt has deleted what it was told to
LATER_MS = 30_000  # after the last box was closed, until all there is is looked at
MOST_OPENINGS = 10  # until all there is is looked at
MOST_CHECKS = 8  # of whether it is quiet; after that a busy window is collected as well, once
CHECK_MS = 500
YOUNG_OBJECTS, OFTEN = 2_000, 10  # new objects that start a collection; collections of one generation before the next


class GarbageCollector(QObject):
    """Sets aside what stays. `busy` says whether something is running that should not be held up; at a quiet moment
    `give_back` is called as well."""

    def __init__(self, busy: Callable[[], bool], parent: QObject, give_back: Callable[[], None] | None = None) -> None:
        super().__init__(parent)
        self._busy, self._give_back, self._checks = busy, give_back, 0
        self._openings = 0  # since all there is was looked at
        self._gone: list[QObject] = []
        self._closed = False  # something was closed and has not been looked for yet
        self._ended = False
        self._timer = QTimer(self)
        self._timer.setInterval(QUIET_MS)
        self._timer.timeout.connect(self._collect_when_quiet)
        self._deleted = QTimer(self)
        self._deleted.setSingleShot(True)
        self._deleted.timeout.connect(self._empty_what_is_gone)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._look_at_all)
        gc.disable()
        self._young_timer = QTimer(self)
        self._young_timer.setInterval(CHECK_MS)
        self._young_timer.timeout.connect(self._collect_young)
        self._young_timer.start()

    def opening(self) -> None:
        """Much is about to come. All that is there is set aside at once, unless a part of it may still have to go: so
        what is looked through afterwards is what has come, not every module and every class of Qt."""
        self._later.stop()
        self._openings += 1
        if not self._closed:
            gc.freeze()

    def opened(self) -> None:
        """Much has come that will stay, or other things are seen now."""
        self._checks = 0
        if not self._ended:
            self._timer.start()

    def closed(self, gone: QObject | None = None, outside: Iterable[object] = (), last: bool = False) -> None:
        """Something that was set aside may go: it is looked at again.

        gone: what Qt is about to delete. A connection of Qt's that the collector cannot see may still hold on to its
        Python side; so that goes on empty, and holds nothing itself. None: it may be anything.
        outside: what that has of others, which stays.
        last: nothing like it is left.
        """
        if self._ended:
            return
        if gone is None or not thaw(reach((gone, *gone.findChildren(QObject)), outside)):
            gc.unfreeze()
        if gone is not None:
            self._gone.append(gone)
            self._deleted.start(DELETED_MS)
        self._closed = True
        self.opened()
        if last:
            self._later.start(LATER_MS)

    def _empty_what_is_gone(self) -> None:
        deleted = [one for one in self._gone if not isValid(one)]
        self._gone = [one for one in self._gone if isValid(one)]
        for one in deleted:
            vars(one).clear()

    def end(self) -> None:
        """The window is closing, and is garbage itself soon: taken apart from its own timer it would end the program.
        Nothing more is looked for: all goes with the program."""
        self._ended = True
        for timer in (self._timer, self._deleted, self._later, self._young_timer):
            timer.stop()

    def _collect_when_quiet(self) -> None:
        self._checks += 1
        mouse_down = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if (mouse_down or self._busy()) and self._checks < MOST_CHECKS:
            return
        self._timer.stop()
        self._empty_what_is_gone()
        if self._give_back is not None:
            self._give_back()
        if self._openings >= MOST_OPENINGS:  # what was to go already when a box was opened is aside with the rest
            self._look_at_all()
        else:
            self._set_aside()

    def _look_at_all(self) -> None:
        gc.unfreeze()
        self._openings = 0
        self._set_aside()

    def _set_aside(self) -> None:
        gc.collect()
        trim_memory()
        gc.freeze()
        self._closed = False

    def _collect_young(self) -> None:
        """What the collector would have done by itself, but here and now."""
        young, middle, old = gc.get_count()
        soon = self._timer.isActive() and not self._checks  # all that has come is looked through, and set aside
        if young > YOUNG_OBJECTS and not soon:
            gc.collect(2 if old > OFTEN and not self._busy() else 1 if middle > OFTEN else 0)
