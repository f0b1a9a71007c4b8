"""The picture of this experiment: four pages of one story, a curve, a chain of them, a row of scores at its end, and
what the computer makes of those. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.basics import table as tables
from lab.experiments.e08_activations.frame import ActivationsFrame
from lab.experiments.e08_activations.gates import FORMULAS, GATE_NAMES
from lab.experiments.e08_activations.own_scores import OwnScores, scores_of
from lab.experiments.e08_activations.page_depth import DepthView
from lab.experiments.e08_activations.page_function import FunctionView
from lab.experiments.e08_activations.page_softmax import SoftmaxView
from lab.experiments.e08_activations.page_stability import StabilityView
from lab.experiments.e08_activations.settings import PAGES, Display
from lab.experiments.e08_activations.words import describe
from lab.kit_qt.paged import PagedView
from widgets.controls.buttons import Button
from widgets.pages.data_sheet import Chosen, DataSheet, Role, Wanted
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

LOW, NARROW = 340, 430  # pixels at 100 % text, below which some parts give way to the pictures
MADE = {"function": FunctionView, "depth": DepthView, "softmax": SoftmaxView, "stability": StabilityView}
SCORED = ("softmax", "stability")  # the pages that begin with logits


class View(PagedView[ActivationsFrame, Display]):
    """Heading and chips, and the page that is open; over all the page for own data."""

    PAGE = "topic"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), Display(), parent)
        self.own_button = Button(_("Own data…"), "plain", height=28)
        self.title = ElidedLabel("", "h3")
        self.head.addWidget(self.title, 1)
        self.head.addWidget(self.own_button)
        self.own_button.clicked.connect(self.open_own)
        self.lay_over(DataSheet(tables, _wanted()))
        self.begin()

    def part_of(self, frame: ActivationsFrame) -> Any:
        return frame.page

    def sentence(self, frame: ActivationsFrame) -> str:
        return describe(frame)

    def write(self, frame: ActivationsFrame) -> None:
        self.title.say(_title(frame))
        super().write(frame)

    def fit(self) -> None:
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.title.setVisible(not narrow)
        self.own_button.setVisible(self.open_page() in SCORED)
        for page in self.pages():
            page.set_space(low, narrow)

    def _own_taken(self, scores: OwnScores) -> None:
        values = {"logits": scores.logits, "names": scores.names, "source": "own"}
        self.act(Set(values | ({} if self.open_page() in SCORED else {"topic": "softmax"})))


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    roles = Role("score", _("scores")), Role("name", _("names"), "first", _("none"))
    return Wanted(roles, _take, _summary, _("drink, votes\ntea, 2.0\ncoffee, 1.0\nmilk, 0.1"))


def _take(chosen: Chosen) -> OwnScores:
    return scores_of(chosen.table, chosen.columns["score"], chosen.columns["name"])


def _summary(scores: OwnScores) -> tuple[str, ...]:
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
