"""The picture of this experiment: four pages of one curve, one of four networks, one of sums. It draws the frame it is
given, in any order."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.engine.basics import table as tables
from lab.engine.basics.table import left_out_words
from lab.experiments.e12_overfitting.frame import FitFrame
from lab.experiments.e12_overfitting.gestures import SetTable
from lab.experiments.e12_overfitting.own_data import chosen_columns
from lab.experiments.e12_overfitting.page_data import DataPage
from lab.experiments.e12_overfitting.page_errors import ErrorsPage
from lab.experiments.e12_overfitting.page_fit import FitPage
from lab.experiments.e12_overfitting.page_grok import GrokPage
from lab.experiments.e12_overfitting.page_net import NetPage
from lab.experiments.e12_overfitting.page_weights import WeightsPage
from lab.experiments.e12_overfitting.settings import MOST_POINTS, PAGES, Display, page_of
from lab.experiments.e12_overfitting.words import describe
from lab.kit_qt.paged import PagedView
from widgets.controls.buttons import IconButton
from widgets.pages.data_sheet import Chosen, DataSheet, Role, Wanted
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

LOW, NARROW = 330, 460  # pixels at 100 % text, below which parts give way to the main picture
MADE = {
    "fit": FitPage,
    "errors": ErrorsPage,
    "weights": WeightsPage,
    "data": DataPage,
    "net": NetPage,
    "grok": GrokPage,
}
CHIPS = {**PAGES, "net": N_("Networks"), "grok": N_("Grokking")}
TITLES = {
    "fit": N_("A curve through points"),
    "errors": N_("Where the error comes from"),
    "weights": N_("What a weight costs"),
    "data": N_("Would more points help?"),
    "net": N_("Four networks"),
    "grok": N_("Sums on a clock"),
}


class View(PagedView[FitFrame, Display]):
    """Heading and chips, and the page that is open; over all the page for own data."""

    OWN = {"data": "own", "task": "curve"}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in CHIPS.values()], _("Page"), Display(), parent)
        self.title = ElidedLabel("", "h3")
        self.own_button = IconButton("table", _("Your own data: paste a table or open a CSV file"), side=28)
        self.head.addWidget(self.title, 1)
        self.head.addWidget(self.own_button)
        self.own_button.clicked.connect(self.open_own)
        self.lay_over(DataSheet(tables, _wanted()))
        self.begin()

    # ---- pages

    def page_of(self, frame: FitFrame) -> str:
        return page_of(frame.params)

    def turn(self, name: str) -> Set:
        """The pages of the curve are views of one run; the others are runs of their own."""
        if name not in PAGES:
            return Set({"task": name})
        leaving = self._frame is not None and self._frame.params.task != "curve"
        return Set({"page": name, "task": "curve"} if leaving else {"page": name})

    def sentence(self, frame: FitFrame) -> str:
        return describe(frame)

    def urgent(self, before: FitFrame, frame: FitFrame) -> bool:
        return before.params != frame.params

    def write(self, frame: FitFrame) -> None:
        self.title.say(_(TITLES[page_of(frame.params)]))
        super().write(frame)

    def main_picture(self) -> tuple[QWidget, ...]:
        """The picture that is the largest on the open page."""
        return (self.page(self.open_page()).main,)

    # ---- the window

    def fit(self) -> None:
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.title.setVisible(not self.narrow(620))
        self.own_button.setVisible(self.open_page() in PAGES)
        for page in self.pages():
            page.set_space(low, narrow)


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    return Wanted(
        (Role("x", "x"), Role("y", "y")), _take, _summary, _("age, height\n10, 139\n11, 144"), most=MOST_POINTS
    )


def _take(chosen: Chosen) -> SetTable:
    return chosen_columns(chosen.table, chosen.columns["x"], chosen.columns["y"], chosen.title)


def _summary(table: SetTable) -> tuple[str, ...]:
    return left_out_words(table.left_out)
