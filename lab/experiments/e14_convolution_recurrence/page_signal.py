"""The Signal page: the strip, and below it the sum written out and the numbers of the calculator of sizes."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e14_convolution_recurrence.cells import numbers_text
from lab.experiments.e14_convolution_recurrence.gestures import SlideTo
from lab.experiments.e14_convolution_recurrence.metrics import SIGNAL
from lab.experiments.e14_convolution_recurrence.sliding import SignalPage
from lab.experiments.e14_convolution_recurrence.strip import Strip
from lab.experiments.e14_convolution_recurrence.words import only_zeros, products
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["SignalView"]

READOUTS = ("output", "size", "quotient", "unused", "weights")


class SignalView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: SignalPage | None = None
        self.hint = ElidedLabel(self._how(), "small")
        self.strip = Strip()
        self.sum = ElidedLabel("", "strong")
        self.readouts = ReadoutRow(READOUTS, tuple(_(SIGNAL.labels[name]) for name in READOUTS))
        self._column = vbox(self.hint, (self.strip, 1), self.sum, self.readouts, on=self)
        self.strip.changed.connect(self._changed)
        self.strip.slid.connect(self._slid)
        self.strip.dropped.connect(self.end_drag)
        self.strip.refused.connect(self._refused)
        self.strip.requested.connect(self.requested)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: SignalPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        self.strip.show_page(page)

    def show_words(self, page: SignalPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.sum.say(products(page.under, page.laid) if page.size.size else "")
        self.hint.say(only_zeros(page.params.padding, page.laid.shape) or self._how())
        self.strip.set_description(sentence)
        show_metrics(self.readouts, SIGNAL.values(page), dict.fromkeys(READOUTS, 4))

    def _refused(self, why: str) -> None:
        self.hint.say(why or self._how())

    @staticmethod
    def _how() -> str:
        return _("Drag the kernel along. Double-click a number of signal or kernel to type it.")

    def _changed(self, row: int, place: int, value: float) -> None:
        if self._page is not None:
            values = (self._page.x if row == 0 else self._page.taps).tolist()
            values[place] = value
            self.drag("number", Set({"signal" if row == 0 else "taps": numbers_text(values)}))

    def _slid(self, place: int) -> None:
        self.drag("kernel", SlideTo(place))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.strip]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.strip,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low)
        self.hint.setVisible(not low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
