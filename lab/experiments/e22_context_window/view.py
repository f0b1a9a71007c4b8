"""The picture of this experiment: seven pages on what a model can see at once, and how it knows where things stand. It
draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

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
from lab.kit_qt.titled import TitledView

__all__ = ["View"]

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


class View(TitledView[ContextFrame]):
    """A title where there is room, chips, and the page that is open."""

    TITLE = 240
    SHARED = {"clocks": "positions", "waves": "positions"}

    packs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, tuple(PAGES.values()), parent)
        self.begin()

    def page_of(self, frame: ContextFrame) -> str:
        return page_of(frame.params)

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

    def title_of(self, frame: ContextFrame) -> str:
        return _(TITLES[page_of(frame.params)])
