"""The bars of the next token, one below the other: an outline for what the model says, a full bar for what the filters
leave of it. What was struck out stays, in grey, with the name of the filter that did it; all that there is no room for
stands together in the last row, so that nothing is hidden. A press on a row, or Enter, chooses its token; on a row of
many tokens it opens them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList
from widgets.tokens.chip_pixmaps import token_font

__all__ = ["BarList", "ListedBar"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_CENTRE = Qt.AlignmentFlag.AlignCenter
SAME = 0.004  # of the whole length
HEAD, LOWEST, HIGHEST = 20, 18, 44  # pixels of the line above the rows, of a row
SAID = 3  # rows that the picture says of itself
NAME, NUMBER = 92, 62  # pixels of the token, of a number


@dataclass(frozen=True, slots=True)
class ListedBar:
    """One row. outline, full: 0..1 (nan: no number).  texts: the numbers for both, in words; the first may be "".
    fallen: why it is out, "" where it is not.  tick: a third height, marked by a line, e.g. counted samples.
    lit: drawn last.  gathered: it is many tokens.  metrics: what its two numbers are."""

    name: str
    outline: float
    full: float
    texts: tuple[str, str]
    fallen: str = ""
    tick: float | None = None
    highlighted: bool = False
    gathered: bool = False
    metrics: tuple[str, str] = ("", "")


class BarList(PaintedList):
    """Rows of bars. `chosen` carries the number of a row, `requested` the metric of a number that was pressed."""

    chosen = Signal(int)
    requested = Signal(str)
    deleted = Signal(int)  # the Delete key on a row
    turned = Signal(int)  # a row of many tokens was pressed: 1 for those behind, −1 for those before
    room_changed = Signal()  # another number of rows can be read now: see `room`

    def __init__(self, heads: tuple[str, str], choosable: bool = True, parent: QWidget | None = None) -> None:
        """heads: what the two columns of numbers are."""
        super().__init__(parent)
        self._heads, self._choosable = heads, choosable
        self._bars: tuple[ListedBar, ...] = ()
        self._outlines, self._scale = True, ""
        self._room, self._head = 0, HEAD
        self._finder: QWidget | None = None

    def set_bars(self, bars: Sequence[ListedBar], scale: str, outlines: bool = True) -> None:
        """Show these; a length of 1 is what `scale` says."""
        bars = tuple(bars)
        if (bars, scale, outlines) != (self._bars, self._scale, self._outlines):
            self._bars, self._scale, self._outlines = bars, scale, outlines
            self._at = min(self._at, max(0, len(bars) - 1))
            self.update()

    def set_finder(self, finder: QWidget, head: int) -> None:
        """A field above the names of the rows, in a head line of so many pixels."""
        self._finder, self._head = finder, head
        finder.setParent(self)

    def bars(self) -> tuple[ListedBar, ...]:
        """What is shown."""
        return self._bars

    def row_words(self, row: int) -> str:
        """A row in words: its name, its numbers, and why it is out."""
        bar = self._bars[row]
        return ", ".join(filter(None, (bar.name, *bar.texts, bar.fallen)))

    def summary(self) -> str:
        return "; ".join(self.row_words(row) for row in range(min(SAID, len(self._bars)))) + ("." if self._bars else "")

    def room(self) -> int:
        """How many rows can be read at this size."""
        return int((self.height() - look().px(self._head)) // look().px(LOWEST))

    def row_rect(self, number: int) -> QRectF:
        """The rectangle of a row."""
        return self._row(QRectF(self.rect()), look(), number)

    # ---- geometry

    def _row(self, room: QRectF, look: Look, number: int) -> QRectF:
        head = look.px(self._head)
        high = min(look.px(HIGHEST), (room.height() - head) / max(1, len(self._bars)))
        return QRectF(room.left(), room.top() + head + number * high, room.width(), high)

    def _parts(self, row: QRectF, look: Look) -> tuple[QRectF, QRectF, QRectF, QRectF]:
        """Token, bar, first number, second number."""
        name, number = look.px(NAME), look.px(NUMBER)
        right = row.right() - look.px(2)
        second = QRectF(right - number, row.top(), number, row.height())
        first = QRectF(second.left() - number, row.top(), number, row.height())
        bar = QRectF(row.left() + name + look.px(6), row.top(), 0, row.height())
        bar.setRight(first.left() - look.px(6))
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
        return bool(bar.metrics[column]) if column >= 0 else self._choosable or bar.gathered

    def press(self, cell: Cell) -> None:
        row, column = cell
        if column >= 0:
            self.requested.emit(self._bars[row].metrics[column])
        elif self._bars[row].gathered:
            self.turned.emit(-1 if row == 0 and len(self._bars) > 1 else 1)
        else:
            self.chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self._bars and not self._bars[self._at].gathered:
            self.deleted.emit(self._at)
        else:
            super().keyPressEvent(event)

    def enter(self, row: int) -> None:
        cell = next((cell for cell in ((row, -1), (row, 1)) if self.pressable(cell)), None)
        if cell is not None:
            self.press(cell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._finder is not None:
            self._finder.setGeometry(0, 0, look().px(NAME), look().px(self._head) - 2)
        if self.room() != self._room:
            self._room = self.room()
            self.room_changed.emit()

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, look: Look, live: bool) -> None:
        self._paint_heads(p, look, QRectF(room.left(), room.top(), room.width(), look.px(self._head)))
        for number, bar in enumerate(self._bars):
            row = self._row(room, look, number)
            if live:
                self.paint_mark(p, look, row.adjusted(1, 1, -1, -1), number)
            self._paint_row(p, look, row, bar, number if live else -2)

    def _paint_heads(self, p: QPainter, look: Look, line: QRectF) -> None:
        """What the columns are, from the right; a long word pushes what stands before it to the left."""
        _name, bar, first, second = self._parts(line, look)
        p.setFont(look.font("caption", 550))
        p.setPen(look.color("text3"))
        p.drawText(bar, _LEFT, "0")
        right = line.right()
        for column, text in ((second, self._heads[1]), (first, self._heads[0]), (bar, self._scale)):
            right = min(right, column.right())
            p.drawText(QRectF(line.left(), line.top(), right - line.left(), line.height()), _RIGHT, text)
            right -= p.fontMetrics().horizontalAdvance(text) + look.px(8)

    def _paint_row(self, p: QPainter, look: Look, row: QRectF, bar: ListedBar, number: int) -> None:
        name, room, first, second = self._parts(row, look)
        out = bool(bar.fallen)
        self._paint_name(p, look, name, bar, out)
        thick = min(look.px(18), 0.64 * row.height())
        ground = QRectF(room.left(), row.center().y() - thick / 2, room.width(), thick)
        p.setPen(QPen(look.color("line"), 1))
        p.drawLine(QPointF(ground.left(), row.top() + 2), QPointF(ground.left(), row.bottom() - 2))
        if math.isfinite(bar.full) and bar.full > 0:
            p.setPen(Qt.PenStyle.NoPen)
            full = QRectF(ground.left(), ground.top(), max(1.5, bar.full * ground.width()), thick)
            p.setBrush(look.color("ball" if bar.highlighted else "text3" if bar.gathered else "accent"))
            p.drawRoundedRect(full, look.px(3), look.px(3))
            if bar.gathered:
                p.setBrush(QBrush(look.color("surface", 150), Qt.BrushStyle.BDiagPattern))
                p.drawRoundedRect(full, look.px(3), look.px(3))
        moved = abs(bar.outline - bar.full) > SAME  # an outline around its own bar says nothing
        if bar.outline > 0 and (out or (self._outlines and moved)):
            outline = QRectF(ground.left(), ground.top(), max(1.5, bar.outline * ground.width()), thick)
            pen = QPen(look.color("edge" if out else "text"), 1.3)
            pen.setDashPattern([3.0, 2.0])
            p.setPen(pen)
            p.setBrush(look.color("line", 110) if out else Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(outline.adjusted(0.5, 0.5, -0.5, -0.5), look.px(3), look.px(3))
        if bar.tick is not None:
            x = ground.left() + min(bar.tick, 1.0) * ground.width()
            p.setPen(QPen(look.color("ball"), 3.0))
            p.drawLine(QPointF(x, ground.top() - 2), QPointF(x, ground.bottom() + 2))
        if out:
            p.setFont(look.font("caption", 550))
            p.setPen(look.color("text3"))
            at = (
                ground.left()
                + max(0.0, bar.outline if math.isfinite(bar.outline) else 0.0) * ground.width()
                + look.px(8)
            )
            beside = QRectF(at, row.top(), room.right() - at, row.height())
            if p.fontMetrics().horizontalAdvance(bar.fallen) > beside.width():  # then within the bar, at its end
                p.drawText(
                    QRectF(room.left(), row.top(), at - room.left() - look.px(16), row.height()), _RIGHT, bar.fallen
                )
            else:
                p.drawText(beside, _LEFT, bar.fallen)
        for spot, text, column in ((first, bar.texts[0], 0), (second, bar.texts[1], 1)):
            near = self._near == (number, column) and bar.metrics[column]
            p.setFont(look.font("small", 600 if column else 450))
            p.setPen(
                look.color(
                    "accent_text" if near else "bad" if text == "NaN" else "text3" if out or not column else "text"
                )
            )
            p.drawText(spot, _RIGHT, text)

    def _paint_name(self, p: QPainter, look: Look, spot: QRectF, bar: ListedBar, out: bool) -> None:
        if bar.gathered:
            p.setFont(look.font("caption", 550))
            p.setPen(look.color("text2"))
            p.drawText(spot, _RIGHT, bar.name)
            return
        p.setFont(token_font(look))
        text = p.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, int(spot.width() - look.px(10)))
        wide = max(look.px(20), p.fontMetrics().horizontalAdvance(text) + look.px(10))
        high = min(look.px(22), spot.height() - 2)
        chip = QRectF(spot.right() - wide, spot.center().y() - high / 2, wide, high)
        p.setPen(QPen(look.color("ball") if bar.highlighted else look.color("line"), 2 if bar.highlighted else 1))
        p.setBrush(look.color("sunken"))
        p.drawRoundedRect(chip, look.px(5), look.px(5))
        p.setPen(look.color("text3" if out else "text"))
        p.drawText(chip, _CENTRE, text)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(self._head) + 2 * look().px(LOWEST))

    def sizeHint(self) -> QSize:
        return QSize(look().px(560), look().px(self._head) + 13 * look().px(26))
