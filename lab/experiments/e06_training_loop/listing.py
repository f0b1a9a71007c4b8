"""The program as it is read: eight lines, the one that has just run lit, and behind each what its variables hold, or
where it is narrow below it. The five cards can be dragged to another place; with the keyboard, arrows choose a card and
Shift with an arrow moves it. The widget says in which order they lie now; what that order does is none of its
business."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.records import dataclass
from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look

__all__ = ["CodeLine", "Listing"]

ROW, CLOSE, EDGE = 22, 19, 5  # pixels at 100 % text: of a line, of one where room is scarce, around all
GUTTER = 46  # of line number, grip and light
UPPER, INDENT = 0.5, 14  # of a line with its value below it, the part of the code; how far in the value begins
TWO_LINES, NARROW = 31, 560  # of a line with its value below it, and the width below which it stands there
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One line. value: what its variables hold.  stale: that is still of the batch before.  off: it is
    skipped. failed: Python broke off here.  asks: the number a click on the value explains; "" for none."""

    id: str
    code: str
    value: str = ""
    highlighted: bool = False
    stale: bool = False
    off: bool = False
    failed: bool = False
    card: bool = False
    asks: str = ""


class Listing(Described, Refreshing, QWidget):
    """The lines. `ordered` carries the ids of the cards from top to bottom after one was moved."""

    ordered = Signal(object)
    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[CodeLine, ...] = ()
        self._chosen = ""  # the card the keys move
        self._held = ""
        self._grip = 0.0  # where in its row the held card was taken
        self._down: QPointF | None = None
        self._at: float | None = None  # where the held card is now; None while it lies in its place
        self._near = -1
        self._close = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_lines(self, lines: Sequence[CodeLine]) -> None:
        """Show these lines."""
        if tuple(lines) == self._lines:
            return
        changed = len(lines) != len(self._lines)
        self._lines = tuple(lines)
        if self._chosen not in self.cards():
            self._chosen = ""
        if changed:
            self.updateGeometry()
        self.update()

    def lines(self) -> tuple[CodeLine, ...]:
        """The lines shown."""
        return self._lines

    def cards(self) -> tuple[str, ...]:
        """The ids of the cards from top to bottom."""
        return tuple(line.id for line in self._lines if line.card)

    def set_close(self, close: bool) -> None:
        """Lines closer together, where room is scarce."""
        if close != self._close:
            self._close = close
            self.updateGeometry()
            self.update()

    def values_below(self) -> bool:
        """Whether each value stands below its code rather than behind it."""
        return not self._close and self.width() < look().px(NARROW)

    def _high(self) -> int:
        """Pixels of a line."""
        return look().px(CLOSE if self._close else TWO_LINES if self.values_below() else ROW)

    def row_rect(self, number: int) -> QRectF:
        """Where a line lies, from 0."""
        edge, row = look().px(EDGE), self._high()
        return QRectF(edge, edge + number * row, self.width() - 2 * edge, row)

    def value_rect(self, number: int) -> QRectF:
        """Where the value of a line stands, from 0."""
        return self._value_room(self.row_rect(number), self._values_from())

    def _value_room(self, box: QRectF, values_from: float) -> QRectF:
        """What of a line is its value's."""
        if not self.values_below():
            return QRectF(values_from, box.top(), box.right() - values_from - 6, box.height())
        left, top = box.left() + look().px(GUTTER + INDENT) - look().px(EDGE), box.top() + UPPER * box.height()
        return QRectF(left, top, box.right() - left - 6, box.bottom() - top - 1)

    def sizeHint(self) -> QSize:
        now = look()
        return QSize(now.px(560), 2 * now.px(EDGE) + max(1, len(self._lines)) * self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(220), self.sizeHint().height())

    # ---- mouse and keys

    def _row_at(self, y: float) -> int:
        number = int((y - look().px(EDGE)) // self._high())
        return number if 0 <= number < len(self._lines) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if event.button() != Qt.MouseButton.LeftButton or row < 0:
            return
        self._down = event.position()
        line = self._lines[row]
        if line.card:
            self._held = self._chosen = line.id
            self._grip = event.position().y() - self.row_rect(row).top()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._held and self._down is not None:
            if self._at is not None or abs(at.y() - self._down.y()) > 4:
                self._at = at.y() - self._grip
                self.update()
            return
        row = self._row_at(at.y())
        if row != self._near:
            self._near = row
            card = row >= 0 and self._lines[row].card
            self.setCursor(Qt.CursorShape.OpenHandCursor if card else Qt.CursorShape.ArrowCursor)
            self.setToolTip(self._lines[row].value if row >= 0 else "")
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, at, down = self._held, self._at, self._down
        self._held, self._at, self._down = "", None, None
        self._near = -1
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.update()
        if held and at is not None:
            self._put(held, self._place_of(at))
        elif down is not None:
            row = self._row_at(event.position().y())
            if row >= 0 and self._lines[row].asks and self.value_rect(row).contains(event.position()):
                self.requested.emit(self._lines[row].asks)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def leaveEvent(self, event: QEvent) -> None:
        self._near = -1
        self.update()
        super().leaveEvent(event)

    def _place_of(self, top: float) -> int:
        """The place among the cards that a card with this upper edge would take."""
        first = next((i for i, line in enumerate(self._lines) if line.card), 0)
        place = round((top - self.row_rect(first).top()) / self._high())
        return min(max(place, 0), len(self.cards()) - 1)

    def _put(self, card: str, place: int) -> None:
        order = [other for other in self.cards() if other != card]
        order.insert(place, card)
        if tuple(order) != self.cards():
            self.ordered.emit(tuple(order))

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        cards = self.cards()
        if not by or not cards or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        if self._chosen not in cards:
            self._chosen = cards[0 if by > 0 else -1]
        else:
            place = min(max(cards.index(self._chosen) + by, 0), len(cards) - 1)
            if event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier):
                self._put(self._chosen, place)
            else:
                self._chosen = cards[place]
        self._tell_card()
        self.update()

    def _tell_card(self) -> None:
        """Say which card the keys are on: its place, its code and its value."""
        line = next((line for line in self._lines if line.id == self._chosen), None)
        if line is not None:
            place = self.cards().index(line.id) + 1
            self.tell(f"{place}: {line.code.strip()}" + (f", {line.value}" if line.value else ""))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._chosen not in self.cards() and self.cards():
            self._chosen = self.cards()[0]
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # ---- painting

    def _shown(self) -> list[CodeLine]:
        """The lines as they lie while a card is in the hand: the others make room."""
        if self._at is None:
            return list(self._lines)
        order = [card for card in self.cards() if card != self._held]
        order.insert(self._place_of(self._at), self._held)
        known = {line.id: line for line in self._lines}
        cards = iter(order)
        return [known[next(cards)] if line.card else line for line in self._lines]

    def _values_from(self) -> float:
        """Where the values begin: behind the longest line of code, but within the left two thirds."""
        metrics = QFontMetricsF(look().font("caption", 500, mono=True))
        longest = max((metrics.horizontalAdvance(line.code) for line in self._lines), default=0.0)
        return min(look().px(GUTTER) + longest + look().px(16), 0.66 * self.width())

    def paintEvent(self, _event: QPaintEvent) -> None:
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(p, look())
        p.end()

    def _paint(self, p: QPainter, now: Look) -> None:
        p.setPen(QPen(now.color("line"), 1))
        p.setBrush(now.color("sunken"))
        p.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), now.px(8), now.px(8))
        values_from = self._values_from()
        held: tuple[int, CodeLine] | None = None
        for number, line in enumerate(self._shown()):
            if self._at is not None and line.id == self._held:
                held = number, line
            else:
                self._paint_line(p, now, number, line, self.row_rect(number), values_from)
        if held is not None and self._at is not None:
            box = self.row_rect(held[0])
            box.moveTop(min(max(self._at, 0.0), self.height() - box.height()))
            p.setPen(QPen(now.color("accent"), 1.4))
            p.setBrush(now.color("raised"))
            p.drawRoundedRect(box, now.px(6), now.px(6))
            self._paint_line(p, now, held[0], held[1], box, values_from)

    def _paint_line(self, p: QPainter, now: Look, number: int, line: CodeLine, box: QRectF, values_from: float) -> None:
        self._paint_ground(p, now, line, box, number)
        p.setFont(now.font("caption", 450, mono=True))
        p.setPen(now.color("text3"))
        p.drawText(QRectF(box.left() + now.px(16), box.top(), now.px(14), box.height()), _LEFT, str(number + 1))
        if line.highlighted:
            p.setPen(QPen(now.color("#FFFFFF"), 2))
            p.setBrush(now.color("ball"))
            p.drawEllipse(QPointF(box.left() + now.px(8), box.center().y()), now.px(5.5), now.px(5.5))
        if line.card:
            self._paint_grip(p, now, box)
        code = p.font()
        code.setWeight(code.Weight(600 if line.highlighted else 450))
        code.setStrikeOut(line.off)
        p.setFont(code)
        p.setPen(now.color("bad" if line.failed else "text3" if line.off else "text"))
        left = box.left() + now.px(GUTTER) - now.px(EDGE)
        below = self.values_below()
        if below:
            values_from = box.right()
        upper = UPPER * box.height() if below and line.value else box.height()
        room = QRectF(left, box.top(), values_from - left - now.px(6), upper)
        p.drawText(room, _LEFT, p.fontMetrics().elidedText(line.code, Qt.TextElideMode.ElideRight, int(room.width())))
        if line.failed and not below:  # what Python printed needs all the room there is
            values_from = left + p.fontMetrics().horizontalAdvance(line.code) + now.px(16)
        self._paint_value(p, now, line, self._value_room(box, values_from))

    def _paint_ground(self, p: QPainter, now: Look, line: CodeLine, box: QRectF, number: int) -> None:
        inside = box.adjusted(0, 1, 0, -1)
        p.setPen(Qt.PenStyle.NoPen)
        if line.failed:
            p.setBrush(now.color("bad_soft"))
            p.drawRoundedRect(inside, now.px(5), now.px(5))
        elif line.highlighted:
            p.setBrush(now.color("ball", 46))
            p.drawRoundedRect(inside, now.px(5), now.px(5))
        elif line.card and number == self._near:
            p.setBrush(now.color("hover"))
            p.drawRoundedRect(inside, now.px(5), now.px(5))
        if line.card and self.hasFocus() and line.id == self._chosen:
            p.setPen(QPen(now.color("focus"), 1.6))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(inside, now.px(5), now.px(5))

    @staticmethod
    def _paint_grip(p: QPainter, now: Look, box: QRectF) -> None:
        """Six dots, as on everything that can be pulled to another place."""
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("edge"))
        for column in (0, 1):
            for row in (-1, 0, 1):
                x = box.left() + now.px(33) + column * now.px(4)
                p.drawEllipse(QPointF(x, box.center().y() + row * now.px(4)), 1.2, 1.2)

    @staticmethod
    def _paint_value(p: QPainter, now: Look, line: CodeLine, room: QRectF) -> None:
        p.setFont(now.font("caption", 600 if line.highlighted or line.failed else 450))
        p.setPen(now.color("bad" if line.failed else "text3" if line.stale or line.off else "text2"))
        if line.highlighted and not line.failed:
            p.setPen(now.color("text"))
        text = p.fontMetrics().elidedText(line.value, Qt.TextElideMode.ElideRight, max(0, int(room.width())))
        p.drawText(room, _LEFT, text)
