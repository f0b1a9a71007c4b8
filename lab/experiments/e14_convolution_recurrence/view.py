"""The picture of this experiment: seven pages in two groups, a kernel that slides and a cell that walks. It draws the
frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _, n_
from lab.experiments.e14_convolution_recurrence.frame import SlidingFrame
from lab.experiments.e14_convolution_recurrence.gestures import TakeNames, names_in
from lab.experiments.e14_convolution_recurrence.names_run import EXAMPLE
from lab.experiments.e14_convolution_recurrence.page_digits import DigitsView
from lab.experiments.e14_convolution_recurrence.page_drawing import DrawingView
from lab.experiments.e14_convolution_recurrence.page_gradient import GradientView
from lab.experiments.e14_convolution_recurrence.page_memory import MemoryView
from lab.experiments.e14_convolution_recurrence.page_names import NamesView
from lab.experiments.e14_convolution_recurrence.page_picture import PictureView
from lab.experiments.e14_convolution_recurrence.page_signal import SignalView
from lab.experiments.e14_convolution_recurrence.settings import PAGES, Params, page_of, turned
from lab.experiments.e14_convolution_recurrence.words import describe
from lab.kit_qt.titled import TitledView
from widgets.pages.text_sheet import TextSheet, TextWanted

__all__ = ["View"]

MADE = {
    "signal": SignalView,
    "picture": PictureView,
    "digits": DigitsView,
    "drawing": DrawingView,
    "memory": MemoryView,
    "gradient": GradientView,
    "names": NamesView,
}


def _take(text: str, title: str) -> TakeNames:
    return TakeNames(names_in(text), title)


def _told(text: str) -> str:
    try:
        return n_("{n} name", "{n} names", len(names_in(text)))
    except ValueError as wrong:
        return str(wrong)


class View(TitledView[SlidingFrame]):
    """A title where there is room, chips, and the page that is open."""

    OWN = {"source": "own"}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, tuple(PAGES.values()), parent)
        self.begin()
        self.lay_over(TextSheet(TextWanted(_take, _told, example="\n".join(EXAMPLE))))

    def make(self, name: str) -> Any:
        page = super().make(name)
        if isinstance(page, NamesView):
            page.own.connect(self.open_own)
        return page

    def page_of(self, frame: SlidingFrame) -> str:
        return page_of(frame.params)

    def sentence(self, frame: SlidingFrame) -> str:
        return describe(frame)

    def turn(self, name: str) -> Set:
        """Two views of one run share it; every other page is a run of its own."""
        wanted = turned(name)
        now = Params() if self._frame is None else self._frame.params
        return Set({key: value for key, value in wanted.items() if getattr(now, key) != value})

    def title_of(self, frame: SlidingFrame) -> str:
        return _title(page_of(frame.params))


def _title(name: str) -> str:
    """Which group a page is of."""
    return _("Recurrence") if name in ("memory", "gradient", "names") else _("Convolution")
