"""The picture of this experiment: six pages on vectors that stand for words. It draws the frame it is given, in any
order."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e15_embeddings.corpora import checked_lines, lines_of
from lab.experiments.e15_embeddings.frame import EmbeddingFrame
from lab.experiments.e15_embeddings.gestures import SetOwn
from lab.experiments.e15_embeddings.page_analogy import AnalogyView
from lab.experiments.e15_embeddings.page_compact import CompactView
from lab.experiments.e15_embeddings.page_context import ContextView
from lab.experiments.e15_embeddings.page_direction import DirectionView
from lab.experiments.e15_embeddings.page_learn import LearnView
from lab.experiments.e15_embeddings.page_map import MapView
from lab.experiments.e15_embeddings.settings import PAGES
from lab.experiments.e15_embeddings.simulation import MOST_TEXT
from lab.experiments.e15_embeddings.tables import check_own, holds_vectors
from lab.experiments.e15_embeddings.words import describe
from lab.kit_qt.titled import TitledView
from widgets.controls.buttons import IconButton
from widgets.pages.text_sheet import TextSheet, TextWanted

__all__ = ["View"]

NARROW = 480  # pixels at 100 % text, below which what stands beside a map stands below it
MADE = {
    "learn": LearnView,
    "map": MapView,
    "analogy": AnalogyView,
    "direction": DirectionView,
    "context": ContextView,
    "compact": CompactView,
}
TITLES = {
    "learn": N_("Learned from company"),
    "map": N_("Who is near whom"),
    "analogy": N_("Words as steps"),
    "direction": N_("A direction between lists"),
    "context": N_("Meaning in context"),
    "compact": N_("Fewer bytes"),
}
OWN = {"learn": {"corpus": "own"}, "map": {"source": "own"}}


class View(TitledView[EmbeddingFrame]):
    """A title where there is room, chips, and the page that is open; over all the page for one's own text."""

    PAGE = "topic"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, tuple(PAGES.values()), parent)
        self.own_button = IconButton("table", _("Your own sentences, words or vectors"), side=28)
        self.own_button.clicked.connect(self.open_own)
        self.head.addWidget(self.own_button)
        example = _("Sentences, one a line; or words; or a word and its numbers in each line.")
        self.lay_over(TextSheet(TextWanted(_take, _summary, MOST_TEXT, example)))
        self.begin()

    def sentence(self, frame: EmbeddingFrame) -> str:
        return describe(frame)

    def turn(self, name: str) -> Set:
        return Set({"topic": name})

    def urgent(self, before: EmbeddingFrame, frame: EmbeddingFrame) -> bool:
        return before.params != frame.params

    def draw(self, frame: EmbeddingFrame, before: EmbeddingFrame | None) -> None:
        self.OWN = OWN.get(frame.params.topic, OWN["learn"])
        super().draw(frame, before)

    def title_of(self, frame: EmbeddingFrame) -> str:
        return _(TITLES[frame.params.topic])

    def fit(self) -> None:
        self.title.setVisible(not self.narrow(NARROW + 160))
        self.own_button.setVisible(self.open_page() in OWN)
        for page in self.pages():
            page.set_space(self.narrow(NARROW))


def _take(text: str, title: str) -> SetOwn:
    """A text as a gesture. Raises ValueError, in words, for one that neither page can use."""
    if len(text) > MOST_TEXT:
        raise ValueError(_("The text has {n} characters; at most {most} are read.").format(n=len(text), most=MOST_TEXT))
    if holds_vectors(text):
        check_own(text)
    else:
        try:
            checked_lines(lines_of("own", text))
        except ValueError:
            check_own(text)
    return SetOwn(text, title)


def _summary(text: str) -> str:
    """What is to be known of a text while it is written."""
    lines = [line for line in text.splitlines() if line.strip()]
    words = {word for line in lines for word in line.lower().split()}
    return _("{lines} lines, {words} different words").format(lines=len(lines), words=len(words))
