"""The page of cheaper vectors: how many of the true neighbours each way of writing still finds, against its bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e15_embeddings.board import Board
from lab.experiments.e15_embeddings.compact import SCHEMES, CompactPage
from lab.experiments.e15_embeddings.metrics import COMPACT
from lab.experiments.e15_embeddings.rank_list import Ranked, RankList
from lab.experiments.e15_embeddings.words import percent
from lab.kit_qt.on_paper import OnPaper
from widgets.base.colors import Palette
from widgets.base.look import look
from widgets.plots.plot import Plot
from widgets.plots.series import Points

__all__ = ["CompactView"]


class CompactView(Board):
    """See above."""

    METRICS = COMPACT

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: CompactPage | None = None
        self.main, self.bars, self.last = (
            Plot(),
            RankList(_("Found of the true neighbours")),
            RankList("", choosable=False),
        )
        self.main.set_titles(_("bytes of a word"), _("recall of the ten nearest"), _("Recall and bytes"))
        self.lay_out(
            {
                "queries": N_("words asked"),
                "recall_int8": N_("8 bits each"),
                "recall_int4": N_("4 bits each"),
                "recall_binary": N_("only the sign"),
            },
            ((self.bars, 8), (self.last, 11)),
        )
        self.bars.pressed.connect(self._ask)

    def show_page(self, page: CompactPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        self.bars.set_rows(
            [
                Ranked(_(scheme.name), page.recall(n) or 0.0, percent(page.recall(n), 2), tip=_bytes(n))
                for n, scheme in enumerate(SCHEMES)
            ]
        )
        count = [sum(word in found for found in page.found) for word in page.true]
        rows = [
            Ranked(word, n / len(SCHEMES), _("{n} of {all}").format(n=n, all=len(SCHEMES)))
            for word, n in zip(page.true, count, strict=True)
        ]
        title = _("True neighbours of “{word}”: found by").format(word=page.word) if page.word else _("No word yet")
        self.last.set_rows(rows, title)
        self._apply_palette(look().palette)

    def _apply_palette(self, palette: Palette) -> None:
        page = self._page
        if page is None:
            return
        self.main.set_limits((0.0, 420.0), (0.0, 1.05))
        self.main.set_points(
            [
                Points(
                    _(scheme.name), np.array([scheme.bytes]), np.array([page.recall(n) or 0.0]),
                    palette.categories[0 if scheme.kept == 100 else 1], "o" if scheme.kept == 100 else "t1", 12.0,
                )
                for n, scheme in enumerate(SCHEMES)
                if page.queries
            ]
        )  # fmt: skip

    def show_words(self, page: CompactPage, sentence: str) -> None:
        """The texts."""
        first = _("Run: {n} words were asked for their ten neighbours, of {all}.").format(
            n=page.queries, all=show_number(page.words, 6)
        )
        self.show_numbers(page, sentence, first)
        for part in (self.bars, self.last):
            part.set_description(sentence)

    def _ask(self, row: int) -> None:
        self.requested.emit(f"recall_{SCHEMES[row].id}")

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [OnPaper(self.main, self._apply_palette), self.bars, self.last]

    def relook(self) -> None:
        super().relook()
        self._apply_palette(look().palette)


def _bytes(number: int) -> str:
    return _("{n} bytes a word").format(n=show_number(SCHEMES[number].bytes, 4))
