"""Problems below each other and their tries side by side: right or wrong by sign, colour and answer; the last column is
what a vote makes of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import _
from widgets.base.look import Look, look
from widgets.canvas.painted_cells import PaintedCells
from widgets.tokens.token_flow import visible

__all__ = ["TriesGrid", "TriesRow"]

_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
HEAD, HIGHEST, LOWEST, NAME = 20, 30, 13, 108  # pixels of the line above, of a row at most and at least, of its name


@dataclass(frozen=True, slots=True)
class TriesRow:
    """One problem. name: in a few letters.  right: the answer.  answers: of the tries, "" for none.  vote: theirs."""

    name: str
    right: str
    answers: tuple[str, ...]
    vote: str


class TriesGrid(PaintedCells):
    """Cells; the pointer and the arrow keys read one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[TriesRow, ...] = ()
        self._columns = 1

    def set_rows(self, rows: Sequence[TriesRow], columns: int) -> None:
        """Show these, with room for so many tries."""
        rows = tuple(rows)
        columns = max(columns, max((len(row.answers) for row in rows), default=1))
        if (rows, columns) != (self._rows, self._columns):
            self._rows, self._columns = rows, columns
            self.point(*self.pointed())
            self.update()

    def rows(self) -> tuple[TriesRow, ...]:
        """What is shown."""
        return self._rows

    def lengths(self) -> list[int]:
        """The tries of every problem; the number after the last is the vote."""
        return [self._columns + 1] * len(self._rows)

    def spot_of(self, row: int, number: int) -> QRectF:
        """The cell of a try; the number after the last is the vote."""
        return self._spot(QRectF(self.rect()), look(), row, number)

    def _spot(self, room: QRectF, now: Look, row: int, number: int) -> QRectF:
        name, gap = now.px(NAME), now.px(8)
        wide = (room.width() - name - gap) / (self._columns + 1.6)
        high = min(now.px(HIGHEST), (room.height() - now.px(HEAD)) / max(1, len(self._rows)))
        vote = number == self._columns
        left = room.left() + name + number * wide + (gap if vote else 0)
        return QRectF(left, room.top() + now.px(HEAD) + row * high, wide * (1.6 if vote else 1) - 2, high - 2)

    def words_of(self, row: int, number: int) -> str:
        """What is said of a cell."""
        one = self._rows[row]
        if number == self._columns:
            said = _("vote: {answer}").format(answer=visible(one.vote) if one.vote else "—")
        elif number < len(one.answers):
            answer = one.answers[number]
            said = _("try {n}: {answer}").format(n=number + 1, answer=visible(answer) if answer else _("no answer"))
        else:
            return _("{problem}: not tried yet").format(problem=one.name)
        return _("{problem}  {said}; right: {right}").format(problem=one.name, said=said, right=visible(one.right))

    def summary(self) -> str:
        return " ".join(f"{row.name}: {row.vote or '—'}." for row in self._rows[:3])

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        self._paint_heads(p, room, now)
        for number, row in enumerate(self._rows):
            self._paint_row(p, room, now, number, row)
        if live:
            self.paint_pointed(p, now)

    def _paint_heads(self, p: QPainter, room: QRectF, now: Look) -> None:
        p.setFont(now.font("caption", 550))
        p.setPen(now.color("text2"))
        for number in range(self._columns + 1):
            spot = self._spot(room, now, 0, number)
            text = _("vote") if number == self._columns else str(number + 1)
            p.drawText(QRectF(spot.left(), room.top(), spot.width(), now.px(HEAD)), _CENTRE, text)

    def _paint_row(self, p: QPainter, room: QRectF, now: Look, number: int, row: TriesRow) -> None:
        spot = self._spot(room, now, number, 0)
        p.setFont(now.font("caption", 500))
        p.setPen(now.color("text"))
        place = QRectF(room.left(), spot.top(), now.px(NAME - 6), spot.height())
        p.drawText(place, _LEFT, p.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideLeft, int(place.width())))
        for k in range(self._columns):
            made = k < len(row.answers)
            self._paint_cell(p, now, self._spot(room, now, number, k), row.answers[k] if made else None, row.right)
        vote = row.vote if row.answers else None
        self._paint_cell(p, now, self._spot(room, now, number, self._columns), vote, row.right)

    @staticmethod
    def _paint_cell(p: QPainter, now: Look, spot: QRectF, answer: str | None, right: str) -> None:
        """answer: None where there was no try."""
        tone = "" if answer is None else "good" if answer == right else "bad"
        p.setPen(QPen(now.color(tone or "line"), 1))
        p.setBrush(now.color(f"{tone}_soft" if tone else "surface"))
        p.drawRoundedRect(spot, now.px(3), now.px(3))
        if answer is None:
            return
        sign = "✓" if tone == "good" else "✕"
        p.setFont(now.font("caption", 600))
        p.setPen(now.color(tone))
        words = f"{sign} {visible(answer)}" if answer else sign
        if p.fontMetrics().horizontalAdvance(words) > spot.width() - now.px(4):
            words = sign
        p.drawText(spot, _CENTRE, words)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(260), look().px(HEAD) + 20 * look().px(LOWEST))

    def sizeHint(self) -> QSize:
        return QSize(look().px(460), look().px(HEAD) + 20 * look().px(20))
