"""A canvas with things on it: trails, balls, arrows, marks, and handles that can be dragged.

The caller hands over what to show as plain values (`set_layers`) and is told what the hand does with the
handles: `dragged` on the way, `dropped` at the end, by mouse or by arrow keys alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from widgets.base.look import Look, look
from widgets.canvas.axes import rounded
from widgets.canvas.callouts import box_of, paint_callouts
from widgets.canvas.canvas import Canvas
from widgets.canvas.layers import Arrow, Ball, Handle, Layer, Mark, Trail
from widgets.canvas.overlay import OverlayPainter
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.canvas.spoken import layer_words, place_words
from widgets.canvas.trails import Stroke, StrokeCache, paint_strokes
from widgets.canvas.viewport import Viewport

__all__ = ["Stage"]

_DIM = 0.4  # opacity of what is hidden behind something
_STILL = 0.25  # pixels: what has not gone farther since it was painted need not be painted again


class Stage(Canvas):
    """Layers over a picture, and hands for the handles."""

    dragged = Signal(str, float, float)  # name of the handle, x, y: on the way
    dropped = Signal(str, float, float)  # at the end
    keys_take_handle = True  # whether the arrow keys move the first handle without being asked

    def __init__(self, parent: QWidget | None = None, equal: bool = False) -> None:
        super().__init__(parent, equal)
        self._layers: tuple[Layer, ...] = ()
        self._painted: tuple[Layer, ...] | None = None  # what is on the screen
        self._trails: tuple[Trail, ...] = ()
        self._handles: dict[str, Handle] = {}
        self._ink, self._stamps = StrokeCache(), PixmapCache()
        self._current = ""  # the handle that the arrow keys move; "" is the cross-hair
        self._held = ""  # the handle in the hand
        self._by_key = False
        self._near = ""
        self._moved: dict[str, tuple[float, float]] = {}  # where the hand has put it, until the caller says

    def set_layers(self, layers: Iterable[Layer]) -> None:
        """Show these and nothing else. Later ones lie on top; trails below all others, handles above.

        Where they would look as what is on the screen already, nothing is painted.
        """
        self._layers = tuple(layers)
        self._trails = tuple(layer for layer in self._layers if isinstance(layer, Trail))
        names = list(self._handles)
        self._handles = {layer.name: layer for layer in self._layers if isinstance(layer, Handle)}
        if names != list(self._handles) and self._current not in self.stations()[:-1]:
            self._current = next(iter(self._handles), "") if self.keys_take_handle else ""
        caught_up = bool(self._moved)
        self._moved = {name: spot for name, spot in self._moved.items() if name == self._held}
        view = self.view()
        unit = (view.width / (view.x1 - view.x0), view.height / (view.y1 - view.y0))
        if caught_up or self._painted is None or not _alike(self._layers, self._painted, unit):
            self.update()

    def layers(self) -> tuple[Layer, ...]:
        """What is shown now."""
        return self._layers

    # ---- painting

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        painter.save()
        painter.setClipPath(rounded(view, look))
        stamps = None
        strokes, ground = self.strokes(view, look)
        if live:
            self._painted = self._layers
            ratio = self.devicePixelRatioF()
            self._ink.paint(painter, strokes, ground, look, ratio)
            stamps = self._stamps.use(look, ratio)
        else:
            paint_strokes(painter, strokes, ground, look)
        scribe = OverlayPainter(painter, look, stamps)
        scribe.taken.extend(box_of(spot) for spot in self.fixtures(view, look))
        for layer in self._layers:
            if isinstance(layer, Mark):
                x, y, hidden = self.spot(view, layer.x, layer.y)
                scribe.mark(layer, x, y, _DIM if hidden else 1.0)
            elif isinstance(layer, Arrow):
                scribe.arrow(layer, *self.spot(view, layer.x, layer.y)[:2], *self._span(view, layer, look))
            elif isinstance(layer, Ball):
                self.paint_ball(scribe, layer, view)
        for handle in self._handles.values():
            x, y, hidden = self.spot(view, *self.handle_at(handle.name))
            chosen = live and self.hasFocus() and handle.name == self._current
            near = live and (handle.name == self._near or chosen)
            scribe.handle(handle, x, y, live and handle.name == self._held, near, _DIM if hidden else 1.0)
        room = QRectF(view.left, view.top, view.width, view.height)
        paint_callouts(painter, scribe.callouts, look, room, scribe.taken, stamps)
        painter.restore()

    def strokes(self, view: Viewport, look: Look) -> tuple[list[Stroke], Viewport]:
        """Hook: the trails as lines, and the view that takes them to the screen."""
        return [
            Stroke(t.points[:, :2], look.color(t.color).name(), t.width, t.dash, t.marker, casing=True)
            for t in self._trails
        ], view

    def spot(self, view: Viewport, x: float, y: float) -> tuple[float, float, bool]:
        """Hook: the pixel of a data point, and whether something hides it."""
        return (*_pixel(view, x, y), False)

    def paint_ball(self, scribe: OverlayPainter, ball: Ball, view: Viewport) -> None:
        """Hook: a ball at its place."""
        scribe.ball(ball, *self.spot(view, ball.x, ball.y)[:2])

    def fixtures(self, view: Viewport, look: Look) -> list[QRectF]:
        """Hook: parts of the picture that labels should not cover."""
        return []

    # ---- hands

    def handle_at(self, name: str) -> tuple[float, float]:
        """Where a handle is now, in the hand or as the caller put it."""
        return self._moved.get(name) or (self._handles[name].x, self._handles[name].y)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        name = self._under(event.position()) if event.button() == Qt.MouseButton.LeftButton else ""
        if not name:
            super().mousePressEvent(event)
            return
        self._held, self._by_key, self._current = name, False, name
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held and not self._by_key:
            view, at = self.view(), event.position()
            across = min(max(at.x(), view.left), view.left + view.width)
            down = min(max(at.y(), view.top), view.top + view.height)
            spot = self.data_at(QPointF(across, down))
            if spot is not None:
                self._move(self._held, *spot)
            return
        super().mouseMoveEvent(event)
        if event.buttons() == Qt.MouseButton.NoButton:
            near = self._under(event.position())
            if near != self._near:
                self._near = near
                self.setCursor(Qt.CursorShape.OpenHandCursor) if near else self.unsetCursor()
                self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held and not self._by_key and event.button() == Qt.MouseButton.LeftButton:
            self._drop()
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._under(event.position()):
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        order = self.stations()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and len(order) > 1:
            self._current = order[(order.index(self._current) + 1) % len(order)]
            self.tell_station(self._current)
            self.update()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._held and self._by_key and not event.isAutoRepeat():
            self._drop()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._held and self._by_key:
            self._drop()
        super().focusOutEvent(event)

    def nudge(self, across: int, up: int, fine: bool) -> bool:
        if not self._current:
            return super().nudge(across, up, fine)
        if self._held and not self._by_key:
            return True  # it is in the other hand
        view = self.view()
        x, y = self.stepped(*self.handle_at(self._current), across, up, fine)
        self._held, self._by_key = self._current, True
        self._move(self._held, min(max(x, view.x0), view.x1), min(max(y, view.y0), view.y1))
        self.tell_station(self._current)
        return True

    def stations(self) -> list[str]:
        """Hook: what Return gives to the arrow keys, one after the other: the handles, and "" for the picture."""
        return [*self._handles, ""]

    def tell_station(self, name: str) -> None:
        """Hook: say what the arrow keys move, and where it is."""
        if name in self._handles:
            self.tell(f"{self._handles[name].label or name}: {place_words(self._titles, *self.handle_at(name))}")

    def summary(self) -> str:
        return f"{super().summary()} {layer_words(self._layers, self._titles)}".strip()

    def _span(self, view: Viewport, arrow: Arrow, look: Look) -> tuple[float, float]:
        """How far an arrow reaches, in pixels."""
        x, y, _ = self.spot(view, arrow.x, arrow.y)
        tip_x, tip_y, _ = self.spot(view, arrow.x + arrow.dx, arrow.y + arrow.dy)
        dx, dy = tip_x - x, tip_y - y
        size = math.hypot(dx, dy)
        if arrow.length is None or size == 0:
            return dx, dy
        long = look.px(arrow.length)
        return dx / size * long, dy / size * long

    def _move(self, name: str, x: float, y: float) -> None:
        self._moved[name] = (x, y)
        self.dragged.emit(name, x, y)
        self.update()

    def _drop(self) -> None:
        name, self._held = self._held, ""
        if name in self._handles:
            self.dropped.emit(name, *self.handle_at(name))
        self.update()

    def _under(self, at: QPointF) -> str:
        """The handle nearest to a pixel, if the pixel is within its reach (a target of 32 px)."""
        view, best, least = self.view(), "", float(look().px(16))
        for name in self._handles:
            x, y, _ = self.spot(view, *self.handle_at(name))
            far = math.hypot(at.x() - x, at.y() - y)
            if far <= least:
                best, least = name, far
        return best


def _alike(new: tuple[Layer, ...], old: tuple[Layer, ...], unit: tuple[float, float]) -> bool:
    """Whether layers look like others, at so many pixels to a unit of x and of y."""
    return len(new) == len(old) and all(
        one is other or one == other or (type(one) is type(other) and _looks_like(one, other, unit))
        for one, other in zip(new, old)
    )


def _looks_like(new: Layer, old: Layer, unit: tuple[float, float]) -> bool:
    if isinstance(new, Trail) and isinstance(old, Trail):
        return _same_trail(new, old, unit)
    for name in new.__slots__:
        one, other = getattr(new, name), getattr(old, name)
        if one == other:
            continue
        across = {"x": unit[0], "dx": unit[0], "y": unit[1], "dy": unit[1]}.get(name)
        if across is None or not abs(one - other) * across < _STILL or getattr(new, "length", None) is not None:
            return False
    return True


def _same_trail(new: Trail, old: Trail, unit: tuple[float, float]) -> bool:
    """Whether a trail has gained nothing that could be seen: all of it is where it was, or where that ended."""
    style = ("color", "dash", "marker", "label", "width")
    count = len(old.points) - 1  # the last one need not stay
    if count < 0 or len(new.points) < count or any(getattr(new, name) != getattr(old, name) for name in style):
        return False
    gained = np.abs(new.points[count:, :2] - old.points[-1, :2]) * unit
    return bool((gained < _STILL).all()) and np.array_equal(new.points[:count], old.points[:count])


def _pixel(view: Viewport, x: float, y: float) -> tuple[float, float]:
    """A pixel that QPainter can take: what is far away stays far away, what is not a number is nowhere."""
    across, down = view.screen(float(x), float(y))
    far = 1e5
    if math.isnan(across) or math.isnan(down):
        return -far, -far
    return min(max(across, -far), far), min(max(down, -far), far)
