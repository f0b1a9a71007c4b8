"""The Needle page with SmolLM2: how likely the right number is, by the length of the text and the place of the needle;
below, what is hidden, and what was answered."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e22_context_window.haystack import HayPage
from lab.experiments.e22_context_window.metrics import HAY
from lab.experiments.e22_context_window.page import NumbersPage
from lab.experiments.e22_context_window.words import depth_names
from widgets.base.colors import Palette
from widgets.base.layouts import hbox
from widgets.base.look import look
from widgets.plots.matrix import Matrix
from widgets.text.elided_label import FILLING, ElidedLabel

__all__ = ["HayView"]


class HayView(NumbersPage):
    """See above."""

    METRICS = HAY
    READOUTS = ("hay_found", "hay_said", "hay_right", "hay_asked")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = Matrix()
        self.grid.set_titles(_("Chance of the right number"), _("where the needle is"), _("tokens of the text"))
        self.hidden, self.said = ElidedLabel("", "small", lines=FILLING), ElidedLabel("", "small", lines=FILLING)
        self._texts = QWidget()
        self._row = hbox((self.hidden, 1), (self.said, 1), on=self._texts)
        self.lay_out(self.grid, share=4)
        self._column.insertWidget(2, self._texts, 1)

    def colour(self, palette: Palette) -> None:
        page: HayPage = self.page
        columns = tuple(str(length) for length in page.lengths)
        chances = page.chances()
        if page.asked or page.reading is not None:
            self.grid.set_ghost("")
        else:
            self.grid.set_ghost(page.missing or _("Nothing is read yet."))
        self.grid.set_values(chances, 0.0, 1.0, depth_names(), columns)
        row, column = page.newest
        self.grid.set_highlighted(row, column if column < chances.shape[1] else -1, lone=True)

    def show_words(self, page: HayPage, sentence: str) -> None:
        super().show_words(page, sentence)
        needle = page.needle
        hidden = _("Hidden in a play: “{needle}”") + "\n" + _("The text ends with: “{hint}…”")
        self.hidden.say(hidden.format(needle=needle.sentence, hint=needle.hint))
        lines = []
        if page.asked:
            newest = page.asked[-1]
            mark = "✓" if newest.said == needle.answer else "✗"
            lines.append(_("It went on: {mark} {said}").format(mark=mark, said=newest.said.strip() or "–"))
        if page.reading is not None:
            depth, length = page.next_cell
            text = _("Now {length} tokens, the needle {place}: {share} % read.")
            share = int(np.floor(100 * page.reading))
            lines.append(text.format(length=page.lengths[length], place=depth_names()[depth], share=share))
        self.said.say("\n".join(lines))

    def set_space(self, low: bool, narrow: bool) -> None:
        super().set_space(low, narrow)
        self._row.setSpacing(look().px(16))
