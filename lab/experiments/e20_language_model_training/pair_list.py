"""Pairs of names, the preferred one first, each with its margin. A press on a pair marks it, a press on its arrows, or
Return, swaps the two."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import _
from lab.kit.numbers import signed
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["PairList", "PairRow"]

_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
WIDE, LOWEST, SWAP, BAR = 205, 15, 20, 44  # pixels of a column and of a row at least, of the arrows, of a margin
MARK, ARROWS = 0, 1  # parts of a row


@dataclass(frozen=True, slots=True)
class PairRow:
    """chosen, rejected: the two names.  margin: how much more the model has turned to the first than to the second."""

    chosen: str
    rejected: str
    margin: float


class PairList(PaintedList):
    """Rows in up to four columns."""

    AIR = (12, 0, -12, 0)
    marked_pair = Signal(int)  # the number of a pair from 1
    swapped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[PairRow, ...] = ()
        self._lit = -1
        self.setAccessibleName(_("Pairs: the preferred name first"))

    def set_rows(self, rows: tuple[PairRow, ...], lit: int) -> None:
        """Show these. lit: the row that is marked, from 0."""
        if (rows, lit) != (self._rows, self._lit):
            self._rows, self._lit = rows, lit
            self.update()

    def rows(self) -> tuple[PairRow, ...]:
        """What is shown."""
        return self._rows

    def summary(self) -> str:
        return "; ".join(self.row_words(row) for row in range(min(4, len(self._rows))))

    def row_words(self, row: int) -> str:
        one = self._rows[row]
        text = _("pair {n}: {chosen} rather than {rejected}, margin {margin}")
        return text.format(n=row + 1, chosen=one.chosen, rejected=one.rejected, margin=signed(one.margin))

    def tip(self, cell: Cell) -> str | None:
        if not 0 <= cell[0] < len(self._rows):
            return ""
        return _("Swap the two names.") if cell[1] == ARROWS else self.row_words(cell[0])

    # ---- geometry, mouse and keys

    def count(self) -> int:
        return len(self._rows)

    def press(self, cell: Cell) -> None:
        (self.swapped if cell[1] == ARROWS else self.marked_pair).emit(cell[0] + 1)

    def enter(self, row: int) -> None:
        self.swapped.emit(row + 1)

    def cell_at(self, at: QPointF) -> Cell:
        room, now = QRectF(self.rect()), look()
        for number in range(len(self._rows)):
            row = self._row(room, now, number)
            if row.contains(at):
                return number, ARROWS if self._arrows(row, now).contains(at) else MARK
        return NOWHERE

    def arrows_rect(self, number: int) -> QRectF:
        """Where the arrows of a row are."""
        now = look()
        return self._arrows(self._row(QRectF(self.rect()), now, number), now)

    def row_rect(self, number: int) -> QRectF:
        """The rectangle of a row."""
        return self._row(QRectF(self.rect()), look(), number)

    def _deep(self, wide: float, now: Look) -> int:
        """Rows in a column."""
        columns = min(4, max(1, int(wide // now.px(WIDE))))
        return -(-max(1, len(self._rows)) // columns)

    def _row(self, room: QRectF, now: Look, number: int) -> QRectF:
        deep = self._deep(room.width(), now)
        columns = -(-max(1, len(self._rows)) // deep)
        wide, high = room.width() / columns, room.height() / deep
        column, row = divmod(number, deep)
        return QRectF(room.left() + column * wide + now.px(2), room.top() + row * high, wide - now.px(8), high)

    @staticmethod
    def _arrows(row: QRectF, now: Look) -> QRectF:
        names = row.width() - now.px(BAR)
        return QRectF(row.left() + names / 2 - now.px(SWAP) / 2, row.top(), now.px(SWAP), row.height())

    def sizeHint(self) -> QSize:
        return QSize(look().px(4 * WIDE), look().px(10 * 24))

    def minimumSizeHint(self) -> QSize:
        now = look()
        return QSize(now.px(WIDE), self._deep(self.width(), now) * now.px(LOWEST))

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        most = max((abs(row.margin) for row in self._rows), default=0.0) or 1.0
        for number, row in enumerate(self._rows):
            body = self._row(room, now, number)
            if live:
                self.paint_mark(p, now, body, number)
            if number == self._lit:
                p.setPen(QPen(now.color("ball"), 1.6))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRoundedRect(body.adjusted(1, 1, -1, -1), now.px(4), now.px(4))
            self._paint_pair(p, now, body, row, most)

    def _paint_pair(self, p: QPainter, now: Look, body: QRectF, row: PairRow, most: float) -> None:
        arrows = self._arrows(body, now)
        left = QRectF(body.left() + now.px(6), body.top(), arrows.left() - body.left() - now.px(6), body.height())
        right = QRectF(arrows.right(), body.top(), body.right() - now.px(BAR) - arrows.right(), body.height())
        for room, name, weight, color in ((left, row.chosen, 600, "text"), (right, row.rejected, 450, "text2")):
            p.setFont(now.font("small", weight))
            p.setPen(now.color(color))
            p.drawText(room, _LEFT, p.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room.width())))
        p.setFont(now.font("small", 450))
        p.setPen(now.color("text2"))
        p.drawText(arrows, _CENTRE, "⇄")
        track = QRectF(body.right() - now.px(BAR) + 2, body.top(), now.px(BAR) - 4, body.height())
        middle, thick = track.center().x(), min(now.px(8), 0.6 * track.height())
        long = 0.5 * track.width() * row.margin / most
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("good" if row.margin > 0 else "bad"))
        p.drawRect(QRectF(min(middle, middle + long), track.center().y() - thick / 2, abs(long), thick))
        p.setPen(QPen(now.color("text3"), 1))
        p.drawLine(QPointF(middle, track.top() + 2), QPointF(middle, track.bottom() - 2))
