"""A small painted table: rows of short texts in columns as wide as what stands in them, one row lit, one chosen by the
pointer or the keys. Both the list of paths and the sheet of a layer are such tables."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from lab.core.records import dataclass
from widgets.base.colors import mix
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted
from widgets.graphs.node_paint import advance

__all__ = ["Cell", "Row", "Sheet"]

HIGH, ARROWS = 19, 48  # px at 100 %
KEPT = 2  # columns that stay when the others move
STRONG, PLAIN = 650, 500
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in its column.  tint: −1 to 1, a ground of the gradient's colours.  metric: what explains it.
    strong, faint: how it is written.  right: at the right border."""

    text: str
    tint: float = 0.0
    metric: str = ""
    strong: bool = False
    faint: bool = False
    right: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    head: bool = False
    rule: bool = False  # a hairline above


class Sheet(Painted):
    """The table. `pointed` carries the row under the pointer or the keys, −1 for none; `requested` a metric."""

    pointed = Signal(int)
    requested = Signal(str)
    AIR = (12, 0, -12, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._whole = False  # whether no column may be cut short
        self._on, self._first, self._across, self._keyed = -1, 0, 0, False
        self._widths_for: object = None
        self._widths_now: list[tuple[int, float]] = []
        self._arrows = False  # whether some columns are out of sight
        self.make_interactive()

    def set_rows(self, rows: Sequence[Row], whole: bool = False) -> None:
        """Show these rows. Where the columns do not fit, the widest are cut short; with `whole` none is, and the keys
        and the wheel bring those to the right into sight, beside the first two, which stay."""
        if tuple(rows) != self._rows:
            self._rows, self._whole = tuple(rows), whole
            self._across = min(self._across, max(0, self._columns() - 3))
            self._first = min(self._first, max(0, len(rows) - self._room()))
            self.setAccessibleDescription("; ".join(", ".join(c.text for c in row.cells) for row in rows[:20]))
            self.update()

    def text(self) -> str:
        """All of it, a line a row."""
        return "\n".join("\t".join(cell.text for cell in row.cells) for row in self._rows)

    def rows(self) -> tuple[Row, ...]:
        """The rows that are shown, those out of sight too."""
        return self._rows

    def columns_in_sight(self) -> list[tuple[int, float]]:
        """The columns in sight, each with its width in pixels."""
        return self._widths(self.width(), look())

    # ---- painting

    def _room(self) -> int:
        return max(1, self.height() // look().px(HIGH))

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        rows = self._rows[self._first : self._first + self._room()] if live else self._rows
        on = self._on - self._first if live else -1
        high, y = now.px(HIGH), room.top()
        for i, row in enumerate(rows):
            line = QRectF(room.left(), y, room.width(), high)
            if i == on and not row.head:
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(now.color("hover"))
                p.drawRoundedRect(line, now.px(5), now.px(5))
            for cell, box in self._cells(row, line, now):
                self._paint_cell(p, cell, box, now, row.head)
            if row.head and self._arrows:
                self._paint_arrows(p, self._arrow_room(line, now), now)
            if row.rule:
                p.setPen(now.color("line"))
                p.drawLine(line.topLeft(), line.topRight())
            y += high

    def _cells(self, row: Row, line: QRectF, now: Look) -> list[tuple[Cell, QRectF]]:
        """The cells of a row that are in sight, and where."""
        x, found = line.left(), []
        for column, wide in self._widths(line.width(), now):
            if column < len(row.cells):
                found.append((row.cells[column], QRectF(x, line.top(), wide, line.height())))
            x += wide
        return found

    def _widths(self, room: float, now: Look) -> list[tuple[int, float]]:
        """The columns in sight, each with its width."""
        key = (self._rows, self._whole, self._across, room, now)
        if key != self._widths_for:
            self._widths_for = key
            wide = [0.0] * self._columns()
            for row in self._rows:
                for n, cell in enumerate(row.cells):
                    wide[n] = max(wide[n], advance(now, STRONG if cell.strong else PLAIN, cell.text) + now.px(10))
            shown = list(range(len(wide)))
            self._arrows = self._whole and sum(wide) > room
            if self._arrows:
                shown = _fitting(wide, room, KEPT + self._across)
            self._widths_now = list(zip(shown, _shared_out([wide[n] for n in shown], room)))
        return self._widths_now

    def _columns(self) -> int:
        return max((len(row.cells) for row in self._rows), default=0)

    def _arrow_room(self, line: QRectF, now: Look) -> QRectF:
        """At the end of the columns that stay, where the head has no text."""
        right = line.left() + sum(wide for _column, wide in self._widths(line.width(), now)[:KEPT])
        return QRectF(right - now.px(ARROWS), line.top(), now.px(ARROWS), line.height())

    def _paint_arrows(self, p: QPainter, room: QRectF, now: Look) -> None:
        """Whether there is more to the left and to the right."""
        last = self._widths_now[-1][0] == self._columns() - 1
        for sign, side, there in (("‹", _LEFT, self._across > 0), ("›", _RIGHT, not last)):
            p.setFont(now.font("body", STRONG))
            p.setPen(now.color("accent_text" if there else "line"))
            p.drawText(room.adjusted(now.px(8), 0, -now.px(8), 0), side | Qt.AlignmentFlag.AlignVCenter, sign)

    def _paint_cell(self, p: QPainter, cell: Cell, box: QRectF, now: Look, head: bool) -> None:
        if cell.tint:
            hue = now.palette.diverging[5 if cell.tint > 0 else 1]
            strength = 0.1 + 0.3 * min(1.0, abs(cell.tint))
            p.fillRect(box.adjusted(1, 1, -1, -1), QColor(mix(now.palette.surface, hue, strength)))
        p.setFont(now.font("caption", STRONG if cell.strong else PLAIN))
        p.setPen(now.color("text3" if cell.faint or head else "text"))
        side = _RIGHT if cell.right else _LEFT
        room = box.adjusted(now.px(4), 0, -now.px(5), 0)
        words = p.fontMetrics().elidedText(cell.text, Qt.TextElideMode.ElideMiddle, int(room.width()))
        p.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, words)

    # ---- mouse and keys

    def _row_at(self, y: float) -> int:
        row = self._first + int(y // look().px(HIGH))
        return row if 0 <= row < len(self._rows) and not self._rows[row].head else -1

    def _point(self, row: int) -> None:
        if row != self._on:
            self._on = row
            self.pointed.emit(row)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._keyed = False
        self._point(self._row_at(event.position().y()))
        metric = self._metric_at(event)
        self.setCursor(Qt.CursorShape.PointingHandCursor if metric else Qt.CursorShape.ArrowCursor)
        whole = "   ".join(cell.text for cell in self._rows[self._on].cells) if self._on >= 0 else ""
        QToolTip.showText(event.globalPosition().toPoint(), whole, self)

    def _metric_at(self, event: QMouseEvent) -> str:
        row = self._row_at(event.position().y())
        if row < 0:
            return ""
        line = QRectF(0, event.position().y() - 1, self.width(), 2)
        cells = self._cells(self._rows[row], line, look())
        return next((cell.metric for cell, box in cells if box.contains(event.position())), "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        metric, at = self._metric_at(event), event.position()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        room = self._arrow_room(QRectF(0, 0, self.width(), look().px(HIGH)), look()) if self._arrows else QRectF()
        if self._first == 0 and room.contains(at):
            self._move(1 if at.x() > room.center().x() else -1)
        elif metric:
            self.requested.emit(metric)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self._keyed:
            self._point(-1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        across, down = event.angleDelta().x(), event.angleDelta().y()
        if across or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._move(-1 if (across or down) > 0 else 1)
        elif down:
            self._scroll(self._first + (-1 if down > 0 else 1))
        event.accept()

    def _scroll(self, first: int) -> None:
        self._first = min(max(first, 0), max(0, len(self._rows) - self._room()))
        self.update()

    def _move(self, by: int) -> None:
        """The columns that do not stay, so many further."""
        if self._arrows and not (by > 0 and self._widths_now[-1][0] == self._columns() - 1):
            self._across = max(0, self._across + by)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        on = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        body = [i for i, row in enumerate(self._rows) if not row.head]
        if on and body:
            place = body.index(self._on) + on if self._on in body else 0
            self._keyed = True
            self._point(body[min(max(place, 0), len(body) - 1)])
            self.tell(", ".join(cell.text for cell in self._rows[self._on].cells if cell.text))
            self._scroll(min(max(self._first, self._on - self._room() + 1), self._on))
        elif self._arrows and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._on in body:
            metric = next((cell.metric for cell in reversed(self._rows[self._on].cells) if cell.metric), "")
            if metric:
                self.requested.emit(metric)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._keyed:
            self._keyed = False
            self._point(-1)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(2 * HIGH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scroll(self._first)


def _fitting(wide: Sequence[float], room: float, first: int) -> list[int]:
    """The columns that stay, and of the others as many as fit from `first` on, at least one."""
    shown = list(range(min(KEPT, len(wide))))
    left = room - sum(wide[n] for n in shown)
    for n in range(first, len(wide)):
        left -= wide[n]
        if left < 0 and n > first:
            break
        shown.append(n)
    return shown


def _shared_out(wide: Sequence[float], room: float) -> list[float]:
    """Widths that fill the room: what is left is shared out evenly, what is missing is taken from the widest."""
    spare = room - sum(wide)
    if spare >= 0:
        return [one + spare / len(wide) for one in wide]
    cap, left = 0.0, room
    for n, one in enumerate(sorted(wide)):
        cap = left / (len(wide) - n)
        if one > cap:
            break
        left -= one
    return [min(one, cap) for one in wide]
