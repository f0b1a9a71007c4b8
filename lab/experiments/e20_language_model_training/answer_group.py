"""All answers to one question, each digit with what the step did to it: colour is the push, the number is the ratio."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _
from lab.kit.numbers import signed
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["AnswerGroup", "AnswerRow"]

_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
HEAD, SIGN, REWARD, NUMBER = 22, 16, 28, 38  # pixels of the line above, of a sign, a reward, a gain's number
WIDE, LOWEST = 320, 18  # pixels of a column of rows at least, of a row at least


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer. right: whether it is.  ratios, pushes, clipped: of each digit."""

    answer: str
    right: bool
    reward: float
    gain: float
    ratios: tuple[float, ...]
    pushes: tuple[float, ...]
    clipped: tuple[bool, ...]


class AnswerGroup(PaintedList):
    """Rows in one column or two; the pointer and the keys read one."""

    AIR = (12, 0, -12, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[AnswerRow, ...] = ()
        self._head = ""
        self.setAccessibleName(_("The answers of a group"))

    def set_rows(self, head: str, rows: tuple[AnswerRow, ...]) -> None:
        """Show these below a line of text."""
        if (head, rows) != (self._head, self._rows):
            self._head, self._rows = head, rows
            self.update()

    def rows(self) -> tuple[AnswerRow, ...]:
        """What is shown."""
        return self._rows

    def summary(self) -> str:
        return " ".join((self._head, *(self.row_words(row) for row in range(min(4, len(self._rows))))))

    def row_words(self, row: int) -> str:
        one = self._rows[row]
        text = _("{sign} {answer}: reward {reward}, gain {gain}, ratios {ratios}.")
        values = {"reward": show_number(one.reward, 3), "gain": signed(one.gain)}
        ratios = ", ".join(show_number(ratio, 3) for ratio in one.ratios)
        return text.format(sign="✓" if one.right else "✗", answer=one.answer, ratios=ratios, **values)

    def tip(self, cell: Cell) -> str | None:
        return self.row_words(cell[0]) if 0 <= cell[0] < len(self._rows) else ""

    # ---- geometry, mouse and keys

    def count(self) -> int:
        return len(self._rows)

    def pressable(self, cell: Cell) -> bool:
        return False

    def press(self, cell: Cell) -> None:
        """Nothing happens: a row is read."""

    def cell_at(self, at: QPointF) -> Cell:
        room, now = QRectF(self.rect()), look()
        return next(((n, -1) for n in range(len(self._rows)) if self._row(room, now, n).contains(at)), NOWHERE)

    def _columns(self, room: QRectF, now: Look) -> int:
        return 2 if room.width() >= 2 * now.px(WIDE) and len(self._rows) > 4 else 1

    def _row(self, room: QRectF, now: Look, number: int) -> QRectF:
        columns = self._columns(room, now)
        deep = -(-max(1, len(self._rows)) // columns)
        wide, high = room.width() / columns, (room.height() - now.px(HEAD)) / deep
        column, row = divmod(number, deep)
        left = room.left() + column * wide + (now.px(10) if column else 0)
        return QRectF(left, room.top() + now.px(HEAD) + row * high, wide - now.px(10), high)

    def sizeHint(self) -> QSize:
        return QSize(look().px(2 * WIDE), look().px(HEAD + 8 * 28))

    def minimumSizeHint(self) -> QSize:
        now = look()
        columns = 2 if self.width() >= 2 * now.px(WIDE) and len(self._rows) > 4 else 1
        return QSize(now.px(260), now.px(HEAD) + -(-len(self._rows) // columns) * now.px(LOWEST))

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        p.setFont(now.font("small", 600))
        p.setPen(now.color("text"))
        head = QRectF(room.left() + now.px(4), room.top(), room.width() - now.px(8), now.px(HEAD))
        p.drawText(head, _LEFT, p.fontMetrics().elidedText(self._head, Qt.TextElideMode.ElideRight, int(head.width())))
        most = max((abs(push) for row in self._rows for push in row.pushes), default=0.0) or 1.0
        gain = max((abs(row.gain) for row in self._rows), default=0.0) or 1.0
        for number, row in enumerate(self._rows):
            body = self._row(room, now, number)
            if live:
                self.paint_mark(p, now, body, number)
            self._paint_row(p, now, body.adjusted(now.px(4), 1, -now.px(4), -1), row, most, gain)

    def _paint_row(self, p: QPainter, now: Look, body: QRectF, row: AnswerRow, most: float, gain: float) -> None:
        sign, reward = now.px(SIGN), now.px(REWARD)
        p.setFont(now.font("small", 600))
        p.setPen(now.color("good" if row.right else "bad"))
        p.drawText(QRectF(body.left(), body.top(), sign, body.height()), _LEFT, "✓" if row.right else "✗")
        right = max(now.px(60), 0.2 * body.width())
        cell = (body.width() - sign - reward - right) / max(1, len(row.answer))
        for place, digit in enumerate(row.answer):
            box = QRectF(body.left() + sign + place * cell, body.top() + 1, cell - 3, body.height() - 2)
            self._paint_digit(p, now, box, digit, row.ratios[place], row.pushes[place] / most, row.clipped[place])
        p.setFont(now.font("caption", 450))
        p.setPen(now.color("text"))
        p.drawText(QRectF(body.right() - right - reward, body.top(), reward - now.px(6), body.height()), _RIGHT,
                   f"{row.reward:.1f}")  # fmt: skip
        self._paint_gain(p, now, QRectF(body.right() - right, body.top(), right, body.height()), row.gain, gain)

    def _paint_digit(
        self, p: QPainter, now: Look, box: QRectF, digit: str, ratio: float, push: float, clipped: bool
    ) -> None:
        fill = QColor(now.color("good" if push > 0 else "bad"))
        fill.setAlphaF(min(0.55, 0.55 * abs(push)))
        edge = QPen(now.color("line"), 1)
        if clipped:
            edge = QPen(now.color("text"), 1.4, Qt.PenStyle.DashLine)
        p.setPen(edge)
        p.setBrush(fill)
        p.drawRoundedRect(box, now.px(3), now.px(3))
        half = min(0.36 * box.width(), now.px(13))
        p.setPen(now.color("text"))
        p.setFont(now.font("small", 700))
        number = f"{ratio:.2f}"
        p.drawText(QRectF(box.left(), box.top(), half, box.height()), _CENTRE, digit)
        p.setFont(now.font("caption", 450))
        if p.fontMetrics().horizontalAdvance(number) < box.width() - half:
            p.drawText(QRectF(box.left() + half, box.top(), box.width() - half, box.height()), _LEFT, number)

    def _paint_gain(self, p: QPainter, now: Look, room: QRectF, gain: float, most: float) -> None:
        number = now.px(NUMBER)
        track = QRectF(room.left(), room.top(), room.width() - number, room.height())
        middle, thick = track.center().x(), min(now.px(10), 0.6 * track.height())
        long = 0.5 * track.width() * gain / most
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("good" if gain > 0 else "bad"))
        p.drawRect(QRectF(min(middle, middle + long), track.center().y() - thick / 2, abs(long), thick))
        p.setPen(QPen(now.color("text3"), 1))
        p.drawLine(QPointF(middle, track.top()), QPointF(middle, track.bottom()))
        p.setFont(now.font("caption", 450))
        p.setPen(now.color("text"))
        p.drawText(QRectF(room.right() - number, room.top(), number, room.height()), _RIGHT, signed(gain))
