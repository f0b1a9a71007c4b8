"""What the pages with a plot of losses share: a sentence, a line about the run, the plot, and read-outs below."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.numbers_page import NumbersPage
from lab.kit_qt.on_paper import OnPaper
from widgets.plots.plot import Plot
from widgets.text.elided_label import ElidedLabel

__all__ = ["LossPage"]


class LossPage(NumbersPage):
    """Who inherits lays its parts out in `_column`, says in `told` what stands in the line about the run, and in
    `colour` what is drawn."""

    DIGITS = 4

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.report, self.plot = ElidedLabel("", "caption"), Plot()

    def told(self, page: Any) -> str:
        """The line about the run."""
        raise NotImplementedError

    def show_words(self, page: Any, sentence: str) -> None:
        """The texts and read-outs."""
        self.sentence.say(sentence)
        self.report.say(self.told(page))
        self.plot.set_description(sentence)
        show_metrics(self.readouts, self.METRICS.some(page, self.READOUTS), dict.fromkeys(self.READOUTS, self.DIGITS))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [OnPaper(self.plot, self.colour)]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.plot,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low)
        self.report.setVisible(not low)
