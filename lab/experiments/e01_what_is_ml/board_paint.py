"""How the board is painted: grid, sticks, line, points, pins, and the two dots the line is taken by.
Everything asks the look it is painted in, so that a dark screen and a white sheet of paper are both
served."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lab.core.records import dataclass
from lab.experiments.e01_what_is_ml.things import Dots, Pin, Ruled, Things
from widgets.base.look import Look
from widgets.canvas.axes import rounded
from widgets.canvas.callouts import Callout, paint_callouts
from widgets.canvas.layers import Ball
from widgets.canvas.markers import marker_path
from widgets.canvas.overlay import OverlayPainter
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.canvas.trails import trail_pen
from widgets.canvas.viewport import Viewport

__all__ = ["Highlighted", "paint_things", "pixel", "tint"]

Place = tuple[float, float]
CROWD = 60  # points beyond which labels no longer keep clear of each of them


@dataclass(frozen=True, slots=True)
class Highlighted:
    """What the hand is at: the thing under the pointer or held, the one the keys move, where a click would
    add."""

    near: str = ""
    chosen: str = ""
    ghost: QPointF | None = None


def paint_things(
    p: QPainter,
    things: Things,
    handles: tuple[Place, ...],
    view: Viewport,
    look: Look,
    highlighted: Highlighted,
    stamps: PixmapCache | None = None,
) -> None:
    """All that lies on the ground. handles: where the two dots of the line are.  stamps: for the screen."""
    scribe = OverlayPainter(p, look, stamps)
    room = QRectF(view.left, view.top, view.width, view.height)
    p.save()
    p.setClipPath(rounded(view, look))
    for ruled in things.ruled:
        _paint_ruled(scribe, ruled, view, look)
    if things.line is not None:
        _paint_sticks(p, things, things.line, view, look)
        _paint_line(p, things.line, view, look, highlighted.near == "body")
    p.setClipRect(room)  # what is round needs no round corners, and a straight border is quicker
    for group in things.dots:
        _paint_dots(scribe, group, view, look, highlighted)
    for pin in things.pins:
        _paint_pin(scribe, pin, view, look, highlighted)
    _paint_handles(scribe, things, handles, view, look, highlighted)
    if highlighted.ghost is not None:
        _paint_ghost(p, things, highlighted.ghost, look)
    if things.empty and not any(len(group.x) for group in things.dots):
        p.setPen(look.color("text3"))
        p.setFont(look.font("h3", 500))
        p.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, things.empty)
    paint_callouts(p, scribe.callouts, look, room, scribe.taken, stamps)
    p.restore()


def _paint_line(p: QPainter, line: Place, view: Viewport, look: Look, near: bool) -> None:
    ends = [QPointF(*pixel(view, x, line[0] * x + line[1])) for x in (view.x0, view.x1)]
    p.setPen(trail_pen(look.color("text"), (3.6 if near else 2.6) * look.line_weight))
    p.drawLine(*ends)


def _paint_sticks(p: QPainter, things: Things, line: Place, view: Viewport, look: Look) -> None:
    for group in things.dots:
        if group.sticks:
            p.setPen(trail_pen(tint(look, group.sticks), 2.0 * look.line_weight, group.dash))
            ends = zip(group.x.tolist(), group.y.tolist(), (line[0] * group.x + line[1]).tolist())
            p.drawLines([QLineF(QPointF(*pixel(view, x, y)), QPointF(*pixel(view, x, foot))) for x, y, foot in ends])


def _paint_dots(scribe: OverlayPainter, group: Dots, view: Viewport, look: Look, highlighted: Highlighted) -> None:
    for number, (x, y) in enumerate(zip(group.x.tolist(), group.y.tolist())):
        across, down = pixel(view, x, y)
        name = f"point {number}" if group.movable else "fixed"
        _paint_dot(scribe, group, across, down, name in (highlighted.near, highlighted.chosen))
        if name == highlighted.chosen:
            scribe.painter.translate(across, down)
            _ring(scribe.painter, look, group.size + 6)
            scribe.painter.translate(-across, -down)
        if len(group.x) <= CROWD:
            scribe.taken.append((across - 6, down - 6, across + 6, down + 6))


def _paint_dot(scribe: OverlayPainter, group: Dots, x: float, y: float, large: bool) -> None:
    radius = group.size + (2 if large else 0)
    look, color = scribe.look, tint(scribe.look, group.color)

    def paint(p: QPainter) -> None:
        p.setPen(QPen(look.color("surface"), 1.6))
        p.setBrush(color)
        p.drawPath(marker_path(group.marker, look.px(radius)))

    if scribe.stamps is not None:
        reach = 2 * math.ceil(look.px(radius)) + 2
        bounds = QRectF(-reach, -reach, 2 * reach, 2 * reach)
        scribe.stamps.draw(scribe.painter, ("dot", color.rgb(), group.marker, radius), x, y, bounds, paint)
        return
    scribe.painter.translate(x, y)
    paint(scribe.painter)
    scribe.painter.translate(-x, -y)


def _ring(p: QPainter, look: Look, radius: float) -> None:
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(look.color("focus"), 2))
    p.drawEllipse(QPointF(0, 0), look.px(radius), look.px(radius))


def _paint_pin(scribe: OverlayPainter, pin: Pin, view: Viewport, look: Look, highlighted: Highlighted) -> None:
    p, name = scribe.painter, f"pin {pin.name}"
    across, down = pixel(view, pin.x, min(max(pin.y, view.y0), view.y1))
    p.setPen(QPen(look.color("surface"), 1.8))
    p.setBrush(tint(look, pin.color))
    p.translate(across, down)
    p.drawPath(marker_path(pin.marker, look.px(10 if name in (highlighted.near, highlighted.chosen) else 8)))
    if name == highlighted.chosen:
        _ring(p, look, 15)
    p.translate(-across, -down)
    scribe.taken.append((across - 11, down - 11, across + 11, down + 11))
    if pin.words:
        _say(scribe, across, down, pin.words, tint(look, pin.color), 16)


def _paint_handles(
    scribe: OverlayPainter,
    things: Things,
    handles: tuple[Place, ...],
    view: Viewport,
    look: Look,
    highlighted: Highlighted,
) -> None:
    for name, place in zip(("left", "right"), handles):
        x, y = pixel(view, *place)
        scribe.ball(Ball(*place), x, y)
        if name == highlighted.chosen:
            scribe.painter.translate(x, y)
            _ring(scribe.painter, look, 19)
            scribe.painter.translate(-x, -y)
        if name == "right" and things.hint:
            scribe.callouts.append(Callout(x, y, things.hint, look.palette.ball, "#1A1E26", look.px(22)))


def _paint_ruled(scribe: OverlayPainter, ruled: Ruled, view: Viewport, look: Look) -> None:
    p, spots = scribe.painter, [QPointF(*pixel(view, x, y)) for x, y in ruled.points.tolist()]
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(trail_pen(tint(look, ruled.color), ruled.width * look.line_weight, ruled.dash))
    p.drawPolyline(spots)
    if ruled.label and spots:
        end = QLineF(spots[-2], spots[-1]).pointAt(0.9) if len(spots) > 1 else spots[-1]
        _say(scribe, end.x(), end.y(), ruled.label, tint(look, ruled.color), 8)


def _say(scribe: OverlayPainter, x: float, y: float, text: str, color: QColor, gap: float) -> None:
    """A label on the raised ground, in the colour of what it belongs to."""
    ground = scribe.look.palette.raised
    scribe.callouts.append(Callout(x, y, text, ground, color.name(), scribe.look.px(gap)))


def _paint_ghost(p: QPainter, things: Things, at: QPointF, look: Look) -> None:
    """What a click would do: a pale point under the pointer."""
    group = next((group for group in things.dots if group.movable), None)
    if group is not None:
        color = tint(look, group.color)
        p.setPen(QPen(color, 1.2))
        color.setAlpha(70)
        p.setBrush(color)
        p.drawEllipse(at, look.px(group.size), look.px(group.size))


def tint(look: Look, color: str) -> QColor:
    """A colour by its name, that of a category by its number, in the theme that is painted in."""
    if color.startswith("category "):
        return QColor(look.palette.categories[int(color[9:])])
    return look.color(color)


def pixel(view: Viewport, x: float, y: float) -> Place:
    """A pixel that QPainter can take: what is far away stays far away."""
    across, down = view.screen(float(x), float(y))
    far = 1e5
    return min(max(across, -far), far), min(max(down, -far), far)
