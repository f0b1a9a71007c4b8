"""The stages of the way in a row: which are done, which is under way, and what each has changed. A press opens one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.records import dataclass
from lab.core.text import _
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["StageMark", "StageStrip"]

HIGH, GAP, PAD, BAR = 46, 6, 8, 4  # pixels at 100 % text
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


@dataclass(frozen=True, slots=True)
class StageMark:
    """One stage. share: of its steps that are made, from 0 to 1.  said: what it has changed."""

    key: str
    name: str
    said: str
    share: float


class StageStrip(PaintedList):
    """See above."""

    pressed = Signal(str)  # the key of a stage
    KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: tuple[StageMark, ...] = ()
        self._shown = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("The stages"))

    def set_marks(self, marks: Sequence[StageMark], shown: str) -> None:
        """Show these. shown: the key of the one that is looked at."""
        if (tuple(marks), shown) != (self._marks, self._shown):
            self._marks, self._shown = tuple(marks), shown
            self.update()

    def marks(self) -> tuple[StageMark, ...]:
        """What is shown."""
        return self._marks

    def summary(self) -> str:
        return " ".join(self.row_words(row) for row in range(len(self._marks)))

    def tip(self, cell: Cell) -> str | None:
        return self.row_words(cell[0]) if 0 <= cell[0] < len(self._marks) else ""

    def row_words(self, row: int) -> str:
        one = self._marks[row]
        text = _("{name}: {said}, {share} % done.")
        return text.format(name=one.name, said=one.said, share=round(100 * one.share))

    def count(self) -> int:
        return len(self._marks)

    def cell_at(self, at: QPointF) -> Cell:
        room = QRectF(self.rect())
        return next(((n, -1) for n in range(len(self._marks)) if self._body(room, n).contains(at)), NOWHERE)

    def press(self, cell: Cell) -> None:
        self.pressed.emit(self._marks[cell[0]].key)

    def _body(self, room: QRectF, number: int) -> QRectF:
        gap = look().px(GAP)
        wide = (room.width() + gap) / max(1, len(self._marks))
        return QRectF(room.left() + number * wide, room.top(), wide - gap, room.height()).adjusted(1, 1, -1, -1)

    def sizeHint(self) -> QSize:
        return QSize(look().px(600), look().px(HIGH))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(HIGH))

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        for number, one in enumerate(self._marks):
            body, chosen = self._body(room, number), one.key == self._shown
            p.setPen(QPen(now.color("accent" if chosen else "line"), 2.0 if chosen else 1.0))
            p.setBrush(now.color("raised"))
            p.drawRoundedRect(body, now.px(5), now.px(5))
            if live:
                self.paint_mark(p, now, body, number)
            self._paint_bar(p, now, body, one.share)
            inside = body.adjusted(now.px(PAD), now.px(2), -now.px(PAD), -now.px(BAR + 2))
            half = inside.height() / 2
            upper = QRectF(inside.left(), inside.top(), inside.width(), half)
            self._write(p, now, upper, f"{number + 1} {one.name}", "text", 650 if chosen else 550)
            self._write(p, now, upper.translated(0, half), one.said, "text2", 450)

    @staticmethod
    def _paint_bar(p: QPainter, now: Look, body: QRectF, share: float) -> None:
        bar = QRectF(body.left() + now.px(3), body.bottom() - now.px(BAR + 1), body.width() - now.px(6), now.px(BAR))
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("line"))
        p.drawRect(bar)
        p.setBrush(now.color("good" if share >= 1 else "accent"))
        p.drawRect(QRectF(bar.left(), bar.top(), share * bar.width(), bar.height()))

    @staticmethod
    def _write(p: QPainter, now: Look, box: QRectF, text: str, color: str, weight: int) -> None:
        p.setFont(now.font("small", weight))
        p.setPen(now.color(color))
        p.drawText(box, _LEFT, p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width())))
