"""Paints what moves over a picture: balls, arrows, handles, marks, and gathers their labels.

Everything stands on an unknown ground, from deep blue to sand, so each thing brings its own contrast: a
dark casing below, a white ring around. Trails are painted by `trails`, labels by `callouts`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QRadialGradient

from widgets.base.look import Look
from widgets.canvas.callouts import Box, Callout
from widgets.canvas.layers import Arrow, Ball, Handle, Mark
from widgets.canvas.markers import marker_path
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.canvas.trails import CASING, is_dark, trail_pen

__all__ = ["OverlayPainter"]

_INK = "#0A2342"  # letters on light pills


class OverlayPainter:
    """Paints layers at pixel positions, and gathers the labels they ask for and the room they take.

    With `stamps` it paints by pixmaps, for the screen; without, by outlines, for a file.
    """

    def __init__(self, painter: QPainter, look: Look, stamps: PixmapCache | None = None) -> None:
        self.painter, self.look, self.stamps = painter, look, stamps
        self.callouts: list[Callout] = []
        self.taken: list[Box] = []

    def ball(self, ball: Ball, x: float, y: float, dim: float = 1.0) -> None:
        """A ball lit from the north-west, with a white ring and a soft shadow. `dim` < 1: behind something."""
        look = self.look
        radius = look.px((13 if ball.highlighted else 8) * (0.9 if ball.letter else 1))
        color = look.color(ball.color or "ball")
        key = ("ball", color.rgb(), ball.marker, ball.letter, ball.highlighted)
        self.painter.setOpacity(dim)
        self._stamp(key, x, y, radius * 2.2 + 4, lambda p: _paint_ball(p, ball, color, radius, look))
        self.painter.setOpacity(1)
        self._take(x, y, radius + 2)
        self._say(x, y, ball.label, gap=radius + look.px(7))

    def arrow(self, arrow: Arrow, x: float, y: float, dx: float, dy: float) -> None:
        """An arrow from the pixel (x, y) by (dx, dy) pixels, light with a dark casing."""
        p, look = self.painter, self.look
        length = math.hypot(dx, dy)
        if not math.isfinite(length) or length < 2:
            return
        ux, uy = dx / length, dy / length
        length = min(length, 4000.0)
        head = min(look.px(15), length * 0.6)
        half = head * 0.53
        tip = QPointF(x + ux * length, y + uy * length)
        neck = QPointF(tip.x() - ux * head * 0.8, tip.y() - uy * head * 0.8)
        back = QPointF(tip.x() - ux * head, tip.y() - uy * head)
        wing = QPointF(-uy * half, ux * half)
        triangle = QPolygonF([tip, back + wing, back - wing])
        for color, width, edge in ((look.color(CASING, 190), 6.5, 2.8), (look.color(arrow.color), 3.2, 1.0)):
            p.setPen(trail_pen(color, width, arrow.dash if edge == 1.0 else ()))
            p.drawLine(QPointF(x, y), neck)
            p.setPen(trail_pen(color, edge))
            p.setBrush(color)
            p.drawPolygon(triangle)
        self._take(tip.x(), tip.y(), look.px(6))
        self._say(tip.x(), tip.y(), arrow.label, arrow.color, gap=look.px(14))

    def handle(self, handle: Handle, x: float, y: float, held: bool, near: bool, dim: float = 1.0) -> None:
        """A ring to take hold of; it grows under the pointer."""
        look = self.look
        radius = look.px(9) + (2 if near or held else 0)
        self.painter.setOpacity(dim)
        self._stamp(("handle", radius, held), x, y, radius + 4, lambda p: _paint_handle(p, radius, held, look))
        self.painter.setOpacity(1)
        self._take(x, y, radius + 3)
        self._say(x, y, handle.label, gap=radius + look.px(7))

    def mark(self, mark: Mark, x: float, y: float, dim: float = 1.0) -> None:
        """× for a minimum, ◇ for a saddle, a dot for any other place."""
        reach = self.look.px(5)
        self.painter.setOpacity(dim)
        self._stamp(("mark", mark.kind), x, y, 2 * reach + 4, lambda p: _paint_mark(p, mark.kind, reach, self.look))
        self.painter.setOpacity(1)
        self._take(x, y, reach + 2)
        self._say(x, y, mark.label, gap=reach + self.look.px(6))

    def _stamp(self, key: Hashable, x: float, y: float, reach: float, paint: Callable[[QPainter], None]) -> None:
        if self.stamps is not None:
            bounds = QRectF(-math.ceil(reach), -math.ceil(reach), 2 * math.ceil(reach), 2 * math.ceil(reach))
            self.stamps.draw(self.painter, key, x, y, bounds, paint)
            return
        self.painter.translate(x, y)
        paint(self.painter)
        self.painter.translate(-x, -y)

    def _take(self, x: float, y: float, radius: float) -> None:
        self.taken.append((x - radius, y - radius, x + radius, y + radius))

    def _say(self, x: float, y: float, text: str, ground: str = "#FFFFFF", gap: float = 16) -> None:
        if text:
            pill = self.look.color(ground)
            self.callouts.append(Callout(x, y, text, pill.name(), "#FFFFFF" if is_dark(pill) else _INK, gap))


def _paint_ball(p: QPainter, ball: Ball, color: QColor, radius: float, look: Look) -> None:
    if ball.highlighted:
        reach = radius * 1.5
        glow = QRadialGradient(QPointF(1.5, 4), reach)
        glow.setColorAt(0.45, look.color(CASING, 120))
        glow.setColorAt(1, look.color(CASING, 0))
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(glow)
        p.drawEllipse(QPointF(1.5, 4), reach, reach)
    p.setBrush(_highlighted(color, radius) if ball.highlighted else color)
    ring = QPen(QColor("#FFFFFF"), 2.4 if ball.highlighted else 1.6)
    ring.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    p.setPen(ring)
    p.drawPath(marker_path(ball.marker or "o", radius))
    if ball.letter:
        p.setFont(look.font("caption", 650))
        p.setPen(QColor("#FFFFFF" if is_dark(color) else _INK))
        p.drawText(QRectF(-radius, -radius, 2 * radius, 2 * radius), Qt.AlignmentFlag.AlignCenter, ball.letter)


def _paint_handle(p: QPainter, radius: float, held: bool, look: Look) -> None:
    middle = QPointF(0, 0)
    p.setPen(QPen(look.color(CASING, 150), 5))
    p.setBrush(look.color(CASING, 110 if held else 60))
    p.drawEllipse(middle, radius, radius)
    p.setPen(QPen(QColor("#FFFFFF"), 2.2))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawEllipse(middle, radius, radius)
    p.setPen(QPen(look.color(CASING, 170), 1.2))
    p.setBrush(QColor("#FFFFFF"))
    p.drawEllipse(middle, look.px(3.4), look.px(3.4))


def _paint_mark(p: QPainter, kind: str, reach: float, look: Look) -> None:
    path = QPainterPath()
    if kind == "minimum":
        for sign in (1, -1):
            path.moveTo(-reach, -reach * sign)
            path.lineTo(reach, reach * sign)
    elif kind == "saddle":
        path = marker_path("d", reach)
    else:
        path.addEllipse(QPointF(0, 0), reach * 0.6, reach * 0.6)
    p.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((look.color(CASING, 150), 5.0), (QColor("#FFFFFF"), 2.2)):
        p.setPen(trail_pen(color, width))
        p.drawPath(path)


def _highlighted(color: QColor, radius: float) -> QRadialGradient:
    """A sphere under the same light as the hills."""
    light = QRadialGradient(QPointF(-radius * 0.31, -radius * 0.38), radius * 1.4)
    light.setColorAt(0, _towards(color, QColor("#FFFFFF"), 0.68))
    light.setColorAt(0.45, color)
    light.setColorAt(1, _towards(color, QColor("#2A0E00"), 0.38))
    return light


def _towards(color: QColor, other: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        color.redF() + (other.redF() - color.redF()) * share,
        color.greenF() + (other.greenF() - color.greenF()) * share,
        color.blueF() + (other.blueF() - color.blueF()) * share,
    )
