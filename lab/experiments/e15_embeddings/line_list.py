"""The sentences that are learned from, those with the chosen word first. A press, or Return, opens one for writing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["LineList"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
HEAD, ROW = 20, 21  # pixels at 100 % text


class LineList(PaintedList):
    """`pressed` carries the number of a sentence, counted from 0 in the text."""

    pressed = Signal(int)
    AIR = (0, 0, 0, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[str, ...] = ()
        self._word, self._order = "", []  # type: str, list[int]
        self.setAccessibleName(_("Sentences"))

    def set_lines(self, lines: tuple[str, ...], word: str) -> None:
        """Show these sentences, those with the word first."""
        if lines is not self._lines or word != self._word:
            self._lines, self._word = lines, word
            self._order = sorted(range(len(lines)), key=lambda n: word not in lines[n].split())
            self._at = min(self._at, max(0, len(lines) - 1))
            self.update()

    def number_of(self, row: int) -> int:
        """Which sentence stands in a row."""
        return self._order[row]

    def spot(self, row: int) -> QRectF:
        """The rectangle of a row in pixels of this widget."""
        return self._spot(QRectF(self.rect()), look(), row)

    def _spot(self, room: QRectF, now: Look, row: int) -> QRectF:
        high = now.px(ROW)
        return QRectF(room.left(), room.top() + now.px(HEAD) + row * high, room.width(), high)

    def _fitting(self, room: QRectF, now: Look) -> int:
        return max(0, min(len(self._lines), int((room.height() - now.px(HEAD)) // now.px(ROW))))

    def count(self) -> int:
        return self._fitting(QRectF(self.rect()), look())

    def cell_at(self, at: QPointF) -> Cell:
        return next(((row, -1) for row in range(self.count()) if self.spot(row).contains(at)), NOWHERE)

    def press(self, cell: Cell) -> None:
        self.pressed.emit(self._order[cell[0]])

    def row_words(self, row: int) -> str:
        number = self._order[row]
        return _("Line {n}: {text}").format(n=number + 1, text=self._lines[number])

    def tip(self, cell: Cell) -> str:
        return self.row_words(cell[0]) if 0 <= cell[0] < len(self._order) else ""

    def summary(self) -> str:
        with_word = sum(self._word in line.split() for line in self._lines)
        text = _("{n} sentences, {with_word} of them with “{word}”.")
        return text.format(n=len(self._lines), with_word=with_word, word=self._word)

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text"))
        head = QRectF(room.left(), room.top(), room.width(), now.px(18))
        title = _("Sentences, with “{word}” first").format(word=self._word) if self._word else _("Sentences")
        p.drawText(head, _LEFT, p.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(room.width())))
        for row in range(self._fitting(room, now)):
            spot = self._spot(room, now, row)
            if live:
                self.paint_mark(p, now, spot, row)
            line = self._lines[self._order[row]]
            known = self._word in line.split()
            p.setFont(now.font("caption", 600 if known else 450))
            p.setPen(now.color("text" if known else "text2"))
            text = p.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, int(spot.width() - now.px(8)))
            p.drawText(spot.adjusted(now.px(4), 0, 0, 0), _LEFT, text)

    def sizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(HEAD + 8 * ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(HEAD + 3 * ROW))
