"""Points in a box, and flat sheets through them: a table with two inputs and an output, and the plane that is
to describe it. Sticks join the points with a sheet; grips move up and down and take the sheet with them.

A drag beside the grips or the arrow keys turn the box, the wheel brings it closer, a double-click or Home
puts it back; Page Down and Page Up go from point to point. Points below a sheet are painted before it and show through.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from widgets.base.look import Look, look
from widgets.base.words import _
from widgets.canvas.axes import Margins
from widgets.canvas.layers import Handle
from widgets.canvas.spoken import place_words
from widgets.canvas.stage import Stage
from widgets.canvas.ticks import number, step_size
from widgets.canvas.viewport import Viewport
from widgets.surfaces.space_box import Box, Grip, Sheet, Sight, over
from widgets.surfaces.space_paint import Cloud, paint_floor, paint_sheet, paint_sticks
from widgets.surfaces.splat import Camera

__all__ = ["Grip", "Sheet", "Space"]

REACH = 14  # pixels around a point that count as on it


class Space(Stage):
    """A box with points, sheets and grips. `dragged` and `dropped` carry the grip's name, number and z."""

    point_clicked = Signal(int)
    point_hovered = Signal(int)  # −1: none
    camera_changed = Signal(object)
    keys_take_handle = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box: Box = (0.0, 1.0, 0.0, 1.0, 0.0, 1.0)
        self._points = np.zeros((0, 3))
        self._kinds = np.zeros(0, dtype=int)
        self._styles: tuple[tuple[str, str], ...] = (("text2", "o"),)
        self._sheets: tuple[Sheet, ...] = ()
        self._grips: tuple[Grip, ...] = ()
        self._highlighted = -1
        self._z_title = ""
        self._camera = Camera(turn=32.0, tilt=24.0)
        self._turning: QPointF | None = None
        self._turned = False
        self._hovering = -1

    # ---- what the caller says

    def set_box(self, box: Box) -> None:
        """The ranges of x, y and z. Raises ValueError for an empty or infinite one."""
        if not np.isfinite(box).all() or not (box[0] < box[1] and box[2] < box[3] and box[4] < box[5]):
            raise ValueError(f"box must be x0 < x1, y0 < y1, z0 < z1, finite, got {box!r}")
        self._box = box
        self.refresh()

    def set_titles(self, x: str = "", y: str = "", title: str = "", z: str = "") -> None:
        """Words at the three axes, and for the whole."""
        self._z_title = z
        super().set_titles(x, y, title)

    def set_points(
        self,
        points: np.ndarray,
        kinds: np.ndarray | None = None,
        styles: Sequence[tuple[str, str]] = (("text2", "o"),),
        highlighted: int = -1,
    ) -> None:
        """Show `points` [N, 3]. kinds [N]: which of `styles` (colour, marker) each has; `highlighted`: the lit one.

        Raises ValueError for another shape.
        """
        if points.ndim != 2 or points.shape[1] != 3:
            raise ValueError(f"points must be [N, 3], got shape {points.shape}")
        self._points = points
        self._kinds = np.zeros(len(points), dtype=int) if kinds is None else kinds
        self._styles, self._highlighted = tuple(styles), highlighted
        self.update()

    def set_sheets(self, sheets: Sequence[Sheet]) -> None:
        """Show these sheets, the last on top."""
        self._sheets = tuple(sheets)
        self.update()

    def set_grips(self, grips: Sequence[Grip]) -> None:
        """What the hand can take. Each keeps its place and goes up and down."""
        self._grips = tuple(grips)
        self.set_layers(Handle(grip.name, i, grip.z, grip.label) for i, grip in enumerate(self._grips))

    def camera(self) -> Camera:
        """From where it is seen."""
        return self._camera

    def set_camera(self, camera: Camera) -> None:
        """See it from elsewhere."""
        if camera != self._camera:
            self._camera = camera
            self.refresh()
            self.camera_changed.emit(camera)

    def reset_view(self) -> None:
        self.set_camera(Camera(turn=32.0, tilt=24.0))

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        self.set_camera(self._camera.zoomed(factor))

    def place(self, x: float, y: float, z: float) -> QPointF:
        """The pixel of a point in the box."""
        return QPointF(*self._sight(self.view()).pixel(x, y, z))

    # ---- painting

    def margins(self, look: Look) -> Margins:
        return Margins(look.px(30), look.px(2), look.px(8), look.px(34))

    def paint_frame(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """The floor with its grid, numbers along the near edges, and the scale of z at the left."""
        paint_floor(painter, self._sight(view), look, (*self._titles[:2], self._z_title))

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        sight = self._sight(view)
        pixels, nearness = sight.pixels(self._points)
        order = np.argsort(nearness)
        above = np.ones(len(self._points), dtype=bool)
        for sheet in self._sheets:
            if sheet.filled:
                above &= self._points[:, 2] >= over(sheet, self._points[:, 0], self._points[:, 1])
        below = order[~above[order]]
        cloud = Cloud(pixels, self._kinds, self._styles, self._highlighted)
        stamps = self._stamps.use(look, self.devicePixelRatioF()) if live else None
        paint_sticks(painter, sight, look, self._sheets, self._points, pixels)
        cloud.paint(painter, look, below, stamps)
        for sheet in self._sheets:
            paint_sheet(painter, sight, look, sheet)
        cloud.paint(painter, look, order[above[order]], stamps)
        super().paint_moving(painter, view, look, live)

    def spot(self, view: Viewport, x: float, y: float) -> tuple[float, float, bool]:
        """A grip: x is its number, y its height, kept within the box and a little beyond."""
        number = round(x)
        if not 0 <= number < len(self._grips):
            return -1e5, -1e5, True
        grip, (z0, z1) = self._grips[number], self._box[4:]
        air = 0.06 * (z1 - z0)
        return (*self._sight(view).pixel(grip.x, grip.y, min(max(y, z0 - air), z1 + air)), False)

    def _sight(self, view: Viewport) -> Sight:
        return Sight(self._box, self._camera, view)

    # ---- mouse and keys

    def data_at(self, at: QPointF) -> tuple[float, float] | None:
        """For a grip in the hand, its number and the height under the pixel."""
        name = self._held
        number = next((i for i, grip in enumerate(self._grips) if grip.name == name), None)
        if number is None:
            return None
        grip, (z0, z1) = self._grips[number], self._box[4:]
        foot, head = (self.place(grip.x, grip.y, z).y() for z in (z0, z1))
        if abs(foot - head) < 1.0:
            return None  # seen from straight above
        return float(number), z0 + (foot - at.y()) / (foot - head) * (z1 - z0)

    def stepped(self, x: float, y: float, across: int, up: int, fine: bool) -> tuple[float, float]:
        step = step_size(self._box[5] - self._box[4], 100) * (0.1 if fine else 1.0)
        return x, y + (up or across) * step

    def nudge(self, across: int, up: int, fine: bool) -> bool:
        if self._current:
            x, y = self.stepped(*self.handle_at(self._current), across, up, fine)
            self._held, self._by_key = self._current, True
            self._move(self._held, x, y)
            self.tell_station(self._current)
            return True
        step = 0.5 if fine else 5.0
        self.set_camera(self._camera.turned(-across * step, up * step))
        self.tell(self._camera.words())
        return True

    def tell_station(self, name: str) -> None:
        """A grip has a height only: its number is no place."""
        if name in self._handles:
            label = self._handles[name].label or name
            self.tell(f"{label}: {self._z_title or 'z'} {number(self.handle_at(name)[1], 4)}")
        else:
            self.tell(self._camera.words())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, count = event.key(), len(self._points)
        if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp) and count:
            by = 1 if key == Qt.Key.Key_PageDown else -1
            start = self._highlighted if self._highlighted >= 0 else (-1 if by > 0 else 0)
            self._choose((start + by) % count)
        elif key == Qt.Key.Key_Escape and self._highlighted >= 0:
            self.tell("")
            self.point_clicked.emit(-1)
        else:
            super().keyPressEvent(event)

    def _choose(self, at: int) -> None:
        """Take the next point, and say where it lies."""
        x, y, z = (float(value) for value in self._points[at])
        words = _("point {n} of {count}").format(n=at + 1, count=len(self._points))
        self.tell(f"{words}: {place_words(self._titles, x, y)}, {self._z_title or 'z'} {number(z, 4)}")
        self.point_clicked.emit(at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if not self._held:
            self._turning, self._turned = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._turning is not None:
            moved = event.position() - self._turning
            if self._turned or moved.manhattanLength() > 3:
                self._turned, self._turning = True, event.position()
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.set_camera(self._camera.turned(-moved.x() * 0.45, moved.y() * 0.35))
            return
        super().mouseMoveEvent(event)
        if not self._held:
            self._hover(self.point_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._turning is not None:
            clicked = not self._turned and event.button() == Qt.MouseButton.LeftButton
            self._turning = None
            self._pressed = None
            self.unsetCursor()
            if clicked:
                self.point_clicked.emit(self.point_at(event.position()))
            return
        super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.0015 ** event.angleDelta().y())
        event.accept()

    def point_at(self, at: QPointF) -> int:
        """The number of the point nearest to a pixel, −1 where none is near."""
        if not len(self._points):
            return -1
        pixels = self._sight(self.view()).pixels(self._points)[0]
        far = np.hypot(pixels[:, 0] - at.x(), pixels[:, 1] - at.y())
        nearest = int(np.nanargmin(far)) if np.isfinite(far).any() else -1
        return nearest if nearest >= 0 and far[nearest] <= look().px(REACH) else -1

    def _hover(self, number: int) -> None:
        if number != self._hovering:
            self._hovering = number
            self.point_hovered.emit(number)
