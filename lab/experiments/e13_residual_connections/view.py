"""The picture of this experiment: six pages on one thing, deep stacks, what becomes of a signal in them and of the
gradient on its way back. It draws the frame it is given, in any order."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

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
from lab.kit_qt.titled import TitledView

__all__ = ["View"]

MADE = {
    "stack": StackView,
    "paths": PathsView,
    "four": FourView,
    "landscape": LandscapeView,
    "map": MapView,
    "exam": ExamView,
}


class View(TitledView[ResidualFrame]):
    """A title where there is room, chips, and the page that is open."""

    TITLE = 240
    SHARED = {"stack": "stack", "paths": "stack"}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, tuple(PAGES.values()), parent)
        self.begin()

    def page_of(self, frame: ResidualFrame) -> str:
        return page_of(frame.params)

    def sentence(self, frame: ResidualFrame) -> str:
        return describe(frame)

    def title_of(self, frame: ResidualFrame) -> str:
        return _title(frame)


def _title(frame: ResidualFrame) -> str:
    """What is looked at, in a few words."""
    page = frame.page
    if isinstance(page, StackPage) and page.title:
        return _("{name}, deeper").format(name=page.title)
    return "y = x + F(x)"
