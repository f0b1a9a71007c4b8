"""The board of the league: a line for each entry, the best first. A press has an entry trained again."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e25_capstone.league_facts import Line
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["LeagueBoard"]

ROW, AIR = 21, 6  # pixels at 100 % text
COLUMNS = (0.08, 0.40, 0.62, 0.78)  # where name, parameters, loss and verdict begin
LEAST = 3  # rows there is room for at least


class LeagueBoard(PaintedList):
    """`chosen` carries the number of the entry whose line was pressed, 0 for one's own."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()
        self._marked = 0
        self.setAccessibleName(_("Board"))

    def show_lines(self, lines: tuple[Line, ...], marked: int) -> None:
        """Show these. marked: the number of the entry that is trained now."""
        if (lines, marked) != (self._lines, self._marked):
            self._lines, self._marked = lines, marked
            self.setFixedHeight(self.sizeHint().height())
            self.update()

    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines

    def count(self) -> int:
        return len(self._lines)

    def summary(self) -> str:
        return " ".join(f"{self.row_words(row)}." for row in range(min(3, self.count())))

    def row_words(self, row: int) -> str:
        line = self._lines[row]
        text = _("{place}: {name}, {nats} with {n} parameters")
        numbers = {"nats": show_number(line.nats, 4), "n": show_number(line.parameters)}
        return text.format(place=row + 1, name=line.name, **numbers) + _said(line)

    def tip(self, cell: Cell) -> str | None:
        if cell[0] < 0:
            return ""
        return _("Press to train it again here.") if self._lines[cell[0]].number else _("Your own training.")

    def press(self, cell: Cell) -> None:
        self.chosen.emit(self._lines[cell[0]].number)

    # ---- geometry and painting

    def row_rect(self, row: int) -> QRectF:
        """The rectangle of a line."""
        high = look().px(ROW)
        return QRectF(0.0, row * high, float(self.width()), high)

    def cell_at(self, at: QPointF) -> Cell:
        row = int(at.y() // look().px(ROW))
        return (row, -1) if 0 <= row < self.count() else NOWHERE

    def sizeHint(self) -> QSize:
        return QSize(look().px(320), look().px(ROW) * max(LEAST, self.count()))

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        high = now.px(ROW)
        for row, line in enumerate(self._lines):
            body = QRectF(room.left(), room.top() + row * high, room.width(), high)
            if line.number == self._marked:
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(now.color("accent_soft"))
                p.drawRoundedRect(body, now.px(5), now.px(5))
            if live:
                self.paint_mark(p, now, body, row)
            self._paint_line(p, body.adjusted(now.px(AIR), 0, -now.px(AIR), 0), row, line, now)

    def _paint_line(self, p: QPainter, body: QRectF, row: int, line: Line, now: Look) -> None:
        shown = (str(row + 1), line.name, show_number(line.parameters), show_number(line.nats, 4), _mark(line))
        places = (0.0, *COLUMNS, 1.0)
        tones = ("text3", "text", "text2", "text", "bad" if line.verdict is False else "good")
        for text, left, right, tone in zip(shown, places, places[1:], tones):
            p.setFont(now.font("small", 600 if tone == "text" else 450))
            p.setPen(now.color(tone))
            place = QRectF(body.left() + left * body.width(), body.top(), (right - left) * body.width(), body.height())
            cut = p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
            p.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)

    def relook(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()


def _mark(line: Line) -> str:
    if line.verdict is None:
        return ""
    return _("agreed") if line.verdict else _("not agreed")


def _said(line: Line) -> str:
    return f", {_mark(line)}" if line.verdict is not None else ""
