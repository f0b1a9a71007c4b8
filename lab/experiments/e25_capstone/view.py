"""The picture of this experiment. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e25_capstone.frame import CapstoneFrame
from lab.experiments.e25_capstone.gestures import taken
from lab.experiments.e25_capstone.page_pipeline import PipelineView
from lab.experiments.e25_capstone.page_scaling import ScalingView
from lab.experiments.e25_capstone.page_train import TrainView
from lab.experiments.e25_capstone.settings import PAGES
from lab.experiments.e25_capstone.texts import EXAMPLE
from lab.experiments.e25_capstone.words import describe
from lab.kit_qt.paged import PagedView
from widgets.pages.text_sheet import TextSheet, TextWanted
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

LOW, NARROW = 380, 480  # pixels at 100 % text, below which some parts give way to the pictures
MADE = {"train": TrainView, "scaling": ScalingView, "pipeline": PipelineView}
TITLES = {
    "train": N_("Learn from a text"),
    "scaling": N_("Foretell what a larger one will reach"),
    "pipeline": N_("All the way, with one model"),
}
MOST = 1_000_000  # bytes of a file


def _told(text: str) -> str:
    """What is to be known of a text while it is written."""
    numbers = {"n": show_number(len(text)), "v": len(set(text))}
    return _("{n} characters, {v} different ones").format(**numbers)


class View(PagedView[CapstoneFrame, None]):
    """The page that is open, and one for a text of one's own."""

    OWN = {"corpus": "own"}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), None, parent)
        self.title = ElidedLabel("", "h3")
        self.head.addWidget(self.title, 1)
        self.begin()
        self.lay_over(TextSheet(TextWanted(taken, _told, MOST, EXAMPLE)))

    def make(self, name: str) -> Any:
        page = super().make(name)
        if isinstance(page, TrainView | PipelineView):
            page.own.connect(self.open_own)
        return page

    def part_of(self, frame: CapstoneFrame) -> Any:
        return frame.page

    def sentence(self, frame: CapstoneFrame) -> str:
        return describe(frame)

    def write(self, frame: CapstoneFrame) -> None:
        self.title.say(_(TITLES[frame.params.page]))
        super().write(frame)

    def fit(self) -> None:
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.title.setVisible(not self.narrow(NARROW + 160))
        for page in self.pages():
            page.set_space(low, narrow)
