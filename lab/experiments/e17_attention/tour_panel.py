"""The head tour: a chip for each stop, and what was measured of it on other sentences and in this one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e17_attention.head_words import stop_text
from lab.experiments.e17_attention.reading import Head, Reading
from lab.experiments.e17_attention.tour import PATTERNS, seen, stop_at, stops
from widgets.base.layouts import vbox
from widgets.controls.chips import ChipRow
from widgets.text.elided_label import FILLING, ElidedLabel

__all__ = ["TourPanel"]


class TourPanel(QWidget):
    """Stops to choose from. The chosen one is the head that is looked at, if the tour stops there."""

    visited = Signal(object)  # the controls to set: the head, and the cell where its pattern shows best

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._at: Head = (-1, -1)
        self.title, self.sentence = ElidedLabel(), ElidedLabel("", "small", FILLING)
        self.chips = ChipRow([stop.name for stop in stops()], mode="many", settled=True)
        self.chips.setAccessibleName(_("Head tour"))
        self.chips.set_compact(True)
        for stop in stops():
            self.chips.chip(stop.name).setToolTip(_(PATTERNS[stop.pattern][0]))
        vbox(self.title, self.chips, (self.sentence, 1), on=self)
        self.chips.chosen.connect(self._visit)

    def show_stop(self, reading: Reading, at: Head) -> None:
        """Say what is known of a head, from 0, on the tour or not."""
        self._reading, self._at = reading, at
        stop = stop_at(at)
        self.chips.set_chosen([stop.name] if stop is not None else [])
        what = _("Head tour: {what}").format(what=_(PATTERNS[stop.pattern][0])) if stop is not None else _("Head tour")
        self.title.say(what)
        self.sentence.say(stop_text(reading, at))

    def _visit(self, name: str) -> None:
        if self._reading is None:
            return
        stop = next(stop for stop in stops() if stop.name == name)
        values: dict[str, Any] = {"layer": stop.layer + 1, "head": stop.head + 1}
        if (found := seen(stop, self._reading)) is not None:
            values |= {"query": found.row + 1, "key": found.column + 1}
        self.visited.emit(values)
        self.show_stop(self._reading, self._at)  # which head is looked at is decided by the run
