"""Points in a box, and flat sheets through them: a table with two inputs and an output, and the plane that is
to describe it. Sticks join the points with a sheet; grips move up and down and take the sheet with them.

A drag beside the grips or the arrow keys turn the box, the wheel brings it closer, a double-click or Home
puts it back. Points below a sheet are painted before it and show through.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from widgets.axes import Margins
from widgets.layers import Handle
from widgets.look import Look, look
from widgets.markers import marker_path
from widgets.splat import HEIGHT, Camera
from widgets.stage import Stage
from widgets.ticks import linear_ticks, step_size, tick_texts
from widgets.view import View

__all__ = ["Grip", "Sheet", "Space"]

TALL = 0.78  # of the box, in widths
LINES = 6  # of the grid on a sheet, each way
MANY = 200  # points from which on they are drawn small
REACH = 14  # pixels around a point that count as on it
_CENTRE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
Box = tuple[float, float, float, float, float, float]
"""x0, x1, y0, y1, z0, z1."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The plane z = a·x + b·y + c in a colour of the palette or '#RRGGBB'. `dash` for its lines; `sticks`:
    whether the points are joined with it; `filled`: whether it is more than a net."""

    a: float
    b: float
    c: float
    color: str
    dash: tuple[float, ...] = ()
    sticks: bool = False
    filled: bool = True


@dataclass(frozen=True, slots=True)
class Grip:
    """A place over (x, y) whose height z a hand can change."""

    name: str
    x: float
    y: float
    z: float
    label: str = ""


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
        self._lit = -1
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
        lit: int = -1,
    ) -> None:
        """Show `points` [N, 3]. kinds [N]: which of `styles` (colour, marker) each has; `lit`: the lit one.

        Raises ValueError for another shape.
        """
        if points.ndim != 2 or points.shape[1] != 3:
            raise ValueError(f"points must be [N, 3], got shape {points.shape}")
        self._points = points
        self._kinds = np.zeros(len(points), dtype=int) if kinds is None else kinds
        self._styles, self._lit = tuple(styles), lit
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
        across, down = self._pixels(self.view(), np.array([[x, y, z]]))[0][0]
        return QPointF(float(across), float(down))

    # ---- painting

    def margins(self, look: Look) -> Margins:
        return Margins(look.px(30), look.px(2), look.px(8), look.px(34))

    def paint_frame(self, painter: QPainter, view: View, look: Look) -> None:
        """The floor with its grid, numbers along the near edges, and the scale of z at the left."""
        x0, x1, y0, y1, z0, _z1 = self._box
        near_y, far_y = (y0, y1) if math.cos(math.radians(self._camera.turn)) > 0 else (y1, y0)
        near_x, far_x = (x0, x1) if math.sin(math.radians(self._camera.turn)) > 0 else (x1, x0)
        xs, ys = linear_ticks(x0, x1, 4), linear_ticks(y0, y1, 4)
        painter.setPen(QPen(look.color("grid"), 1))
        for x in xs.tolist():
            self._line(painter, view, (x, y0, z0), (x, y1, z0))
        for y in ys.tolist():
            self._line(painter, view, (x0, y, z0), (x1, y, z0))
        painter.setPen(QPen(look.color("edge"), 1))
        for start, end in (((x0, near_y), (x1, near_y)), ((near_x, y0), (near_x, y1))):
            self._line(painter, view, (*start, z0), (*end, z0))
        painter.setPen(QPen(look.color("line"), 1))
        for start, end in (((x0, far_y), (x1, far_y)), ((far_x, y0), (far_x, y1))):
            self._line(painter, view, (*start, z0), (*end, z0))
        self._numbers(painter, view, look, [(x, near_y, z0) for x in xs], tick_texts(xs), self._titles[0])
        self._numbers(painter, view, look, [(near_x, y, z0) for y in ys], tick_texts(ys), self._titles[1])
        self._scale(painter, view, look)

    def _line(self, painter: QPainter, view: View, start: tuple[float, ...], end: tuple[float, ...]) -> None:
        (a, b), _near = self._pixels(view, np.array([start, end], dtype=float))
        painter.drawLine(QLineF(a[0], a[1], b[0], b[1]))

    def _numbers(
        self,
        p: QPainter,
        view: View,
        look: Look,
        spots: list[tuple[float, ...]],
        texts: list[str],
        title: str,
    ) -> None:
        """Numbers and a title outside an edge of the floor."""
        if not spots:
            return
        x0, x1, y0, y1, z0, _z1 = self._box
        middle = self._pixels(view, np.array([[(x0 + x1) / 2, (y0 + y1) / 2, z0]]))[0][0]
        pixels = self._pixels(view, np.array(spots, dtype=float))[0]
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
        inside = min(max(across, wide / 2), view.left + view.width - wide / 2)
        down += abs(inside - across)  # pushed back by the border, it gives way downwards
        across, down = inside, min(down, view.top + view.height + look.px(24))
        p.drawText(QRectF(across - wide / 2, down - look.px(9), wide, look.px(18)), _CENTRE, title)

    def _scale(self, p: QPainter, view: View, look: Look) -> None:
        """The heights, up the corner that stands farthest to the left."""
        x0, x1, y0, y1, z0, z1 = self._box
        corners = np.array([(x, y, z0) for x in (x0, x1) for y in (y0, y1)])
        left = int(np.argmin(self._pixels(view, corners)[0][:, 0]))
        x, y, _z = corners[left].tolist()
        p.setPen(QPen(look.color("edge"), 1))
        self._line(p, view, (x, y, z0), (x, y, z1))
        values = linear_ticks(z0, z1, 4)
        p.setFont(look.font("caption", 450))
        for z, text in zip(values.tolist(), tick_texts(values)):
            across, down = self._pixels(view, np.array([[x, y, z]]))[0][0].tolist()
            p.setPen(QPen(look.color("edge"), 1))
            p.drawLine(QLineF(across, down, across - look.px(4), down))
            p.setPen(look.color("axis"))
            p.drawText(
                QRectF(across - look.px(70), down - look.px(9), look.px(64), look.px(18)), _RIGHT, text
            )
        p.setPen(look.color("text2"))
        p.setFont(look.font("small", 500))
        across, down = self._pixels(view, np.array([[x, y, z1]]))[0][0].tolist()
        wide = QFontMetricsF(p.font()).horizontalAdvance(self._z_title) + 4
        left_edge = max(view.left - look.px(30), across - wide / 3)
        p.drawText(QRectF(left_edge, max(0.0, down - look.px(24)), wide, look.px(18)), _CENTRE, self._z_title)

    def paint_moving(self, painter: QPainter, view: View, look: Look, live: bool) -> None:
        pixels, nearness = self._pixels(view, self._points)
        order = np.argsort(nearness)
        above = np.ones(len(self._points), dtype=bool)
        for sheet in self._sheets:
            if sheet.filled:
                above &= self._points[:, 2] >= _over(sheet, self._points[:, 0], self._points[:, 1])
        below = order[~above[order]]
        self._paint_sticks(painter, view, look, pixels)
        self._paint_points(painter, look, pixels, below, live)
        for sheet in self._sheets:
            self._paint_sheet(painter, view, look, sheet)
        self._paint_points(painter, look, pixels, order[above[order]], live)
        super().paint_moving(painter, view, look, live)

    def _paint_sticks(self, p: QPainter, view: View, look: Look, pixels: np.ndarray) -> None:
        for sheet in self._sheets:
            if not sheet.sticks or not len(pixels):
                continue
            x, y = self._points[:, 0], self._points[:, 1]
            feet = self._pixels(view, np.stack([x, y, _over(sheet, x, y)], axis=1))[0]
            both = np.hstack([pixels, feet])
            seen = np.isfinite(both).all(axis=1) & (np.abs(feet) < 1e5).all(axis=1)
            p.setPen(QPen(look.color(sheet.color, 150), 1.3 * look.line_weight))
            pairs = zip(pixels[seen].tolist(), feet[seen].tolist())
            p.setRenderHint(QPainter.RenderHint.Antialiasing, len(pixels) < MANY)  # they are upright anyway
            p.drawLines([QLineF(a[0], a[1], b[0], b[1]) for a, b in pairs])
            p.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_points(
        self, p: QPainter, look: Look, pixels: np.ndarray, order: np.ndarray, live: bool
    ) -> None:
        """The points of `order`, far ones first: by stamps on screen, as outlines in a file."""
        radius = look.px(4.4 if len(pixels) < MANY else 2.8)
        bounds = QRectF(-2 * radius, -2 * radius, 4 * radius, 4 * radius)
        stamps = self._stamps.use(look, self.devicePixelRatioF()) if live else None
        real = np.isfinite(pixels).all(axis=1)
        for i in order[real[order] & (order != self._lit)].tolist():
            style = self._styles[int(self._kinds[i]) % len(self._styles)]

            def paint(on: QPainter, style: tuple[str, str] = style) -> None:
                on.setPen(QPen(look.color("surface"), 1.0))
                on.setBrush(look.color(style[0]))
                on.drawPath(marker_path(style[1], radius))

            x, y = pixels[i].tolist()
            if stamps is None:
                p.translate(x, y)
                paint(p)
                p.translate(-x, -y)
            else:
                stamps.draw(p, ("point", style, radius), x, y, bounds, paint)
        if self._lit in order.tolist() and real[self._lit]:
            p.setPen(QPen(Qt.GlobalColor.white, 2.4))
            p.setBrush(look.color("ball"))
            p.drawEllipse(QPointF(*pixels[self._lit].tolist()), look.px(7), look.px(7))

    def _paint_sheet(self, p: QPainter, view: View, look: Look, sheet: Sheet) -> None:
        x0, x1, y0, y1, _z0, _z1 = self._box
        outline = self._clipped(sheet, np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]), closed=True)
        if len(outline) < 3:
            return
        pixels = self._pixels(view, outline)[0]
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(look.color(sheet.color, 46) if sheet.filled else Qt.BrushStyle.NoBrush)
        polygon = QPolygonF([QPointF(x, y) for x, y in pixels.tolist()])
        p.drawPolygon(polygon)
        pen = QPen(look.color(sheet.color, 120), 1.0 * look.line_weight)
        if sheet.dash:
            pen.setDashPattern(list(sheet.dash))
        p.setPen(pen)
        for share in np.linspace(0, 1, LINES)[1:-1].tolist():
            x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            for ends in (((x, y0), (x, y1)), ((x0, y), (x1, y))):
                part = self._clipped(sheet, np.array(ends), closed=False)
                if len(part) == 2:
                    a, b = self._pixels(view, part)[0].tolist()
                    p.drawLine(QLineF(a[0], a[1], b[0], b[1]))
        pen.setColor(look.color(sheet.color))
        pen.setWidthF(2.2 * look.line_weight)
        p.setPen(pen)
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawPolygon(polygon)

    def _clipped(self, sheet: Sheet, corners: np.ndarray, closed: bool) -> np.ndarray:
        """The part of a sheet's outline or line that is within the heights of the box. [K, 2] -> [M, 3]"""
        z0, z1 = self._box[4:]
        points = np.column_stack([corners, _over(sheet, corners[:, 0], corners[:, 1])])
        if not np.isfinite(points).all():
            return np.zeros((0, 3))
        for level, sign in ((z0, 1.0), (z1, -1.0)):
            inside = sign * (points[:, 2] - level)
            kept: list[np.ndarray] = []
            for k in range(len(points)):
                before = k - 1 if k else (len(points) - 1 if closed else None)
                if before is not None and (inside[before] < 0) != (inside[k] < 0):
                    share = inside[before] / (inside[before] - inside[k])
                    kept.append(points[before] + share * (points[k] - points[before]))
                if inside[k] >= 0:
                    kept.append(points[k])
            if not kept:
                return np.zeros((0, 3))
            points = np.array(kept)
        return points

    def spot(self, view: View, x: float, y: float) -> tuple[float, float, bool]:
        """A grip: x is its number, y its height, kept within the box and a little beyond."""
        number = round(x)
        if not 0 <= number < len(self._grips):
            return -1e5, -1e5, True
        grip, (z0, z1) = self._grips[number], self._box[4:]
        air = 0.06 * (z1 - z0)
        at = np.array([[grip.x, grip.y, min(max(y, z0 - air), z1 + air)]])
        across, down = self._pixels(view, at)[0][0].tolist()
        return across, down, False

    def _pixels(self, view: View, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where points [N, 3] are on the screen, [N, 2], and how near they are, [N]."""
        x0, x1, y0, y1, z0, z1 = self._box
        with np.errstate(all="ignore"):
            u, v = (points[:, 0] - x0) / (x1 - x0) - 0.5, (points[:, 1] - y0) / (y1 - y0) - 0.5
            w = HEIGHT / 2 + TALL * ((points[:, 2] - z0) / (z1 - z0) - 0.5)
            across, down, near = self._camera.project(u, v, w)
        scale = self._size(view)
        middle_x, middle_y = view.left + view.width / 2, view.top + view.height / 2
        return np.stack([middle_x + across * scale, middle_y + down * scale], axis=1), near

    def _size(self, view: View) -> float:
        """Pixels to a width of the box."""
        return self._camera.zoom * min(view.width / 1.44, view.height / 1.28)

    # ---- hands

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
            return True
        step = 0.5 if fine else 5.0
        self.set_camera(self._camera.turned(-across * step, up * step))
        return True

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
        pixels = self._pixels(self.view(), self._points)[0]
        far = np.hypot(pixels[:, 0] - at.x(), pixels[:, 1] - at.y())
        nearest = int(np.nanargmin(far)) if np.isfinite(far).any() else -1
        return nearest if nearest >= 0 and far[nearest] <= look().px(REACH) else -1

    def _hover(self, number: int) -> None:
        if number != self._hovering:
            self._hovering = number
            self.point_hovered.emit(number)


def _over(sheet: Sheet, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Heights of a sheet."""
    with np.errstate(all="ignore"):
        return np.asarray(sheet.a * x + sheet.b * y + sheet.c)
