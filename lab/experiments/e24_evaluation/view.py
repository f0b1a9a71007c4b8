"""The picture of this experiment: pages on how good a model is and how sure that is. It draws the frame it is given, in
any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e24_evaluation.frame import EvaluationFrame
from lab.experiments.e24_evaluation.page_arena import ArenaView
from lab.experiments.e24_evaluation.page_bits import BitsView
from lab.experiments.e24_evaluation.page_calibration import CalibrationView
from lab.experiments.e24_evaluation.page_cheat import CheatView
from lab.experiments.e24_evaluation.page_perplexity import PerplexityView
from lab.experiments.e24_evaluation.page_significance import SignificanceView
from lab.experiments.e24_evaluation.page_threshold import ThresholdView
from lab.experiments.e24_evaluation.page_tries import TriesView
from lab.experiments.e24_evaluation.settings import PAGES
from lab.experiments.e24_evaluation.words import describe
from lab.kit_qt.paged import PagedView
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

LOW, NARROW = 380, 480  # pixels at 100 % text, below which some parts give way to the pictures
MADE = {
    "threshold": ThresholdView,
    "calibration": CalibrationView,
    "perplexity": PerplexityView,
    "bits": BitsView,
    "significance": SignificanceView,
    "arena": ArenaView,
    "tries": TriesView,
    "cheat": CheatView,
}
TITLES = {
    "threshold": N_("Where to draw the line"),
    "calibration": N_("As sure as it should be?"),
    "perplexity": N_("How surprised is a model?"),
    "bits": N_("What few bits cost"),
    "significance": N_("Is B really better?"),
    "arena": N_("Who wins the duels?"),
    "tries": N_("Which board is right?"),
    "cheat": N_("Has it seen the test?"),
}


class View(PagedView[EvaluationFrame, None]):
    """A title where there is room, chips, and the page that is open."""

    PAGE = "topic"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), None, parent)
        self.title = ElidedLabel("", "h3")
        self.head.addWidget(self.title, 1)
        self.begin()

    def part_of(self, frame: EvaluationFrame) -> Any:
        return frame.page

    def sentence(self, frame: EvaluationFrame) -> str:
        return describe(frame)

    def turn(self, name: str) -> Set:
        """Every page is a run of its own."""
        return Set({"topic": name})

    def write(self, frame: EvaluationFrame) -> None:
        self.title.say(_(TITLES[frame.params.topic]))
        super().write(frame)

    def fit(self) -> None:
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.title.setVisible(not self.narrow(NARROW + 480))
        for page in self.pages():
            page.set_space(low, narrow)
