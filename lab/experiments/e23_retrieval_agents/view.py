"""The picture of this experiment: nine pages from a document to an agent. It draws the frame it is given, in any
order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e23_retrieval_agents.frame import RetrievalFrame
from lab.experiments.e23_retrieval_agents.gestures import SetText
from lab.experiments.e23_retrieval_agents.page_agent import AgentView
from lab.experiments.e23_retrieval_agents.page_calls import CallsView
from lab.experiments.e23_retrieval_agents.page_chunks import ChunksView
from lab.experiments.e23_retrieval_agents.page_graph import GraphView
from lab.experiments.e23_retrieval_agents.page_help import HelpView
from lab.experiments.e23_retrieval_agents.page_injection import InjectionView
from lab.experiments.e23_retrieval_agents.page_prompt import PromptView
from lab.experiments.e23_retrieval_agents.page_repeat import RepeatView
from lab.experiments.e23_retrieval_agents.page_search import SearchView
from lab.experiments.e23_retrieval_agents.settings import PAGES, VIEWS, page_of
from lab.experiments.e23_retrieval_agents.texts import LONGEST
from lab.experiments.e23_retrieval_agents.words import describe
from lab.kit_qt.paged import PagedView
from widgets.controls.buttons import Button
from widgets.pages.text_sheet import TextSheet, TextWanted
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

LOW, NARROW = 380, 560  # pixels at 100 % text, below which some parts give way to the pictures
MADE = {
    "chunks": ChunksView,
    "search": SearchView,
    "prompt": PromptView,
    "graph": GraphView,
    "agent": AgentView,
    "calls": CallsView,
    "repeat": RepeatView,
    "injection": InjectionView,
    "help": HelpView,
}
TITLES = {
    "chunks": N_("Cut the document"),
    "search": N_("Find the answer"),
    "prompt": N_("Fill the prompt"),
    "graph": N_("Walk to the nearest"),
    "agent": N_("Think, act, look"),
    "calls": N_("Which tool?"),
    "repeat": N_("Can one rely on it?"),
    "injection": N_("Who gives the orders?"),
    "help": N_("What passages are worth"),
}


class View(PagedView[RetrievalFrame, None]):
    """A title where there is room, chips, and the page that is open; over all the page for one's own text."""

    packs_requested = Signal()
    OWN = {"document": "own"}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), None, parent)
        self.title = ElidedLabel("", "h3")
        self.own_button = Button(_("Own text…"), "plain", height=28)
        self.own_button.clicked.connect(self.open_own)
        self.head.addWidget(self.title, 1)
        self.head.addWidget(self.own_button)
        self.lay_over(TextSheet(TextWanted(_take, _summary, 5 * LONGEST, _("Write or paste a text to search in."))))
        self.begin()

    def page_of(self, frame: RetrievalFrame) -> str:
        return page_of(frame.params)

    def part_of(self, frame: RetrievalFrame) -> Any:
        return frame.page

    def sentence(self, frame: RetrievalFrame) -> str:
        return describe(frame)

    def make(self, name: str) -> Any:
        page = super().make(name)
        if isinstance(page, HelpView | CallsView):
            page.packs_requested.connect(self.packs_requested)
        return page

    def turn(self, name: str) -> Set:
        """The views of the search share a run; every other page is a run of its own."""
        topic = "find" if name in VIEWS else name
        view = {"view": name} if topic == "find" else {}
        changed = {} if self._frame is not None and self._frame.params.topic == topic else {"topic": topic}
        return Set(changed | view)

    def write(self, frame: RetrievalFrame) -> None:
        self.title.say(_(TITLES[page_of(frame.params)]))
        self.own_button.setVisible(frame.params.topic == "find")
        super().write(frame)

    def fit(self) -> None:
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.title.setVisible(not self.narrow(NARROW + 300))
        for page in self.pages():
            page.set_space(low, narrow)


def _take(text: str, title: str) -> SetText:
    """A text as a gesture. Raises ValueError when it is too long."""
    made = SetText(text, title)
    made.checked()
    return made


def _summary(text: str) -> str:
    """What is to be known of a text while it is written."""
    return _("{characters} characters, {words} words").format(characters=len(text), words=len(text.split()))
