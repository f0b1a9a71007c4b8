"""The first minute: three small things to do, one after the other, in the experiment itself.

It stands in the row under the picture when nothing else is to be said, never a dialog: the learner may ignore it,
skip it, or do the things in any order. It is shown once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lab.core.text import N_, _
from lab.runtime.run import Update

if TYPE_CHECKING:
    from lab.shell.box.box import ExperimentBox

__all__ = ["FILE", "FirstMinute"]

FILE = "first-minute.json"
RUN = 1  # the number of the step that asks for Run
BY_KEYS = N_("No mouse? Tab, then arrow keys.")
AFTERWARDS = (
    N_("Now press Run, or the space bar, and watch."),
    N_("Now change something under Controls. Whatever you break, undo brings it back."),
)


class FirstMinute(QObject):
    """Guides one box through drag, run and control; ends by itself or with Skip."""

    def __init__(self, box: ExperimentBox) -> None:
        super().__init__(box)
        self._box = box
        drag = _(box.specification.first_drag) + " " + _(BY_KEYS)
        self._todo = (drag, *(_(text) for text in AFTERWARDS))
        self._step = 0
        for signal, step in (
            (box.view.acted, RUN),
            (box.runbar.play_toggled, RUN + 1),
            (box.runbar.stepped, RUN + 1),
            (box.controls.changed, RUN + 2),
        ):
            signal.connect(partial(self._reach, step))
        box.updated.connect(self._follow)
        box.notices.skipped.connect(self.end)
        self._show()

    @property
    def step(self) -> int:
        """0 drag, 1 run, 2 a control, 3 done."""
        return self._step

    def _show(self) -> None:
        if self._step < len(self._todo):
            self._box.notices.guide(self._todo[self._step], self._step + 1, len(self._todo))

    def _follow(self, update: Update) -> None:
        """Whoever has it running, by a link of the lesson too, need not be told to press Run."""
        if update.playing:
            self._reach(RUN + 1)

    def _reach(self, step: int, *_emitted: object) -> None:
        if step == RUN and self._box.playing:
            step += 1
        if step > self._step:
            self._step = step
            if step == len(self._todo):
                self.end()
            else:
                self._show()

    def end(self) -> None:
        """Never shown again on this computer."""
        self._step = len(self._todo)
        self._box.notices.guide("", 0, 0)
        self._box.services.home.write_json(FILE, {"seen": True})
        self.deleteLater()

    @staticmethod
    def wanted(box: ExperimentBox) -> bool:
        """True until it was seen or skipped once."""
        return bool(box.specification.first_drag) and not box.services.home.read_json(FILE)
