"""The page of analogies: the arrow from one word to another, put at a third; the words nearest to its tip with and
without the three of the question; and how many questions of each kind are answered rightly. The rings are dragged to
other words."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.engine.text.embedding import Neighbour
from lab.experiments.e15_embeddings.analogies import AnalogyPage, example_of
from lab.experiments.e15_embeddings.board import Board
from lab.experiments.e15_embeddings.metrics import ANALOGY
from lab.experiments.e15_embeddings.rank_list import Ranked, RankList
from lab.experiments.e15_embeddings.words import percent, verdict
from lab.kit_qt.word_map import Spots, WordMap
from widgets.base.look import look
from widgets.canvas.layers import Arrow, Handle, Layer, Mark

__all__ = ["AnalogyView"]

KINDS = {
    "capital-country": N_("capital → country"),
    "country-people": N_("country → people"),
    "male-female": N_("male → female"),
    "present-past": N_("present → past"),
    "ing-past": N_("-ing → past"),
    "adjective-comparative": N_("big → bigger"),
    "adjective-superlative": N_("big → biggest"),
    "singular-plural": N_("one → many"),
    "opposites": N_("opposites"),
    "verb-person": N_("verb → person"),
}


class AnalogyView(Board):
    """See above."""

    METRICS = ANALOGY

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: AnalogyPage | None = None
        self.main = WordMap()
        self.without, self.whole = RankList(_("Three left out")), RankList(_("All words count"))
        self.kinds = RankList(_("Right so far, by kind"))
        self.main.set_titles(title=_("The arrow and its answer"))
        self.lay_out(
            {
                "answer": N_("answer"),
                "cosine": N_("cosine"),
                "asked": N_("asked"),
                "share_without": N_("right, three left out"),
                "share_with": N_("right, with the three"),
            },
            ((self.without, 6), (self.whole, 6), (self.kinds, 11)),
        )
        self.main.dropped.connect(self._drop)
        self.main.chosen.connect(self._choose)
        self.without.pressed.connect(self._choose_without)
        self.whole.pressed.connect(self._choose_whole)
        self.kinds.pressed.connect(self._ask_kind)

    # ---- drawing

    def show_page(self, page: AnalogyPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        p = page.params
        answer = page.answers[0].word if page.answers else ""
        focus = page.names.index(answer) if answer in page.names else -1
        tones = [0 if name in (p.a, p.b, p.c) else -1 for name in page.names]
        self.main.set_ghost(page.note)
        self.main.set_layers(self._arrows(page))
        self.main.set_spots(Spots(page.names, page.names, page.places, tones, focus))
        self.without.set_rows(self._ranked(page.excluded, answer))
        self.whole.set_rows(self._ranked(page.included, answer))
        self.kinds.set_rows(
            [
                Ranked(
                    _(KINDS[kind.name]),
                    kind.excluded / kind.asked,
                    f"{kind.excluded} · {kind.included} / {kind.asked}",
                    tip=_("right with the three left out, and with them, of those asked"),
                )
                for kind in page.relations
            ]
        )

    def _arrows(self, page: AnalogyPage) -> list[Layer]:
        """From a to b, the same at c, the tip, and a ring at each of the three words."""
        if not page.names:
            return []
        p, at = page.params, {name: page.places[n].tolist() for n, name in enumerate(page.names)}
        (ax, ay), (bx, by), (cx, cy) = (at[word] for word in (p.a, p.b, p.c))
        tip_x, tip_y = page.tip.tolist()
        accent, ball = look().palette.accent, look().palette.ball
        return [
            Arrow(ax, ay, bx - ax, by - ay, accent),
            Arrow(cx, cy, tip_x - cx, tip_y - cy, ball, dash=(4, 3)),
            Mark(tip_x, tip_y, "minimum", "b − a + c"),
            *(Handle(name, *at[getattr(p, name)]) for name in ("a", "b", "c")),
        ]

    def _ranked(self, found: tuple[Neighbour, ...], answer: str) -> list[Ranked]:
        return [Ranked(near.word, near.score, show_number(near.score, 3), near.word == answer) for near in found]

    def show_words(self, page: AnalogyPage, sentence: str) -> None:
        """The texts."""
        first = verdict(page)
        if page.share is not None:
            first += " " + _("The map shows {share} of the spread.").format(share=percent(page.share, 2))
        self.show_numbers(page, sentence, first)
        for part in (self.without, self.whole, self.kinds):
            part.set_description(sentence)

    # ---- the hand

    def _drop(self, name: str, x: float, y: float) -> None:
        """A ring was put down: it stands at the nearest word."""
        found = self.main.nearest_to(x, y)
        if self._page is not None and found >= 0:
            self.act(Set({name: self._page.names[found]}))

    def _choose(self, word: str) -> None:
        self.act(Set({"c": word}))

    def _choose_without(self, row: int) -> None:
        if self._page is not None and row < len(self._page.excluded):
            self._choose(self._page.excluded[row].word)

    def _choose_whole(self, row: int) -> None:
        if self._page is not None and row < len(self._page.included):
            self._choose(self._page.included[row].word)

    def _ask_kind(self, row: int) -> None:
        """The first question of a kind that is answered wrongly, where there is one."""
        if self._page is not None and row < len(self._page.relations):
            a, b, c = example_of(self._page.relations[row].name)
            self.act(Set({"a": a, "b": b, "c": c}))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.main, self.without, self.whole, self.kinds]
