"""The Features page: where the features of a sparse dictionary speak, and whether the name that a learner gives one of
them holds on text that was not seen."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e18_transformer_block.contexts import Contexts
from lab.experiments.e18_transformer_block.frame import FeaturesPage
from lab.experiments.e18_transformer_block.letters import COLUMNS
from lab.experiments.e18_transformer_block.metrics import FEATURES
from lab.experiments.e18_transformer_block.page import InsidePage
from lab.experiments.e18_transformer_block.words import percent, quoted
from widgets.base.layouts import hbox
from widgets.plots.matrix import Matrix

__all__ = ["FeaturesView"]

READOUTS = ("explained", "feature_rate", "agreed", "name_found")


class FeaturesView(InsidePage):
    """See above."""

    def __init__(self) -> None:
        super().__init__(FEATURES.labels, *READOUTS)
        self._page: FeaturesPage | None = None
        self.takes = Matrix()
        self.most = Contexts(_("Where it speaks most"), _("Nowhere in this text."))
        self.trials = Contexts(_("Unseen places, framed where it speaks"), _("It speaks nowhere in the unseen text."))
        self.lay(self.takes, (self.takes, 3), (hbox((self.most, 1), (self.trials, 1)), 2))
        self.takes.set_writing(percent)
        self.takes.pressed.connect(self._mark)
        self.takes.hovered.connect(self._read)

    def show_page(self, page: FeaturesPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        title = _("At how many of a hundred of each letter a feature speaks")
        self.takes.set_titles(title, _("feature"), _("letters"))
        self.takes.set_values(page.takes, 0.0, 1.0, [str(number) for number in page.numbers], COLUMNS)
        lit = page.numbers.index(page.feature) if page.feature in page.numbers else -1
        self.takes.set_highlighted(lit, -1)
        top = max([found.strength for found in (*page.most, *page.trials)], default=1.0)
        self.most.show_places(page.most, top)
        self.trials.show_places(page.trials, top)

    def show_words(self, page: FeaturesPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.takes.set_description(sentence)
        for contexts in (self.most, self.trials):
            contexts.set_description(contexts.summary())
        self.say(page, sentence, FEATURES.values(page))

    def _mark(self, row: int, _column: int) -> None:
        page = self._page
        if page is not None and 0 <= row < len(page.numbers):
            self.act(Set({"feature": page.numbers[row]}))

    def _read(self, row: int, column: int) -> None:
        page = self._page
        if page is None or not (0 <= row < len(page.numbers) and 0 <= column < len(COLUMNS)):
            self.takes.set_readout("")
            return
        known = {"n": page.numbers[row], "letter": quoted(COLUMNS[column])}
        text = _("feature {n} speaks at {share} % of {letter}")
        share = float(page.takes[row, column])
        self.takes.set_readout(text.format(**known, share=percent(share)) if share == share else "")

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.takes, self.most, self.trials)

    def pictures(self) -> list[Any]:
        return [self.takes, self.most, self.trials]
