"""Paints a plot: grid and numbers below, curves, names at the ends of the lines, a read-out above.

There is no legend to look up: each curve carries its name at its end, beside its marker, in its colour.
A `Chart` is a value made for one painting, so that the widget and a picture in a file come from one hand.
On a logarithmic axis the view is in powers of ten.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from widgets.base.colors import mix
from widgets.base.look import Look
from widgets.canvas.axes import Margins
from widgets.canvas.markers import marker_path
from widgets.canvas.ticks import linear_ticks, log_ticks, number, power_texts, tick_texts
from widgets.canvas.trails import Stroke, StrokeCache, paint_strokes, trail_pen
from widgets.canvas.viewport import Viewport
from widgets.plots.series import Line, Points, Reading, Series, scaled

__all__ = ["Chart", "chart_margins", "labels_apart"]

MANY = 1e4  # an axis of powers of ten says so from here on

_ABSOLUTE = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft | _ABSOLUTE, Qt.AlignmentFlag.AlignRight | _ABSOLUTE
_CENTRE = Qt.AlignmentFlag.AlignCenter


def chart_margins(
    series: Sequence[Series], titles: tuple[str, str, str], look: Look, width: float, height: float = math.inf
) -> Margins:
    """Room around the plot: numbers at the left, names at the right. It depends on words, not on data."""
    named = [s for s in series if s.name and not s.faint]
    columns = _columns(sum(len(s.x) > 0 for s in named), height - look.px(32), look)
    return _margins(tuple(s.name for s in named), titles, look, width, columns)


@lru_cache(maxsize=64)
def _margins(labels: tuple[str, ...], titles: tuple[str, str, str], look: Look, width: float, columns: int) -> Margins:
    names = QFontMetricsF(look.font("small", 600))
    digits = QFontMetricsF(look.font("caption", 450))
    wide = max((names.horizontalAdvance(label) for label in labels), default=0.0)
    gutter = min(columns * (wide + look.px(24)), 0.34 * width) if wide else look.px(14)
    left = digits.horizontalAdvance("−0.00") + look.px(10) + (look.px(20) if titles[1] else 0)
    below = look.px(18) if titles[0] and not _beside(titles[0], gutter, look) else 0
    return Margins(left, look.px(10), gutter, look.px(22) + below)


@dataclass(frozen=True, slots=True)
class Chart:
    """One plot about to be painted: `view` as on screen, `titles` of x and y (and of the whole).

    log: y counts in powers of ten.  log_x: the numbers at x are powers of ten already, and named by what they are.
    """

    view: Viewport
    look: Look
    margins: Margins
    titles: tuple[str, str, str]
    log: bool
    log_x: bool = False

    def paint_grid(self, p: QPainter) -> None:
        """Hairlines at round heights, numbers, and the names of the axes."""
        view, look = self.view, self.look
        right, bottom = view.left + view.width, view.top + view.height
        p.setFont(look.font("caption", 450))
        for value, text in self.y_ticks():
            y = round(view.screen(view.x0, value)[1]) + 0.5
            p.setPen(QPen(look.color("grid"), 1))
            p.drawLine(QLineF(view.left, y, right, y))
            p.setPen(look.color("axis"))
            p.drawText(QRectF(0, y - 10, view.left - look.px(8), 20), _RIGHT, text)
        p.setPen(look.color("axis"))
        half = look.px(36)
        for x, text in self.x_ticks():
            p.drawText(QRectF(x - half, bottom + look.px(4), 2 * half, look.px(18)), _CENTRE, text)
        p.setPen(look.color("text2"))
        p.setFont(look.font("small", 500))
        if _beside(self.titles[0], self.margins.right, look):
            spot = QRectF(right + look.px(22), bottom + look.px(3), self.margins.right, look.px(20))
            p.drawText(spot, _LEFT, self.titles[0])
        elif self.titles[0]:
            p.drawText(QRectF(view.left, bottom + look.px(20), view.width, look.px(20)), _CENTRE, self.titles[0])
        if self.titles[1]:
            p.save()
            p.translate(look.px(10), view.top + view.height / 2)
            p.rotate(-90)
            p.drawText(QRectF(-view.height, -look.px(10), 2 * view.height, look.px(20)), _CENTRE, self.titles[1])
            p.restore()

    def x_ticks(self) -> list[tuple[float, str]]:
        """The numbers below the x axis, each with the pixel of its middle: under its place, or as near to that as the
        right edge lets it be whole."""
        view, metrics = self.view, QFontMetricsF(self.look.font("caption", 450))
        about = max(2, int(view.width / self.look.px(90)))
        if self.log_x:
            sizes = log_ticks(10.0**view.x0, 10.0**view.x1, about)
            steps, texts = np.log10(sizes), [number(size, 1) for size in sizes.tolist()]
        else:
            tried = (linear_ticks(view.x0, view.x1, about * finer) for finer in (1, 2, 4))
            steps = next((steps for steps in tried if len(steps) > 1), np.zeros(0))  # one number tells no distance
            texts = tick_texts(steps)
        edge = view.left + view.width + self.margins.right - 1
        places = [(view.screen(value, view.y0)[0], text) for value, text in zip(steps.tolist(), texts)]
        return [(min(x, edge - metrics.horizontalAdvance(text) / 2), text) for x, text in places]

    def y_ticks(self) -> list[tuple[float, str]]:
        """The numbers beside the y axis, each with its place."""
        lo, hi = self.view.y0, self.view.y1
        about = max(2, int(self.view.height / self.look.px(28)))
        if not self.log:
            values = linear_ticks(lo, hi, about)
            return list(zip(values.tolist(), self._fitting(values)))
        if lo < -300 or hi > 300:  # beyond what a float can hold: name the powers themselves
            return [(v, f"10^{v:.0f}".replace("-", "−")) for v in linear_ticks(lo, hi, about).tolist()]
        values = log_ticks(10.0**lo, 10.0**hi, about)
        texts = [number(v, 1, full=MANY).removeprefix("1·") for v in values.tolist()]
        if len(set(texts)) < len(texts):  # less than a decade in sight: one figure does not tell them apart
            texts = tick_texts(values)
        return list(zip(np.log10(values).tolist(), texts))

    def _fitting(self, values: np.ndarray) -> list[str]:
        """Numbers beside the axis. Where all figures would lie on the name of the axis, or beyond the edge, they are
        powers of ten, and those that have no room even so are left out."""
        texts, metrics = tick_texts(values), QFontMetricsF(self.look.font("caption", 450))
        room = self.margins.left - self.look.px(8) - (self.look.px(20) if self.titles[1] else 0)
        if max((metrics.horizontalAdvance(text) for text in texts), default=0.0) <= room:
            return texts
        powers = [text if metrics.horizontalAdvance(text) <= room else "" for text in power_texts(values)]
        return powers if sum(bool(text) for text in powers) > 1 else texts

    def paint_lines(self, p: QPainter, lines: Sequence[Line], taken: str = "") -> None:
        """Straight lines across; the one called `taken` is in the hand, or about to be."""
        view, look = self.view, self.look
        right, bottom = view.left + view.width, view.top + view.height
        for line in lines:
            at = self.line_at(line)
            if at is None:
                continue
            ends = QLineF(at, view.top, at, bottom) if line.vertical else QLineF(view.left, at, right, at)
            wide = (2.4 if line.name == taken else 1.4) * look.line_weight
            p.setPen(trail_pen(look.color(line.color), wide, () if line.name == taken else line.dash))
            p.drawLine(ends)
            if line.movable:
                middle = QPointF(at, bottom - look.px(10)) if line.vertical else QPointF(right - look.px(14), at)
                p.setPen(QPen(look.color("surface"), 2))
                p.setBrush(look.color(line.color))
                p.drawEllipse(middle, look.px(6), look.px(6))
            if line.label:
                p.setPen(look.color(line.color))
                p.setFont(look.font("caption", 600))
                corner = QPointF(at + 6, view.top) if line.vertical else QPointF(view.left + 6, at - look.px(19))
                spot = QRectF(corner, QSizeF(view.width, look.px(18)))
                p.drawText(spot, _LEFT, line.label)

    def line_at(self, line: Line) -> float | None:
        """The pixel where a line runs: across for a vertical one, down for a horizontal; None out of sight."""
        view = self.view
        if line.vertical:
            at = view.screen(float(line.value), view.y0)[0]
            return at if view.left - 0.5 <= at <= view.left + view.width + 0.5 else None
        at = view.screen(view.x0, float(scaled(np.array([float(line.value)]), self.log)[0]))[1]
        return at if view.top - 0.5 <= at <= view.top + view.height + 0.5 else None

    def strokes(self, series: Sequence[Series]) -> list[Stroke]:
        """The curves as lines to paint, the faint ones first."""
        found = []
        for one in sorted(series, key=lambda s: not s.faint):
            points = np.stack((one.x.astype(float), scaled(one.y.astype(float), self.log)), axis=1)
            wide = min(one.width, 1.4) if one.faint else one.width
            marker = one.marker if one.points else ""
            found.append(Stroke(points, self._color(one).name(), wide, one.dash, marker, curve=True))
        return found

    def paint_curves(
        self, p: QPainter, series: Sequence[Series], ink: StrokeCache | None = None, ratio: float = 1.0
    ) -> None:
        """The curves within the frame: through `ink` on screen, as outlines without."""
        if ink is not None:
            ink.paint(p, self.strokes(series), self.view, self.look, ratio)
            return
        view = self.view
        p.save()
        p.setClipRect(QRectF(view.left - 3, view.top - 3, view.width + 6, view.height + 6))
        paint_strokes(p, self.strokes(series), view, self.look)
        p.restore()

    def paint_points(self, p: QPainter, clouds: Sequence[Points]) -> None:
        """Clouds of points as outlines, for a file; on screen pyqtgraph paints them faster."""
        view = self.view
        room = (view.left, view.top, view.left + view.width, view.top + view.height)
        for cloud in clouds:
            points = self.pixels(cloud.x, cloud.y)
            with np.errstate(invalid="ignore"):
                points = points[((points >= room[:2]) & (points <= room[2:])).all(axis=1)]
            self._stamp(p, points, cloud.marker, self.look.color(cloud.color), self.look.px(cloud.size / 2))

    def pixels(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Pixels of data points. [N], [N] -> [N, 2]"""
        return self.view.points(np.stack((x.astype(float), scaled(y.astype(float), self.log)), axis=1))

    def paint_names(self, p: QPainter, series: Sequence[Series]) -> None:
        """A marker and the name at the end of every curve, pushed apart where they would touch."""
        view, look = self.view, self.look
        p.setFont(look.font("small", 600))
        metrics = QFontMetricsF(p.font())
        ends = [(one, self._end(one)) for one in series if not one.faint]
        spots = [(one, end) for one, end in ends if end is not None]
        spots.sort(key=lambda spot: spot[1][1])
        boxes = [(x + look.px(12), metrics.horizontalAdvance(one.name)) for one, (x, _) in spots]
        high, columns = look.px(16), _columns(sum(bool(one.name) for one, _ in spots), view.height, look)
        across = max((wide for _, wide in boxes), default=0.0) + look.px(24)
        if columns == 2:
            boxes = [(left + (k % 2) * across, wide) for k, (left, wide) in enumerate(boxes)]
        downs = labels_apart([y for _, (_, y) in spots], boxes, high, view.top + high / 2, view.top + view.height)
        for k, ((one, (x, y)), down) in enumerate(zip(spots, downs)):
            color = self._color(one)
            if one.marker:
                p.setPen(QPen(look.color("surface"), 2))
                p.setBrush(color)
                p.translate(x, y)
                p.drawPath(marker_path(one.marker, look.px(5.5)))
                p.translate(-x, -y)
            if one.name and columns == 2 and k % 2:  # beside other names: its marker says whose it is
                p.setPen(color)
                p.drawText(QRectF(x + across + look.px(19), down - high, view.width, 2 * high), _LEFT, one.name)
                if one.marker:
                    self._stamp(p, np.array([[x + across + look.px(11), down]]), one.marker, color, look.px(4))
            elif one.name:
                if abs(down - y) > high * 0.75:  # moved away: a hairline leads back
                    p.setPen(QPen(color, 1))
                    p.drawLine(QPointF(x + look.px(7), y), QPointF(x + look.px(11), down))
                p.setPen(color)
                p.drawText(QRectF(x + look.px(13), down - high, view.width, 2 * high), _LEFT, one.name)

    def _end(self, one: Series) -> tuple[float, float] | None:
        """The pixel of the last point of a curve that is a number and in sight."""
        view = self.view
        if len(one.x):
            ((x, y),) = self.pixels(one.x[-1:], one.y[-1:]).tolist()
            if view.left - 1 <= x <= view.left + view.width + 1 and view.top - 1 <= y <= view.top + view.height + 1:
                return x, y
        points = self.pixels(one.x[-200:], one.y[-200:])
        with np.errstate(invalid="ignore"):
            seen = (points[:, 0] >= view.left - 1) & (points[:, 0] <= view.left + view.width + 1)
            seen &= (points[:, 1] >= view.top - 1) & (points[:, 1] <= view.top + view.height + 1)
        found = np.nonzero(seen)[0]
        return (float(points[found[-1], 0]), float(points[found[-1], 1])) if len(found) else None

    def paint_cursor(self, p: QPainter, x: float) -> None:
        """A line at the current step."""
        view = self.view
        at = view.screen(float(x), view.y0)[0]
        if view.left <= at <= view.left + view.width:
            p.setPen(QPen(self.look.color("ball"), 1.5 * self.look.line_weight))
            p.drawLine(QLineF(at, view.top, at, view.top + view.height))

    def paint_reading(self, p: QPainter, series: Sequence[Series], reading: Reading) -> None:
        """A hairline, a dot on every curve, and a card with the numbers."""
        view, look = self.view, self.look
        across = view.screen(reading.x, view.y0)[0]
        p.setPen(QPen(look.color("edge"), 1))
        p.drawLine(QLineF(across, view.top, across, view.top + view.height))
        lines = []
        for which, index in reading.rows:
            one = series[which]
            point = self.pixels(one.x[index : index + 1], one.y[index : index + 1])
            if np.isfinite(point).all() and view.top - 1 <= point[0, 1] <= view.top + view.height + 1:
                self._stamp(p, point, one.marker or "o", self._color(one), look.px(4.5))
            lines.append((one, number(float(one.y[index]), 4)))
        self._paint_card(p, across, reading.head, lines)

    def _paint_card(self, p: QPainter, across: float, head: str, lines: list[tuple[Series, str]]) -> None:
        view, look = self.view, self.look
        bold, plain = look.font("caption", 600), look.font("caption", 450)
        strong, normal = QFontMetricsF(bold), QFontMetricsF(plain)
        names = max((normal.horizontalAdvance(one.name) for one, _ in lines), default=0)
        values = max((strong.horizontalAdvance(text) for _, text in lines), default=0)
        wide = max(names + values + look.px(50), strong.horizontalAdvance(head) + look.px(20))
        row = look.px(18)
        high = row * (len(lines) + 1) + look.px(10)
        left = across + look.px(10)
        if left + wide > view.left + view.width + self.margins.right:
            left = max(0.0, across - look.px(10) - wide)
        card = QRectF(left, max(2.0, view.top + (view.height - high) / 2), wide, high)
        p.setPen(QPen(look.color("edge"), 1))
        p.setBrush(look.color("raised", 250))
        p.drawRoundedRect(card, look.px(7), look.px(7))
        line = QRectF(card.left() + look.px(10), card.top() + look.px(5), wide - look.px(20), row)
        p.setPen(look.color("text"))
        p.setFont(bold)
        p.drawText(line, _LEFT, head)
        for one, text in lines:
            line.translate(0, row)
            spot = np.array([[line.left() + look.px(5), line.center().y()]])
            self._stamp(p, spot, one.marker or "o", self._color(one), look.px(4))
            p.setPen(look.color("text2"))
            p.setFont(plain)
            p.drawText(line.adjusted(look.px(16), 0, 0, 0), _LEFT, one.name)
            p.setPen(look.color("text"))
            p.setFont(bold)
            p.drawText(line, _RIGHT, text)

    def paint_note(self, p: QPainter, text: str) -> None:
        """A remark inside the frame, at its lower left."""
        view, look = self.view, self.look
        p.setFont(look.font("caption", 500))
        p.setPen(look.color("warn"))
        spot = QRectF(view.left + look.px(6), view.top + view.height - look.px(20), view.width, look.px(18))
        p.drawText(spot, _LEFT, text)

    def _color(self, one: Series) -> QColor:
        color = self.look.color(one.color)
        return QColor(mix(color.name().upper(), self.look.palette.surface, 0.6)) if one.faint else color

    def _stamp(self, p: QPainter, points: np.ndarray, marker: str, color: QColor, radius: float) -> None:
        with np.errstate(invalid="ignore"):
            seen = np.isfinite(points).all(axis=1) & (np.abs(points) < 1e5).all(axis=1)
        p.setPen(QPen(self.look.color("surface"), 1.2))
        p.setBrush(color)
        shape = marker_path(marker, radius)
        for x, y in points[seen].tolist():
            p.translate(x, y)
            p.drawPath(shape)
            p.translate(-x, -y)


def _beside(title: str, gutter: float, look: Look) -> bool:
    """Whether the name of the x axis finds room in the gutter, at the end of its axis."""
    wide = QFontMetricsF(look.font("small", 500)).horizontalAdvance(title)
    return bool(title) and wide + look.px(24) <= gutter


def _columns(labels: int, height: float, look: Look) -> int:
    """In how many columns so many names stand: two where one is not high enough for them."""
    return 2 if labels > 2 and labels * look.px(16) > height + look.px(8) else 1


def labels_apart(
    downs: list[float], boxes: list[tuple[float, float]], high: float, top: float, bottom: float
) -> list[float]:
    """Heights for labels that stand in order of `downs`, each (left, width) of `boxes`: none over another."""

    def meet(one: int, other: int) -> bool:
        (a, wa), (b, wb) = boxes[one], boxes[other]
        return a < b + wb and b < a + wa

    placed = [max(down, top) for down in downs]
    for k in range(len(placed)):  # downwards: below all before it
        for j in range(k):
            if meet(k, j):
                placed[k] = max(placed[k], placed[j] + high)
    limit = [bottom] * len(placed)
    for k in reversed(range(len(placed))):  # and back up from the lower border
        for j in range(k + 1, len(placed)):
            if meet(k, j):
                limit[k] = min(limit[k], min(placed[j], limit[j]) - high)
        placed[k] = max(min(placed[k], limit[k]), top)
    return placed
