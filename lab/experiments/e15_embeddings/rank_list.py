"""A list of names with a bar and a number each, such as the neighbours of a word. A press, or Return, chooses one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import _
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["RankList", "Ranked"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
HEAD, LOWEST, HIGHEST = 20, 16, 26  # pixels of the title, and of a row


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row. bar: 0..1.  shown: its number in words.  lit: drawn in the colour of the chosen thing.  tip: what else
    is to be said of it."""

    name: str
    bar: float
    shown: str
    lit: bool = False
    tip: str = ""


class RankList(PaintedList):
    """`pressed` carries the number of a row. As many rows are shown as there is room for."""

    pressed = Signal(int)
    AIR = (0, 0, 0, 0)

    def __init__(self, title: str, choosable: bool = True, parent: QWidget | None = None) -> None:
        """choosable: whether a press on a row does something."""
        super().__init__(parent)
        self._choosable = choosable
        self._rows: tuple[Ranked, ...] = ()
        self._title = title
        self.setAccessibleName(title)

    def set_rows(self, rows: Sequence[Ranked], title: str = "") -> None:
        """Show these, under another title where one is given."""
        found, title = tuple(rows), title or self._title
        if (found, title) != (self._rows, self._title):
            self._rows, self._title = found, title
            self._at = min(self._at, max(0, len(found) - 1))
            self.setAccessibleName(title)
            self.update()

    def rows(self) -> tuple[Ranked, ...]:
        """What is listed."""
        return self._rows

    def spot(self, row: int) -> QRectF:
        """The rectangle of a row in pixels of this widget."""
        return self._spot(QRectF(self.rect()), look(), row)

    def _spot(self, room: QRectF, now: Look, row: int) -> QRectF:
        head = now.px(HEAD)
        high = min(max((room.height() - head) / max(1, len(self._rows)), now.px(LOWEST)), now.px(HIGHEST))
        return QRectF(room.left(), room.top() + head + row * high, room.width(), high)

    def count(self) -> int:
        return len(self._rows)

    def cell_at(self, at: QPointF) -> Cell:
        return next(((i, -1) for i in range(len(self._rows)) if self.spot(i).contains(at)), NOWHERE)

    def pressable(self, cell: Cell) -> bool:
        return self._choosable and cell[0] >= 0

    def press(self, cell: Cell) -> None:
        if self._choosable:
            self.pressed.emit(cell[0])

    def tip(self, cell: Cell) -> str:
        return self.row_words(cell[0]) if cell[0] >= 0 else ""

    def row_words(self, row: int) -> str:
        line = self._rows[row]
        return ", ".join(filter(None, (line.name, line.shown, line.tip)))

    def summary(self) -> str:
        if not self._rows:
            return _("Nothing is listed yet.")
        return "; ".join(self.row_words(row) for row in range(min(5, len(self._rows)))) + "."

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text"))
        title = p.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, int(room.width()))
        p.drawText(QRectF(room.left(), room.top(), room.width(), now.px(18)), _LEFT, title)
        for number, row in enumerate(self._rows):
            spot = self._spot(room, now, number)
            if spot.bottom() > room.bottom() + 1:
                break
            if live:
                self.paint_mark(p, now, spot, number)
            self._paint_row(p, now, spot, row)

    def _paint_row(self, p: QPainter, now: Look, spot: QRectF, row: Ranked) -> None:
        p.setFont(now.font("caption", 500))
        metrics, air = p.fontMetrics(), now.px(4)
        number = max(now.px(44), max(metrics.horizontalAdvance(line.shown) for line in self._rows) + air)
        widest = max(metrics.horizontalAdvance(line.name) for line in self._rows) + 2 * air
        name = min(widest, 0.62 * (spot.width() - number))
        p.setPen(now.color("text"))
        text = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, int(name - air))
        p.drawText(QRectF(spot.left() + air, spot.top(), name, spot.height()), _LEFT, text)
        thick = min(now.px(8), 0.5 * spot.height())
        track = QRectF(spot.left() + name + air, spot.center().y() - thick / 2, 0, thick)
        track.setRight(spot.right() - number - air)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("press"))
        p.drawRoundedRect(track, thick / 2, thick / 2)
        filled = QRectF(track)
        filled.setWidth(max(1.5, min(max(row.bar, 0.0), 1.0) * track.width()))
        p.setBrush(now.color("ball" if row.lit else "accent"))
        p.drawRoundedRect(filled, min(thick, filled.width()) / 2, min(thick, filled.width()) / 2)
        p.setPen(now.color("text2"))
        p.drawText(QRectF(spot.right() - number - air, spot.top(), number, spot.height()), _RIGHT, row.shown)

    def sizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(HEAD + 8 * LOWEST))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(HEAD + 3 * LOWEST))
