"""What the pages have in common: a sentence above, the picture with what stands beside it, other pictures below, and a
row of read-outs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QBoxLayout, QWidget

from lab.core.metric import Metrics
from lab.core.text import _
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import Palette
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.canvas.painted import Painted
from widgets.plots.draggable_bars import DragBars
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["Picture", "RetrievalView"]

Picture = Plot | Matrix | Painted | DragBars


class RetrievalView(Page):
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
        main: Picture,
        beside: Sequence[Picture] = (),
        below: Sequence[Picture] = (),
        share: int = 2,
        wide: tuple[int, int] = (2, 1),
    ) -> None:
        """Put the parts around the main picture, which has `share` times the height of another. wide: how the width is
        shared between it and what stands beside it, which is one below the other."""
        self._main, self._others = main, (*beside, *below)
        self._row_of, self._side = QWidget(), QWidget()
        vbox(*((part, 1) for part in beside), on=self._side)
        self._side.setVisible(bool(beside))
        self._row: QBoxLayout = hbox((main, wide[0]), (self._side, wide[1]), on=self._row_of)
        parts: list[tuple[QWidget, int]] = [(self._row_of, share), *((part, 1) for part in below)]
        self._column = vbox(self.sentence, *parts, self.readouts, on=self)
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
        every = [part for part in (self._main, *self._others) if not part.isHidden()]
        return [OnPaper(part, self.colour) if isinstance(part, Plot) else part for part in every]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self._main,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low)
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._row.setSpacing(look().px(8))
        if self.page is not None:
            self.colour(look().palette)
