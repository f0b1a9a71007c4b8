"""A sum, bar by bar: each begins where the one above ends, and the last goes from zero to the whole. The largest come
first, and the last before the sum is all that is not shown by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets.base.look import Look, look
from widgets.base.words import _
from widgets.canvas.painted import NOWHERE, Cell, PaintedList
from widgets.canvas.ticks import number

__all__ = ["SHOWN", "Summand", "Waterfall"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
SHOWN = 8  # summands that have a bar of their own
HIGH = 46  # pixels at 100 % text: a row is no higher


@dataclass(frozen=True, slots=True)
class Summand:
    """One number of the sum; tip: what it is, in words."""

    name: str
    value: float
    tip: str = ""


class Waterfall(PaintedList):
    """`pressed` and `hovered` name a summand of those given, by its number; −1 is none."""

    pressed = Signal(int)
    hovered = Signal(int)
    TITLE = None

    def __init__(self, write: Callable[[float], str] = number, parent: QWidget | None = None) -> None:
        """write: a value as it stands at the end of its row."""
        super().__init__(parent)
        self._write = write
        self._rows: tuple[Summand, ...] = ()
        self._shown = 0
        self._heads = ("", "")

    def show_sum(self, summands: Sequence[Summand], title: str, whole: str) -> None:
        """Show these, the first of them by themselves. title: above; whole: what the sum is called."""
        shown = len(summands) if len(summands) <= SHOWN + 1 else SHOWN
        rest = summands[shown:]
        rows = list(summands[:shown])
        if rest:
            sum_of_rest = float(sum(part.value for part in rest))
            rows.append(Summand(_("{n} others").format(n=len(rest)), sum_of_rest))
        rows.append(Summand(whole, float(sum(part.value for part in summands))))
        if (tuple(rows), (title, whole)) != (self._rows, self._heads):
            self._rows, self._heads, self._shown = tuple(rows), (title, whole), shown
            self._at = min(self._at, max(0, shown - 1))
            self.setAccessibleName(title)
            self.update()

    def rows(self) -> tuple[Summand, ...]:
        """What is shown: summands, all others as one where there are more, and the sum."""
        return self._rows

    def row_words(self, row: int) -> str:
        """A row in words."""
        part = self._rows[row]
        return f"{part.name}: {self._write(part.value)}" + (f". {part.tip}" if part.tip else "")

    def tip(self, cell: Cell) -> str | None:
        return self.row_words(cell[0]) if 0 <= cell[0] < len(self._rows) else ""

    def summary(self) -> str:
        return "; ".join(f"{part.name}: {self._write(part.value)}" for part in self._rows) + ("." if self._rows else "")

    # ---- hand and keys

    def count(self) -> int:
        return self._shown

    def cell_at(self, at: QPointF) -> Cell:
        found = next(((i, -1) for i in range(len(self._rows)) if self.spot(i).contains(at)), NOWHERE)
        if found != self._near:
            self.hovered.emit(found[0] if found[0] < self._shown else -1)
        return found

    def pressable(self, cell: Cell) -> bool:
        return 0 <= cell[0] < self._shown

    def press(self, cell: Cell) -> None:
        self.pressed.emit(cell[0])

    # ---- painting

    def spot(self, row: int) -> QRectF:
        """The rectangle of a row in pixels of this widget."""
        return self._spot(QRectF(self.rect()), look(), row)

    def _spot(self, room: QRectF, now: Look, row: int) -> QRectF:
        head = now.px(20)
        high = min(now.px(HIGH), (room.height() - head) / max(1, len(self._rows)))
        return QRectF(room.left(), room.top() + head + row * high, room.width(), high)

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text"))
        title = p.fontMetrics().elidedText(self._heads[0], Qt.TextElideMode.ElideRight, int(room.width()))
        p.drawText(QRectF(room.left(), room.top(), room.width(), now.px(18)), _LEFT, title)
        if not self._rows:
            return
        values = np.array([part.value for part in self._rows])
        ends = np.append(np.cumsum(values[:-1]), values[-1])
        starts = np.append(np.insert(ends[:-2], 0, 0.0), 0.0)
        lo, hi = min(0.0, float(ends.min())), max(0.0, float(ends.max()))
        p.setFont(now.font("caption", 550))
        widest = max(p.fontMetrics().horizontalAdvance(part.name) for part in self._rows) + now.px(14)
        name, end = min(widest, 0.42 * room.width()), now.px(58)
        left, wide = room.left() + name, max(1.0, room.width() - name - end)
        scale = wide / max(hi - lo, 1e-9)
        zero = left - lo * scale
        p.setPen(QPen(now.color("grid"), 1))
        p.drawLine(QLineF(zero, self._spot(room, now, 0).top(), zero, self._spot(room, now, len(values) - 1).bottom()))
        for row, (start, end) in enumerate(zip((zero + starts * scale).tolist(), (zero + ends * scale).tolist())):
            self._paint_row(p, now, self._spot(room, now, row), row, (start, end), (name, end), live)

    def _paint_row(
        self, p: QPainter, now: Look, spot: QRectF, row: int, bar: tuple[float, float], room: tuple[float, float],
        live: bool,
    ) -> None:  # fmt: skip
        part, last = self._rows[row], row == len(self._rows) - 1
        if live and row < self._shown:
            self.paint_mark(p, now, spot, row, 4)
        thick = min(now.px(16), 0.62 * spot.height())
        body = QRectF(min(bar), spot.center().y() - thick / 2, max(1.5, abs(bar[1] - bar[0])), thick)
        color = "text" if last else "text3" if row >= self._shown else "accent" if part.value >= 0 else "bad"
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color(color))
        p.drawRect(body)
        if not last and row + 1 < len(self._rows) - 1:  # where this one ends, the next begins
            p.setPen(QPen(now.color("axis"), 1, Qt.PenStyle.DotLine))
            p.drawLine(QLineF(bar[1], body.bottom(), bar[1], spot.bottom() + spot.height() / 2 - thick / 2))
        if last:
            p.setPen(QPen(now.color("edge"), 1))
            p.drawLine(QLineF(spot.left(), spot.top(), spot.right(), spot.top()))
        p.setFont(now.font("caption", 650 if last else 550))
        p.setPen(now.color("text"))
        name = p.fontMetrics().elidedText(part.name, Qt.TextElideMode.ElideRight, int(room[0]) - now.px(8))
        p.drawText(QRectF(spot.left() + now.px(4), spot.top(), room[0], spot.height()), _LEFT, name)
        edge = QRectF(spot.right() - room[1], spot.top(), room[1] - now.px(4), spot.height())
        p.drawText(edge, _RIGHT, self._write(part.value))

    def sizeHint(self) -> QSize:
        return QSize(look().px(340), look().px(20 + 24 * (SHOWN + 2)))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(150), look().px(120))
