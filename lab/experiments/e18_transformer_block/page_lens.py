"""The Lens page: how likely the true next token would be if the model stopped after each block, token by token, and
what it would say after the marked one."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import LensPage
from lab.experiments.e18_transformer_block.layer_matrix import LayerMatrix
from lab.experiments.e18_transformer_block.metrics import LENS
from lab.experiments.e18_transformer_block.page import InsidePage
from lab.experiments.e18_transformer_block.words import percent, quoted
from widgets.base.layouts import hbox
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["ROW", "Guesses", "LensView"]

READOUTS = ("final_chance", "lit_chance", "decided")
ROW = 11  # pixels at 100 % text, that a row of guesses needs at least
_CENTRE = Qt.AlignmentFlag.AlignCenter


class Guesses(Painted):
    """The three likeliest tokens after each block, the last block on top; a bar is how likely one is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: LensPage | None = None
        self.setAccessibleName(_("What it would say"))

    def show_lens(self, page: LensPage) -> None:
        """Show the guesses after the marked token."""
        grown = self._page is None or len(page.guesses) != len(self._page.guesses)
        self._page = page
        if grown:
            self.updateGeometry()
        self.update()

    def summary(self) -> str:
        if self._page is None:
            return ""
        rows = (quoted(guesses[0]) for guesses in self._page.guesses[: self._page.read])
        return _("Block by block: {words}.").format(words=", ".join(rows))

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        page = self._page
        if page is None:
            return
        p.setFont(now.font("small", 600))
        p.setPen(now.color("text"))
        title = _("After {word} it would say").format(word=quoted(page.tokens[page.token]))
        p.drawText(QRectF(room.left(), room.top(), room.width(), now.px(18)), Qt.AlignmentFlag.AlignLeft, title)
        rows = len(page.guesses)
        high = (room.height() - now.px(22)) / rows
        wide = (room.width() - now.px(30)) / 3
        for k in range(rows):
            top = room.top() + now.px(22) + (rows - 1 - k) * high
            p.setFont(now.font("caption", 600))
            p.setPen(now.color("text2"))
            p.drawText(QRectF(room.left(), top, now.px(26), high), _CENTRE, str(k))
            for place, (word, share) in enumerate(zip(page.guesses[k], page.shares[k].tolist())):
                spot = QRectF(room.left() + now.px(28) + place * wide, top + 2, wide - now.px(4), high - 4)
                self._paint_guess(p, now, spot, word, share, k == page.lit)

    @staticmethod
    def _paint_guess(p: QPainter, now: Look, spot: QRectF, word: str, share: float, lit: bool) -> None:
        p.setPen(QPen(now.color("accent" if lit else "line"), 1.4 if lit else 1.0))
        p.setBrush(now.color("sunken"))
        p.drawRect(spot)
        if math.isnan(share):
            return
        p.fillRect(QRectF(spot.left(), spot.top(), share * spot.width(), spot.height()), now.color("accent", 90))
        p.setPen(now.color("text"))
        p.setFont(now.font("caption", 600, mono=True))
        text = f"{word} {percent(share)} %"
        p.drawText(spot, _CENTRE, p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(spot.width())))

    def sizeHint(self) -> QSize:
        return QSize(look().px(280), look().px(300))

    def minimumSizeHint(self) -> QSize:
        rows = 0 if self._page is None else len(self._page.guesses)
        return QSize(look().px(170), max(look().px(110), look().px(22) + rows * look().px(ROW)))


class LensView(InsidePage):
    """See above."""

    def __init__(self) -> None:
        super().__init__(LENS.labels, *READOUTS)
        self._page: LensPage | None = None
        self.matrix, self.guesses = LayerMatrix(), Guesses()
        both = hbox((self.matrix, 5), (self.guesses, 3))
        self.lay(self.matrix, (both, 1))
        self.matrix.set_writing(percent)
        self.matrix.picked.connect(self._mark)
        self.matrix.came_near.connect(self._read)

    def show_page(self, page: LensPage, _display: object) -> None:
        """Draw a frame's page: the last block on top."""
        self._page = page
        self.guesses.show_lens(page)
        rows = [str(k) for k in range(len(page.chance))]
        titles = _("Chance of what comes next in the text, in %"), _("after block"), _("tokens")
        self.matrix.show_blocks(page.chance, (0.0, 1.0), (rows, page.tokens), titles, (page.lit, page.token))

    def show_words(self, page: LensPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.matrix.set_description(sentence)
        self.guesses.set_description(self.guesses.summary())
        self.say(page, sentence, LENS.values(page))

    def _mark(self, layer: int, column: int) -> None:
        if self._page is not None and layer >= 0:
            self.act(Set({"layer": max(1, layer), "token": column + 1}))

    def _read(self, layer: int, column: int) -> None:
        page = self._page
        if page is None or not 0 <= layer < page.read:
            self.matrix.set_readout("")
            return
        values = {"share": percent(float(page.chance[layer, column])), "n": layer}
        last = column == len(page.tokens) - 1
        word = page.guesses[-1][0] if last and page.token == column else "" if last else page.tokens[column + 1]
        text = _("{word}: {share} % after block {n}") if word else _("its last guess: {share} % after block {n}")
        self.matrix.set_readout(text.format(**values, word=quoted(word)))

    def main_picture(self) -> tuple[QWidget, ...]:
        return self.matrix, self.guesses

    def pictures(self) -> list[Any]:
        return [self.matrix, self.guesses]
