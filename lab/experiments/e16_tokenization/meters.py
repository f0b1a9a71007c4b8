"""What the same sentence costs in ten languages, in tokens: a full bar for the own tokenizer, an outline for GPT-2."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e16_tokenization.reading import Costs
from lab.experiments.e16_tokenization.texts import LANGUAGES, SENTENCES
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["Meters"]

HEAD, NAME, NUMBER = 20, 84, 54  # pixels
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
CODES = tuple(LANGUAGES)


class Meters(PaintedList):
    """A row for each language; `requested` carries the metric of a number that was pressed, `read` a language whose
    sentence is to be read."""

    requested = Signal(str)
    read = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._costs: Costs | None = None
        self.setAccessibleName(_("Cost of one sentence in ten languages"))

    def show_costs(self, costs: Costs | None) -> None:
        """Show these."""
        if costs != self._costs:
            self._costs = costs
            self.update()

    # ---- geometry

    def _row(self, room: QRectF, look: Look, number: int) -> QRectF:
        head = look.px(HEAD)
        high = min(look.px(26), (room.height() - head) / len(CODES))
        return QRectF(room.left(), room.top() + head + number * high, room.width(), high)

    def row_rect(self, number: int) -> QRectF:
        """The rectangle of a language."""
        return self._row(QRectF(self.rect()), look(), number)

    def cell_rect(self, number: int, name: str) -> QRectF:
        """The rectangle of a number of a language, such as "times_gpt2"."""
        return self._parts(self.row_rect(number), look())[name]

    def _parts(self, row: QRectF, look: Look) -> dict[str, QRectF]:
        number = look.px(NUMBER)
        cells, right = {}, row.right() - look.px(2)
        for name in ("times_gpt2", "cost_gpt2", "times_own", "cost_own"):
            cells[name] = QRectF(right - number, row.top(), number, row.height())
            right -= number
        left = row.left() + look.px(NAME + 8)
        cells["bar"] = QRectF(left, row.top(), max(0.0, right - look.px(4) - left), row.height())
        return cells

    # ---- mouse and keys

    def count(self) -> int:
        return len(CODES)

    def cell_at(self, at: QPointF) -> Cell:
        for number in range(len(CODES)):
            row = self.row_rect(number)
            if row.contains(at):
                cells = self._parts(row, look())
                return number, next((name for name, cell in cells.items() if name != "bar" and cell.contains(at)), "")
        return NOWHERE

    def press(self, cell: Cell) -> None:
        what, _bar, who = str(cell[1]).partition("_")
        code = CODES[cell[0]]
        self.requested.emit(f"times_{code}_{who}") if what == "times" else self.read.emit(code)

    def tip(self, cell: Cell) -> str:
        return SENTENCES[CODES[cell[0]]] if cell != NOWHERE else ""

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, look: Look, live: bool) -> None:
        if self._costs is None:
            return
        longest = max(*self._costs.own, *self._costs.gpt2)
        head = self._parts(QRectF(room.left(), room.top(), room.width(), look.px(HEAD)), look)
        p.setFont(look.font("caption", 550))
        p.setPen(look.color("text3"))
        for name, text in (("cost_own", _("mine")), ("cost_gpt2", "GPT-2"), ("times_own", "×"), ("times_gpt2", "×")):
            p.drawText(head[name], _RIGHT, text)
        self._paint_key(p, look, head["bar"])
        for number in range(len(CODES)):
            row = self._row(room, look, number)
            if live:
                self.paint_mark(p, look, row.adjusted(1, 0.5, -1, -0.5), number, 4)
            self._paint_row(p, look, row, number, longest)

    def _paint_key(self, p: QPainter, look: Look, room: QRectF) -> None:
        """Which bar is whose: a full one and an outline."""
        x, side = room.left(), look.px(10)
        for outline, text in ((False, _("my tokenizer")), (True, "GPT-2")):
            mark = QRectF(x, room.center().y() - side / 2, 2 * side, side)
            self._paint_bar(p, look, mark, outline)
            words = QRectF(mark.right() + look.px(5), room.top(), room.right() - mark.right(), room.height())
            p.setPen(look.color("text3"))
            p.drawText(words, _LEFT, text)
            x = words.left() + p.fontMetrics().horizontalAdvance(text) + look.px(16)

    def _paint_bar(self, p: QPainter, look: Look, bar: QRectF, outline: bool) -> None:
        pen = QPen(look.color("text"), 1.3)
        pen.setDashPattern([3.0, 2.0])
        p.setPen(pen if outline else Qt.PenStyle.NoPen)
        p.setBrush(Qt.BrushStyle.NoBrush if outline else look.color("accent"))
        p.drawRoundedRect(bar, 2.5, 2.5)

    def _paint_row(self, p: QPainter, look: Look, row: QRectF, number: int, longest: int) -> None:
        assert self._costs is not None
        own, gpt2 = self._costs.own[number], self._costs.gpt2[number]
        cells = self._parts(row, look)
        p.setFont(look.font("small", 500))
        p.setPen(look.color("text"))
        name = QRectF(row.left(), row.top(), look.px(NAME), row.height())
        words = p.fontMetrics().elidedText(_(LANGUAGES[CODES[number]]), Qt.TextElideMode.ElideRight, int(name.width()))
        p.drawText(name, _RIGHT, words)
        bar, thick = cells["bar"], min(look.px(11), 0.62 * row.height())
        y = row.center().y() - thick / 2
        if bar.width() > look.px(16):
            self._paint_bar(p, look, QRectF(bar.left(), y, own / longest * bar.width(), thick), False)
            self._paint_bar(p, look, QRectF(bar.left(), y - 1.5, gpt2 / longest * bar.width(), thick + 3), True)
        first = (self._costs.own[0], self._costs.gpt2[0])
        texts = {
            "cost_own": str(own), "times_own": show_number(own / first[0], 2), "cost_gpt2": str(gpt2),
            "times_gpt2": show_number(gpt2 / first[1], 2),
        }  # fmt: skip
        for cell, text in texts.items():
            strong = cell.startswith("cost")
            p.setFont(look.font("small", 600 if strong else 450))
            near = self._near == (number, cell) and not strong
            p.setPen(look.color("accent_text" if near else "text" if strong else "text2"))
            p.drawText(cells[cell], _RIGHT, text)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(HEAD + len(CODES) * 14))

    def sizeHint(self) -> QSize:
        return QSize(look().px(560), look().px(HEAD + len(CODES) * 18))
