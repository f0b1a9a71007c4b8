"""Paints a box of points and sheets: the floor with numbers, sticks, points, sheets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from widgets.base.look import Look
from widgets.canvas.markers import marker_path
from widgets.canvas.paths import polygon
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.canvas.ticks import linear_ticks, tick_texts
from widgets.surfaces.space_box import Sheet, Sight, clipped, over

__all__ = ["Cloud", "paint_floor", "paint_sheet", "paint_sticks"]

LINES = 6  # of the grid on a sheet, each way
MANY = 200  # points from which on they are drawn small
_CENTRE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


def paint_floor(painter: QPainter, sight: Sight, look: Look, titles: tuple[str, str, str]) -> None:
    """The floor with its grid, numbers along the near edges, and the scale of z at the left.

    titles: of x, y and z.
    """
    x0, x1, y0, y1, z0, _z1 = sight.box
    near_y, far_y = (y0, y1) if math.cos(math.radians(sight.camera.turn)) > 0 else (y1, y0)
    near_x, far_x = (x0, x1) if math.sin(math.radians(sight.camera.turn)) > 0 else (x1, x0)
    xs, ys = linear_ticks(x0, x1, 4), linear_ticks(y0, y1, 4)
    painter.setPen(QPen(look.color("grid"), 1))
    for x in xs.tolist():
        _line(painter, sight, (x, y0, z0), (x, y1, z0))
    for y in ys.tolist():
        _line(painter, sight, (x0, y, z0), (x1, y, z0))
    painter.setPen(QPen(look.color("edge"), 1))
    for start, end in (((x0, near_y), (x1, near_y)), ((near_x, y0), (near_x, y1))):
        _line(painter, sight, (*start, z0), (*end, z0))
    painter.setPen(QPen(look.color("line"), 1))
    for start, end in (((x0, far_y), (x1, far_y)), ((far_x, y0), (far_x, y1))):
        _line(painter, sight, (*start, z0), (*end, z0))
    _numbers(painter, sight, look, [(x, near_y, z0) for x in xs], tick_texts(xs), titles[0])
    _numbers(painter, sight, look, [(near_x, y, z0) for y in ys], tick_texts(ys), titles[1])
    _scale(painter, sight, look, titles[2])


def _line(painter: QPainter, sight: Sight, start: tuple[float, ...], end: tuple[float, ...]) -> None:
    (a, b), _near = sight.pixels(np.array([start, end], dtype=float))
    painter.drawLine(QLineF(a[0], a[1], b[0], b[1]))


def _numbers(
    p: QPainter,
    sight: Sight,
    look: Look,
    spots: list[tuple[float, ...]],
    texts: list[str],
    title: str,
) -> None:
    """Numbers and a title outside an edge of the floor."""
    if not spots:
        return
    x0, x1, y0, y1, z0, _z1 = sight.box
    middle = sight.pixels(np.array([[(x0 + x1) / 2, (y0 + y1) / 2, z0]]))[0][0]
    pixels = sight.pixels(np.array(spots, dtype=float))[0]
    away = pixels.mean(axis=0) - middle
    away = away / (float(np.hypot(*away)) or 1.0)
    p.setFont(look.font("caption", 450))
    p.setPen(look.color("axis"))
    for (across, down), text in zip((pixels + away * look.px(14)).tolist(), texts):
        p.drawText(QRectF(across - 60, down - look.px(9), 120, look.px(18)), _CENTRE, text)
    p.setFont(look.font("small", 500))
    p.setPen(look.color("text2"))
    wide = QFontMetricsF(p.font()).horizontalAdvance(title) + 4
    far = look.px(27) + abs(float(away[0])) * wide / 2
    across, down = (pixels.mean(axis=0) + away * far).tolist()
    inside = min(max(across, wide / 2), sight.view.left + sight.view.width - wide / 2)
    down += abs(inside - across)  # pushed back by the border, it gives way downwards
    across, down = inside, min(down, sight.view.top + sight.view.height + look.px(24))
    p.drawText(QRectF(across - wide / 2, down - look.px(9), wide, look.px(18)), _CENTRE, title)


def _scale(p: QPainter, sight: Sight, look: Look, title: str) -> None:
    """The heights, up the corner that stands farthest to the left."""
    x0, x1, y0, y1, z0, z1 = sight.box
    corners = np.array([(x, y, z0) for x in (x0, x1) for y in (y0, y1)])
    left = int(np.argmin(sight.pixels(corners)[0][:, 0]))
    x, y, _z = corners[left].tolist()
    p.setPen(QPen(look.color("edge"), 1))
    _line(p, sight, (x, y, z0), (x, y, z1))
    values = linear_ticks(z0, z1, 4)
    p.setFont(look.font("caption", 450))
    for z, text in zip(values.tolist(), tick_texts(values)):
        across, down = sight.pixels(np.array([[x, y, z]]))[0][0].tolist()
        p.setPen(QPen(look.color("edge"), 1))
        p.drawLine(QLineF(across, down, across - look.px(4), down))
        p.setPen(look.color("axis"))
        p.drawText(QRectF(across - look.px(70), down - look.px(9), look.px(64), look.px(18)), _RIGHT, text)
    p.setPen(look.color("text2"))
    p.setFont(look.font("small", 500))
    across, down = sight.pixels(np.array([[x, y, z1]]))[0][0].tolist()
    wide = QFontMetricsF(p.font()).horizontalAdvance(title) + 4
    left_edge = max(sight.view.left - look.px(30), across - wide / 3)
    p.drawText(QRectF(left_edge, max(0.0, down - look.px(24)), wide, look.px(18)), _CENTRE, title)


def paint_sticks(
    p: QPainter, sight: Sight, look: Look, sheets: Sequence[Sheet], points: np.ndarray, pixels: np.ndarray
) -> None:
    """The sticks from every point, [N, 3], at its pixel, [N, 2], to the sheets that have some."""
    for sheet in sheets:
        if not sheet.sticks or not len(pixels):
            continue
        x, y = points[:, 0], points[:, 1]
        feet = sight.pixels(np.stack([x, y, over(sheet, x, y)], axis=1))[0]
        both = np.hstack([pixels, feet])
        seen = np.isfinite(both).all(axis=1) & (np.abs(feet) < 1e5).all(axis=1)
        p.setPen(QPen(look.color(sheet.color, 150), 1.3 * look.line_weight))
        pairs = zip(pixels[seen].tolist(), feet[seen].tolist())
        p.setRenderHint(QPainter.RenderHint.Antialiasing, len(pixels) < MANY)  # they are upright anyway
        p.drawLines([QLineF(a[0], a[1], b[0], b[1]) for a, b in pairs])
        p.setRenderHint(QPainter.RenderHint.Antialiasing)


@dataclass(frozen=True, slots=True)
class Cloud:
    """Points as they are painted: their pixels [N, 2], which of `styles` (colour, marker) each has [N], the lit one."""

    pixels: np.ndarray
    kinds: np.ndarray
    styles: tuple[tuple[str, str], ...]
    highlighted: int

    def paint(self, p: QPainter, look: Look, order: np.ndarray, stamps: PixmapCache | None) -> None:
        """The points of `order`, far ones first: by stamps on screen, as outlines in a file."""
        radius = look.px(4.4 if len(self.pixels) < MANY else 2.8)
        bounds = QRectF(-2 * radius, -2 * radius, 4 * radius, 4 * radius)
        real = np.isfinite(self.pixels).all(axis=1)
        for i in order[real[order] & (order != self.highlighted)].tolist():
            style = self.styles[int(self.kinds[i]) % len(self.styles)]

            def paint(on: QPainter, style: tuple[str, str] = style) -> None:
                on.setPen(QPen(look.color("surface"), 1.0))
                on.setBrush(look.color(style[0]))
                on.drawPath(marker_path(style[1], radius))

            x, y = self.pixels[i].tolist()
            if stamps is None:
                p.translate(x, y)
                paint(p)
                p.translate(-x, -y)
            else:
                stamps.draw(p, ("point", style, radius), x, y, bounds, paint)
        if self.highlighted in order.tolist() and real[self.highlighted]:
            p.setPen(QPen(Qt.GlobalColor.white, 2.4))
            p.setBrush(look.color("ball"))
            p.drawEllipse(QPointF(*self.pixels[self.highlighted].tolist()), look.px(7), look.px(7))


def paint_sheet(p: QPainter, sight: Sight, look: Look, sheet: Sheet) -> None:
    """A sheet as far as it lies in the box: its face, its net and its edge."""
    x0, x1, y0, y1, _z0, _z1 = sight.box
    outline = clipped(sheet, sight.box, np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]), closed=True)
    if len(outline) < 3:
        return
    pixels = sight.pixels(outline)[0]
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(look.color(sheet.color, 46) if sheet.filled else Qt.BrushStyle.NoBrush)
    corners = polygon(*pixels.T)
    p.drawPolygon(corners)
    pen = QPen(look.color(sheet.color, 120), 1.0 * look.line_weight)
    if sheet.dash:
        pen.setDashPattern(list(sheet.dash))
    p.setPen(pen)
    for share in np.linspace(0, 1, LINES)[1:-1].tolist():
        x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
        for ends in (((x, y0), (x, y1)), ((x0, y), (x1, y))):
            part = clipped(sheet, sight.box, np.array(ends), closed=False)
            if len(part) == 2:
                a, b = sight.pixels(part)[0].tolist()
                p.drawLine(QLineF(a[0], a[1], b[0], b[1]))
    pen.setColor(look.color(sheet.color))
    pen.setWidthF(2.2 * look.line_weight)
    p.setPen(pen)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawPolygon(corners)
