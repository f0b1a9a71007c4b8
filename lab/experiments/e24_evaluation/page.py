"""What the pages have in common: a sentence above, the main picture with others beside it or below, and read-outs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.metric import Metrics
from lab.core.text import _
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import Palette
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.canvas.painted import Painted
from widgets.plots.draggable_bars import DragBars
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow
from widgets.tokens.token_strip import TokenStrip

__all__ = ["EvaluationPage"]

Picture = Plot | Painted | DragBars | Matrix | TokenStrip


class EvaluationPage(Page):
    """Who inherits makes its pictures, calls `lay_out`, and says in `colour` what is drawn of a page with a palette."""

    METRICS: Metrics[Any] = Metrics()
    READOUTS: Sequence[str] = ()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page: Any = None
        self.sentence = ElidedLabel("", "strong")
        self.readouts = ReadoutRow(tuple(self.READOUTS), tuple(_(self.METRICS.labels[name]) for name in self.READOUTS))
        self.readouts.requested.connect(self.requested)

    def lay_out(
        self, main: Picture, *others: Picture, beside: bool = True, share: int = 9, foot: Sequence[Any] = ()
    ) -> None:
        """The main picture, with others beside it (below it where it is narrow) or below it, and `foot` below all."""
        self._main, self._others, self._beside = main, others, beside
        side = QWidget()
        vbox(*((part, 1) for part in others), on=side)
        parts = ((main, share), (side, 4)) if others else ((main, 1),)
        self._row = hbox(*parts)
        turn(self._row, not beside)
        self._column = vbox(self.sentence, (self._row, 1), *foot, self.readouts, on=self)
        self.relook()

    def colour(self, palette: Palette) -> None:
        """Draw the page in the colours of a palette."""
        raise NotImplementedError

    def show_page(self, page: Any, _display: object) -> None:
        """Draw a frame's page."""
        self.page = page
        self.colour(look().palette)

    def show_words(self, page: Any, sentence: str) -> None:
        """The texts and read-outs."""
        self.sentence.say(sentence)
        for picture in (self._main, *self._others):
            picture.set_description(sentence)
        digits = {name: self.METRICS.digits.get(name, 4) for name in self.READOUTS}
        show_metrics(self.readouts, self.METRICS.values(page), digits)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [OnPaper(p, self.colour) if isinstance(p, Plot) else p for p in (self._main, *self._others)]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self._main,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where it is narrow, pictures that stood beside each other stand below each other."""
        self.readouts.setVisible(not low)
        turn(self._row, narrow or not self._beside)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._row.setSpacing(look().px(6))
        if self.page is not None:
            self.colour(look().palette)
