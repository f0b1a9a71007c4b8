"""Curves and clouds of points, such as the loss at every step: pyqtgraph's machinery in the lab's look.

pyqtgraph keeps the range and paints large clouds; grid, curves, names and read-outs are painted by
`widgets.plots.plot_paint`. The axes stand still while a curve grows and move in steps. The wheel and a drag with the
right button move the window, a double-click or Home brings it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsGridLayout, QGraphicsItem, QGraphicsView, QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.base.words import _
from widgets.canvas.axes import Margins
from widgets.canvas.ghosts import DASH
from widgets.canvas.markers import marker_path
from widgets.canvas.paper import paper
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.canvas.spoken import curve_words
from widgets.canvas.ticks import number, step_size
from widgets.canvas.trails import StrokeCache
from widgets.canvas.viewport import Viewport
from widgets.plots.plot_layer import PlotLayer
from widgets.plots.plot_paint import Chart, chart_margins
from widgets.plots.pyqtgraph_parts import GraphicsView, ScatterPlotItem, ViewBox, mkPen
from widgets.plots.ranges import Ranges
from widgets.plots.series import Line, Points, Reading, Series, read, scaled, table

__all__ = ["Line", "Plot", "Points", "Series"]

Shown = TypeVar("Shown", Series, Points)
_STEPS: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Up: 1}

if TYPE_CHECKING:

    class _View(QGraphicsView):
        """What of pyqtgraph's widget is used here; it comes without types."""

        centralLayout: QGraphicsGridLayout

        def __init__(self, parent: QWidget | None = None) -> None: ...
        def setBackground(self, color: QColor) -> None: ...

else:
    _View = GraphicsView


class Plot(Described, Refreshing, _View):
    """Curves over a shared x; `set_series` replaces them all, as often as the screen shows them."""

    hovered = Signal(float, object)  # x of the nearest step, {name: y} of every curve there
    unhovered = Signal()
    line_dragged = Signal(str, float)  # a movable line, on the way
    line_dropped = Signal(str, float)  # and at the end

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = ViewBox(enableMenu=False)
        self._series: tuple[Series, ...] = ()
        self._ghosts: tuple[Series, ...] = ()  # curves of another time
        self._ghost_label = ""
        self._apart: tuple[Series, ...] = ()  # those that differ from what is there now
        self._clouds: tuple[Points, ...] = ()
        self._lines: tuple[Line, ...] = ()
        self._titles = ("", "", "")
        self._log, self._left_out, self._log_x = False, "", False
        self._ranges = Ranges()
        self._laid_out: object = None  # the room and the range that are in force
        self._settled = False  # whether these follow what is shown: then the same once more changes nothing
        self._by_hand = False  # the reader has zoomed: leave the range alone until the next reset
        self._cursor: float | None = None
        self._reading: Reading | None = None
        self._line = ""  # the line that the arrow keys move
        self._held = ""  # the line in the hand
        self._pan: QPointF | None = None  # where the hand that moves the window was last
        self._ink, self._stamps = StrokeCache(bleed=3), PixmapCache()
        self._scatter = ScatterPlotItem(pxMode=True)
        self._above: Plot | None = None
        self._ground, self._over = PlotLayer(self._paint_ground, -100), PlotLayer(self._paint_over, 100)
        self._build()

    def _build(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.centralLayout.setSpacing(0)
        self.centralLayout.addItem(self._box, 0, 0)
        self._box.setDefaultPadding(0)
        self._box.disableAutoRange()
        self._box.addItem(self._scatter, ignoreBounds=True)
        self._ground.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        for sheet in (self._ground, self._over):
            self.scene().addItem(sheet)
        self._box.sigRangeChanged.connect(self._moved)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the plot itself has the keyboard
        self.setMouseTracking(True)
        self.relook()

    # ---- what the caller says

    def set_series(self, series: Sequence[Series]) -> None:
        """Show these curves. Up to six are told apart; label them, more belong on facets.

        Where they are those that are there already nothing is painted.
        """
        before, self._series = self._series, tuple(series)
        if self._settled and self._above is None and _alike(self._series, before):
            return
        if self._ghosts:
            self._part()
        if self._reading is not None:  # what is read off stays where the hand is, on the curves that are there now
            self._reading = read(self._series, self._reading.x, self._titles[0], self._log_x)
        self._refit()

    def set_ghosts(self, ghosts: Sequence[Series], label: str = "") -> None:
        """Curves of another time, grey and dashed below the others; the range holds both. None takes them away.

        A ghost that is just what one of the curves is now is not drawn. label: at the end of the first that is.
        """
        self._ghosts, self._ghost_label = tuple(ghosts), label
        self._part()
        self._refit()

    def ghosts(self) -> tuple[Series, ...]:
        """The curves of another time that are shown."""
        return self._ghosts

    def set_points(self, clouds: Sequence[Points]) -> None:
        """Show these clouds, each with its own marker."""
        before, self._clouds = self._clouds, tuple(clouds)
        if self._settled and _alike(self._clouds, before):
            return
        self._paint_scatter()
        self._refit()

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these straight lines; the movable ones can be dragged or nudged."""
        before, self._lines = self._lines, tuple(lines)
        if self._line not in {line.name for line in lines}:
            self._line = ""
        if self._lines != before:
            self._settled = False  # the range holds them as well
            self._over.update()

    def series(self) -> tuple[Series, ...]:
        """The curves that are shown."""
        return self._series

    def points(self) -> tuple[Points, ...]:
        """The clouds that are shown."""
        return self._clouds

    def lines(self) -> tuple[Line, ...]:
        """The straight lines that are shown."""
        return self._lines

    def set_titles(self, x: str = "", y: str = "", title: str = "") -> None:
        """Words at the axes; the title is shown on exported pictures and read as the widget's name."""
        before, self._titles = self._titles, (x, y, title)
        if title:
            self.setAccessibleName(title)
        if self._titles != before:
            self._refit()

    def stand_under(self, above: Plot) -> None:
        """Leave as much room for names as the plot above, so that steps stand under the same steps."""
        self._above = above

    def set_log(self, on: bool, left_out: str = "") -> None:
        """A logarithmic y axis or a linear one. Zeros and negative values have no place on the first:
        `left_out`, with {count}, is what the plot says about them, e.g. "{count} points at 0 not shown"."""
        self._log, self._left_out = on, left_out
        self._by_hand = False
        self._ranges.forget()
        self._paint_scatter()
        self._refit()

    def set_powers(self, on: bool) -> None:
        """Whether x of everything is given as a power of ten, 3 for 1000: the axis then names what it is."""
        self._log_x = on
        self._moved()

    def set_limits(self, x: tuple[float, float] | None = None, y: tuple[float, float] | None = None) -> None:
        """Fix a range; None lets it follow the data in steps. y in the units of the data, log or not."""
        before = self._ranges.fixed
        self._ranges.fix(x, y)
        if before != self._ranges.fixed or not self._settled:
            self._refit()

    def set_cursor(self, x: float | None) -> None:
        """A line at the current step; None takes it away."""
        if x != self._cursor:
            self._cursor = x
            self._over.update()

    @property
    def reading(self) -> Reading | None:
        """What is read off the curves now, under the pointer or by the keys."""
        return self._reading

    def left_out(self) -> int:
        """How many values a logarithmic axis cannot show (zero and below)."""
        shown: list[Series | Points] = [*self._series, *self._clouds]
        return sum(int((one.y <= 0).sum()) for one in shown) if self._log else 0

    def to_table(self) -> tuple[list[str], list[list[float | None]]]:
        """Every curve as (header, rows), for a CSV file."""
        return table(self._series, self._titles[0] or "x")

    def reset_view(self) -> None:
        """Back to the range of the data."""
        self._by_hand = False
        self._ranges.forget()
        self._refit()

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the plot with title and axes on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self._titles[2]) as (room, light):
            chart = self._chart(room, light)
            chart.paint_grid(painter)
            chart.paint_curves(painter, self._all)
            chart.paint_points(painter, self._clouds)
            chart.paint_lines(painter, self._lines)
            chart.paint_names(painter, self._all)
            self._paint_note(painter, chart)

    # ---- ranges

    @property
    def _all(self) -> tuple[Series, ...]:
        """Every curve, those of another time below."""
        return (*self._apart, *self._series)

    def _part(self) -> None:
        """The ghosts that are to be drawn."""
        apart = [one for one in self._ghosts if not any(one.is_like(other) for other in self._series)]
        labels = [self._ghost_label, *[""] * len(apart)]
        self._apart = tuple(Series(label, one.x, one.y, "text3", DASH, "", 1.6) for label, one in zip(labels, apart))

    def _refit(self) -> None:
        """Lay the frame out and follow the data, unless the reader has taken over."""
        edge = self._margins(look(), self.width(), self.height())
        x = y = None
        if not self._by_hand:
            x = self._ranges.x(self._all, self._clouds)
            y = self._ranges.y(self._all, self._clouds, self._lines, self._log)
        key = (edge, x, y, look(), self._titles, self._log, self.viewport().rect())
        if key != self._laid_out:
            self.centralLayout.setContentsMargins(edge.left, edge.top, edge.right, edge.bottom)
            self.centralLayout.activate()  # now, not at the next turn of the event loop: the points go with it
            if x is not None and y is not None:
                self._box.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)
            self._laid_out = key
            self._ground.update()
        self._settled = True
        self._over.update()

    def _margins(self, look: Look, width: float, height: float) -> Margins:
        edge, other = chart_margins(self._all, self._titles, look, width, height), self._above
        if other is None:
            return edge
        return replace(edge, right=chart_margins(other._all, other._titles, look, width, other.height()).right)

    def _chart(self, room: QRectF, look: Look) -> Chart:
        edge = self._margins(look, room.width(), room.height())
        (x0, x1), (y0, y1) = self._box.viewRange()
        view = Viewport(
            x0,
            x1,
            y0,
            y1,
            left=room.left() + edge.left,
            top=room.top() + edge.top,
            width=max(1.0, room.width() - edge.left - edge.right),
            height=max(1.0, room.height() - edge.top - edge.bottom),
        )
        return Chart(view, look, edge, self._titles, self._log, self._log_x)

    def chart(self) -> Chart:
        """The plot as it lies on the screen now."""
        return self._chart(QRectF(self.viewport().rect()), look())

    def _moved(self, *_: object) -> None:
        self._laid_out = None
        self._ground.update()
        self._over.update()

    # ---- painting

    def _paint_ground(self, painter: QPainter) -> None:
        self.chart().paint_grid(painter)

    def _paint_over(self, painter: QPainter) -> None:
        chart = self.chart()
        chart.paint_lines(painter, self._lines, self._line if self.hasFocus() or self._held else "")
        if self._cursor is not None:
            chart.paint_cursor(painter, self._cursor)
        chart.paint_curves(painter, self._all, self._ink, self.devicePixelRatioF())
        chart.paint_names(painter, self._all)
        self._paint_note(painter, chart, self._stamps.use(chart.look, self.devicePixelRatioF()))
        if self._reading is not None:
            chart.paint_reading(painter, self._series, self._reading)

    def _paint_note(self, painter: QPainter, chart: Chart, stamps: PixmapCache | None = None) -> None:
        """What is painted last; with `stamps` on screen, without them into a file."""
        count = self.left_out()
        if count and self._left_out:
            chart.paint_note(painter, self._left_out.format(count=count))

    def _paint_scatter(self) -> None:
        current = look()
        self._scatter.clear()
        self._scatter.setVisible(bool(self._clouds))
        for cloud in self._clouds:
            y = scaled(cloud.y.astype(float), self._log)
            real = np.isfinite(y) & np.isfinite(cloud.x)
            self._scatter.addPoints(
                x=cloud.x[real],
                y=y[real],
                symbol=marker_path(cloud.marker, 0.5),
                size=current.px(cloud.size),
                brush=current.color(cloud.color),
                pen=mkPen(current.color("surface"), width=1),  # cosmetic: not scaled with the symbol
            )

    def relook(self) -> None:
        if not hasattr(self, "_over"):
            return  # Qt asks before the constructor is through
        self.setBackground(look().color("surface"))
        self._paint_scatter()
        self._refit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_over"):
            for sheet in (self._ground, self._over):
                sheet.fill(QRectF(self.viewport().rect()))
            self._refit()

    # ---- hands

    # pyqtgraph's scene would take these; it waits half a second before it believes in a drag.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = self._line_under(event.position())
            self._line = self._held or self._line
            self._over.update()
        elif event.button() in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
            self._pan = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        at = event.position()
        if self._held:
            self._drag_line(self._held, at, finished=False)
        elif self._pan is not None:
            moved, self._pan = at - self._pan, at
            there = self.chart().view.panned(moved.x(), moved.y())
            self._show(there)
        else:
            name = self._line_under(at)
            self.viewport().setCursor(_cursor_for(self._named(name)) if name else Qt.CursorShape.ArrowCursor)
            self._read_at(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        held, self._held, self._pan = self._held, "", None
        if held:
            self._drag_line(held, event.position(), finished=True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton and not self._line_under(event.position()):
            self.reset_view()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        at, view = event.position(), self.chart().view
        if view.holds(at.x(), at.y()):
            self._show(view.zoomed(1.0015 ** event.angleDelta().y(), at.x(), at.y()))

    def _show(self, view: Viewport) -> None:
        """The reader has chosen a window: keep it until the next reset."""
        if view.x1 - view.x0 > 1e-12 * max(abs(view.x0), abs(view.x1)) and abs(view.y1) + abs(view.y0) < 1e300:
            self._by_hand = True
            self._box.setRange(xRange=(view.x0, view.x1), yRange=(view.y0, view.y1), padding=0)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._read(None)

    def _read_at(self, at: QPointF) -> None:
        view = self.chart().view
        self._read(view.data(at.x(), at.y())[0] if view.holds(at.x(), at.y()) else None)

    def _read(self, x: float | None) -> None:
        """Read every curve at the step nearest to x; None: read nothing."""
        before, self._reading = self._reading, None
        if x is not None:
            self._reading = read(self._series, x, self._titles[0], self._log_x)
        if self._reading != before:
            if self._reading is not None:
                values = {self._series[k].name: float(self._series[k].y[i]) for k, i in self._reading.rows}
                self.hovered.emit(self._reading.x, values)
            else:
                self.unhovered.emit()
            self._over.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, step = event.key(), _STEPS
        movable = [line.name for line in self._lines if line.movable]
        chosen = self._named(self._line)
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and movable:
            order = [*movable, ""]
            self._line = order[(order.index(self._line) + 1) % len(order)] if self._line in order else order[0]
            self._over.update()
        elif key in step and chosen is not None:
            self._nudge_line(chosen, step[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._series:
            self._step_reading(step[key])
        elif key == Qt.Key.Key_Home:
            self.reset_view()
        elif key == Qt.Key.Key_Escape and self._reading is not None:
            self._read(None)
        else:
            event.ignore()

    def summary(self) -> str:
        parts = [curve_words(one.name, one.x, one.y) for one in self._series if not one.faint][:6]
        parts += [_("{name}: {n} points.").format(name=one.name, n=len(one.x)).strip(": ") for one in self._clouds][:6]
        parts += [f"{line.label or line.name}: {number(float(line.value))}." for line in self._lines if line.movable]
        return " ".join((" – ".join(filter(None, self._titles[:2])) + ".", *parts)).strip()

    def _tell_reading(self) -> None:
        """Say what is read off, curve by curve."""
        if self._reading is not None:
            values = (f"{self._series[k].name} {number(float(self._series[k].y[i]))}" for k, i in self._reading.rows)
            self.tell(f"{self._reading.head}: {', '.join(value.strip() for value in values)}")

    def _step_reading(self, by: int) -> None:
        steps = np.unique(np.concatenate([one.x for one in self._series if not one.faint] or [np.array([0.0])]))
        if len(steps) == 0:
            return
        if self._reading is None:
            at = len(steps) - 1 if self._cursor is None else int(np.searchsorted(steps, self._cursor))
        else:
            at = int(np.searchsorted(steps, self._reading.x)) + by
        self._read(float(steps[min(max(at, 0), len(steps) - 1)]))
        self._tell_reading()

    # ---- lines that can be moved

    def _named(self, name: str) -> Line | None:
        return next((line for line in self._lines if name and line.name == name), None)

    def _line_under(self, at: QPointF) -> str:
        """The movable line nearest to a pixel, within a hand's reach."""
        chart, best, least = self.chart(), "", float(look().px(9))
        for line in self._lines:
            where = chart.line_at(line) if line.movable else None
            if where is not None and abs((at.x() if line.vertical else at.y()) - where) <= least:
                best, least = line.name, abs((at.x() if line.vertical else at.y()) - where)
        return best

    def _drag_line(self, name: str, at: QPointF, finished: bool) -> None:
        line, view = self._named(name), self.chart().view
        if line is None:
            return
        x, y = view.data(at.x(), at.y())
        value = min(max(x, view.x0), view.x1) if line.vertical else self._unscaled(min(max(y, view.y0), view.y1))
        self._line = name
        self._place_line(line, value, finished)

    def _nudge_line(self, line: Line, by: int, fine: bool) -> None:
        view, share = self.chart().view, 0.1 if fine else 1.0
        if line.vertical:
            step = share * step_size(view.x1 - view.x0, 100) if line.step is None else line.step
            value = min(max(line.value + by * step, view.x0), view.x1)
        else:
            now = float(scaled(np.array([float(line.value)]), self._log)[0])
            value = self._unscaled(min(max(now + by * share * step_size(view.y1 - view.y0, 100), view.y0), view.y1))
        self._place_line(line, value, True)

    def _place_line(self, line: Line, value: float, finished: bool) -> None:
        self._lines = tuple(replace(one, value=value) if one.name == line.name else one for one in self._lines)
        self.line_dragged.emit(line.name, value)
        if finished:
            self.line_dropped.emit(line.name, value)
        if self.hasFocus():
            self.tell(f"{line.label or line.name}: {number(float(value))}")
        self._over.update()

    def _unscaled(self, y: float) -> float:
        return 10.0 ** min(y, 300.0) if self._log else y

    def close(self) -> bool:
        """Close like any widget: pyqtgraph's own takes the viewport away, and Qt then crashes."""
        return QWidget.close(self)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(180), look().px(90))

    def sizeHint(self) -> QSize:
        return QSize(look().px(560), look().px(180))


def _cursor_for(line: Line | None) -> Qt.CursorShape:
    vertical = line is None or line.vertical
    return Qt.CursorShape.SizeHorCursor if vertical else Qt.CursorShape.SizeVerCursor


def _alike(shown: Sequence[Shown], before: Sequence[Shown]) -> bool:
    """Whether the same would be painted for all."""
    return len(shown) == len(before) and all(map(_looks_like, shown, before))


def _looks_like(one: Shown, other: Shown) -> bool:
    return one is other or one.looks_like(other)
