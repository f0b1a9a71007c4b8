"""Named bars, one below the other, such as the chances of the next tokens: a full bar, a dashed outline for another
value of the same thing, and a number or two at the right. What is out stays, in grey, with the reason beside it. All
that there is no room for stands together in one row, so that nothing is hidden. A press on a row, or Enter, chooses it;
on a row of many it opens them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList
from widgets.tokens.chip_pixmaps import token_font

__all__ = ["NamedBar", "TokenBars"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
HEAD, LOWEST = 20, 18  # pixels of the line above the rows, of a row
MOST = 20  # rows: more are no easier to read, and a row that is higher is
SAME, SAID = 0.004, 3  # of the whole length; rows that the picture says of itself


@dataclass(frozen=True, slots=True)
class NamedBar:
    """One row. full, outline: 0 … 1; None or nan for none.  texts: the numbers, in words.  gathered: it is many;
    `before` tells whether they come before the others.  highlighted: the one in question.  metric, also: what its first
    and second number are.  fallen: why it is out, "" where it is not.  tick: a third length, marked by a line."""

    name: str
    full: float | None
    outline: float | None = None
    texts: tuple[str, str] = ("", "")
    gathered: bool = False
    before: bool = False
    highlighted: bool = False
    metric: str = ""
    also: str = ""
    fallen: str = ""
    tick: float | None = None

    @property
    def metrics(self) -> tuple[str, str]:
        """What its two numbers are, "" for one that is no metric."""
        return self.metric, self.also


class TokenBars(PaintedList):
    """Rows of bars. `chosen` carries the number of a row, `requested` the metric of a number that was pressed,
    `turned` 1 for the rows behind and −1 for those before."""

    chosen, turned = Signal(int), Signal(int)
    requested = Signal(str)
    room_changed = Signal()  # another number of rows can be read now: see `room_for`

    HIGHEST, THICK, CHIP = 58, 22, 24  # pixels of a row, a bar and a chip at most
    STRONG = 0  # the number that is written in bold

    def __init__(
        self, heads: tuple[str, str], name: int = 92, chips: bool = True, parent: QWidget | None = None
    ) -> None:
        """heads: what the columns of numbers are, "" for a column that is not there.  name: pixels of the names.
        chips: whether they are tokens."""
        super().__init__(parent)
        self._heads, self._wide, self._chips = heads, name, chips
        self._bars: tuple[NamedBar, ...] = ()
        self._scale, self._room, self._head = "", 0, HEAD
        self._outlines = True

    def set_bars(self, bars: Sequence[NamedBar], scale: str, outlines: bool = True) -> None:
        """Show these; a length of 1 is what `scale` says. outlines: whether they are drawn of what is not out."""
        bars = tuple(bars)
        if (bars, scale, outlines) != (self._bars, self._scale, self._outlines):
            self._bars, self._scale, self._outlines = bars, scale, outlines
            self._at = min(self._at, max(0, len(bars) - 1))
            self.update()

    def set_heads(self, heads: tuple[str, str]) -> None:
        """Other names of the columns."""
        if heads != self._heads:
            self._heads = heads
            self.update()

    def bars(self) -> tuple[NamedBar, ...]:
        """What is shown."""
        return self._bars

    def row_words(self, row: int) -> str:
        """A row in words: its name, its numbers, and why it is out."""
        bar = self._bars[row]
        return ", ".join(filter(None, (bar.name, *bar.texts, bar.fallen)))

    def summary(self) -> str:
        return "; ".join(self.row_words(row) for row in range(min(SAID, len(self._bars)))) + ("." if self._bars else "")

    def room_for(self) -> int:
        """How many rows are read at ease at this size, at most 20."""
        return min(MOST, int((self.height() - look().px(self._head)) // look().px(LOWEST + 4)))

    def row_rect(self, number: int) -> QRectF:
        """The rectangle of a row."""
        return self._row(QRectF(self.rect()), look(), number)

    # ---- geometry

    def _row(self, room: QRectF, now: Look, number: int) -> QRectF:
        head = now.px(self._head)
        high = min(now.px(self.HIGHEST), (room.height() - head) / max(1, len(self._bars)))
        return QRectF(room.left(), room.top() + head + number * high, room.width(), high)

    def _parts(self, row: QRectF, now: Look) -> tuple[QRectF, QRectF, QRectF, QRectF]:
        """Name, bar, first number, second number."""
        widths = [now.px(66 if len(head) < 12 else 104) if head else 0 for head in self._heads]
        right, name = row.right() - now.px(2), min(now.px(self._wide), row.width() * 0.38)
        second = QRectF(right - widths[1], row.top(), widths[1], row.height())
        first = QRectF(second.left() - widths[0], row.top(), widths[0], row.height())
        bar = QRectF(row.left() + name + now.px(6), row.top(), 0, row.height())
        bar.setRight(first.left() - now.px(6))
        return QRectF(row.left() + 2, row.top(), name, row.height()), bar, first, second

    def cell_at(self, at: QPointF) -> Cell:
        """A row, and its column: 0 and 1 are numbers, −1 the rest."""
        for number in range(len(self._bars)):
            row = self.row_rect(number)
            if row.contains(at):
                _name, _bar, first, second = self._parts(row, look())
                return number, 0 if first.contains(at) else 1 if second.contains(at) else -1
        return NOWHERE

    # ---- mouse and keys

    def count(self) -> int:
        return len(self._bars)

    def pressable(self, cell: Cell) -> bool:
        row, column = cell
        if row < 0:
            return False
        bar = self._bars[row]
        return column < 0 or bool(bar.metrics[column]) or not bar.gathered

    def press(self, cell: Cell) -> None:
        row, column = cell
        bar = self._bars[row]
        if column >= 0 and bar.metrics[column]:
            self.requested.emit(bar.metrics[column])
        elif bar.gathered:
            self.turned.emit(-1 if bar.before else 1)
        else:
            self.chosen.emit(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.room_for() != self._room:
            self._room = self.room_for()
            self.room_changed.emit()

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        self._paint_heads(p, now, QRectF(room.left(), room.top(), room.width(), now.px(self._head)))
        for number, bar in enumerate(self._bars):
            row = self._row(room, now, number)
            if live:
                self.paint_mark(p, now, row.adjusted(1, 1, -1, -1), number)
            self._paint_row(p, now, row, bar, self._near[1] if live and self._near[0] == number else -1)

    def _paint_heads(self, p: QPainter, now: Look, line: QRectF) -> None:
        """What the columns are, from the right; a long word pushes what stands before it to the left."""
        _name, bar, first, second = self._parts(line, now)
        p.setFont(now.font("caption", 550))
        p.setPen(now.color("text3"))
        p.drawText(bar, _LEFT, "0")
        right = line.right()
        for column, text in ((second, self._heads[1]), (first, self._heads[0]), (bar, self._scale)):
            right = min(right, column.right())
            p.drawText(QRectF(line.left(), line.top(), right - line.left(), line.height()), _RIGHT, text)
            right -= (p.fontMetrics().horizontalAdvance(text) + now.px(8)) if text else 0

    def _paint_row(self, p: QPainter, now: Look, row: QRectF, bar: NamedBar, near: int) -> None:
        """near: the column under the pointer, −1 for none."""
        name, room, first, second = self._parts(row, now)
        self._paint_name(p, now, name, bar)
        thick = min(now.px(self.THICK), 0.64 * row.height())
        ground = QRectF(room.left(), row.center().y() - thick / 2, room.width(), thick)
        p.setPen(QPen(now.color("line"), 1))
        p.drawLine(QPointF(ground.left(), row.top() + 2), QPointF(ground.left(), row.bottom() - 2))
        self._paint_lengths(p, now, ground, bar)
        if bar.fallen:
            self._paint_reason(p, now, room, ground, bar)
        for column, spot in enumerate((first, second)):
            text, strong = bar.texts[column], column == self.STRONG
            p.setFont(now.font("small", 600 if strong else 450))
            usual = "bad" if text == "NaN" else "text" if strong and not bar.fallen else "text3"
            p.setPen(now.color("accent_text" if near == column and bar.metrics[column] else usual))
            p.drawText(spot, _RIGHT, text)

    def _paint_lengths(self, p: QPainter, now: Look, ground: QRectF, bar: NamedBar) -> None:
        """The full bar, the outline, and the tick."""

        def part(length: float) -> QRectF:
            return QRectF(ground.left(), ground.top(), max(1.5, min(length, 1.0) * ground.width()), ground.height())

        full, outline, out = _length(bar.full), _length(bar.outline), bool(bar.fallen)
        radius = now.px(3)
        if full > 0:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(now.color("ball" if bar.highlighted else "text3" if bar.gathered else "accent"))
            p.drawRoundedRect(part(full), radius, radius)
            if bar.gathered:
                p.setBrush(QBrush(now.color("surface", 150), Qt.BrushStyle.BDiagPattern))
                p.drawRoundedRect(part(full), radius, radius)
        moved = abs(outline - full) > SAME  # an outline around its own bar says nothing
        if outline > 0 and (out or (self._outlines and moved)):
            pen = QPen(now.color("edge" if out else "text"), 1.3)
            pen.setDashPattern([3.0, 2.0])
            p.setPen(pen)
            p.setBrush(now.color("line", 110) if out else Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(part(outline).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if bar.tick is not None:
            x = ground.left() + min(bar.tick, 1.0) * ground.width()
            p.setPen(QPen(now.color("ball"), 3.0))
            p.drawLine(QPointF(x, ground.top() - 2), QPointF(x, ground.bottom() + 2))

    def _paint_reason(self, p: QPainter, now: Look, room: QRectF, ground: QRectF, bar: NamedBar) -> None:
        """Why it is out: behind the outline or, where there is no room for that, within it at its end."""
        p.setFont(now.font("caption", 550))
        p.setPen(now.color("text3"))
        at = ground.left() + _length(bar.outline) * ground.width() + now.px(8)
        beside = QRectF(at, room.top(), room.right() - at, room.height())
        if p.fontMetrics().horizontalAdvance(bar.fallen) > beside.width():
            within = QRectF(room.left(), room.top(), at - room.left() - now.px(16), room.height())
            p.drawText(within, _RIGHT, bar.fallen)
        else:
            p.drawText(beside, _LEFT, bar.fallen)

    def _paint_name(self, p: QPainter, now: Look, spot: QRectF, bar: NamedBar) -> None:
        plain = bar.gathered or not self._chips
        p.setFont(now.font("small", 550) if plain else token_font(now))
        room = int(spot.width() - now.px(10))
        text = p.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, room)
        if plain:
            p.setPen(now.color("text2" if bar.gathered else "text"))
            p.drawText(spot, _RIGHT, text)
            return
        wide = max(now.px(20), p.fontMetrics().horizontalAdvance(text) + now.px(10))
        high = min(now.px(self.CHIP), spot.height() - 2)
        chip = QRectF(spot.right() - wide, spot.center().y() - high / 2, wide, high)
        p.setPen(QPen(now.color("ball" if bar.highlighted else "line"), 2 if bar.highlighted else 1))
        p.setBrush(now.color("sunken"))
        p.drawRoundedRect(chip, now.px(5), now.px(5))
        p.setPen(now.color("text3" if bar.fallen else "text"))
        p.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(280), look().px(self._head) + 3 * look().px(LOWEST))

    def sizeHint(self) -> QSize:
        return QSize(look().px(560), look().px(self._head) + 13 * look().px(26))


def _length(length: float | None) -> float:
    """A length to draw: 0 where there is no number."""
    return length if length is not None and math.isfinite(length) else 0.0
