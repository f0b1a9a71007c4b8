"""What the pages have in common: a sentence that says what to do first, a main picture, smaller ones beside or below
it, and read-outs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QBoxLayout, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e12_overfitting.frame import FitFrame
from lab.experiments.e12_overfitting.metrics import METRICS
from lab.experiments.e12_overfitting.picture_words import sentences
from lab.experiments.e12_overfitting.settings import Display
from lab.experiments.e12_overfitting.words import first_words
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from widgets.base.layouts import fill, hbox, turn, vbox
from widgets.base.look import look
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["SidePage"]


class SidePage(Page):
    """Who inherits calls `lay_out` at the end of its constructor, and draws in `show_parts`."""

    main: Any  # the picture that is the largest

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: FitFrame | None = None
        self.lead = ElidedLabel("", "small")

    def lay_out(
        self, readouts: Mapping[str, str], sides: Sequence[QWidget], below: bool = False, foot: Sequence[QWidget] = ()
    ) -> None:
        """readouts: metric names and their labels.  sides: pictures beside the main one, or `below` it.  foot: what
        stands under all of them."""
        self._names = tuple(readouts)
        self.readouts = ReadoutRow(self._names, tuple(_(label) for label in readouts.values()))
        self.readouts.requested.connect(self.requested)
        self.sides, self._below = tuple(sides), below
        self._beside = QWidget()  # one widget: an empty layout would keep its room
        lined = hbox if below else vbox
        self._side = lined(*((side, 1) for side in sides), on=self._beside)
        direction = QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight
        self._middle = fill(QBoxLayout(direction), (self.main, 13 if below else 16), (self._beside, 5 if below else 6))
        self._rows = vbox(self.lead, (self._middle, 1), self.readouts, *foot, on=self)
        self.relook()

    def show_parts(self, frame: FitFrame, display: Display) -> None:
        """Draw a frame of this page."""
        raise NotImplementedError

    def show_page(self, frame: FitFrame, display: Display) -> None:
        self._frame = frame
        self.show_parts(frame, display)

    def show_words(self, frame: FitFrame, _sentence: str) -> None:
        """The read-outs, and what is said of each picture."""
        self.lead.say(first_words(frame))
        show_metrics(self.readouts, METRICS.some(frame, self._names), dict.fromkeys(self._names, 3))
        for part, words in zip((self.main, *self.sides), sentences(frame), strict=True):
            part.set_description(words)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.main, *self.sides]

    def set_space(self, low: bool, narrow: bool) -> None:
        """In a narrow place what stands beside the main picture stands below it."""
        turn(self._middle, self._below or narrow)
        self.lead.setVisible(not low)
        self.readouts.setVisible(not low)

    def relook(self) -> None:
        if hasattr(self, "_rows"):
            self._rows.setSpacing(look().px(4))
            self._middle.setSpacing(look().px(8))
            self._side.setSpacing(look().px(6))

    # ---- gestures that several pages have

    def choose_degree(self, degree: int) -> None:
        """The line of the degree is dragged."""
        self.drag("degree", Set({"degree": degree}))

    def choose_price(self, price: float) -> None:
        """The line of λ is dragged."""
        self.drag("penalty", Set({"penalty": price}))
