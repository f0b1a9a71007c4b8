"""A small painted table: rows of short texts in columns, one row lit, one chosen by the pointer or the keys. Both
the list of paths and the sheet of a layer are such tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from widgets.accessible import Described
from widgets.colors import mix
from widgets.look import Look, Refreshing, look
from widgets.paper import paper

__all__ = ["Cell", "Row", "Sheet"]

HIGH = 19


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


class Sheet(Described, Refreshing, QWidget):
    """The table. `pointed` carries the row under the pointer or the keys, −1 for none; `asked` a metric."""

    pointed = Signal(int)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._shares: tuple[float, ...] = (1.0,)
        self._on, self._first, self._keyed = -1, 0, False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_rows(self, rows: Sequence[Row], shares: Sequence[float]) -> None:
        """Show these rows; `shares` are the widths of the columns against each other."""
        if (tuple(rows), tuple(shares)) != (self._rows, self._shares):
            self._rows, self._shares = tuple(rows), tuple(shares)
            self._first = min(self._first, max(0, len(rows) - self._room()))
            self.setAccessibleDescription("; ".join(", ".join(c.text for c in row.cells) for row in rows[:20]))
            self.update()

    def text(self) -> str:
        """All of it, a line a row."""
        return "\n".join("\t".join(cell.text for cell in row.cells) for row in self._rows)

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the table on white into `rect` of any painter."""
        with paper(painter, rect, self.accessibleName()) as (room, light):
            self._paint(painter, room.adjusted(12, 0, -12, 0), light, self._rows, -1)

    # ---- painting

    def _room(self) -> int:
        return max(1, self.height() // look().px(HIGH))

    def paintEvent(self, _event: QPaintEvent) -> None:
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self._rows[self._first : self._first + self._room()]
        self._paint(p, QRectF(self.rect()), look(), shown, self._on - self._first)
        p.end()

    def _paint(self, p: QPainter, room: QRectF, now: Look, rows: Sequence[Row], on: int) -> None:
        p.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        high, y = now.px(HIGH), room.top()
        for i, row in enumerate(rows):
            line = QRectF(room.left(), y, room.width(), high)
            if i == on and not row.head:
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(now.color("hover"))
                p.drawRoundedRect(line, now.px(5), now.px(5))
            for cell, box in zip(row.cells, self._boxes(line)):
                self._paint_cell(p, cell, box, now, row.head)
            if row.rule:
                p.setPen(now.color("line"))
                p.drawLine(line.topLeft(), line.topRight())
            y += high

    def _boxes(self, line: QRectF) -> list[QRectF]:
        unit, x, boxes = line.width() / sum(self._shares), line.left(), []
        for share in self._shares:
            boxes.append(QRectF(x, line.top(), share * unit, line.height()))
            x += share * unit
        return boxes

    def _paint_cell(self, p: QPainter, cell: Cell, box: QRectF, now: Look, head: bool) -> None:
        if cell.tint:
            hue = now.palette.diverging[5 if cell.tint > 0 else 1]
            strength = 0.1 + 0.3 * min(1.0, abs(cell.tint))
            p.fillRect(box.adjusted(1, 1, -1, -1), QColor(mix(now.palette.surface, hue, strength)))
        p.setFont(now.font("caption", 650 if cell.strong else 500))
        p.setPen(now.color("text3" if cell.faint or head else "text"))
        side = Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft
        room = box.adjusted(now.px(4), 0, -now.px(5), 0)
        words = p.fontMetrics().elidedText(cell.text, Qt.TextElideMode.ElideMiddle, int(room.width()))
        p.drawText(room, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, words)

    # ---- hands

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
        cells = zip(self._rows[row].cells, self._boxes(line))
        return next((cell.metric for cell, box in cells if box.contains(event.position())), "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        metric = self._metric_at(event)
        if event.button() == Qt.MouseButton.LeftButton and metric:
            self.asked.emit(metric)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self._keyed:
            self._point(-1)

    def wheelEvent(self, event: object) -> None:
        turned = event.angleDelta().y()  # type: ignore[attr-defined]
        self._scroll(self._first + (-1 if turned > 0 else 1))
        event.accept()  # type: ignore[attr-defined]

    def _scroll(self, first: int) -> None:
        self._first = min(max(first, 0), max(0, len(self._rows) - self._room()))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        on = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        body = [i for i, row in enumerate(self._rows) if not row.head]
        if on and body:
            place = body.index(self._on) + on if self._on in body else 0
            self._keyed = True
            self._point(body[min(max(place, 0), len(body) - 1)])
            self._scroll(min(max(self._first, self._on - self._room() + 1), self._on))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._on in body:
            metric = next((cell.metric for cell in reversed(self._rows[self._on].cells) if cell.metric), "")
            if metric:
                self.asked.emit(metric)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QEvent) -> None:
        super().focusOutEvent(event)
        if self._keyed:
            self._keyed = False
            self._point(-1)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(2 * HIGH))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._scroll(self._first)
