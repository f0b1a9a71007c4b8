"""What a pinned run means for a box: the ghosts in its picture, and the line that says in what it differs."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from lab.core.runs import changes_in_words, warning_of
from lab.core.text import _
from lab.runtime.run import Update
from lab.runtime.run_orders import Comparison, compared, pin, unpin
from lab.shell.box.box_line import BoxLine
from lab.shell.box.bridge import Bridge
from lab.shell.box.ghosts import Ghosts

__all__ = ["PinnedRun"]


class PinnedRun(QObject):
    """Follows the updates of a box. `bridge`: of its run."""

    runs_requested = Signal()

    def __init__(self, bridge: Bridge, ghosts: Ghosts, line: BoxLine) -> None:
        super().__init__(line)
        self._bridge, self.ghosts, self.line = bridge, ghosts, line
        self._update: Update | None = None
        self._asked: object = None  # what the comparison was asked for
        line.opened.connect(self.runs_requested)
        line.ended.connect(self.unpin)
        ghosts.changed.connect(self._ask)

    @property
    def is_pinned(self) -> bool:
        return self._update is not None and self._update.pinned is not None

    def toggle(self) -> None:
        """Pin the present run, or unpin the one that is pinned."""
        if self.is_pinned:
            self.unpin()
        else:
            self.pin()

    def pin(self, number: int = 0) -> None:
        """Keep a run of the table in sight; 0: the present one."""
        self._bridge.run.do(partial(pin, number=number))

    def unpin(self) -> None:
        """Keep none in sight."""
        self._bridge.run.do(unpin)

    def show_update(self, update: Update, display: Any) -> None:
        """After the view has drawn it."""
        self._update = update
        self.ghosts.show_update(update, display)
        self.line.setVisible(update.pinned is not None)
        begun = (update.pinned, update.params, update.seed, update.run, update.revision if not update.playing else 0)
        if update.pinned is not None and not update.playing and begun != self._asked:
            self._asked = begun
            self._ask()

    def _ask(self) -> None:
        if self.is_pinned:
            self._bridge.ask(compared, self._say)

    def _say(self, answer: Comparison | Exception | None) -> None:
        if not isinstance(answer, Comparison):
            return
        number, found = answer.pinned.number, answer.differences
        warning = warning_of(found)
        if warning:
            text = _("Pinned: run {n}. {warning}").format(n=number, warning=warning)
        elif found:
            text = _("Pinned: run {n}. Now different: {change}").format(n=number, change=changes_in_words(found))
        else:
            text = _("Pinned: run {n}. Change one thing and run again: it stays in sight.").format(n=number)
        why = self.ghosts.why_none
        self.line.say(text, bool(warning), "\n".join(p for p in (changes_in_words(found) if found else "", why) if p))

    def shut(self) -> None:
        """Before the box is deleted."""
        self.ghosts.shut()
