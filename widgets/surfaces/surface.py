"""A height field as a block to turn in the hand: the same colours and light as the map, the same layers.

A drag with the left button or the arrow keys turn it, the wheel brings it closer, a double-click or Home
puts it back. Return gives the arrow keys the handles, then a cross-hair on the ground that tells the height
under it. While it turns it is drawn with a fifth of the points; at rest, finely. What runs behind a hill shows
as a thin dashed line. All is NumPy and QPainter (`widgets.surfaces.splat`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from widgets.base.colors import mix
from widgets.base.look import Look
from widgets.canvas.axes import Margins
from widgets.canvas.colormap import as_image
from widgets.canvas.layers import Ball, Trail
from widgets.canvas.overlay import OverlayPainter
from widgets.canvas.paths import polygon, segments_path
from widgets.canvas.spoken import place_words
from widgets.canvas.stage import Stage
from widgets.canvas.ticks import number, step_size
from widgets.canvas.trails import Stroke
from widgets.canvas.viewport import Viewport
from widgets.surfaces.block_frame import Place, paint_block_frame
from widgets.surfaces.relief import Extent, Relief, relief, resample
from widgets.surfaces.splat import HEIGHT, Block, Camera, Seen, splat

__all__ = ["Camera", "Surface"]

_FINE, _QUICK = 800, 344  # points along each side of the block, and of the one that turns
_QUICK_PIXELS, _FINE_PIXELS = 190_000, 1_300_000  # of the picture that is computed
CROSS = "\ncross"  # the cross-hair among what the arrow keys move: no handle is called so
_LINE = 121  # points along a line of the cross-hair
_DRAPE, _LONG = 6, 400  # points between two steps of a trail; steps beyond which a trail is left as it is


class Surface(Stage):
    """A block with a relief; `set_heights` gives it ground, `set_layers` what moves."""

    camera_changed = Signal(object)
    keys_take_handle = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._relief: Relief | None = None
        self._block: Block | None = None
        self._quick_block: Block | None = None
        self._camera = Camera()
        self._quick = False
        self._turning: QPointF | None = None
        self._seen: Seen | None = None
        self._corner = QPointF()
        self._z_title = ""

    # ---- what the caller says

    def set_heights(self, heights: np.ndarray, extent: Extent, log: bool = False) -> None:
        """Show `heights` [H, W], rows from y0 up, over x0, x1, y0, y1, as `Terrain.set_heights` does."""
        self.set_relief(relief(heights, extent, log))

    def set_relief(self, field: Relief) -> None:
        """Show a field that is also on a map."""
        if field is self._relief:
            return
        self._relief, self._block = field, _block(field)
        self._quick_block = self._block.coarser(_QUICK)
        self.set_range(*field.extent)

    def set_titles(self, x: str = "", y: str = "", title: str = "", z: str = "") -> None:
        """Words at the three axes, and for the whole."""
        self._z_title = z
        super().set_titles(x, y, title)

    def quick_block(self) -> Block:
        """The points that are drawn while it turns. Raises ValueError before there are heights."""
        if self._quick_block is None:
            raise ValueError("a surface needs heights before it can be drawn: call set_heights first")
        return self._quick_block

    def camera(self) -> Camera:
        """From where it is seen."""
        return self._camera

    def set_camera(self, camera: Camera, quick: bool = False) -> None:
        """See it from elsewhere; `quick` draws coarsely, for a view that is about to change again."""
        if camera != self._camera or quick != self._quick:
            self._camera, self._quick = camera, quick
            self.refresh()
            self.camera_changed.emit(camera)

    def reset_view(self) -> None:
        self.set_camera(Camera())

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        self.set_camera(self._camera.zoomed(factor))

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        super().render_to(painter, rect)
        self.refresh()  # what was seen was that of the file

    # ---- painting

    def fleeting(self) -> bool:
        return self._quick

    def margins(self, look: Look) -> Margins:
        return Margins(look.px(6), look.px(6), look.px(6), look.px(6))

    def scale(self, view: Viewport) -> float:
        """Pixels to a width of the block."""
        return self._camera.zoom * min(view.width / 1.5, view.height / 1.36)

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        if self._block is None or self._quick_block is None:
            return
        block = self._quick_block if self._quick else self._block
        most = _QUICK_PIXELS if self._quick else _FINE_PIXELS
        scale = self.scale(view)
        fine = min(
            ratio * (1 if self._quick else 2), 0.8 * block.n / scale, math.sqrt(most / (view.width * view.height))
        )
        room = self._room(view, scale)  # only where the block is
        wide, high = max(2, math.ceil(room.width() * fine)), max(2, math.ceil(room.height() * fine))
        room.setSize(QSizeF(wide / fine, high / fine))
        x, y = view.left + view.width / 2 - room.left(), view.top + view.height / 2 - room.top()
        self._seen = splat(block, self._camera, wide, high, scale * fine, x * fine, y * fine)
        self._corner = room.topLeft()
        paper, ink = look.palette.line, look.palette.text
        left, right = (look.color(mix(paper, ink, share)).rgba() for share in (0.16, 0.05))
        pixels = self._seen.picture(left, right)
        image = QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # else Qt also softens the frame
        painter.drawImage(room, image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _room(self, view: Viewport, scale: float) -> QRectF:
        """Where the block is on the screen, cut to the view."""
        left, top, right, bottom = (float(side) * scale for side in self._camera.outline())
        x, y = view.left + view.width / 2, view.top + view.height / 2
        block = QRectF(QPointF(x + left - 2, y + top - 2), QPointF(x + right + 2, y + bottom + 2))
        return block.intersected(QRectF(view.left, view.top, view.width, view.height))

    def paint_frame(self, painter: QPainter, view: Viewport, look: Look) -> None:
        if self._relief is not None:
            titles = (self._titles[0], self._titles[1], self._z_title)
            paint_block_frame(painter, self._relief, self._camera, self._placer(view), view, look, titles)

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        if self._relief is not None and self._seen is not None:
            super().paint_moving(painter, view, look, live)

    def strokes(self, view: Viewport, look: Look) -> tuple[list[Stroke], Viewport]:
        found = []
        for trail in self._trails:
            points, hidden = self._draped(trail, view)
            color = look.color(trail.color).name()
            front, back = points.copy(), points
            front[hidden], back[~hidden] = np.nan, np.nan
            found.append(Stroke(back, color, 1.2, (2.5, 3.5)))
            found.append(Stroke(front, color, trail.width, trail.dash, "", casing=True))
        # These are pixels already: a view that leaves them where they are.
        right, bottom = view.left + view.width, view.top + view.height
        return found, Viewport(view.left, right, bottom, view.top, view.left, view.top, view.width, view.height)

    def spot(self, view: Viewport, x: float, y: float) -> tuple[float, float, bool]:
        across, down, hidden = self._pixels(view, np.array([[float(x), float(y)]]))
        if not (math.isfinite(across[0]) and math.isfinite(down[0])):
            return -1e5, -1e5, True
        return float(across[0]), float(down[0]), bool(hidden[0])

    def paint_ball(self, scribe: OverlayPainter, ball: Ball, view: Viewport) -> None:
        at = [[float(ball.x), float(ball.y)] + ([] if ball.z is None else [float(ball.z)])]
        across, down, hidden = self._pixels(view, np.array(at))
        if math.isfinite(across[0]) and math.isfinite(down[0]):
            rise = scribe.look.px(9 if ball.highlighted else 5)  # it lies on the ground, not in it
            scribe.ball(ball, float(across[0]), float(down[0]) - rise, 0.4 if hidden[0] else 1.0)

    def _draped(self, trail: Trail, view: Viewport) -> tuple[np.ndarray, np.ndarray]:
        """Pixels of a trail laid over the surface [M, 2], and which of them something hides [M]."""
        points = trail.points.astype(float)
        if points.shape[1] == 2 and 1 < len(points) <= _LONG and self._relief is not None:
            fine = np.linspace(0, len(points) - 1, (len(points) - 1) * _DRAPE + 1)
            before = np.minimum(fine.astype(int), len(points) - 2)
            share = (fine - before)[:, None]
            with np.errstate(over="ignore", invalid="ignore"):
                points = points[before] * (1 - share) + points[before + 1] * share
        across, down, hidden = self._pixels(view, points)
        return np.stack((across, down), axis=1), hidden

    def _pixels(self, view: Viewport, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Across, down and hidden, for points [N, 2] on the surface or [N, 3] over it; nan beside the block."""
        field, seen = self._relief, self._seen
        if field is None or seen is None:
            nothing = np.full(len(points), np.nan)
            return nothing, nothing, np.zeros(len(points), dtype=bool)
        x0, x1, y0, y1 = field.extent
        x, y = points[:, 0], points[:, 1]
        z = points[:, 2] if points.shape[1] == 3 else field.height(x, y)
        with np.errstate(over="ignore", invalid="ignore"):
            u, v = (x - x0) / (x1 - x0) - 0.5, (y - y0) / (y1 - y0) - 0.5
            beside = ~((np.abs(u) <= 0.5) & (np.abs(v) <= 0.5))
            u, v = np.where(beside, np.nan, u), np.where(beside, np.nan, v)
        across, down, nearness = self._camera.project(u, v, field.lift(z) * HEIGHT)
        hidden = seen.hides(across * seen.scale + seen.x, down * seen.scale + seen.y, nearness)
        scale = self.scale(view)
        middle_x, middle_y = view.left + view.width / 2, view.top + view.height / 2
        return across * scale + middle_x, down * scale + middle_y, hidden & ~beside

    def _placer(self, view: Viewport) -> Place:
        """The pixel of a point of the block."""
        camera, scale = self._camera, self.scale(view)
        x, y = view.left + view.width / 2, view.top + view.height / 2

        def place(_view: Viewport, u: float, v: float, w: float) -> QPointF:
            across, down, _ = camera.project(u, v, w)
            return QPointF(x + across * scale, y + down * scale)

        return place

    # ---- mouse and keys

    def data_at(self, at: QPointF) -> tuple[float, float] | None:
        field, seen = self._relief, self._seen
        if field is None or seen is None:
            return None
        inside, fine = at - self._corner, seen.scale / self.scale(self.view())
        found = seen.at(inside.x() * fine, inside.y() * fine)
        if found is None:
            return None
        x0, x1, y0, y1 = field.extent
        return x0 + (found[0] + 0.5) * (x1 - x0), y0 + (found[1] + 0.5) * (y1 - y0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if not self._held and event.button() == Qt.MouseButton.LeftButton:
            self._turning = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._turning is None:
            super().mouseMoveEvent(event)
            return
        moved, self._turning = event.position() - self._turning, event.position()
        self._dragging = True
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.set_camera(self._camera.turned(-moved.x() * 0.45, moved.y() * 0.35), quick=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._turning is not None:
            self._turning = None
            self.set_camera(self._camera)
        super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.0015 ** event.angleDelta().y())
        event.accept()

    def nudge(self, across: int, up: int, fine: bool) -> bool:
        if self._current == CROSS:
            self._walk(across, up, fine)
        elif self._current:
            return super().nudge(across, up, fine)
        else:
            step = 0.5 if fine else 5.0
            self.set_camera(self._camera.turned(-across * step, up * step))
            self.tell(self._camera.words())
        return True

    def stations(self) -> list[str]:
        ground = [CROSS] if self._relief is not None else []
        return [*super().stations()[:-1], *ground, ""]

    def tell_station(self, name: str) -> None:
        if name == CROSS:
            self._walk(0, 0, False)
            return
        if self._cross is not None:
            self._cross = None
            self.unhovered.emit()
        super().tell_station(name)
        if not name:
            self.tell(self._camera.words())

    def _walk(self, across: int, up: int, fine: bool) -> None:
        """Move the cross-hair over the ground, and say what lies under it."""
        field = self._relief
        if field is None:
            return
        (x0, x1, y0, y1), share = field.extent, 0.1 if fine else 1.0
        x, y = self._cross or ((x0 + x1) / 2, (y0 + y1) / 2)
        x += across * share * step_size(x1 - x0, 100)
        y += up * share * step_size(y1 - y0, 100)
        self._cross = x, y = min(max(x, x0), x1), min(max(y, y0), y1)
        self._pointer = None
        self.hovered.emit(x, y)
        height = number(float(field.height(np.array([x]), np.array([y]))[0]), 4)
        self.tell(f"{place_words(self._titles, x, y)}, {self._z_title or 'z'} {height}")
        self.update()

    def cross_hair(self, view: Viewport, x: float, y: float) -> tuple[QPointF, Sequence[QPolygonF]]:
        """Two lines that lie on the ground; what is behind something is left out."""
        if self._relief is None:
            return super().cross_hair(view, x, y)
        x0, x1, y0, y1 = self._relief.extent
        along = np.linspace(0.0, 1.0, _LINE)
        level = np.stack((x0 + along * (x1 - x0), np.full(_LINE, y)), axis=1)
        upright = np.stack((np.full(_LINE, x), y0 + along * (y1 - y0)), axis=1)
        lines = [line for points in (level, upright) for line in _unbroken(*self._pixels(view, points))]
        return QPointF(*self.spot(view, x, y)[:2]), lines


def _unbroken(across: np.ndarray, down: np.ndarray, hidden: np.ndarray) -> list[QPolygonF]:
    """The parts of a line [N] that are in sight."""
    seen = np.isfinite(across) & np.isfinite(down) & ~hidden
    parts = np.split(np.arange(len(seen)), np.flatnonzero(np.diff(seen)) + 1)
    return [polygon(across[part], down[part]) for part in parts if len(part) > 1 and seen[part[0]]]


def _block(field: Relief) -> Block:
    """The field as points: heights, and the map with its isolines as their colours."""
    extent = field.extent
    rgba = field.picture(extent, _FINE, _FINE)
    texture = as_image(rgba, opaque=True).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(texture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    size = np.array([extent[1] - extent[0], extent[3] - extent[2]])
    corner = np.array([extent[0], extent[2]])
    for segments, strong in field.isolines(extent, 160, 160):
        color = Qt.GlobalColor.white
        painter.setOpacity((90 if strong else 46) / 255)
        painter.setPen(QPen(color, 2.2 if strong else 1.7))
        painter.drawPath(segments_path((segments - corner) / size * (_FINE - 1)))
    painter.end()
    colors = np.frombuffer(texture.constBits(), dtype=np.uint32).reshape(_FINE, _FINE).copy()
    lift = field.lift(resample(field.heights, extent, extent, _FINE, _FINE))
    return Block((lift * HEIGHT).astype(np.float32), colors)
