"""The picture of this experiment: a page for each stage of training. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training.frame import TrainingFrame
from lab.experiments.e20_language_model_training.page_compare import CompareView
from lab.experiments.e20_language_model_training.page_credit import CreditView
from lab.experiments.e20_language_model_training.page_distil import DistilView
from lab.experiments.e20_language_model_training.page_lora import LoraView
from lab.experiments.e20_language_model_training.page_preferences import PreferencesView
from lab.experiments.e20_language_model_training.page_pretrain import PretrainView
from lab.experiments.e20_language_model_training.page_reward import RewardView
from lab.experiments.e20_language_model_training.page_supervised import SupervisedView
from lab.experiments.e20_language_model_training.settings import PAGES
from lab.experiments.e20_language_model_training.words import describe
from lab.kit_qt.paged import PagedView
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

LOW, NARROW = 380, 480  # pixels at 100 % text, below which some parts give way to the pictures
MADE = {
    "pretrain": PretrainView,
    "supervised": SupervisedView,
    "lora": LoraView,
    "reward": RewardView,
    "credit": CreditView,
    "preferences": PreferencesView,
    "compare": CompareView,
    "distil": DistilView,
}
TITLES = {
    "pretrain": N_("Learn what comes next"),
    "supervised": N_("Learn to answer"),
    "lora": N_("Learn beside a frozen model"),
    "reward": N_("Learn from a judge"),
    "credit": N_("Find the wrong digit"),
    "preferences": N_("Learn a taste"),
    "compare": N_("The same questions to each"),
    "distil": N_("Learn from a larger model"),
}


class View(PagedView[TrainingFrame, None]):
    """A title where there is room, chips, and the page that is open."""

    PAGE = "stage"
    packs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Stage"), None, parent)
        self.title = ElidedLabel("", "h3")
        self.head.addWidget(self.title, 1)
        self.begin()

    def part_of(self, frame: TrainingFrame) -> Any:
        return frame.page

    def sentence(self, frame: TrainingFrame) -> str:
        return describe(frame)

    def make(self, name: str) -> Any:
        page = super().make(name)
        if hasattr(page, "packs_requested"):
            page.packs_requested.connect(self.packs_requested)
        return page

    def turn(self, name: str) -> Set:
        """Every stage is a run of its own."""
        return Set({"stage": name})

    def write(self, frame: TrainingFrame) -> None:
        self.title.say(_(TITLES[frame.params.stage]))
        super().write(frame)

    def fit(self) -> None:
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.title.setVisible(not self.narrow(NARROW + 340))
        for page in self.pages():
            page.set_space(low, narrow)
