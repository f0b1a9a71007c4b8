"""Bars whose tops can be taken by the hand: a row of numbers that is set by looking.

A top is dragged with the mouse, nudged with the arrow keys (Left and Right go from bar to bar, Shift moves by a
tenth, PageUp and PageDown by ten steps), or its number is typed: a double-click, Enter, or simply a digit opens a
field above the bar. Bars that cannot be moved show numbers only. A bar too long for the picture goes to its edge and
is open there; a value that is no number has no bar, only its name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.canvas.inline_editor import InlineEditor
from widgets.canvas.paper import paper
from widgets.canvas.spoken import extremes
from widgets.canvas.ticks import step_size
from widgets.canvas.viewport import Viewport
from widgets.controls.number_field import NumberField, Reading, read_number, show_number, steps_of
from widgets.plots.bars import Bar, BarChart, Ceiling

__all__ = ["Bar", "Ceiling", "DragBars"]

REACH = 20  # pixels from a top within which it is taken without a jump


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
        self._show = show
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
        self._over = InlineEditor(self, parse, show)
        self._over.typed.connect(self._typed)
        self._over.refused.connect(self.refused)
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

    def field(self) -> NumberField | None:
        """The field in which a number is being typed."""
        return self._over.field

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the bars with title and axis on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self._titles[1]) as (room, light):
            self._paint(painter, room, light, live=False)

    # ---- geometry

    def view(self) -> Viewport:
        """The picture on screen: x counts bars, from 0 to their number."""
        return self._fit(QRectF(self.rect()), look())

    def _fit(self, room: QRectF, look: Look) -> Viewport:
        digits = QFontMetricsF(look.font("caption", 450))
        left = digits.horizontalAdvance("−0000") + look.px(8) + (look.px(20) if self._titles[0] else 0)
        above = look.px(20 if self.movable else 18)
        below = look.px(22) if self._names_shown else look.px(9)
        width, height = room.width() - left - look.px(6), room.height() - above - below
        return Viewport(
            0.0,
            float(max(1, len(self._bars))),
            *self._range,
            left=room.left() + left,
            top=room.top() + above,
            width=max(1.0, width),
            height=max(1.0, height),
        )

    def top_of(self, number: int) -> QPointF:
        """The pixel at which a bar can be taken."""
        view, value = self.view(), self._bars[number].value
        top = self._chart(view, look()).top(0.0 if math.isnan(value) else value)
        return QPointF(view.screen(number + 0.5, 0.0)[0], top)

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
        elif self.field() is not None:
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._over.enter()
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
        self._tell_bar()
        self.update()

    def _tell_bar(self) -> None:
        bar = self._bars[self._current]
        self.tell(f"{bar.name}: {self._show(bar.value)}")

    def summary(self) -> str:
        return extremes([(bar.name, bar.value) for bar in self._bars])

    def _nudge(self, count: float) -> None:
        value = self._bars[self._current].value
        if math.isfinite(value) and not (self._held >= 0 and not self._by_key):
            self._held, self._by_key = self._current, True
            step = self._step or step_size(self._range[1] - self._range[0], 60)
            self._move(self._current, value + count * step)
            self._tell_bar()

    # ---- typing

    def edit(self, number: int, text: str = "") -> None:
        """Open a field for the number of a bar, beginning with `text`."""
        bar, self._current = self._bars[number], number
        self._over.open(bar.name, bar.value if math.isfinite(bar.value) else 0.0, self.top_of(number), text)

    def _typed(self, value: float) -> None:
        value = min(max(value, self._bounds[0]), self._bounds[1])
        self._move(self._current, value)
        self.dropped.emit(self._current, value)

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter, QRectF(self.rect()), look(), live=True)
        painter.end()

    def _paint(self, p: QPainter, room: QRectF, look: Look, live: bool) -> None:
        p.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # the order of bars is data, never mirrored
        chart = self._chart(self._fit(room, look), look)
        chart.paint_ground(p)
        for number, bar in enumerate(self._bars):
            busy = live and number in (self._held, self._near, self._current if self.hasFocus() else -1)
            chart.paint_bar(p, number, bar, busy)
        chart.paint_ceiling_name(p)

    def _chart(self, view: Viewport, look: Look) -> BarChart:
        shown = self._titles[0], self.movable, self._names_shown, self._show, self._ceiling
        return BarChart(view, look, len(self._bars), *shown)

    # ---- the window

    def _place(self) -> None:
        if self.field() is not None:
            self._over.place(self.top_of(self._current))

    def relook(self) -> None:
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(140), look().px(64))

    def sizeHint(self) -> QSize:
        return QSize(look().px(420), look().px(160))
