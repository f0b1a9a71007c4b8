"""The page of learning: the words drift as they learn, beside them the neighbours of one, the sentences or the pairs of
the last step, and the loss. A word can be dragged by its ring, and a sentence be written anew."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e15_embeddings.board import Board
from lab.experiments.e15_embeddings.gestures import EditLine, MoveWord
from lab.experiments.e15_embeddings.learning import LearnPage
from lab.experiments.e15_embeddings.line_list import LineList
from lab.experiments.e15_embeddings.metrics import LEARN, learned_neighbours
from lab.experiments.e15_embeddings.page_map import bars_of
from lab.experiments.e15_embeddings.pair_list import PairList
from lab.experiments.e15_embeddings.rank_list import Ranked, RankList
from lab.experiments.e15_embeddings.settings import METRICS_OF
from lab.experiments.e15_embeddings.words import percent
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.word_map import Spots, WordMap
from widgets.base.colors import Palette
from widgets.base.layouts import hbox
from widgets.base.look import look
from widgets.canvas.layers import Handle
from widgets.controls.buttons import Button
from widgets.controls.chips import Segmented
from widgets.controls.number_field import Field
from widgets.plots.plot import Plot
from widgets.plots.series import Series

__all__ = ["LearnView"]

SMOOTH = 25  # steps that the thick loss is the mean of


class LearnView(Board):
    """See above."""

    METRICS = LEARN

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: LearnPage | None = None
        self._line = -1  # the sentence that is open for writing
        self._written: tuple[str, ...] = ()  # the sentences that were there when it was opened
        self.main, self.near, self.lines = WordMap(), RankList(_("Neighbours")), LineList()
        self.pairs = PairList()
        self.switch = Segmented(("lines", "pairs"), (_("Sentences"), _("This step")))
        self.switch.setAccessibleName(_("Below the neighbours"))
        self.switch.set_compact(True)
        self.loss, self.field = Plot(), Field()
        self.add = Button(_("Add"), "plain", height=28)
        self.add.setToolTip(_("Add a sentence"))
        self.writing = QWidget()
        hbox((self.field, 1), self.add, on=self.writing)
        self.loss.set_titles(_("step"), _("loss"), _("Loss"))
        self.main.set_titles(title=_("Map of what is learned"))
        self.lay_out(
            {
                "cosine": N_("cosine"),
                "norm": N_("length"),
                "loss": N_("loss"),
                "share": N_("spread shown"),
                "words": N_("words"),
            },
            ((self.near, 5), (self.switch, 0), (self.pairs, 6), (self.lines, 6), (self.writing, 0), (self.loss, 5)),
        )
        self.main.chosen.connect(self.choose_word)
        self.main.dragged.connect(self._drag)
        self.main.dropped.connect(self.end_drag)
        self.near.pressed.connect(self._choose_near)
        self.lines.pressed.connect(self._open_line)
        self.field.editingFinished.connect(self._wrote)
        self.add.clicked.connect(self._new_line)
        self.switch.chosen.connect(self._turn)
        self.pairs.pressed.connect(self.choose_word)

    # ---- drawing

    def show_page(self, page: LearnPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        pairs = page.params.beside == "pairs"
        self.switch.set_chosen(page.params.beside)
        self.pairs.setVisible(pairs)
        for part in (self.lines, self.writing):
            part.setVisible(not pairs)
        word, near = page.params.word, learned_neighbours(page)
        focus = page.at(word)
        tones = [-1] * len(page.words)
        if page.lost is None:
            spots = [page.at(one.word) for one in near[:4]]
            x, y = page.places[focus].tolist() if focus >= 0 else (0.0, 0.0)
            self.main.set_layers([Handle("word", x, y)] if focus >= 0 else [])
            self.main.set_spots(Spots(page.words, page.words, page.places, tones, focus, spots, steady=True))

    def _show_side(self, page: LearnPage) -> None:
        """What is read rather than watched: neighbours, sentences and the loss."""
        word, near = page.params.word, learned_neighbours(page)
        scores = [one.score for one in near]
        self.near.set_rows(
            [
                Ranked(one.word, bar, show_number(one.score, 3), one.word == page.params.other)
                for one, bar in zip(near, bars_of(scores, page.params.metric), strict=True)
            ],
            _("Nearest to “{word}”, by {metric}").format(
                word=word[:20], metric=_(METRICS_OF[page.params.metric]).lower()
            ),
        )
        self.pairs.set_pairs(page.taught)
        self.lines.set_lines(page.lines, word)
        if page.lines != self._written:
            self._written = page.lines
            self._open_line(self._line if 0 <= self._line < len(page.lines) else self.lines.number_of(0))
        self._apply_palette(look().palette)

    def _apply_palette(self, palette: Palette) -> None:
        if self._page is None:
            return
        steps, losses = self._page.past.steps, self._page.past.column(0)
        series = [Series("", steps, losses, palette.categories[0], (), "", 1.0, faint=True)]
        if len(losses) > SMOOTH + 1:
            sums = np.cumsum(np.nan_to_num(losses, nan=float(losses[1])))
            mean = (sums[SMOOTH:] - sums[:-SMOOTH]) / SMOOTH
            series.append(Series("", steps[SMOOTH:], mean, palette.categories[0], (), "", 2.4))
        self.loss.set_series(series)

    def show_words(self, page: LearnPage, sentence: str) -> None:
        """The texts, and what stands beside the map."""
        self._show_side(page)
        if page.at(page.params.word) < 0:
            first = _("No sentence has the word “{word}”. Press on one.").format(word=page.params.word[:40])
        else:
            text = _("Run. The map shows {share} of the spread; take “{word}” by its ring and drag it.")
            first = text.format(share=percent(page.share, 2), word=page.params.word[:20])
        self.show_numbers(page, sentence, first)
        for part in (self.near, self.pairs, self.lines, self.loss):
            part.set_description(sentence)

    # ---- the hand

    def _drag(self, _name: str, x: float, y: float) -> None:
        if self._page is not None:
            self.drag("word", MoveWord(self._page.params.word, x, y))

    def _choose_near(self, row: int) -> None:
        near = learned_neighbours(self._page) if self._page is not None else ()
        if row < len(near):
            self.choose_word(near[row].word)

    def _turn(self, beside: str) -> None:
        self.act(Set({"beside": beside}))

    def _open_line(self, number: int) -> None:
        """Have a sentence open for writing; at the number of sentences a new one."""
        lines = self._page.lines if self._page is not None else ()
        self._line = number
        self.field.show_text(lines[number] if number < len(lines) else "")
        self.field.setAccessibleName(_("Line {n} of the sentences").format(n=number + 1))

    def _new_line(self) -> None:
        if self._page is not None:
            self._open_line(len(self._page.lines))
            self.field.setFocus()

    def _wrote(self) -> None:
        """What stands in the field is taken, where it is another sentence."""
        lines = self._page.lines if self._page is not None else ()
        text = " ".join(self.field.text().lower().split())
        before = lines[self._line] if 0 <= self._line < len(lines) else ""
        if self._page is not None and self._line >= 0 and text != before:
            self.act(EditLine(self._line, text))

    # ---- the window

    def pictures(self) -> list[Any]:
        """What is exported."""
        below = self.pairs if self._page is not None and self._page.params.beside == "pairs" else self.lines
        return [self.main, self.near, below, OnPaper(self.loss, self._apply_palette)]

    def relook(self) -> None:
        super().relook()
        self._apply_palette(look().palette)
