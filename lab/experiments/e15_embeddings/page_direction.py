"""The page of directions: all words along the way from one list to another, those of the lists in colour, the words
that lie farthest at both ends, and the check against mixed lists. A word is dragged by its ring onto a list."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.engine.text.embedding import Neighbour
from lab.experiments.e15_embeddings.board import Board
from lab.experiments.e15_embeddings.directions import DirectionPage
from lab.experiments.e15_embeddings.metrics import DIRECTION
from lab.experiments.e15_embeddings.rank_list import Ranked, RankList
from lab.experiments.e15_embeddings.word_lists import WordLists, moved
from lab.experiments.e15_embeddings.words import percent
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.word_map import Spots, WordMap
from widgets.base.colors import Palette
from widgets.base.look import look
from widgets.canvas.layers import Handle, Layer
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["DirectionView", "shares_of"]

LISTS = ("list_a", "list_b", "list_c")


def shares_of(mixed: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """How many of the mixed lists were at most so good: shares [n] and their counts [n], rising."""
    return np.sort(np.array(mixed)), np.arange(1.0, len(mixed) + 1)


class DirectionView(Board):
    """See above."""

    METRICS = DIRECTION

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: DirectionPage | None = None
        self.main = WordMap()
        self.high, self.low = RankList(_("Farthest to the right")), RankList(_("Farthest to the left"))
        self.lists = WordLists((_("One end"), _("Other end"), _("To look at")))
        self.checks = Plot()
        self.checks.set_titles(_("share right"), _("mixed lists"), _("Your lists and mixed ones"))
        self.lay_out(
            {
                "cosine": N_("cosine"),
                "held_out": N_("left-out words right"),
                "mixed": N_("with mixed lists"),
                "gap": N_("third list, width"),
            },
            ((self.lists, 0), (self.high, 5), (self.low, 5), (self.checks, 5)),
        )
        self.main.chosen.connect(self.choose_word)
        self.high.pressed.connect(self._choose_high)
        self.low.pressed.connect(self._choose_low)
        self.lists.pressed.connect(self._put)
        self.main.carried.connect(self.lists.list_at)
        self.main.put.connect(self._let_go)

    # ---- drawing

    def show_page(self, page: DirectionPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        word = page.params.word
        focus = page.names.index(word) if word in page.names else -1
        self.main.set_titles(_("along the direction (cosine)"), _("widest of the rest"), _("Map along a direction"))
        self.main.set_ghost(page.note)
        self.main.set_layers(self._ring(page, focus))
        self.main.set_spots(Spots(page.names, page.names, page.places, page.kinds, focus), bare=False)
        self.lists.set_lists(page.lists, word if focus >= 0 else "")
        self.high.set_rows(self._ranked(page.high))
        self.low.set_rows(self._ranked(page.low))
        self._apply_palette(look().palette)

    @staticmethod
    def _ring(page: DirectionPage, focus: int) -> list[Layer]:
        return [Handle("word", *page.places[focus].tolist())] if focus >= 0 else []

    def _ranked(self, found: tuple[Neighbour, ...]) -> list[Ranked]:
        word = self._page.params.word if self._page is not None else ""
        return [Ranked(near.word, abs(near.score), show_number(near.score, 3), near.word == word) for near in found]

    def _apply_palette(self, palette: Palette) -> None:
        page = self._page
        if page is None:
            return
        x, y = shares_of(page.mixed)
        self.checks.set_limits((0.0, 1.2), (0.0, float(max(10, len(page.mixed)))))
        self.checks.set_series([Series("", x, y, palette.categories[1], (), "", 2.0)] if len(x) else [])
        if page.held_out is not None:
            self.checks.set_lines([Line("held_out", page.held_out, True, palette.categories[0], (), _("yours"))])
        else:
            self.checks.set_lines([])

    def show_words(self, page: DirectionPage, sentence: str) -> None:
        """The texts."""
        said = _("Left out one by one, {share} of the listed words fall on the right side. Run: and with mixed lists?")
        first = page.note or said.format(share=percent(page.held_out, 2))
        self.show_numbers(page, sentence, first)
        for part in (self.lists, self.high, self.low, self.checks):
            part.set_description(sentence)

    # ---- the hand

    def _put(self, row: int) -> None:
        """The chosen word is put on a list, or taken away from it."""
        if self._page is not None:
            texts = moved(self._page.lists, row, self._page.params.word)
            self.act(Set(dict(zip(LISTS, texts, strict=True))))

    def _let_go(self, place: QPoint) -> None:
        """The ring was let go: over a list its word is put there, and the ring goes back to its word."""
        row = self.lists.list_at(place)
        if self._page is not None:
            word = self._page.params.word
            self.main.set_layers(self._ring(self._page, self._page.names.index(word)))
            if row >= 0 and word not in self._page.lists[row]:
                self._put(row)

    def _choose_high(self, row: int) -> None:
        if self._page is not None and row < len(self._page.high):
            self.choose_word(self._page.high[row].word)

    def _choose_low(self, row: int) -> None:
        if self._page is not None and row < len(self._page.low):
            self.choose_word(self._page.low[row].word)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.main, self.lists, self.high, self.low, OnPaper(self.checks, self._apply_palette)]

    def relook(self) -> None:
        super().relook()
        self.lists.setFixedHeight(self.lists.sizeHint().height())
        self._apply_palette(look().palette)
