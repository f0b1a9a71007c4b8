"""The pairs that the last step has learned from: a word with its real neighbour, and below it the random words that it
had to be told from. Each has the probability with which it was held to be a neighbour. A press chooses the word."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e15_embeddings.learning import Taught
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["PairList"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
HEAD, LINE = 20, 17  # pixels at 100 % text
LEAST = 2  # pairs that there is always room for


class PairList(PaintedList):
    """`pressed` carries a word. As many pairs are shown as there is room for."""

    pressed = Signal(str)
    AIR = (0, 0, 0, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: tuple[Taught, ...] = ()
        self.setAccessibleName(_("Pairs of this step"))

    def set_pairs(self, pairs: tuple[Taught, ...]) -> None:
        """Show these."""
        if pairs != self._pairs:
            self._pairs = pairs
            self._at = min(self._at, max(0, len(pairs) - 1))
            self.update()

    def pairs(self) -> tuple[Taught, ...]:
        """What is shown."""
        return self._pairs

    def spot(self, row: int) -> QRectF:
        """The rectangle of a pair in pixels of this widget."""
        return self._spot(QRectF(self.rect()), look(), row)

    def _spot(self, room: QRectF, now: Look, row: int) -> QRectF:
        high = 2 * now.px(LINE) + now.px(4)
        return QRectF(room.left(), room.top() + now.px(HEAD) + row * high, room.width(), high)

    def count(self) -> int:
        return self._fitting(QRectF(self.rect()), look())

    def _fitting(self, room: QRectF, now: Look) -> int:
        high = self._spot(room, now, 0).height()
        return max(0, min(len(self._pairs), int((room.height() - now.px(HEAD)) // high)))

    def cell_at(self, at: QPointF) -> Cell:
        return next(((row, -1) for row in range(self.count()) if self.spot(row).contains(at)), NOWHERE)

    def press(self, cell: Cell) -> None:
        self.pressed.emit(self._pairs[cell[0]].word)

    def tip(self, cell: Cell) -> str:
        return self.row_words(cell[0]) if cell[0] >= 0 else ""

    def row_words(self, row: int) -> str:
        pair = self._pairs[row]
        real, *others = [f"{word} {show_number(p, 2)}" for word, p in zip(pair.targets, pair.beliefs)]
        text = _("{word}, real neighbour {real}: to become 1. Random words {others}: to become 0.")
        return text.format(word=pair.word, real=real, others=", ".join(others) or "—")

    def summary(self) -> str:
        if not self._pairs:
            return _("No step was made yet.")
        return " ".join(self.row_words(row) for row in range(min(3, len(self._pairs))))

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text"))
        head = QRectF(room.left(), room.top(), room.width(), now.px(18))
        title = _("Neighbours (+), random words (−)") if self._pairs else _("Step, and see its pairs")
        p.drawText(head, _LEFT, p.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(room.width())))
        for row in range(self._fitting(room, now)):
            spot = self._spot(room, now, row)
            if live:
                self.paint_mark(p, now, spot, row)
            self._paint_pair(p, now, spot, self._pairs[row])

    def _paint_pair(self, p: QPainter, now: Look, spot: QRectF, pair: Taught) -> None:
        real, *others = [f"{word} {show_number(belief, 2)}" for word, belief in zip(pair.targets, pair.beliefs)]
        line = QRectF(spot.left() + now.px(4), spot.top() + now.px(2), spot.width() - now.px(8), now.px(LINE))
        lines = (
            (f"{pair.word} + {real}", 600, now.color("accent")),
            ("− " + " · ".join(others) if others else "", 500, QColor(now.palette.categories[1])),
        )
        for number, (text, weight, color) in enumerate(lines):
            p.setFont(now.font("caption", weight))
            p.setPen(color)
            at = line.translated(now.px(12) * number, line.height() * number)
            at.setRight(line.right())
            p.drawText(at, _LEFT, p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(at.width())))

    def sizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(HEAD + 8 * LINE))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), math.ceil(self.spot(LEAST).top()))
