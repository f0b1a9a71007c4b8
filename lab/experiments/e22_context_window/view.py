"""The picture of this experiment: seven pages on what a model can see at once, and how it knows where things stand. It
draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e22_context_window.frame import ContextFrame
from lab.experiments.e22_context_window.page_cache import CacheView
from lab.experiments.e22_context_window.page_clocks import ClocksView
from lab.experiments.e22_context_window.page_hay import HayView
from lab.experiments.e22_context_window.page_memory import MemoryView
from lab.experiments.e22_context_window.page_prompts import PromptsView
from lab.experiments.e22_context_window.page_schemes import SchemesView
from lab.experiments.e22_context_window.page_tape import TapeView
from lab.experiments.e22_context_window.page_waves import WavesView
from lab.experiments.e22_context_window.settings import PAGES, page_of
from lab.experiments.e22_context_window.words import describe
from lab.kit_qt.paged import PagedView
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

LOW, NARROW = 380, 480  # pixels at 100 % text, below which some parts give way to the pictures
MADE = {
    "clocks": ClocksView,
    "waves": WavesView,
    "schemes": SchemesView,
    "tape": TapeView,
    "memory": MemoryView,
    "cache": CacheView,
    "prompts": PromptsView,
}
TITLES = {
    "clocks": N_("Only the distance counts"),
    "waves": N_("A pattern for each position"),
    "schemes": N_("Read further than trained"),
    "tape": N_("Find the needle"),
    "hay": N_("Find the needle"),
    "memory": N_("What a reader keeps"),
    "cache": N_("What memory costs"),
    "prompts": N_("Teach by example"),
}


class View(PagedView[ContextFrame, None]):
    """A title where there is room, chips, and the page that is open."""

    packs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), None, parent)
        self.title = ElidedLabel("", "h3")
        self.head.addWidget(self.title, 1)
        self.begin()

    def page_of(self, frame: ContextFrame) -> str:
        return page_of(frame.params)

    def part_of(self, frame: ContextFrame) -> Any:
        return frame.page

    def sentence(self, frame: ContextFrame) -> str:
        return describe(frame)

    def chip_of(self, frame: ContextFrame) -> str:
        """SmolLM2's needle stands under the chip of the tape."""
        name = self.page_of(frame)
        return "tape" if name == "hay" else name

    def make(self, name: str) -> Any:
        page = HayView() if name == "hay" else super().make(name)
        if isinstance(page, PromptsView):
            page.packs_requested.connect(self.packs_requested)
        return page

    def turn(self, name: str) -> Set:
        """The two views of positions share a run; every other page is a run of its own."""
        topic = "positions" if name in ("clocks", "waves") else name
        view = {"view": name} if topic == "positions" else {}
        changed = {} if self._frame is not None and self._frame.params.topic == topic else {"topic": topic}
        return Set(changed | view)

    def write(self, frame: ContextFrame) -> None:
        self.title.say(_(TITLES[page_of(frame.params)]))
        super().write(frame)

    def fit(self) -> None:
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.title.setVisible(not self.narrow(NARROW + 240))
        for page in self.pages():
            page.set_space(low, narrow)
