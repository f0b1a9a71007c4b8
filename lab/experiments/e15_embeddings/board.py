"""What the pages have in common: a sentence, the map, smaller pictures beside it, and read-outs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.metric import Metrics
from lab.core.simulation import Set
from lab.core.text import _
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["Board"]


class Board(Page):
    """Who inherits makes `main`, calls `lay_out` at the end of the constructor, and draws in `show_page`."""

    main: Any  # the picture that is the largest
    METRICS: Metrics[Any]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lead = ElidedLabel("", "small")

    def lay_out(self, readouts: Mapping[str, str], sides: Sequence[tuple[QWidget, int]]) -> None:
        """readouts: metric names and their labels.  sides: what stands beside the map, with stretches."""
        self._names = tuple(readouts)
        self.readouts = ReadoutRow(self._names, tuple(_(label) for label in readouts.values()))
        self.readouts.requested.connect(self.requested)
        self.beside = QWidget()
        self._side = vbox(*sides, on=self.beside)
        self._middle = hbox((self.main, 13), (self.beside, 7))
        self._rows = vbox(self.lead, (self._middle, 1), self.readouts, on=self)
        self.relook()

    def show_numbers(self, page: Any, sentence: str, first: str) -> None:
        """The read-outs, and what is said of the pictures."""
        self.lead.say(first)
        show_metrics(self.readouts, self.METRICS.some(page, self._names), dict.fromkeys(self._names, 3))
        self.main.set_description(sentence)

    def choose_word(self, word: str) -> None:
        """A word was pressed."""
        self.act(Set({"word": word}), "word")

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.main]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.main,)

    def set_space(self, narrow: bool) -> None:
        """In a narrow place what stands beside the map stands below it."""
        turn(self._middle, narrow)

    def relook(self) -> None:
        if hasattr(self, "_rows"):
            self._rows.setSpacing(look().px(4))
            self._middle.setSpacing(look().px(10))
            self._side.setSpacing(look().px(6))
