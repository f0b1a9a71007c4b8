"""The truth table: every row with the answer wanted, the sum, the output, whether that is right and how far
the row lies from the boundary. A press on a row feeds it to the neuron; a press on the answer wanted turns
it round, so that any gate can be asked for. Long tables show the rows around the one that is fed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from lab.core.numbers import MISSING, show_number
from lab.core.records import dataclass
from lab.core.text import _
from lab.kit.numbers import show_short, subscript
from widgets.base.look import Look, look
from widgets.canvas.markers import marker_path
from widgets.canvas.painted import Painted

__all__ = ["Answer", "TruthTable"]

HEAD, LEAST, MOST = 18.0, 15.0, 27.0  # pixels: the heading, and a row
CENTER = Qt.AlignmentFlag.AlignCenter
WIDTHS = {"x": 1.0, "wanted": 1.15, "z": 1.15, "output": 1.2, "sign": 0.65, "margin": 1.25}
STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_Home: -(10**6),
    Qt.Key.Key_End: 10**6,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One row. margin: None where there is no boundary."""

    x: tuple[float, ...]
    wanted: int
    z: float
    output: float
    right: bool
    margin: float | None


class TruthTable(Painted):
    """Rows to look at, to feed, and to rewrite."""

    AIR = (0, 0, 0, 0)

    fed = Signal(int)
    flipped = Signal(int)
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Answer, ...] = ()
        self._fed, self._first = -1, 0
        self._near: tuple[int, str] = (-1, "")
        self.make_interactive()
        self.setAccessibleName(_("Truth table"))
        self.setToolTip(_("↑ and ↓ feed the next row. Space asks for the other answer."))

    def set_rows(self, rows: tuple[Answer, ...], fed: int) -> None:
        """Show these rows; `fed` is lit, −1 for none."""
        moved = fed != self._fed or len(rows) != len(self._rows)
        self._rows, self._fed = rows, fed
        if moved:
            self._bring_into_sight(fed)
            if self.hasFocus() and 0 <= fed < len(rows):
                self.tell(self.row_words(fed))
        self.update()

    def row_words(self, row: int) -> str:
        """A row in words, counted from 1."""
        answer = self._rows[row]
        text = _("row {n}: {x}, wanted {wanted}, output {output}, {verdict}")
        return text.format(
            n=row + 1,
            x=", ".join(show_number(x, 3) for x in answer.x),
            wanted=answer.wanted,
            output=show_number(answer.output, 3),
            verdict=_("right") if answer.right else _("wrong"),
        )

    def summary(self) -> str:
        right = sum(answer.right for answer in self._rows)
        words = _("{n} rows, {right} right.").format(n=len(self._rows), right=right)
        return words + (f" {self.row_words(self._fed)}." if 0 <= self._fed < len(self._rows) else "")

    # ---- where things are

    def rows_in_sight(self) -> range:
        """The rows there is room for."""
        return range(self._first, self._first + self._in_sight(QRectF(self.rect()), look()))

    def place_of(self, row: int, column: str) -> QRectF:
        """The cell of a row in a column, by its name."""
        room = QRectF(self.rect())
        high = self._row_height(room, look())
        head = next(box for name, box in self._columns(room) if name == column)
        return QRectF(head.left(), head.bottom() + (row - self._first) * high, head.width(), high)

    def _row_height(self, room: QRectF, now: Look) -> float:
        high = (room.height() - now.px(HEAD)) / max(1, len(self._rows))
        return min(max(high, now.px(LEAST)), now.px(MOST))

    def _in_sight(self, room: QRectF, now: Look) -> int:
        """How many rows there is room for."""
        whole = int((room.height() - now.px(HEAD)) / self._row_height(room, now) + 1e-6)
        return max(1, min(len(self._rows), whole))

    def _columns(self, room: QRectF) -> list[tuple[str, QRectF]]:
        """Each column's name and its place, of the height of the heading."""
        inputs = len(self._rows[0].x) if self._rows else 2
        names = [*(f"x{subscript(i + 1)}" for i in range(inputs)), "wanted", "z", "output", "sign", "margin"]
        shares = [WIDTHS.get(name, WIDTHS["x"]) for name in names]
        unit, left, found = room.width() / sum(shares), room.left(), []
        for name, share in zip(names, shares):
            found.append((name, QRectF(left, room.top(), share * unit, look().px(HEAD))))
            left += share * unit
        return found

    def _at(self, at: QPointF) -> tuple[int, str]:
        """The row and the column under a pixel; row −1 beside them."""
        room, now = QRectF(self.rect()), look()
        line = int((at.y() - now.px(HEAD)) // self._row_height(room, now))
        if at.y() < now.px(HEAD) or not 0 <= line < self._in_sight(room, now):
            return -1, ""
        name = next((name for name, box in self._columns(room) if box.left() <= at.x() <= box.right()), "")
        return self._first + line, name

    def _bring_into_sight(self, row: int) -> None:
        seen = len(self.rows_in_sight())
        last = max(0, len(self._rows) - seen)
        if row >= 0 and not self._first <= row < self._first + seen:
            self._first = row - seen // 2
        self._first = min(max(self._first, 0), last)

    # ---- mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self._at(event.position())
        if near != self._near:
            self._near = near
            self.setCursor(Qt.CursorShape.PointingHandCursor) if near[0] >= 0 else self.unsetCursor()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row, column = self._at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or row < 0:
            super().mousePressEvent(event)
        elif column == "wanted":
            self.flipped.emit(row)
        else:
            self.fed.emit(row)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._near = (-1, "")
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        seen = len(self.rows_in_sight())
        turned = -1 if event.angleDelta().y() > 0 else 1
        self._first = min(max(self._first + 3 * turned, 0), max(0, len(self._rows) - seen))
        event.accept()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in STEPS and self._rows:
            row = self._fed + STEPS[key] if self._fed >= 0 else 0
            self.fed.emit(min(max(row, 0), len(self._rows) - 1))
        elif key == Qt.Key.Key_Space and self._fed >= 0:
            self.flipped.emit(self._fed)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._fed >= 0:
            self.removed.emit(self._fed)
        else:
            super().keyPressEvent(event)

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        high, seen = self._row_height(room, now), self._in_sight(room, now)
        columns = self._columns(room)
        titles = {"wanted": _("wanted"), "output": _("output"), "sign": "", "margin": _("margin")}
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text3"))
        for name, box in columns:
            _write(p, box, titles.get(name, name))
        p.setPen(QPen(now.color("line"), 1))
        y = room.top() + now.px(HEAD)
        p.drawLine(QPointF(room.left(), y - 1), QPointF(room.right(), y - 1))
        for line, answer in enumerate(self._rows[self._first : self._first + seen]):
            row = self._first + line
            band = QRectF(room.left(), y + line * high, room.width(), high)
            self._paint_ground(p, band, row, now)
            for name, box in columns:
                cell = QRectF(box.left(), band.top(), box.width(), high)
                self._paint_cell(p, cell, name, answer, row, now)
        if seen < len(self._rows):
            self._paint_bar(p, QRectF(room.right() - now.px(3), y, now.px(3), seen * high), seen, now)

    def _paint_ground(self, p: QPainter, band: QRectF, row: int, now: Look) -> None:
        """The row that is fed is lit; the one under the pointer is pale."""
        if row not in (self._fed, self._near[0]):
            return
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("ball", 46) if row == self._fed else now.color("hover"))
        p.drawRoundedRect(band.adjusted(0, 1, 0, -1), now.px(5), now.px(5))
        if row == self._fed:
            p.setBrush(now.color("ball"))
            p.drawRoundedRect(QRectF(band.left(), band.top() + 3, now.px(4), band.height() - 6), 2, 2)

    def _paint_cell(self, p: QPainter, cell: QRectF, name: str, answer: Answer, row: int, now: Look) -> None:
        p.setFont(now.font("small", 500))
        p.setPen(now.color("text"))
        if name == "wanted":
            self._paint_wanted(p, cell, answer, self._near == (row, "wanted"), now)
        elif name == "z":
            _write(p, cell, show_number(answer.z, 3))
        elif name == "output":
            p.setFont(now.font("small", 650))
            _write(p, cell, show_number(answer.output, 3))
        elif name == "sign":
            p.setFont(now.font("body", 700))
            p.setPen(now.color("good" if answer.right else "bad"))
            _write(p, cell, "✓" if answer.right else "✗")
        elif name == "margin":
            if answer.margin is not None and answer.margin < 0:
                p.setPen(now.color("bad"))
            _write(p, cell, MISSING if answer.margin is None else show_number(answer.margin, 3))
        else:
            _write(p, cell, show_short(round(answer.x["₁₂₃".index(name[1])], 2) + 0.0, 3))

    def _paint_wanted(self, p: QPainter, cell: QRectF, answer: Answer, near: bool, now: Look) -> None:
        """The answer as a little button: marker, colour and figure."""
        box = QRectF(0, 0, now.px(44), min(cell.height() - 3, now.px(22)))
        box.moveCenter(cell.center())
        p.setPen(QPen(now.color("edge" if near else "line"), 1))
        p.setBrush(now.color("surface"))
        p.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        p.save()
        p.translate(box.left() + now.px(14), box.center().y())
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(now.palette.categories[answer.wanted]))
        p.drawPath(marker_path("t1" if answer.wanted else "o", now.px(4.6)))
        p.restore()
        p.setPen(now.color("text"))
        _write(p, box.adjusted(now.px(14), 0, 0, 0), str(answer.wanted))

    def _paint_bar(self, p: QPainter, groove: QRectF, seen: int, now: Look) -> None:
        """Which part of a long table is in sight."""
        share = groove.height() / len(self._rows)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("edge"))
        top = groove.top() + share * self._first
        p.drawRoundedRect(QRectF(groove.left(), top, groove.width(), share * seen), 1.5, 1.5)

    def relook(self) -> None:
        self._bring_into_sight(self._fed)

    def minimumSizeHint(self) -> QSize:
        rows = min(max(len(self._rows), 3), 4)
        return QSize(look().px(220), look().px(HEAD + rows * LEAST))

    def sizeHint(self) -> QSize:
        return QSize(look().px(330), look().px(HEAD + 4 * MOST))


def _write(p: QPainter, box: QRectF, text: str) -> None:
    words = p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    p.drawText(box, CENTER, words)
