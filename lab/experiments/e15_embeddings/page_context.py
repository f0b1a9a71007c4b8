"""The page of meaning in context: one word in several sentences, after so many layers, with the way it came; all
cosines between the sentences; and how the two senses part from layer to layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.text import N_, _
from lab.experiments.e15_embeddings.board import Board
from lab.experiments.e15_embeddings.context import ContextPage
from lab.experiments.e15_embeddings.metrics import CONTEXT
from lab.experiments.e15_embeddings.words import percent
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.word_map import Spots, WordMap
from widgets.base.colors import DASHES, Palette
from widgets.base.look import look
from widgets.canvas.layers import Trail
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Series

__all__ = ["ContextView"]


class ContextView(Board):
    """See above."""

    METRICS = CONTEXT

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: ContextPage | None = None
        self.main, self.cosines, self.layers = WordMap(), Matrix(), Plot()
        self.main.set_titles(title=_("One word in its sentences"))
        self.cosines.set_titles(_("Cosines between sentences"))
        self.layers.set_titles(_("layer"), _("mean cosine"), _("Within a sense and between senses"))
        self.lay_out(
            {
                "layer": N_("layer"),
                "cosine": N_("same sense"),
                "across": N_("two senses"),
                "parting": N_("difference"),
                "share": N_("spread shown"),
            },
            ((self.cosines, 5), (self.layers, 5)),
        )

    # ---- drawing

    def show_page(self, page: ContextPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        there = page.places.shape[1] > 0
        waiting = page.part < 1.0 and not page.note
        self.main.set_ghost(_("Opening the sentence encoder…") if waiting else page.note)
        if there:
            names = [f"{n}" for n in range(1, len(page.texts) + 1)]
            tones = [sense % 4 for sense in page.senses]
            notes = dict(enumerate(page.texts))
            labels = [f"{n} {_part(text, page.params.sense_word)}" for n, text in zip(names, page.texts)]
            self.main.set_spots(Spots(names, labels, page.places[page.layer], tones, notes=notes, steady=True))
            limits = float(page.cosines.min()) - 0.02
            self.cosines.set_values(page.cosines, limits, 1.0, names, names)
        else:
            self.main.set_spots(Spots((), (), np.zeros((0, 2)), ()))
            self.cosines.set_values(np.zeros((0, 0)))
        self._apply_palette(look().palette)

    def _apply_palette(self, palette: Palette) -> None:
        page = self._page
        if page is None:
            return
        self.main.set_layers(
            Trail(page.places[: page.layer + 1, n], palette.categories[sense % 4], (), "o", width=1.6)
            for n, sense in enumerate(page.senses)
            if page.places.shape[1] and page.layer > 0
        )
        until, x = page.layer + 1, np.arange(float(page.layer + 1))
        rows = ((_("same sense"), page.same), (_("two senses"), page.across))
        known = [float(v) for _name, row in rows for v in row if math.isfinite(v)]
        self.layers.set_limits((0.0, 10.0), (min(known, default=0.0) - 0.02, 1.0))
        self.layers.set_series(
            [
                Series(name, x, row[:until], palette.categories[n], DASHES[n], "o", 2.2, points=True)
                for n, (name, row) in enumerate(rows)
                if known
            ]
        )

    def show_words(self, page: ContextPage, sentence: str) -> None:
        """The texts."""
        self.cosines.set_ghost("" if self.cosines.values().size else _("Nothing is compared yet"))
        first = page.note or _(
            "Step: each step is one layer. The map shows {share} of the spread after the last."
        ).format(share=percent(page.share, 2))
        self.show_numbers(page, sentence, first)
        for part in (self.cosines, self.layers):
            part.set_description(sentence)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.main, self.cosines, OnPaper(self.layers, self._apply_palette)]

    def relook(self) -> None:
        super().relook()
        self._apply_palette(look().palette)


def _part(text: str, word: str) -> str:
    """The word, and the words right before and behind it."""
    words = text.split()
    at = next((n for n, one in enumerate(words) if word.lower() in one.lower()), 0)
    start, end = max(0, at - 2), min(len(words), at + 2)
    return ("… " if start else "") + " ".join(words[start:end]) + (" …" if end < len(words) else "")
