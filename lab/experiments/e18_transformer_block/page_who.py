"""The Who page: what every head and every feed-forward layer gave to one score. A cell is one of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import WhoPage
from lab.experiments.e18_transformer_block.layer_matrix import LayerMatrix
from lab.experiments.e18_transformer_block.metrics import WHO
from lab.experiments.e18_transformer_block.page import InsidePage
from lab.experiments.e18_transformer_block.words import percent, quoted
from lab.kit.numbers import show_short
from widgets.base.layouts import hbox
from widgets.base.look import look
from widgets.plots.bars import Bar
from widgets.plots.draggable_bars import DragBars
from widgets.tokens.token_strip import Token, TokenStrip

__all__ = ["WhoView"]

READOUTS = ("score", "by_token", "by_heads", "by_feed_forward", "top_chance")


class WhoView(InsidePage):
    """See above."""

    def __init__(self) -> None:
        super().__init__(WHO.labels, *READOUTS)
        self._page: WhoPage | None = None
        self.bars = DragBars(movable=False, show=lambda value: show_short(value, 2))
        self.strip, self.matrix = TokenStrip(breaks=False), LayerMatrix(scale="diverging")
        self.lay(self.matrix, self.strip, (hbox((self.matrix, 3), (self.bars, 2)), 1))
        self.matrix.set_writing(lambda value: show_short(value, 2))
        self.strip.set_title(_("Text"))
        self.strip.pressed.connect(self._follow)
        self.matrix.picked.connect(self._mark)

    def show_page(self, page: WhoPage, _display: object) -> None:
        """Draw a frame's page: the last block on top."""
        self._page = page
        self.strip.set_tokens([Token(token, highlighted=t == page.token) for t, token in enumerate(page.tokens)])
        gave = np.concatenate([page.heads, page.feed_forward[:, None]], axis=1)
        rows = [str(k + 1) for k in range(len(gave))]
        columns = [_("head {n}").format(n=h + 1) for h in range(page.heads.shape[1])]
        title = _("What each gave to the score of {word} after {token}")
        if page.refused:
            self.matrix.set_ghost(page.refused)
        else:
            self.matrix.set_ghost("")
        shown = title.format(word=quoted(page.words[0]), token=quoted(page.tokens[page.token]))
        sides = rows, [*columns, _("feed-forward")]
        self.matrix.show_blocks(gave, None, sides, (shown, _("block"), _("part")), (page.lit, -1))

        names = [*(str(number + 1) for number in page.neurons), _("rest")]
        bars = [Bar(name, value, show_short(value, 2)) for name, value in zip(names, page.gave.tolist())]
        low, high = (float(limit(page.gave)) for limit in (np.min, np.max))
        room = 0.2 * max(high - low, abs(high), abs(low), 1e-6)
        self.bars.set_range(min(0.0, low) - (room if low < 0 else 0.0), max(0.0, high) + room)
        self.bars.set_titles(_("neurons of block {n}").format(n=page.lit + 1), _("The strongest neurons of a block"))
        self.bars.set_bars(bars)
        self.bars.setVisible(bool(page.neurons))

    def show_words(self, page: WhoPage, sentence: str) -> None:
        """The texts and read-outs."""
        words = {"one": quoted(page.words[0]), "two": quoted(page.words[1]), "share": percent(page.chance)}
        self.matrix.set_description(sentence)
        self.say(page, _("Likeliest: {one}, {share} %. Second: {two}.").format(**words), WHO.values(page))

    def _follow(self, token: int) -> None:
        if token >= 0:
            self.act(Set({"token": token + 1}))

    def _mark(self, layer: int, _column: int) -> None:
        if layer >= 0:
            self.act(Set({"layer": layer + 1}))

    def relook(self) -> None:
        self.strip.setMaximumHeight(look().px(52))
        super().relook()

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.matrix,) if self.bars.isHidden() else (self.matrix, self.bars)

    def pictures(self) -> list[Any]:
        return [self.matrix, self.bars]
