"""What the pages have in common: what to do first, what was found, a picture, a legend, and read-outs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.metric import Value
from lab.core.text import _
from lab.experiments.e18_transformer_block.words import what_to_do
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["InsidePage"]


class InsidePage(Page):
    """Who inherits makes its parts and calls `lay`. readouts: their metrics.  labels: of all metrics."""

    def __init__(self, labels: Mapping[str, str], *readouts: str) -> None:
        super().__init__()
        self.hint, self.found, self.legend = (
            ElidedLabel("", "strong"),
            ElidedLabel("", "small"),
            ElidedLabel("", "small"),
        )
        self._names = readouts
        self.readouts = ReadoutRow(readouts, tuple(_(labels[name]) for name in readouts))

    def lay(self, picture: QWidget, *parts: Any, found: bool = True, legend: bool = False) -> None:
        """Lay all out. picture: the main one, which stands somewhere in `parts`."""
        self._picture = picture
        above = [self.hint, *([self.found] if found else [])]
        below = [*([self.legend] if legend else []), self.readouts]
        self._column = vbox(*above, *parts, *below, on=self)
        self._small = [*above[1:], *below]
        self.readouts.requested.connect(self.requested)
        self.relook()

    def say(self, page: object, sentence: str, values: Mapping[str, Value]) -> None:
        """The texts and read-outs."""
        self.hint.say(what_to_do(page))
        self.found.say(sentence)
        show_metrics(self.readouts, values, dict.fromkeys(self._names, 3))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self._picture]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self._picture,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        for part in self._small:
            part.setVisible(not low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
