"""A page of pictures and numbers: a sentence above, the main picture, other pictures below it, a row of read-outs."""

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

__all__ = ["NumbersPage"]

Picture = Plot | Matrix | Painted | DragBars | TokenStrip


class NumbersPage(Page):
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
        self,
        main: Picture | tuple[Picture, ...],
        *below: Picture,
        share: int = 2,
        beside: Sequence[int] = (),
        above: Sequence[QWidget] = (),
    ) -> None:
        """Put the parts below each other; the main picture has `share` times the room of another.

        main: one, or several that are looked at together, in a row.  beside: the others stand in one row, with these
        shares of it.  above: parts of their own height between the sentence and the main picture.
        """
        self._mains, self._below = main if isinstance(main, tuple) else (main,), below
        self._row = hbox(*((part, 1) for part in self._mains))
        self._column = vbox(self.sentence, *above, (self._row, share), on=self)
        if beside:
            self._column.addLayout(hbox(*zip(below, beside, strict=True)), 1)
        else:
            for part in below:
                self._column.addWidget(part, 1)
        self._column.addWidget(self.readouts)
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
        for picture in (*self._mains, *self._below):
            picture.set_description(sentence)
        digits = {name: self.METRICS.digits.get(name, 4) for name in self.READOUTS}
        show_metrics(self.readouts, self.METRICS.values(page), digits)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [OnPaper(part, self.colour) if isinstance(part, Plot) else part for part in (*self._mains, *self._below)]

    def main_picture(self) -> tuple[QWidget, ...]:
        return self._mains

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low)
        turn(self._row, narrow)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        if self.page is not None:
            self.colour(look().palette)
