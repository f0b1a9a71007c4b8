"""A small table of numbers that paints itself: a header, a row a class, and a coloured cell where something is wrong.
A press on a number, or Enter on the cell the arrow keys have reached, asks how it was computed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.records import dataclass
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["Cell", "NumberSheet"]

_CENTRE = Qt.AlignmentFlag.AlignCenter
_KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, its tone ("" or "bad"), and the read-out that it is."""

    text: str
    tone: str = ""
    metric: str = ""


class NumberSheet(Painted):
    """Rows of cells under a header."""

    requested = Signal(str)
    AIR = (12, 0, -12, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._header: tuple[str, ...] = ()
        self._rows: tuple[tuple[Cell, ...], ...] = ()
        self._at, self._near = (0, 1), (-1, -1)
        self.make_interactive()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def show_table(self, header: Sequence[str], rows: Sequence[Sequence[Cell]], sentence: str) -> None:
        """Show these cells; `sentence` is for screen readers."""
        shown = tuple(tuple(row) for row in rows)
        self.set_description(sentence)
        if (tuple(header), shown) != (self._header, self._rows):
            self._header, self._rows = tuple(header), shown
            self._at = (min(self._at[0], len(shown) - 1), min(self._at[1], len(header) - 1))
            self.updateGeometry()
            self.update()

    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """What is shown."""
        return self._rows

    def spot(self, row: int, column: int) -> QRectF:
        """The rectangle of a cell; row −1 is the header."""
        return self._spot(QRectF(self.rect()), look(), row, column)

    def _spot(self, room: QRectF, look: Look, row: int, column: int) -> QRectF:
        columns = max(1, len(self._header))
        high = min(look.px(30), room.height() / (len(self._rows) + 1))
        wide = room.width() / columns
        return QRectF(room.left() + column * wide, room.top() + (row + 1) * high, wide, high)

    def _cell_at(self, at: QPointF) -> tuple[int, int]:
        for row in range(len(self._rows)):
            for column in range(len(self._header)):
                if self.spot(row, column).contains(at) and self._rows[row][column].metric:
                    return row, column
        return -1, -1

    # ---- mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self._cell_at(event.position())
        if near != self._near:
            self._near = near
            self.setCursor(Qt.CursorShape.PointingHandCursor) if near[0] >= 0 else self.unsetCursor()
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._near = (-1, -1)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at[0] >= 0:
            self._at = at
            self.requested.emit(self._rows[at[0]][at[1]].metric)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _KEYS and self._rows:
            down, across = _KEYS[key]
            row = min(max(self._at[0] + down, 0), len(self._rows) - 1)
            self._at = row, min(max(self._at[1] + across, 0), len(self._header) - 1)
            first, cell = self._rows[row][0].text, self._rows[row][self._at[1]].text
            self.tell(f"{first}, {self._header[self._at[1]]}: {cell}")
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._rows:
            if metric := self._rows[self._at[0]][self._at[1]].metric:
                self.requested.emit(metric)
        else:
            super().keyPressEvent(event)

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, look: Look, live: bool) -> None:
        for column, text in enumerate(self._header):
            spot = self._spot(room, look, -1, column)
            p.setFont(look.font("caption", 600))
            p.setPen(look.color("text2"))
            p.drawText(spot, _CENTRE, p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(spot.width())))
        for row, cells in enumerate(self._rows):
            first = self._spot(room, look, row, 0)
            p.setPen(QPen(look.color("line"), 1))
            p.drawLine(first.topLeft(), QPointF(room.right(), first.top()))
            for column, cell in enumerate(cells):
                chosen = live and (row, column) in (self._near, self._at if self.hasFocus() else (-1, -1))
                self._paint_cell(p, look, self._spot(room, look, row, column), cell, chosen, column == 0)

    def _paint_cell(self, p: QPainter, look: Look, spot: QRectF, cell: Cell, chosen: bool, name: bool) -> None:
        box = spot.adjusted(3, 2, -3, -2)
        if cell.tone or chosen:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(look.color(f"{cell.tone}_soft" if cell.tone else "hover"))
            p.drawRoundedRect(box, look.px(5), look.px(5))
            if chosen:
                p.setPen(QPen(look.color("accent"), 1.4))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRoundedRect(box, look.px(5), look.px(5))
        p.setFont(look.font("small", 600 if cell.tone or name else 450))
        p.setPen(look.color(cell.tone or ("text" if not name else "text2")))
        text = p.fontMetrics().elidedText(cell.text, Qt.TextElideMode.ElideRight, int(spot.width()) - 6)
        p.drawText(spot, _CENTRE, text)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(16) * (len(self._rows) + 1))

    def sizeHint(self) -> QSize:
        return QSize(look().px(480), look().px(30) * (len(self._rows) + 1))
