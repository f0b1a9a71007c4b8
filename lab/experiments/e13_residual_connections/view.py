"""The picture of this experiment: six pages on one thing, deep stacks, what becomes of a signal in them and of the
gradient on its way back. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e13_residual_connections.frame import ResidualFrame
from lab.experiments.e13_residual_connections.page_exam import ExamView
from lab.experiments.e13_residual_connections.page_four import FourView
from lab.experiments.e13_residual_connections.page_landscape import LandscapeView
from lab.experiments.e13_residual_connections.page_map import MapView
from lab.experiments.e13_residual_connections.page_paths import PathsView
from lab.experiments.e13_residual_connections.page_stack import StackView
from lab.experiments.e13_residual_connections.settings import PAGES, page_of
from lab.experiments.e13_residual_connections.training import StackPage
from lab.experiments.e13_residual_connections.words import describe
from lab.kit_qt.paged import PagedView
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

LOW, NARROW = 380, 480  # pixels at 100 % text, below which some parts give way to the pictures
MADE = {
    "stack": StackView,
    "paths": PathsView,
    "four": FourView,
    "landscape": LandscapeView,
    "map": MapView,
    "exam": ExamView,
}


class View(PagedView[ResidualFrame, None]):
    """A title where there is room, chips, and the page that is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), None, parent)
        self.title = ElidedLabel("", "h3")
        self.head.addWidget(self.title, 1)
        self.begin()

    def page_of(self, frame: ResidualFrame) -> str:
        return page_of(frame.params)

    def part_of(self, frame: ResidualFrame) -> Any:
        return frame.page

    def sentence(self, frame: ResidualFrame) -> str:
        return describe(frame)

    def turn(self, name: str) -> Set:
        """The two views of one stack share a run; every other page is a run of its own."""
        topic = "stack" if name == "paths" else name
        view = {"view": name} if topic == "stack" else {}
        changed = {} if self._frame is not None and self._frame.params.topic == topic else {"topic": topic}
        return Set(changed | view)

    def write(self, frame: ResidualFrame) -> None:
        self.title.say(_title(frame))
        super().write(frame)

    def fit(self) -> None:
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.title.setVisible(not self.narrow(NARROW + 240))
        for page in self.pages():
            page.set_space(low, narrow)


def _title(frame: ResidualFrame) -> str:
    """What is looked at, in a few words."""
    page = frame.page
    if isinstance(page, StackPage) and page.title:
        return _("{name}, deeper").format(name=page.title)
    return "y = x + F(x)"
