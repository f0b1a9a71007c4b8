"""How points, lines and errors are painted, as plain values and plain functions: a cloud with its markers and
error bars, lines from border to border with their names, sticks and squares to scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import field

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from lab.core.records import dataclass
from widgets.base.colors import mix
from widgets.base.look import Look
from widgets.canvas.axes import rounded
from widgets.canvas.callouts import Box, Callout, paint_callouts
from widgets.canvas.markers import marker_path
from widgets.canvas.paths import segments_path
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.canvas.ticks import linear_ticks
from widgets.canvas.trails import is_dark, trail_pen
from widgets.canvas.viewport import Viewport

__all__ = [
    "MANY",
    "Cloud",
    "Errors",
    "PlainLine",
    "paint_bars",
    "paint_errors",
    "paint_highlighted",
    "paint_lines",
    "paint_message",
    "paint_names",
    "paint_paper",
    "paint_points",
    "paint_shade",
]

MANY = 200  # points from which on they are drawn small, and below the lines
MANY_STRENGTH = 0.47  # of the colour of a stick on the ground, where there are many
FAR = 1e5  # pixels beyond which nothing is painted
_NOTHING = np.zeros(0)
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, eq=False, slots=True)
class Cloud:
    """Points: x, y [N]; kinds [N], which of `styles` (colour, marker) each has; hollow [N], only outlined.

    bars: [N], half the error bars, or None.  lit: the one in the light, or −1.
    """

    x: np.ndarray
    y: np.ndarray
    kinds: np.ndarray
    hollow: np.ndarray
    styles: tuple[tuple[str, str], ...] = (("text2", "o"),)
    bars: np.ndarray | None = None
    highlighted: int = -1

    def __len__(self) -> int:
        return len(self.x)

    def looks_like(self, other: Cloud) -> bool:
        """Whether the same points would be painted for both."""
        arrays = [
            (self.x, other.x),
            (self.y, other.y),
            (self.kinds, other.kinds),
            (self.hollow, other.hollow),
        ]
        if self.bars is not None and other.bars is not None:
            arrays.append((self.bars, other.bars))
        same = (self.styles, self.highlighted) == (other.styles, other.highlighted)
        same &= (self.bars is None) == (other.bars is None)
        return same and all(a is b or np.array_equal(a, b) for a, b in arrays)

    def pixels(self, view: Viewport) -> np.ndarray:
        """Where the points are on the screen, [N, 2]."""
        return view.points(np.stack([self.x, self.y], axis=1))


@dataclass(frozen=True, slots=True)
class PlainLine:
    """y = slope·x + intercept; `label` stands in a pill at its right end."""

    slope: float
    intercept: float
    color: str
    dash: tuple[float, ...] = ()
    width: float = 2.4
    label: str = ""
    span: tuple[float, float] | None = None  # of x; the whole picture otherwise

    def end(self, view: Viewport) -> tuple[float, float]:
        """The pixel where its name stands: near its right end, or where it leaves the picture; nan if it is
        nowhere in it."""
        x = min(self.span[1] if self.span else view.x1, view.x1) - 0.03 * (view.x1 - view.x0)
        across, down = view.screen(x, self.slope * x + self.intercept)
        if math.isfinite(down) and view.top - 4 <= down <= view.top + view.height + 4:
            return across, down
        if self.slope and math.isfinite(self.slope):
            for y in (view.y1, view.y0):
                x = (y - self.intercept) / self.slope
                if view.x0 <= x <= view.x1:
                    return view.screen(x, y)
        return math.nan, math.nan


@dataclass(frozen=True, eq=False, slots=True)
class Errors:
    """The way from each point to a line: `feet` [N], its heights there. style: sticks, squares, none."""

    style: str = "none"
    feet: np.ndarray = field(default_factory=lambda: _NOTHING)
    color: str = "ball"

    def looks_like(self, other: Errors) -> bool:
        """Whether the same would be painted for both."""
        same = (self.style, self.color) == (other.style, other.color)
        return same and np.array_equal(self.feet, other.feet, equal_nan=True)


def paint_paper(p: QPainter, view: Viewport, look: Look) -> None:
    """The ground of the picture, with its grid."""
    p.fillPath(rounded(view, look), look.color("surface"))
    p.save()
    p.setClipPath(rounded(view, look))
    p.setPen(QPen(look.color("grid"), 1))
    right, bottom = view.left + view.width, view.top + view.height
    for x in linear_ticks(view.x0, view.x1, max(2, int(view.width / look.px(72)))).tolist():
        across = view.screen(x, view.y0)[0]
        p.drawLine(QLineF(across, view.top, across, bottom))
    for y in linear_ticks(view.y0, view.y1, max(2, int(view.height / look.px(46)))).tolist():
        down = view.screen(view.x0, y)[1]
        p.drawLine(QLineF(view.left, down, right, down))
    p.restore()
    p.setPen(QPen(look.color("line"), 1))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawPath(rounded(view, look))


def paint_shade(p: QPainter, view: Viewport, look: Look, span: tuple[float, float], words: str) -> None:
    """A grey veil over what lies outside these x, with a word where there is room for it."""
    left, right = (view.screen(x, view.y0)[0] for x in span)
    end = view.left + view.width
    p.setFont(look.font("caption", 500))
    p.setPen(look.color("text3"))
    wide = QFontMetricsF(p.font()).horizontalAdvance(words) + look.px(10)
    for start, stop in ((view.left, min(left, end)), (max(right, view.left), end)):
        if stop - start >= 1:
            spot = QRectF(start, view.top, stop - start, view.height)
            p.fillRect(spot, look.color("text3", 26))
            if wide < stop - start:
                p.drawText(spot.adjusted(0, view.height - look.px(20), 0, 0), _CENTRE, words)


def paint_errors(p: QPainter, view: Viewport, look: Look, cloud: Cloud, errors: Errors) -> None:
    """Sticks from the points to the line, or squares on them, whose areas are to scale."""
    if errors.style == "none" or len(errors.feet) != len(cloud):
        return
    pixels = cloud.pixels(view)
    feet = view.screen(np.zeros(len(cloud)), errors.feet)[1]
    seen = np.isfinite(feet) & np.isfinite(pixels).all(axis=1) & ~cloud.hollow
    rows = np.column_stack([pixels, feet])[seen].clip(-FAR, FAR)
    if errors.style == "sticks":
        few = len(rows) < MANY
        p.setPen(QPen(_stick_color(look, errors.color, few), (1.6 if few else 1.0) * look.line_weight))
        p.setRenderHint(QPainter.RenderHint.Antialiasing, few)  # upright hairlines are crisp without
        if few:
            p.drawLines([QLineF(x, y, x, foot) for x, y, foot in rows.tolist()])
        else:
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawPath(segments_path(rows[:, [0, 1, 0, 2]].reshape(-1, 2, 2)))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        return
    p.setPen(QPen(look.color(errors.color, 150), 1.1))
    p.setBrush(look.color(errors.color, 34))
    end = view.left + view.width
    for x, y, foot in rows.tolist():
        side = abs(foot - y)
        p.drawRect(QRectF(x if x + side <= end else x - side, min(y, foot), side, side))


def _stick_color(look: Look, color: str, few: bool) -> QColor:
    """Few sticks let the grid through. Many are as pale, but opaque: that is painted fifteen times as fast."""
    if few:
        return look.color(color, 190)
    return QColor(mix(look.palette.surface, look.color(color).name(), MANY_STRENGTH))


def paint_bars(p: QPainter, view: Viewport, look: Look, cloud: Cloud) -> None:
    """The error bars, with caps to take hold of."""
    if cloud.bars is None:
        return
    p.setPen(QPen(look.color("axis"), 1.3 * look.line_weight))
    cap = look.px(4)
    ends = cloud.bars * (view.height / (view.y1 - view.y0))
    lines = []
    for (x, y), reach in zip(cloud.pixels(view).clip(-FAR, FAR).tolist(), ends.clip(0, FAR).tolist()):
        lines.append(QLineF(x, y - reach, x, y + reach))
        lines.append(QLineF(x - cap, y - reach, x + cap, y - reach))
        lines.append(QLineF(x - cap, y + reach, x + cap, y + reach))
    p.drawLines(lines)


def paint_points(p: QPainter, view: Viewport, look: Look, cloud: Cloud, stamps: PixmapCache | None) -> None:
    """Every point but the lit one: by stamps on screen, as outlines in a file."""
    radius = look.px(5.2 if len(cloud) < MANY else 3.0)
    bounds = QRectF(-radius * 2, -radius * 2, radius * 4, radius * 4)
    for i, (x, y) in enumerate(cloud.pixels(view).clip(-FAR, FAR).tolist()):
        if i == cloud.highlighted:
            continue
        style, hollow = cloud.styles[int(cloud.kinds[i]) % len(cloud.styles)], bool(cloud.hollow[i])

        def paint(on: QPainter, style: tuple[str, str] = style, hollow: bool = hollow) -> None:
            _paint_marker(on, look, style, radius, hollow)

        if stamps is None:
            p.translate(x, y)
            paint(p)
            p.translate(-x, -y)
        else:
            stamps.draw(p, ("point", style, hollow, radius), x, y, bounds, paint)


def _paint_marker(p: QPainter, look: Look, style: tuple[str, str], radius: float, hollow: bool) -> None:
    color, marker = style
    p.setPen(QPen(look.color(color), 1.8) if hollow else QPen(look.color("surface"), 1.2))
    p.setBrush(look.color("surface") if hollow else look.color(color))
    p.drawPath(marker_path(marker, radius))


def paint_highlighted(p: QPainter, view: Viewport, look: Look, cloud: Cloud) -> None:
    """The point in the light: orange, with a white ring."""
    if not 0 <= cloud.highlighted < len(cloud):
        return
    at = QPointF(*cloud.pixels(view)[cloud.highlighted].clip(-FAR, FAR).tolist())
    p.setPen(QPen(look.color("text", 90), 5))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawEllipse(at, look.px(7), look.px(7))
    p.setPen(QPen(Qt.GlobalColor.white, 2.4))
    p.setBrush(look.color("ball"))
    p.drawEllipse(at, look.px(7), look.px(7))


def paint_lines(p: QPainter, view: Viewport, look: Look, lines: Sequence[PlainLine]) -> None:
    """Lines across the picture, each parted from what lies below by a seam of paper."""
    for line in lines:
        x0, x1 = line.span or (view.x0, view.x1)
        ends = [view.screen(x, line.slope * x + line.intercept) for x in (x0, x1)]
        if not np.isfinite(ends).all():
            continue
        stroke = QLineF(*np.clip(ends, -10 * FAR, 10 * FAR).ravel().tolist())
        wide = line.width * look.line_weight
        for pen in (
            trail_pen(look.color("surface", 170), wide + 2.4),
            trail_pen(look.color(line.color), wide, line.dash),
        ):
            across = line.span is None and not pen.dashPattern()
            if (
                across
            ):  # its ends lie out of sight: with flat ones Qt need not fill an outline, and is ten times as fast
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            p.setPen(pen)
            p.drawLine(_longer(stroke, 2 * pen.widthF()) if across else stroke)


def _longer(line: QLineF, by: float) -> QLineF:
    """The same line with so many pixels more at both ends."""
    length = max(line.length(), 1.0)
    step = (line.p2() - line.p1()) * (by / length)
    return QLineF(line.p1() - step, line.p2() + step)


def paint_names(p: QPainter, view: Viewport, look: Look, lines: Sequence[PlainLine], taken: list[Box]) -> None:
    """The names of the lines, clear of `taken`; where two end together, that of the upper one is enough."""
    callouts: list[Callout] = []
    for line in reversed(lines):
        across, down = line.end(view)
        near = (math.hypot(across - one.x, down - one.y) < look.px(11) for one in callouts)
        if line.label and math.isfinite(down) and not any(near):
            color = look.color(line.color)
            ink = "#FFFFFF" if is_dark(color) else "#0A2342"
            callouts.append(Callout(across, down, line.label, color.name(), ink, look.px(12)))
    paint_callouts(p, callouts, look, QRectF(view.left, view.top, view.width, view.height), taken)


def paint_message(p: QPainter, view: Viewport, look: Look, text: str) -> None:
    """What is said in the middle of an empty picture."""
    p.setFont(look.font("body", 500))
    p.setPen(look.color("text2"))
    room = QRectF(view.left, view.top, view.width, view.height).adjusted(look.px(24), 0, -look.px(24), 0)
    p.drawText(room, _CENTRE | Qt.TextFlag.TextWordWrap, text)
