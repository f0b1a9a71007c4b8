"""The picture of this experiment: four pages of one story, a curve, a chain of them, a row of scores at its end, and
what the computer makes of those. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.engine import table as tables
from lab.experiments.e08_activations.frame import ActivationsFrame
from lab.experiments.e08_activations.gates import FORMULAS, GATE_NAMES
from lab.experiments.e08_activations.own import OwnScores, scores_of
from lab.experiments.e08_activations.page_depth import DepthView
from lab.experiments.e08_activations.page_function import FunctionView
from lab.experiments.e08_activations.page_softmax import SoftmaxView
from lab.experiments.e08_activations.page_stability import StabilityView
from lab.experiments.e08_activations.settings import PAGES, Display
from lab.experiments.e08_activations.words import describe
from widgets.buttons import Button
from widgets.datasheet import Chosen, DataSheet, Role, Wanted
from widgets.look import look
from widgets.oneline import OneLine
from widgets.paged import PagedView

__all__ = ["View"]

LOW, NARROW = 340, 430  # pixels at 100 % text, below which some parts give way to the pictures
MADE = {"function": FunctionView, "depth": DepthView, "softmax": SoftmaxView, "stability": StabilityView}
SCORED = ("softmax", "stability")  # the pages that begin with logits


class View(PagedView):
    """Heading and chips, and the page that is open; over all the page for own data."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), Display(), parent)
        self.title = OneLine("", "h3")
        self.own_button = Button(_("Own data…"), "plain", height=28)
        self.own = DataSheet(tables, _wanted())
        self.head.addWidget(self.title, 1)
        self.head.addWidget(self.own_button)
        self.own_button.clicked.connect(self._open_own)
        self.own.listen(self)
        self.own.taken.connect(self._own_taken)
        self.lay_over(self.own)
        self.begin()

    def page_of(self, frame: ActivationsFrame) -> str:
        return frame.params.topic

    def turn(self, name: str) -> Set:
        return Set({"topic": name})

    def draw(self, frame: ActivationsFrame, page: Any) -> None:
        page.show_page(frame.page, self._display)

    def write(self, frame: ActivationsFrame, page: Any) -> None:
        self.title.say(_title(frame))
        page.show_words(frame.page, describe(frame))

    def fit(self) -> None:
        low, narrow = self.height() < look().px(LOW), self.width() < look().px(NARROW)
        self.title.setVisible(not narrow)
        self.own_button.setVisible(self.open_page() in SCORED and not narrow)
        for page in self.pages():
            page.set_room(low, narrow)

    # --------------------------------------------------------------------------------------- own data

    def _open_own(self) -> None:
        self.own.begin()

    def _own_taken(self, scores: OwnScores) -> None:
        values = {"logits": scores.logits, "names": scores.names, "source": "own"}
        self.act(Set(values | ({} if self.open_page() in SCORED else {"topic": "softmax"})))


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    roles = Role("score", _("scores")), Role("name", _("names"), "first", _("none"))
    return Wanted(roles, _take, _told, _("drink, votes\ntea, 2.0\ncoffee, 1.0\nmilk, 0.1"))


def _take(chosen: Chosen) -> OwnScores:
    return scores_of(chosen.table, chosen.columns["score"], chosen.columns["name"])


def _told(scores: OwnScores) -> tuple[str, ...]:
    return (_("read along the row, the headings as names"),) if scores.along and scores.names else ()


def _title(frame: ActivationsFrame) -> str:
    """What the open page shows, in words."""
    params = frame.params
    match params.topic:
        case "function":
            if params.swiglu:
                return "SwiGLU = (x W₁ ⊙ SiLU(x W₃)) W₂"
            return _(GATE_NAMES[params.function]) + f":  {FORMULAS[params.function]}"
        case "depth":
            return _("The slope of every unit, and what comes back")
        case "softmax":
            return _("From scores to a loss")
        case _:
            return _("What {form} can hold").format(form=params.number_format)
