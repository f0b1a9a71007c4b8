"""What the chosen head does, as bars, and beside each the head that does it most: press it to open that head."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import _
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["RoleRow", "RoleTable"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One line: what is looked at, how much of it this head does, and which head does it most."""

    name: str
    score: float
    shown: str
    best: str
    best_shown: str


class RoleTable(PaintedList):
    """Lines with bars. `pressed` is the number of a line."""

    pressed = Signal(int)
    AIR, TITLE = (0, 0, 0, 0), ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[RoleRow, ...] = ()
        self._heads = ("", "")
        self.setAccessibleName(_("What a head looks at"))

    def row_words(self, row: int) -> str:
        """A line in words."""
        line = self._rows[row]
        return ", ".join(filter(None, (f"{line.name}: {line.shown}", f"{line.best} {line.best_shown}".strip())))

    def summary(self) -> str:
        return "; ".join(self.row_words(row) for row in range(len(self._rows))) + ("." if self._rows else "")

    def show_rows(self, rows: tuple[RoleRow, ...], title: str, best: str) -> None:
        """Show these under two headings."""
        if (rows, (title, best)) != (self._rows, self._heads):
            self._rows, self._heads = rows, (title, best)
            self.setAccessibleName(title or _("What a head looks at"))
            self._at = min(self._at, max(0, len(rows) - 1))
            self.update()

    def spot(self, row: int) -> QRectF:
        """The rectangle of a line in pixels of this widget."""
        return self._spot(QRectF(self.rect()), look(), row)

    def _spot(self, room: QRectF, now: Look, row: int) -> QRectF:
        head = now.px(18)
        high = min(now.px(30), (room.height() - head) / max(1, len(self._rows)))
        return QRectF(room.left(), room.top() + head + row * high, room.width(), high)

    def count(self) -> int:
        return len(self._rows)

    def cell_at(self, at: QPointF) -> Cell:
        return next(((i, -1) for i in range(len(self._rows)) if self.spot(i).contains(at)), NOWHERE)

    def press(self, cell: Cell) -> None:
        self.pressed.emit(cell[0])

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        best = now.px(86)
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text"))
        head = QRectF(room.left(), room.top(), room.width() - best, now.px(17))
        title = p.fontMetrics().elidedText(self._heads[0], Qt.TextElideMode.ElideRight, int(head.width()))
        p.drawText(head, _LEFT, title)
        p.setPen(now.color("text3"))
        most = p.fontMetrics().elidedText(self._heads[1], Qt.TextElideMode.ElideRight, int(best) - 4)
        p.drawText(QRectF(room.right() - best, room.top(), best - 4, now.px(17)), _RIGHT, most)
        for number, row in enumerate(self._rows):
            chosen = live and self.marked(number)
            self._paint_row(p, now, self._spot(room, now, number), row, chosen, best)

    def _paint_row(self, p: QPainter, now: Look, spot: QRectF, row: RoleRow, chosen: bool, best: float) -> None:
        if chosen:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(now.color("hover"))
            p.drawRoundedRect(spot, now.px(4), now.px(4))
        p.setFont(now.font("caption", 500))
        widest = max(p.fontMetrics().horizontalAdvance(other.name) for other in self._rows)
        name = min(max(0.46 * (spot.width() - best), widest + now.px(8)), 0.62 * (spot.width() - best))
        bar = QRectF(spot.left() + name, spot.top(), spot.width() - best - name - now.px(40), spot.height())
        p.setPen(now.color("text2"))
        text = p.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, int(name) - 6)
        p.drawText(QRectF(spot.left() + 3, spot.top(), name, spot.height()), _LEFT, text)
        thick = min(now.px(9), 0.6 * spot.height())
        track = QRectF(bar.left(), spot.center().y() - thick / 2, bar.width(), thick)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("press"))
        p.drawRoundedRect(track, thick / 2, thick / 2)
        p.setBrush(now.color("accent"))
        filled = QRectF(track.left(), track.top(), max(1.5, row.score * track.width()), thick)
        p.drawRoundedRect(filled, min(thick, filled.width()) / 2, min(thick, filled.width()) / 2)
        p.setPen(now.color("text"))
        p.setFont(now.font("caption", 600))
        p.drawText(QRectF(bar.right() + 2, spot.top(), now.px(36), spot.height()), _RIGHT, row.shown)
        pill = QRectF(spot.right() - best + now.px(8), spot.top() + 1.5, best - now.px(10), spot.height() - 3)
        p.setPen(QPen(now.color("edge" if chosen else "line"), 1))
        p.setBrush(now.color("surface"))
        p.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        p.setPen(now.color("accent_text"))
        p.drawText(pill.adjusted(now.px(8), 0, 0, 0), _LEFT, row.best)
        p.setPen(now.color("text3"))
        p.setFont(now.font("caption", 450))
        p.drawText(pill.adjusted(0, 0, -now.px(8), 0), _RIGHT, row.best_shown)

    def sizeHint(self) -> QSize:
        return QSize(look().px(320), look().px(18 + 23 * 7))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(160), look().px(60))
