"""Bars whose tops can be taken by the hand: a row of numbers that is set by looking.

A top is dragged with the mouse, nudged with the arrow keys (Left and Right go from bar to bar, Shift moves by a
tenth, PageUp and PageDown by ten steps), or its number is typed: a double-click, Enter, or simply a digit opens a
field above the bar. Bars that cannot be moved show numbers only. A bar too long for the picture goes to its edge and
is open there; a value that is no number has no bar, only its name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.accessible import Described
from widgets.look import Look, Refreshing, look
from widgets.numberfield import NumberField, Reading, read_number, show_number, steps_of
from widgets.paper import paper
from widgets.ticks import linear_ticks, step_size, tick_texts
from widgets.view import View

__all__ = ["Bar", "Ceiling", "DragBars"]

REACH = 20  # pixels from a top within which it is taken without a jump
_CENTRE = Qt.AlignmentFlag.AlignCenter
_ABSOLUTE = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft | _ABSOLUTE, Qt.AlignmentFlag.AlignRight | _ABSOLUTE


@dataclass(frozen=True, slots=True)
class Bar:
    """One number. text: how it is written (default: with three digits).  color: '#RRGGBB' or a palette name.

    striped: so that two kinds are told apart without colour.  ghost: a second height, marked by a dashed line.
    strong: its name stands out.
    """

    name: str
    value: float
    text: str = ""
    color: str = "accent"
    striped: bool = False
    ghost: float | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A height that means something, and what; the ground beyond it is tinted."""

    value: float
    text: str


class DragBars(Described, Refreshing, QWidget):
    """A row of bars over a common ground line. Numbers in signals are those of the bar and its new value."""

    dragged = Signal(int, float)  # on the way
    dropped = Signal(int, float)  # at the end, and when a number was typed
    named = Signal(int)  # the name below a bar was pressed
    refused = Signal(str)  # why what was typed was not taken; "" once it is right

    def __init__(
        self,
        movable: bool = True,
        parse: Callable[[str], Reading] = read_number,
        show: Callable[[float], str] = show_number,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.movable = movable
        self._parse, self._show = parse, show
        self._bars: tuple[Bar, ...] = ()
        self._range = (0.0, 1.0)
        self._waiting: tuple[float, float] | None = None  # a range that was set while a bar was in the hand
        self._bounds = (-math.inf, math.inf)
        self._step: float | None = None
        self._ceiling: Ceiling | None = None
        self._titles = ("", "")
        self._names_shown = True
        self._current, self._held, self._near = 0, -1, -1
        self._by_key = False
        self._offset = 0.0  # from the pointer to the top it holds
        self._field: NumberField | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if movable else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # ---- what the caller says

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show these. A bar in the hand stays where the hand has it."""
        bars = tuple(bars)
        if 0 <= self._held < min(len(bars), len(self._bars)):
            kept = self._bars[self._held]
            bars = (*bars[: self._held], replace(bars[self._held], value=kept.value), *bars[self._held + 1 :])
        if bars != self._bars:
            self._bars = bars
            self._current = min(self._current, max(0, len(bars) - 1))
            self.update()

    def bars(self) -> tuple[Bar, ...]:
        """What is shown now."""
        return self._bars

    def set_range(self, lo: float, hi: float) -> None:
        """The heights in sight; while a bar is in the hand the picture waits. Raises ValueError for an empty one."""
        if not (math.isfinite(lo) and math.isfinite(hi) and lo < hi):
            raise ValueError(f"lo must be below hi, both finite, got {lo!r} and {hi!r}")
        if self._held >= 0:
            self._waiting = (lo, hi)
        elif (lo, hi) != self._range:
            self._range = (lo, hi)
            self.update()

    def set_bounds(self, lo: float, hi: float) -> None:
        """How far a value may be moved at all, beyond what is in sight."""
        self._bounds = (lo, hi)

    def set_step(self, step: float | None) -> None:
        """By how much an arrow key moves; None: a sixtieth of the picture, rounded."""
        self._step = step

    def set_ceiling(self, ceiling: Ceiling | None) -> None:
        """A line across at a height that means something."""
        if ceiling != self._ceiling:
            self._ceiling = ceiling
            self.update()

    def set_titles(self, axis: str = "", title: str = "") -> None:
        """What the heights are; the title is shown on exported pictures and read as the widget's name."""
        self._titles = (axis, title)
        if title:
            self.setAccessibleName(title)
        self.update()

    def set_names_shown(self, shown: bool) -> None:
        """Whether names stand below the bars; where rows of bars share them, once is enough."""
        self._names_shown = shown
        self.update()

    def current(self) -> int:
        """The bar that the arrow keys move."""
        return self._current

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the bars with title and axis on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self._titles[1]) as (room, light):
            self._paint(painter, room, light, live=False)

    # ---- geometry

    def view(self) -> View:
        """The picture on screen: x counts bars, from 0 to their number."""
        return self._fit(QRectF(self.rect()), look())

    def _fit(self, room: QRectF, look: Look) -> View:
        digits = QFontMetricsF(look.font("caption", 450))
        left = digits.horizontalAdvance("−0000") + look.px(8) + (look.px(20) if self._titles[0] else 0)
        above = look.px(20 if self.movable else 18)
        below = look.px(22) if self._names_shown else look.px(9)
        width, height = room.width() - left - look.px(6), room.height() - above - below
        return View(
            0.0,
            float(max(1, len(self._bars))),
            *self._range,
            left=room.left() + left,
            top=room.top() + above,
            width=max(1.0, width),
            height=max(1.0, height),
        )

    def _top(self, view: View, value: float) -> float:
        """The pixel of a value, at most at the border of the picture."""
        low, high = self._range
        return view.screen(0.0, min(max(value, low), high))[1]

    def top_of(self, number: int) -> QPointF:
        """The pixel at which a bar can be taken."""
        view = self.view()
        value = self._bars[number].value
        return QPointF(view.screen(number + 0.5, 0.0)[0], self._top(view, 0.0 if math.isnan(value) else value))

    def name_of(self, number: int) -> QPointF:
        """The pixel in the middle of a bar's name."""
        view = self.view()
        return QPointF(view.screen(number + 0.5, 0.0)[0], view.top + view.height + look().px(11))

    def _column(self, at: QPointF) -> int:
        """The bar whose column a pixel is in; −1 beside them."""
        view = self.view()
        number = math.floor(view.data(at.x(), at.y())[0])
        return number if 0 <= number < len(self._bars) else -1

    # ---- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        at, number = event.position(), self._column(event.position())
        view = self.view()
        if number < 0:
            return
        if at.y() > view.top + view.height + 2:
            self.named.emit(number)
        elif self.movable:
            self._current, self._held, self._by_key = number, number, False
            away = self.top_of(number).y() - at.y()
            self._offset = away if abs(away) <= look().px(REACH) else 0.0
            self.setCursor(Qt.CursorShape.SizeVerCursor)
            if not self._offset and away:
                self._pull(at)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._held >= 0 and not self._by_key:
            self._pull(at)
            return
        view, number = self.view(), self._column(at)
        named = number >= 0 and at.y() > view.top + view.height + 2
        near = number if self.movable and not named else -1
        if near != self._near:
            self._near = near
            self.update()
        if named:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif near >= 0:
            self.setCursor(Qt.CursorShape.SizeVerCursor)
        else:
            self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held >= 0 and not self._by_key and event.button() == Qt.MouseButton.LeftButton:
            self._drop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number, view = self._column(event.position()), self.view()
        if self.movable and number >= 0 and event.position().y() <= view.top + view.height + 2:
            self._held, self._current = -1, number
            self.edit(number)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._near = -1
        self.update()

    def _pull(self, at: QPointF) -> None:
        """The held top follows the pointer, in tidy steps."""
        view = self.view()
        value = view.data(at.x(), at.y() + self._offset)[1]
        grain = step_size(self._range[1] - self._range[0], 1000)
        self._move(self._held, min(max(round(value / grain) * grain, self._range[0]), self._range[1]))

    def _move(self, number: int, value: float) -> None:
        value = float(f"{min(max(value, self._bounds[0]), self._bounds[1]):.12g}") + 0.0
        if value != self._bars[number].value:
            moved = replace(self._bars[number], value=value, text=self._show(value))
            self._bars = (*self._bars[:number], moved, *self._bars[number + 1 :])
            self.dragged.emit(number, value)
            self.update()

    def _drop(self) -> None:
        number, self._held = self._held, -1
        if self._waiting is not None:
            self._range, self._waiting = self._waiting, None
        self.dropped.emit(number, self._bars[number].value)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if not (self.movable and self._bars and plain):
            event.ignore()
        elif self._field is not None:  # what the field has left over: Enter, once the number is taken
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._field.wrong:
                self._close(refocus=True)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._choose(self._current + (1 if key == Qt.Key.Key_Right else -1))
        elif count := steps_of(event):
            self._nudge(count)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit(self._current)
        elif text and text in "0123456789.,-−":
            self.edit(self._current, text)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._held >= 0 and self._by_key and not event.isAutoRepeat():
            self._drop()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._held >= 0 and self._by_key:
            self._drop()
        super().focusOutEvent(event)
        self.update()

    def _choose(self, number: int) -> None:
        self._current = min(max(number, 0), len(self._bars) - 1)
        self.update()

    def _nudge(self, count: float) -> None:
        value = self._bars[self._current].value
        if math.isfinite(value) and not (self._held >= 0 and not self._by_key):
            self._held, self._by_key = self._current, True
            step = self._step or step_size(self._range[1] - self._range[0], 60)
            self._move(self._current, value + count * step)

    # ---- typing

    def edit(self, number: int, text: str = "") -> None:
        """Open a field for the number of a bar, beginning with `text`."""
        self._close()
        field = NumberField(self._parse, self._show, parent=self)
        field.setAccessibleName(self._bars[number].name)
        value = self._bars[number].value
        field.set_value(value if math.isfinite(value) else 0.0)
        field.committed.connect(self._typed)
        field.message.connect(self.refused)
        field.installEventFilter(self)
        self._field, self._current = field, number
        self._place_field()
        field.show()
        field.setFocus(Qt.FocusReason.PopupFocusReason)
        if text:
            field.clear()
            field.insert(text)  # as if typed: the field is modified now

    def _place_field(self) -> None:
        if self._field is not None:
            at, wide, high = self.top_of(self._current), look().px(76), look().px(28)
            left = min(max(at.x() - wide / 2, 0.0), max(0.0, self.width() - wide))
            top = min(max(at.y() - high - look().px(4), 0.0), max(0.0, self.height() - high))
            self._field.setGeometry(round(left), round(top), wide, high)

    def _typed(self, value: float) -> None:
        if self._field is not None:
            value = min(max(value, self._bounds[0]), self._bounds[1])
            self._move(self._current, value)
            self.dropped.emit(self._current, value)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """The field goes on Esc, or when the focus leaves it, unless its entry was refused."""
        field = self._field
        if field is None or watched is not field:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self._close(refocus=True)
            return True
        if event.type() == QEvent.Type.FocusOut and not field.wrong and not field.isModified():
            self._close()
        return False

    def _close(self, refocus: bool = False) -> None:
        field, self._field = self._field, None
        if field is not None:
            field.refuse("")
            field.hide()
            field.deleteLater()
            if refocus:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.update()

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter, QRectF(self.rect()), look(), live=True)
        painter.end()

    def _paint(self, p: QPainter, room: QRectF, look: Look, live: bool) -> None:
        p.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # the order of bars is data, never mirrored
        view = self._fit(room, look)
        self._paint_ground(p, view, look)
        for number, bar in enumerate(self._bars):
            busy = live and number in (self._held, self._near, self._current if self.hasFocus() else -1)
            self._paint_bar(p, view, look, number, bar, busy)
        if self._ceiling is not None and self._range[0] < self._ceiling.value < self._range[1]:
            _name_ceiling(p, view, look, self._ceiling)

    def _paint_ground(self, p: QPainter, view: View, look: Look) -> None:
        right = view.left + view.width
        ticks = linear_ticks(*self._range, max(2, int(view.height / look.px(30))))
        p.setFont(look.font("caption", 450))
        for value, text in zip(ticks.tolist(), tick_texts(ticks)):
            y = round(view.screen(0.0, value)[1]) + 0.5
            p.setPen(QPen(look.color("grid" if value else "axis"), 1))
            p.drawLine(QLineF(view.left, y, right, y))
            p.setPen(look.color("axis"))
            p.drawText(QRectF(view.left - 200, y - 10, 200 - look.px(8), 20), _RIGHT, text)
        if self._titles[0]:
            p.save()
            p.setPen(look.color("text2"))
            p.setFont(look.font("small", 500))
            p.translate(view.left - QFontMetricsF(look.font("caption", 450)).horizontalAdvance("−0000") - look.px(16),
                        view.top + view.height / 2)  # fmt: skip
            p.rotate(-90)
            p.drawText(QRectF(-view.height, -look.px(10), 2 * view.height, look.px(20)), _CENTRE, self._titles[0])
            p.restore()
        if self._ceiling is not None and self._range[0] < self._ceiling.value < self._range[1]:
            self._paint_ceiling(p, view, look, self._ceiling)

    def _paint_ceiling(self, p: QPainter, view: View, look: Look, ceiling: Ceiling) -> None:
        y = view.screen(0.0, ceiling.value)[1]
        p.fillRect(QRectF(view.left, view.top, view.width, y - view.top), look.color("bad", 26))
        p.setPen(QPen(look.color("bad"), 1.6 * look.line_weight, Qt.PenStyle.DashLine))
        p.drawLine(QLineF(view.left, y, view.left + view.width, y))

    def _paint_bar(self, p: QPainter, view: View, look: Look, number: int, bar: Bar, busy: bool) -> None:
        middle = view.screen(number + 0.5, 0.0)[0]
        column = view.width / max(1, len(self._bars))
        half = min(0.31 * column, look.px(34))
        ground = self._top(view, 0.0)
        if not math.isnan(bar.value):
            top = self._top(view, bar.value)
            body = QRectF(QPointF(middle - half, min(top, ground)), QPointF(middle + half, max(top, ground)))
            _fill(p, look, bar, body)
            if bar.ghost is not None and math.isfinite(bar.ghost):
                _mark_ghost(p, look, middle, half, self._top(view, bar.ghost))
            if not self._range[0] <= bar.value <= self._range[1]:
                _open_end(p, look, body, bar.value > 0)
            if self.movable:
                _grip(p, look, QPointF(middle, top), half, busy)
        else:
            top = ground
        self._write(p, view, look, bar, middle, column, top)

    def _write(self, p: QPainter, view: View, look: Look, bar: Bar, middle: float, column: float, top: float) -> None:
        """The number beyond the end of the bar, and the name below the picture."""
        wide, high = max(column, look.px(44)), look.px(18)
        gap, bottom = look.px(9 if self.movable else 2), view.top + view.height
        y = max(top - high - gap, view.top - look.px(18))
        if bar.value < 0:  # below its end, or, where the picture ends there, above the ground line
            y = top + gap if top + gap + high <= bottom + look.px(4) else self._top(view, 0.0) - high
        p.setFont(look.font("small" if column > look.px(40) else "caption", 600))
        p.setPen(look.color("text" if math.isfinite(bar.value) else "bad"))
        p.drawText(QRectF(middle - wide / 2, y, wide, high), _CENTRE, bar.text or self._show_any(bar.value))
        if self._names_shown:
            p.setFont(look.font("small", 650 if bar.strong else 450))
            p.setPen(look.color("text" if bar.strong else "text2"))
            name = p.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, int(column) - 2)
            spot = QRectF(middle - column / 2, view.top + view.height + look.px(3), column, look.px(19))
            p.drawText(spot, _CENTRE, name)

    def _show_any(self, value: float) -> str:
        if math.isnan(value):
            return "NaN"
        return self._show(value) if math.isfinite(value) else "∞" if value > 0 else "−∞"

    # ---- the window

    def relook(self) -> None:
        self._place_field()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_field()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(140), look().px(64))

    def sizeHint(self) -> QSize:
        return QSize(look().px(420), look().px(160))


def _name_ceiling(p: QPainter, view: View, look: Look, ceiling: Ceiling) -> None:
    """The words of the line, in a pill that lies over the bars."""
    p.setFont(look.font("caption", 600))
    words = p.fontMetrics().elidedText(ceiling.text, Qt.TextElideMode.ElideRight, int(view.width - look.px(24)))
    wide, high = p.fontMetrics().horizontalAdvance(words) + look.px(14), look.px(20)
    y = view.screen(0.0, ceiling.value)[1]
    pill = QRectF(view.left + view.width - wide - look.px(4), y - high / 2, wide, high)
    p.setPen(QPen(look.color("bad"), 1))
    p.setBrush(look.color("surface"))
    p.drawRoundedRect(pill, high / 2, high / 2)
    p.setPen(look.color("bad"))
    p.drawText(pill, _CENTRE, words)


def _fill(p: QPainter, look: Look, bar: Bar, body: QRectF) -> None:
    """The body of a bar, with rounded corners at its free end."""
    color = look.color(bar.color)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(color)
    round_by = min(look.px(3), body.height() / 2)
    p.drawRoundedRect(body, round_by, round_by)
    if bar.striped:
        p.setBrush(QBrush(look.color("surface", 150), Qt.BrushStyle.BDiagPattern))
        p.drawRoundedRect(body, round_by, round_by)


def _mark_ghost(p: QPainter, look: Look, middle: float, half: float, y: float) -> None:
    pen = QPen(look.color("text"), 1.8 * look.line_weight)
    pen.setDashPattern([2.2, 1.6])
    p.setPen(pen)
    p.drawLine(QLineF(middle - half - look.px(6), y, middle + half + look.px(6), y))


def _open_end(p: QPainter, look: Look, body: QRectF, up: bool) -> None:
    """Two strokes across the end of a bar that goes on beyond the picture."""
    y = body.top() + look.px(6) if up else body.bottom() - look.px(6)
    p.setPen(QPen(look.color("surface"), 2.2))
    for by in (0, look.px(5)):
        p.drawLine(QLineF(body.left() - 2, y + by + 3, body.right() + 2, y + by - 3))


def _grip(p: QPainter, look: Look, at: QPointF, half: float, busy: bool) -> None:
    """Where the hand takes hold: a knob on the top, lit when it is in use or about to be."""
    radius = look.px(8 if busy else 6)
    pen = QPen(look.color("surface"), 2.4)
    p.setPen(pen)
    p.setBrush(look.color("ball" if busy else "text"))
    knob = QRectF(at.x() - min(half, look.px(14)), at.y() - radius / 2, 2 * min(half, look.px(14)), radius)
    p.drawRoundedRect(knob, radius / 2, radius / 2)
