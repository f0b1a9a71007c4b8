"""The page of the map: vectors in two numbers, the neighbours of a word or all cosines between them, and the numbers of
two words as a barcode. With an axis of one's own its ends are rings to be dragged to other words."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e15_embeddings.board import Board
from lab.experiments.e15_embeddings.mapping import MapPage
from lab.experiments.e15_embeddings.metrics import MAP
from lab.experiments.e15_embeddings.rank_list import Ranked, RankList
from lab.experiments.e15_embeddings.settings import METRICS_OF
from lab.experiments.e15_embeddings.words import percent
from lab.kit_qt.word_map import Spots, WordMap
from widgets.base.look import look
from widgets.canvas.layers import Arrow, Handle, Layer
from widgets.controls.chips import Segmented
from widgets.plots.matrix import Matrix

__all__ = ["MapView", "bars_of"]

BARCODE, ROOMY, LINKS = 74, 600, 5  # pixels at 100 % text, the second of the page; neighbours that a line leads to


def bars_of(scores: list[float], metric: str) -> list[float]:
    """How long the bars of some scores are: a cosine as it is, a product against the largest, a distance inverted."""
    if not scores or metric == "cosine":
        return scores
    if metric == "dot":
        return [score / max(max(scores), 1e-12) for score in scores]
    return [min(scores) / max(score, 1e-12) for score in scores]


class MapView(Board):
    """See above."""

    METRICS = MAP

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: MapPage | None = None
        self._aside: MapPage | None = None  # of which neighbours, cosines and numbers are shown
        self._narrow = False
        self.main, self.near = WordMap(), RankList(_("Neighbours"))
        self.cosines, self.barcode = Matrix(scale="diverging"), Matrix(scale="diverging")
        self.switch = Segmented(("near", "cosines"), (_("Neighbours"), _("Cosines")))
        self.switch.setAccessibleName(_("Beside the map"))
        self.switch.set_compact(True)
        self.cosines.set_titles(_("Cosines"))
        self.barcode.set_titles(_("The numbers of both words"))
        self.main.set_titles(title=_("Map"))
        self.lay_out(
            {
                "cosine": N_("cosine"),
                "rank": N_("its rank"),
                "norm": N_("length"),
                "in_lists": N_("in lists"),
                "share": N_("spread shown"),
                "same_group": N_("same group"),
            },
            ((self.switch, 0), (self.near, 5), (self.cosines, 6), (self.barcode, 0)),
        )
        self.main.chosen.connect(self.choose_word)
        self.main.dropped.connect(self._drop)
        self.near.pressed.connect(self._choose_near)
        self.cosines.pressed.connect(self._choose_cell)
        self.switch.chosen.connect(self._turn)

    # ---- drawing

    def show_page(self, page: MapPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        self._show_map(page)
        self.switch.set_chosen(page.params.side)
        self._fit()

    def _show_map(self, page: MapPage) -> None:
        p = page.params
        first, second = page.titles
        if p.projection == "pca" and len(page.shares) > 1:
            first, second = (f"{name} ({percent(share)})" for name, share in zip(page.titles, page.shares))
        bare = not page.shares
        self.main.set_titles(*(("", "") if bare else (first, second)), _("Map"))
        group = page.groups[page.focus] if page.focus >= 0 else ""
        tones = [0 if group and one == group else -1 for one in page.groups]
        notes = {n: one for n, one in enumerate(page.groups) if one and one != page.labels[n]}
        waiting = page.share < 1.0
        reading = _("Press Run: a sentence encoder is opened, and it reads the sentences.")
        self.main.set_ghost(reading if waiting else _("Nothing to show yet"))
        self.main.set_layers(self._rings(page))
        self.main.set_spots(
            Spots(
                page.names, page.labels, page.places, tones, page.focus, page.spots[:LINKS], notes, images=page.images
            ),
            bare=bare,
        )

    def _rings(self, page: MapPage) -> list[Layer]:
        """The ends of the own axis."""
        if page.params.projection != "axis" or min(page.ends) < 0 or page.ends[0] == page.ends[1]:
            return []
        (x0, y0), (x1, y1) = (page.places[end] for end in page.ends)
        line = Arrow(float(x0), float(y0), float(x1 - x0), float(y1 - y0), look().palette.accent)
        return [line, Handle("axis_from", float(x0), float(y0)), Handle("axis_to", float(x1), float(y1))]

    def _show_near(self, page: MapPage) -> None:
        scores = [near.score for near in page.near]
        rows = [
            Ranked(near.word, bar, show_number(near.score, 3), near.word == page.params.other)
            for near, bar in zip(page.near, bars_of(scores, page.params.metric), strict=True)
        ]
        self.near.set_rows(rows, _("Nearest, by {metric}").format(metric=_(METRICS_OF[page.params.metric]).lower()))
        names = [page.params.word[:14], *(near.word[:14] for near in page.near)] if page.near else []
        self.cosines.set_values(page.cosines if page.near else np.zeros((0, 0)), -1.0, 1.0, names, names)

    def _show_side(self, page: MapPage) -> None:
        """What is read rather than watched: neighbours, cosines and the numbers of both words. Steps of t-SNE change
        none of it."""
        before, self._aside = self._aside, page
        if before is not None and before.near is page.near and before.params == page.params and page.near:
            return
        self._show_near(page)
        words = (page.params.word, page.params.other)
        pair = [(word, row) for word, row in zip(words, (page.vector, page.other)) if row is not None]
        if pair:
            rows = np.stack([row for _word, row in pair]).astype(np.float64)
            self.barcode.set_values(rows, rows=[word[:12] for word, _row in pair])
        else:
            self.barcode.set_values(np.zeros((0, 0)))

    def show_words(self, page: MapPage, sentence: str) -> None:
        """The texts, and what stands beside the map."""
        self._show_side(page)
        for matrix in (self.cosines, self.barcode):
            matrix.set_ghost("" if matrix.values().size else _("No word is chosen"))
        waiting = _("Press Run: the encoder reads the sentences.") if page.share < 1.0 else ""
        first = (
            page.note
            or waiting
            or _("Press on a word. The map shows {share} of the spread.").format(
                share=percent(sum(page.shares)) if page.shares else "—"
            )
        )
        if page.params.projection == "tsne" and not page.note and not waiting:
            first = _("Run: t-SNE brings neighbours together. Distances across the map mean nothing.")
        self.show_numbers(page, sentence, first)
        for part in (self.near, self.cosines, self.barcode):
            part.set_description(sentence)

    # ---- the hand

    def _drop(self, name: str, x: float, y: float) -> None:
        """A ring was put down: its end of the axis is the nearest word."""
        found = self.main.nearest_to(x, y)
        if self._page is not None and found >= 0:
            self.act(Set({name: self._page.names[found]}))

    def _choose_near(self, row: int) -> None:
        if self._page is not None and row < len(self._page.near):
            self.act(Set({"other": self._page.near[row].word}), "other")

    def _choose_cell(self, row: int, column: int) -> None:
        if self._page is not None and min(row, column) >= 0:
            names = [self._page.params.word, *(near.word for near in self._page.near)]
            self.act(Set({"word": names[row], "other": names[column]}), "cell")

    def _turn(self, side: str) -> None:
        self.act(Set({"side": side}))

    # ---- the window

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.main, self.near, self.cosines, self.barcode]

    def _fit(self) -> None:
        """List and cosines where there is room for both, else the one that is chosen."""
        both = not self._narrow and self.height() >= look().px(ROOMY)
        side = self._page.params.side if self._page is not None else "near"
        self.switch.setVisible(not both)
        self.near.setVisible(both or side == "near")
        self.cosines.setVisible(both or side == "cosines")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def set_space(self, narrow: bool) -> None:
        self._narrow = narrow
        super().set_space(narrow)
        self._fit()

    def relook(self) -> None:
        super().relook()
        self._fit()
        self.barcode.setFixedHeight(look().px(BARCODE))
