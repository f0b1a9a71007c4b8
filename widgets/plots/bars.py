"""Paints bars: the ground with its numbers, every bar with its number and its name, and a ceiling that means
something. A `BarChart` is a value made for one painting, so that widget and picture in a file come from one hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPen

from widgets.base.look import Look
from widgets.canvas.ticks import linear_ticks, tick_texts
from widgets.canvas.viewport import Viewport

__all__ = ["Bar", "BarChart", "Ceiling"]

_CENTRE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Bar:
    """One number. text: how it is written (default: with three digits).  color: '#RRGGBB' or a palette name.

    striped: so that two kinds are told apart without colour.  ghost: a second height, marked by a dashed line.
    strong: its name stands out.  span: between which two heights the true one lies, drawn as a whisker.
    """

    name: str
    value: float
    text: str = ""
    color: str = "accent"
    striped: bool = False
    ghost: float | None = None
    strong: bool = False
    span: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A height that means something, and what; the ground beyond it is tinted."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars about to be painted: `view` as on screen, its x counting bars.

    axis: what the heights are.  movable: whether they have grips.  names: whether names stand below.
    show: how a number is written.
    """

    view: Viewport
    look: Look
    count: int
    axis: str
    movable: bool
    names: bool
    show: Callable[[float], str]
    ceiling: Ceiling | None = None

    def top(self, value: float) -> float:
        """The pixel of a value, at most at the border of the picture."""
        return self.view.screen(0.0, min(max(value, self.view.y0), self.view.y1))[1]

    def paint_ground(self, p: QPainter) -> None:
        """Hairlines at round heights, their numbers, the name of the axis, and the ceiling's tint."""
        view, look = self.view, self.look
        right = view.left + view.width
        ticks = linear_ticks(view.y0, view.y1, max(2, int(view.height / look.px(30))))
        p.setFont(look.font("caption", 450))
        for value, text in zip(ticks.tolist(), tick_texts(ticks)):
            y = round(view.screen(0.0, value)[1]) + 0.5
            p.setPen(QPen(look.color("grid" if value else "axis"), 1))
            p.drawLine(QLineF(view.left, y, right, y))
            p.setPen(look.color("axis"))
            p.drawText(QRectF(view.left - 200, y - 10, 200 - look.px(8), 20), _RIGHT, text)
        if self.axis:
            p.save()
            p.setPen(look.color("text2"))
            p.setFont(look.font("small", 500))
            p.translate(view.left - QFontMetricsF(look.font("caption", 450)).horizontalAdvance("−0000") - look.px(16),
                        view.top + view.height / 2)  # fmt: skip
            p.rotate(-90)
            p.drawText(QRectF(-view.height, -look.px(10), 2 * view.height, look.px(20)), _CENTRE, self.axis)
            p.restore()
        if self.ceiling is not None and view.y0 < self.ceiling.value < view.y1:
            self._paint_ceiling(p, self.ceiling)

    def _paint_ceiling(self, p: QPainter, ceiling: Ceiling) -> None:
        view, look = self.view, self.look
        y = view.screen(0.0, ceiling.value)[1]
        p.fillRect(QRectF(view.left, view.top, view.width, y - view.top), look.color("bad", 26))
        p.setPen(QPen(look.color("bad"), 1.6 * look.line_weight, Qt.PenStyle.DashLine))
        p.drawLine(QLineF(view.left, y, view.left + view.width, y))

    def paint_bar(self, p: QPainter, number: int, bar: Bar, busy: bool) -> None:
        """A bar with its number and name; `busy`: the hand is on it, or about to be."""
        view, look = self.view, self.look
        middle = view.screen(number + 0.5, 0.0)[0]
        column = view.width / max(1, self.count)
        half = min(0.31 * column, look.px(34))
        ground = self.top(0.0)
        if not math.isnan(bar.value):
            top = self.top(bar.value)
            body = QRectF(QPointF(middle - half, min(top, ground)), QPointF(middle + half, max(top, ground)))
            _fill(p, look, bar, body)
            if bar.ghost is not None and math.isfinite(bar.ghost):
                _mark_ghost(p, look, middle, half, self.top(bar.ghost))
            if bar.span is not None:
                _whisker(p, look, middle, half, self.top(bar.span[0]), self.top(bar.span[1]))
            if not view.y0 <= bar.value <= view.y1:
                _open_end(p, look, body, bar.value > 0)
            if self.movable:
                _grip(p, look, QPointF(middle, top), half, busy)
        else:
            top = ground
        if bar.span is not None:
            top = min(top, self.top(bar.span[1]))
        self._write(p, bar, middle, column, top)

    def _write(self, p: QPainter, bar: Bar, middle: float, column: float, top: float) -> None:
        """The number beyond the end of the bar, and the name below the picture."""
        view, look = self.view, self.look
        wide, high = max(column, look.px(44)), look.px(18)
        gap, bottom = look.px(9 if self.movable else 2), view.top + view.height
        y = max(top - high - gap, view.top - look.px(18))
        if bar.value < 0:  # below its end, or, where the picture ends there, above the ground line
            y = top + gap if top + gap + high <= bottom + look.px(4) else self.top(0.0) - high
        p.setFont(look.font("small" if column > look.px(40) else "caption", 600))
        p.setPen(look.color("text" if math.isfinite(bar.value) else "bad"))
        p.drawText(QRectF(middle - wide / 2, y, wide, high), _CENTRE, bar.text or self._written(bar.value))
        if self.names:
            p.setFont(look.font("small", 650 if bar.strong else 450))
            p.setPen(look.color("text" if bar.strong else "text2"))
            name = p.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, int(column) - 2)
            spot = QRectF(middle - column / 2, view.top + view.height + look.px(3), column, look.px(19))
            p.drawText(spot, _CENTRE, name)

    def _written(self, value: float) -> str:
        if math.isnan(value):
            return "NaN"
        return self.show(value) if math.isfinite(value) else "∞" if value > 0 else "−∞"

    def paint_ceiling_name(self, p: QPainter) -> None:
        """The words of the ceiling, in a pill that lies over the bars."""
        if self.ceiling is not None and self.view.y0 < self.ceiling.value < self.view.y1:
            _name_ceiling(p, self.view, self.look, self.ceiling)


def _name_ceiling(p: QPainter, view: Viewport, look: Look, ceiling: Ceiling) -> None:
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


def _whisker(p: QPainter, look: Look, middle: float, half: float, low: float, high: float) -> None:
    """A line from one end to the other, with a short bar across each."""
    p.setPen(QPen(look.color("text"), 1.6 * look.line_weight))
    cross = min(half / 2, look.px(8))
    p.drawLine(QLineF(middle, low, middle, high))
    for y in (low, high):
        p.drawLine(QLineF(middle - cross, y, middle + cross, y))


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
