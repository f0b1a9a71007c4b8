"""The league table: the most frequent pairs of neighbours with their counts as bars, the next to be merged on top.
A press on a row merges that pair instead, whether it is the most frequent or not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e16_tokenization.reading import piece_text
from lab.experiments.e16_tokenization.training import PairRow
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList
from widgets.tokens.chip_pixmaps import token_font
from widgets.tokens.token_flow import visible

__all__ = ["League"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
HEAD, HIGHEST, LOWEST = 22, 104, 23  # pixels
THICKEST, LARGE = 40, 44  # of a bar and of a chip, and the height from which on letters are larger
NUMBER, COUNT, CHIP = 24, 52, 58


class League(PaintedList):
    """Rows of pairs. `chosen` carries the number of a row that was pressed, from 0."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[PairRow, ...] = ()
        self._counted = False  # whether anything has been shown yet
        self._tie = ""
        self.setAccessibleName(_("Most frequent pairs"))

    def show_pairs(self, rows: Sequence[PairRow], tie: str) -> None:
        """Show these, best first. `tie`: what decides between the first ones, "" where nothing has to."""
        rows, self._counted = tuple(rows), True
        if (rows, tie) != (self._rows, self._tie):
            self._rows, self._tie = rows, tie
            self._at = min(self._at, max(0, len(rows) - 1))
            self.update()

    def rows(self) -> tuple[PairRow, ...]:
        """All that could be shown."""
        return self._rows

    def row_words(self, row: int) -> str:
        """A pair in words, with how often it was counted."""
        pair = self._rows[row]
        halves = (visible(piece_text(token)) for token in (pair.left_token, pair.right_token))
        return f"{row + 1}: {' + '.join(halves)}, {pair.count}"

    def shown(self) -> int:
        """How many rows there is room for."""
        room = self.height() - look().px(HEAD)
        return min(len(self._rows), max(1, int(room / look().px(LOWEST))))

    def row_rect(self, number: int) -> QRectF:
        """The rectangle of a row."""
        return self._row(QRectF(self.rect()), look(), number)

    def _row(self, room: QRectF, look: Look, number: int) -> QRectF:
        head = look.px(HEAD)
        rows = max(1, min(len(self._rows), int((room.height() - head) / look.px(LOWEST))))
        high = min(look.px(HIGHEST), (room.height() - head) / rows)
        return QRectF(room.left(), room.top() + head + number * high, room.width(), high)

    # ---- mouse and keys

    def count(self) -> int:
        return self.shown() if self._rows else 0

    def cell_at(self, at: QPointF) -> Cell:
        return next(((number, -1) for number in range(self.shown()) if self.row_rect(number).contains(at)), NOWHERE)

    def press(self, cell: Cell) -> None:
        self.chosen.emit(cell[0])

    def tip(self, cell: Cell) -> str:
        if cell == NOWHERE:
            return ""
        row = self._rows[cell[0]]
        return _("ids {left} and {right}, side by side {n} times. Press: merge this pair now.").format(
            left=row.left, right=row.right, n=row.count
        )

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, look: Look, live: bool) -> None:
        head = QRectF(room.left(), room.top(), room.width(), look.px(HEAD))
        p.setFont(look.font("caption", 550))
        p.setPen(look.color("text3"))
        if not self._rows:
            p.setFont(look.font("small"))
            sentence = _("No two tokens stand side by side.") if self._counted else ""
            p.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, sentence)
            return
        count = QRectF(head.right() - look.px(COUNT + 30), head.top(), look.px(COUNT + 26), head.height())
        words = p.fontMetrics().elidedText(
            self._tie or _("pair"), Qt.TextElideMode.ElideRight, int(head.width() * 0.66)
        )
        p.drawText(head.adjusted(look.px(NUMBER + 4), 0, 0, 0), _LEFT, words)
        p.drawText(count, _RIGHT, _("counted"))
        rows = max(1, min(len(self._rows), int((room.height() - look.px(HEAD)) / look.px(LOWEST))))
        for number, row in enumerate(self._rows[:rows]):
            body = self._row(room, look, number)
            if live:
                self.paint_mark(p, look, body.adjusted(1, 1, -1, -1), number)
            self._paint_row(p, look, body, row, number)

    def _paint_row(self, p: QPainter, look: Look, body: QRectF, row: PairRow, number: int) -> None:
        first = self._rows[0].count
        tied, highlighted = row.count == first, number == 0
        p.setFont(look.font("caption", 600))
        p.setPen(look.color("text2" if tied else "text3"))
        name = "▸" if highlighted else "=" if tied else str(number + 1)
        p.drawText(
            QRectF(body.left(), body.top(), look.px(NUMBER), body.height()).adjusted(0, 0, -look.px(6), 0), _RIGHT, name
        )
        x = body.left() + look.px(NUMBER)
        for token in (row.left_token, row.right_token):
            spot = QRectF(x, body.top(), look.px(CHIP), body.height())
            x = self._paint_chip(p, look, spot, token, highlighted) + look.px(3)
        count = QRectF(body.right() - look.px(COUNT), body.top(), look.px(COUNT - 4), body.height())
        bar = QRectF(body.left() + look.px(NUMBER + 2 * CHIP + 12), body.top(), 0, body.height())
        bar.setRight(count.left() - look.px(4))
        if bar.width() > look.px(12):
            thick = min(look.px(THICKEST), 0.55 * body.height())
            share = row.count / first if first else 0.0
            full = QRectF(bar.left(), body.center().y() - thick / 2, max(2.0, share * bar.width()), thick)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(look.color("ball" if highlighted else "accent"))
            p.drawRoundedRect(full, look.px(3), look.px(3))
        p.setFont(look.font("small", 600))
        p.setPen(look.color("text"))
        p.drawText(count, _RIGHT, str(row.count))

    def _paint_chip(self, p: QPainter, look: Look, room: QRectF, token: bytes, highlighted: bool) -> float:
        """One half of the pair; returns its right edge."""
        large = room.height() >= look.px(LARGE)
        p.setFont(token_font(look, "h3" if large else "small", 600))
        words = visible(piece_text(token))
        words = p.fontMetrics().elidedText(words, Qt.TextElideMode.ElideLeft, int(room.width() - look.px(8)))
        wide = max(look.px(20), p.fontMetrics().horizontalAdvance(words) + look.px(9))
        high = min(look.px(THICKEST if large else 21), room.height() - 3)
        chip = QRectF(room.left(), room.center().y() - high / 2, wide, high)
        p.setPen(QPen(look.color("ball" if highlighted else "line"), 1.8 if highlighted else 1))
        p.setBrush(look.color("sunken"))
        p.drawRoundedRect(chip, look.px(4), look.px(4))
        p.setPen(look.color("text"))
        p.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
        return chip.right()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(220), look().px(HEAD + 4 * LOWEST))

    def sizeHint(self) -> QSize:
        return QSize(look().px(320), look().px(HEAD + 10 * 26))
