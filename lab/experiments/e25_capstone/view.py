"""The picture of this experiment. It draws the frame it is given, in any order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e25_capstone.frame import CapstoneFrame
from lab.experiments.e25_capstone.gestures import Entrants, TakeText, entrants, taken
from lab.experiments.e25_capstone.league_rules import is_result, read_result, steps_allowed
from lab.experiments.e25_capstone.page_league import LeagueView
from lab.experiments.e25_capstone.page_pipeline import PipelineView
from lab.experiments.e25_capstone.page_scaling import ScalingView
from lab.experiments.e25_capstone.page_time import TimeView
from lab.experiments.e25_capstone.page_train import TrainView
from lab.experiments.e25_capstone.settings import PAGES, page_of
from lab.experiments.e25_capstone.texts import EXAMPLE
from lab.experiments.e25_capstone.words import describe
from lab.kit_qt.paged import PagedView
from widgets.pages.text_sheet import TextSheet, TextWanted
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

LOW, NARROW = 380, 480  # pixels at 100 % text, below which some parts give way to the pictures
MADE = {
    "train": TrainView,
    "time": TimeView,
    "scaling": ScalingView,
    "pipeline": PipelineView,
    "league": LeagueView,
}
LABELS = PAGES | {"time": N_("Time")}
TITLES = {
    "train": N_("Learn from a text"),
    "time": N_("The model through time"),
    "scaling": N_("Foretell what a larger one will reach"),
    "pipeline": N_("All the way, with one model"),
    "league": N_("Small models, one text, same rules"),
}
VIEWS = ("train", "time")
MOST = 1_000_000  # bytes of a file


def _told(text: str) -> str:
    """What is to be known of a text while it is written."""
    if is_result(text):
        result = read_result(text)
        said = _("A result of the league: {nats} with {n} parameters")
        return said.format(nats=show_number(result.nats, 4), n=show_number(result.parameters))
    numbers = {"n": show_number(len(text)), "v": len(set(text))}
    return _("{n} characters, {v} different ones").format(**numbers)


class View(PagedView[CapstoneFrame, None]):
    """The page that is open, and one for a text of one's own."""

    OWN = {"corpus": "own"}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(LABELS[name]) for name in MADE], _("Page"), None, parent)
        self.title = ElidedLabel("", "h3")
        self.head.addWidget(self.title, 1)
        self.begin()
        self.lay_over(TextSheet(TextWanted(self._brought, _told, MOST, EXAMPLE)))

    def make(self, name: str) -> Any:
        page = super().make(name)
        if isinstance(page, TrainView | PipelineView | LeagueView):
            page.own.connect(self.open_own)
        return page

    def _brought(self, text: str, title: str) -> TakeText | Entrants:
        """What is made of a text: a result of the league goes on its board, and all else is to be learned from."""
        if not is_result(text):
            return taken(text, title)
        return entrants(() if self._frame is None else self._frame.opened, text)

    def shown_with(self, action: Any) -> Mapping[str, Any]:
        return {"page": "league"} if isinstance(action, Entrants) else self.OWN

    def page_of(self, frame: CapstoneFrame) -> str:
        return page_of(frame.params)

    def turn(self, name: str) -> Set:
        """Two pages are views of one training; every other page is a run of its own. In the league as many steps are
        made as are allowed."""
        wanted: dict[str, Any] = {"page": "train", "view": name} if name in VIEWS else {"page": name}
        now = self._frame.params if self._frame is not None else None
        if name == "league" and now is not None:
            wanted["steps"] = min(now.steps, steps_allowed(now))
        return Set({control: value for control, value in wanted.items() if getattr(now, control, None) != value})

    def part_of(self, frame: CapstoneFrame) -> Any:
        return frame.page

    def sentence(self, frame: CapstoneFrame) -> str:
        return describe(frame)

    def write(self, frame: CapstoneFrame) -> None:
        self.title.say(_(TITLES[page_of(frame.params)]))
        super().write(frame)

    def fit(self) -> None:
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.title.setVisible(not self.narrow(NARROW + 160))
        for page in self.pages():
            page.set_space(low, narrow)
