"""The picture of this experiment: its pages on one thing, a transformer at work. It draws the frame it is given, in
any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import BlockFrame, Waiting
from lab.experiments.e18_transformer_block.limits import LETTERED
from lab.experiments.e18_transformer_block.page_block import BlockView
from lab.experiments.e18_transformer_block.page_budget import BudgetView
from lab.experiments.e18_transformer_block.page_experts import ExpertsView
from lab.experiments.e18_transformer_block.page_features import FeaturesView
from lab.experiments.e18_transformer_block.page_lens import LensView
from lab.experiments.e18_transformer_block.page_parts import PartsView
from lab.experiments.e18_transformer_block.page_patch import PatchView
from lab.experiments.e18_transformer_block.page_probes import ProbesView
from lab.experiments.e18_transformer_block.page_steer import SteerView
from lab.experiments.e18_transformer_block.page_waiting import WaitingView
from lab.experiments.e18_transformer_block.page_who import WhoView
from lab.experiments.e18_transformer_block.settings import MODELS, PAGES, SHAPES, page_of
from lab.experiments.e18_transformer_block.words import describe
from lab.kit_qt.paged import PagedView
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

WAITING = "waiting"  # the page that no chip opens
LOW, NARROW = 380, 480  # pixels at 100 % text, below which some parts give way to the pictures
MADE = {
    "block": BlockView,
    "lens": LensView,
    "who": WhoView,
    "parts": PartsView,
    "patch": PatchView,
    "steer": SteerView,
    "probes": ProbesView,
    "features": FeaturesView,
    "experts": ExpertsView,
    "budget": BudgetView,
}


class View(PagedView[BlockFrame, None]):
    """A title where there is room, chips, and the page that is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), None, parent)
        self.title = ElidedLabel("", "h3")
        self.head.addWidget(self.title, 1)
        self.begin()

    def page_of(self, frame: BlockFrame) -> str:
        return WAITING if isinstance(frame.page, Waiting) else page_of(frame.params)

    def make(self, name: str) -> Any:
        return WaitingView() if name == WAITING else super().make(name)

    def chip_of(self, frame: BlockFrame) -> str:
        return page_of(frame.params)

    def part_of(self, frame: BlockFrame) -> Any:
        return frame.page

    def sentence(self, frame: BlockFrame) -> str:
        return describe(frame)

    def turn(self, name: str) -> Set:
        """Four views share one pass; every other page is a run of its own."""
        topic = "walk" if name in ("block", "lens", "who", "budget") else name
        page = {"page": name} if topic == "walk" else {}
        params = None if self._frame is None else self._frame.params
        changed = {} if params is not None and params.topic == topic else {"topic": topic}
        if topic in LETTERED and params is not None and params.model in ("copier", "smollm2"):
            changed |= {"model": "shakespeare"}
        return Set(changed | page)

    def write(self, frame: BlockFrame) -> None:
        page, params = page_of(frame.params), frame.params
        own = {"budget": _(SHAPES[params.shape]), "experts": _("Two small models")}
        self.title.say(own.get(page, _(MODELS[params.model])))
        super().write(frame)

    def fit(self) -> None:
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.title.setVisible(not self.narrow(NARROW + 240))
        for page in self.pages():
            page.set_space(low, narrow)
