"""The plane of inputs as a canvas: the answer of the neuron at every place as a tint, the boundary where it
changes its mind, the rows as points, and handles. The boundary can be taken anywhere along it, the arrow at
its tip, and the lit ball, which is what the neuron is fed, anywhere at all."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QLinearGradient, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.experiments.e07_single_neuron.geometry import Cut
from lab.experiments.e07_single_neuron.neuron import gate_value
from widgets.base.look import Look
from widgets.canvas.axes import rounded
from widgets.canvas.colormap import classes_lut
from widgets.canvas.markers import marker_path
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.canvas.stage import Stage
from widgets.canvas.trails import trail_pen
from widgets.canvas.viewport import Viewport

__all__ = ["BALL", "BOUNDARY", "TIP", "Plane", "Scene", "Spot"]

BALL, BOUNDARY, TIP = "input", "boundary", "weights"  # the handles
DOTS = (1.0, 2.2)
DASHES = (5.0, 4.0)
KNEES = (-6.0, -4.0, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
GRAB = 8.0  # pixels beside the boundary that still take it
CLICK = 16.0  # pixels around a point that still choose it


@dataclass(frozen=True, slots=True)
class Spot:
    """A row of the table as a point. right: whether it is answered rightly. faint: it lies in another
    slice."""

    x: float
    y: float
    label: int
    right: bool
    row: int
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is painted below the handles. note: a sentence over the picture, "" for none."""

    cut: Cut
    gate: str
    spots: tuple[Spot, ...] = ()
    distances: bool = True
    band: bool = True
    note: str = ""


class Plane(Stage):
    """A square window, so that the arrow is seen to stand square on the boundary."""

    keys_take_handle = True
    GROUND_MOVES = True
    point_dragged = Signal(int, float, float)  # a row's point on its way
    point_dropped = Signal()
    point_removed = Signal(int)  # pressed with the right button
    point_requested = Signal(str)  # by key: "add" at the cross, "remove" the one that is fed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, equal=True)
        self._scene: Scene | None = None
        self._names = ("", "")
        self._editable, self._taken = False, -1

    def set_editable(self, editable: bool) -> None:
        """Whether points may be moved, added and taken away."""
        self._editable = editable

    def set_names(self, x: str, y: str) -> None:
        """What the axes are called, written at their ends inside the picture; "" for an axis without
        meaning."""
        if (x, y) != self._names:
            self._names = (x, y)
            self.refresh()

    def set_scene(self, scene: Scene) -> None:
        """Show another scene."""
        self._scene = scene
        if scene.cut.window != self._home:
            self.set_range(*scene.cut.window)
        self.update()

    def row_at(self, x: float, y: float) -> int:
        """The row whose point lies at a place, or −1."""
        if self._scene is None:
            return -1
        view = self.view()
        at = QPointF(*view.screen(x, y))
        best, least = -1, CLICK
        for spot in self._scene.spots:
            far = QLineF(at, QPointF(*view.screen(spot.x, spot.y))).length()
            if far < least and not spot.faint:
                best, least = spot.row, far
        return best

    def _under(self, at: QPointF) -> str:
        """The handle under a pixel; beside them the whole boundary is one."""
        name = super()._under(at)
        view = self.view()
        if name or self._scene is None or BOUNDARY not in self._handles or not view.holds(at.x(), at.y()):
            return name
        place = view.data(at.x(), at.y())
        far = QLineF(at, QPointF(*view.screen(*self._scene.cut.foot(*place)))).length()
        return BOUNDARY if far <= GRAB and self.row_at(*place) < 0 else ""

    # ---- mouse and keys on points

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self._editable and not self._held and event.button() == Qt.MouseButton.LeftButton:
            self._taken = self.row_at(*self.view().data(event.position().x(), event.position().y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._taken >= 0 and self._dragging:
            view, at = self.view(), event.position()
            across = min(max(at.x(), view.left), view.left + view.width)
            down = min(max(at.y(), view.top), view.top + view.height)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.point_dragged.emit(self._taken, *view.data(across, down))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point, self._taken = self._taken, -1
        place = self.view().data(event.position().x(), event.position().y())
        still = self._editable and self._pressed is not None and not self._dragging
        if event.button() == Qt.MouseButton.RightButton and still and self.row_at(*place) >= 0:
            self._pressed = None
            self.point_removed.emit(self.row_at(*place))
            return
        dragged = point >= 0 and self._dragging
        super().mouseReleaseEvent(event)
        if dragged:
            self.point_dropped.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._editable:
            self.mousePressEvent(event)  # two points put quickly, one after the other
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wanted = {Qt.Key.Key_Insert: "add", Qt.Key.Key_Delete: "remove", Qt.Key.Key_Backspace: "remove"}
        if self._editable and event.key() in wanted:
            self.point_requested.emit(wanted[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def cross(self) -> tuple[float, float]:
        """Where a point is added by key: at the cross-hair, else in the middle."""
        view = self.view()
        return self._cross or ((view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2)

    # ---- painting

    def paint_frame(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """Numbers at the axes that mean something."""
        if self._names[1]:
            super().paint_frame(painter, view, look)
            return
        painter.save()
        bottom = view.top + view.height
        painter.setClipRect(QRectF(view.left - look.px(20), bottom, view.width + look.px(40), look.px(40)))
        super().paint_frame(painter, view, look)
        painter.restore()

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        if self._scene is not None:
            painter.save()
            painter.setClipPath(rounded(view, look))
            stamps = self._stamps.use(look, self.devicePixelRatioF()) if live else None
            self._paint_scene(painter, self._scene, view, look, stamps)
            painter.restore()
        whole = self._handles
        busy = {self._held, self._near, self._current if self.hasFocus() else ""} if live else set()
        self._handles = {name: h for name, h in whole.items() if name != BALL or name in busy}
        try:
            super().paint_moving(painter, view, look, live)
        finally:
            self._handles = whole  # the ball is seen without a ring, and stays a handle
        if self._scene is not None and self._scene.note:
            _paint_note(painter, self._scene.note, view, look)

    def _paint_scene(
        self, painter: QPainter, scene: Scene, view: Viewport, look: Look, stamps: PixmapCache | None
    ) -> None:
        _paint_answers(painter, scene, view, look)
        _paint_grid(painter, view, look)
        self.paint_ghosts(painter, view, look)
        if scene.band:
            for level in (-1.0, 1.0):
                _paint_level(painter, scene.cut, level, view, look)
        if scene.distances and scene.cut.norm > 0:
            _paint_distances(painter, scene, view, look)
        _paint_level(painter, scene.cut, 0.0, view, look, near=BOUNDARY in (self._near, self._held))
        for spot in scene.spots:
            _paint_spot(painter, spot, view, look, stamps)
        _paint_names(painter, self._names, view, look)


def _paint_answers(painter: QPainter, scene: Scene, view: Viewport, look: Look) -> None:
    """The output at every place. z is the same along every line square to the weights, so one gradient is
    all."""
    room, lut = QRectF(view.left, view.top, view.width, view.height), classes_lut(look.palette)
    cut = scene.cut
    corners = [cut.z(x, y) for x in (view.x0, view.x1) for y in (view.y0, view.y1)]
    low, high = min(corners), max(corners)
    if cut.norm == 0 or high - low < 1e-9:
        painter.fillRect(room, _tint(lut, scene.gate, cut.z(*cut.center)))
        return
    ends = [QPointF(*view.screen(*cut.foot(*cut.center, level))) for level in (low, high)]
    gradient = QLinearGradient(*ends)
    knees = [z for z in KNEES if low < z < high]
    if scene.gate == "step":
        knees = [z for side in (-1e-6, 1e-6) if low < (z := side * (high - low)) < high]
    for z in (low, *knees, *np.linspace(low, high, 24).tolist(), high):
        gradient.setColorAt(min(max((z - low) / (high - low), 0.0), 1.0), _tint(lut, scene.gate, z))
    painter.fillRect(room, gradient)


def _tint(lut: np.ndarray, gate: str, z: float) -> QColor:
    """The colour of an answer, from no to yes; a tanh counts from −1."""
    value = float(gate_value(gate, z))
    share = (1 + value) / 2 if gate == "tanh" else value
    return QColor(*lut[min(int(share * 256), 255)].tolist())


def _paint_grid(painter: QPainter, view: Viewport, look: Look) -> None:
    """The axes through 0, as hairlines."""
    painter.setPen(QPen(look.color("text", 34), 1))
    x, y = view.screen(0.0, 0.0)
    painter.drawLine(QLineF(x, view.top, x, view.top + view.height))
    painter.drawLine(QLineF(view.left, y, view.left + view.width, y))


def _paint_names(painter: QPainter, names: tuple[str, str], view: Viewport, look: Look) -> None:
    """The names of the axes at their positive ends."""
    painter.setFont(look.font("small", 600))
    painter.setPen(look.color("text2"))
    x, y = view.screen(0.0, 0.0)
    size = look.px(24)
    below = QRectF(view.left + view.width - size - 2, min(y, view.top + view.height - size) + 1, size, size - 4)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, names[0])
    beside = QRectF(max(x, view.left) + 3, view.top + 2, size, size - 4)
    painter.drawText(beside, Qt.AlignmentFlag.AlignCenter, names[1])


def _paint_level(painter: QPainter, cut: Cut, level: float, view: Viewport, look: Look, near: bool = False) -> None:
    """The line where z is `level`: solid and cased for the boundary, dashed for the others."""
    line = cut.line(level)
    if line is None:
        return
    ends = [QPointF(*view.screen(*end)) for end in line]
    if level == 0.0:
        painter.setPen(trail_pen(look.color("surface", 200), (6.6 if near else 5.4) * look.line_weight))
        painter.drawLine(*ends)
        painter.setPen(trail_pen(look.color("text"), (3.2 if near else 2.2) * look.line_weight))
        painter.drawLine(*ends)
        return
    painter.setPen(trail_pen(look.color("text2", 150), 1.1 * look.line_weight, DASHES))
    painter.drawLine(*ends)


def _paint_distances(painter: QPainter, scene: Scene, view: Viewport, look: Look) -> None:
    """From every row to the boundary: the margins."""
    for spot in scene.spots:
        color = look.color("text2" if spot.right else "bad", 90 if spot.faint else 220)
        painter.setPen(trail_pen(color, 1.6 * look.line_weight, DOTS))
        foot = scene.cut.foot(spot.x, spot.y)
        painter.drawLine(QPointF(*view.screen(spot.x, spot.y)), QPointF(*view.screen(*foot)))


def _paint_spot(painter: QPainter, spot: Spot, view: Viewport, look: Look, stamps: PixmapCache | None) -> None:
    """A row: ● for no, ▲ for yes, with a cross where the neuron says the opposite."""
    x, y = view.screen(spot.x, spot.y)
    if stamps is not None:  # the same few shapes again and again: kept as pixmaps
        reach = look.px(20)
        room = QRectF(-reach, -reach, 2 * reach, 2 * reach)
        key = ("spot", spot.label, spot.right, spot.faint)
        stamps.draw(painter, key, x, y, room, lambda on: _paint_marker(on, spot, look))
        return
    painter.save()
    painter.translate(x, y)
    _paint_marker(painter, spot, look)
    painter.restore()


def _paint_marker(painter: QPainter, spot: Spot, look: Look) -> None:
    """A row's shape around the origin."""
    color = QColor(look.palette.categories[spot.label])
    if spot.faint:
        color.setAlpha(80)
    shape = marker_path("t1" if spot.label else "o", look.px(5 if spot.faint else 8))
    painter.setPen(QPen(look.color("surface", 120 if spot.faint else 255), 1.8))
    painter.setBrush(color)
    painter.drawPath(shape)
    if not spot.right and not spot.faint:
        _paint_cross(painter, look)


def _paint_cross(painter: QPainter, look: Look) -> None:
    """A badge at the shoulder of a point: the neuron says the opposite."""
    painter.translate(look.px(9), -look.px(9))
    painter.setPen(QPen(look.color("surface"), 1.6))
    painter.setBrush(look.color("bad"))
    painter.drawEllipse(QPointF(0, 0), look.px(7), look.px(7))
    arm = look.px(2.8)
    painter.setPen(trail_pen(look.color("surface"), 2.0))
    painter.drawLine(QLineF(-arm, -arm, arm, arm))
    painter.drawLine(QLineF(-arm, arm, arm, -arm))


def _paint_note(painter: QPainter, note: str, view: Viewport, look: Look) -> None:
    """A sentence in a pill at the top of the picture."""
    painter.save()
    painter.setFont(look.font("small", 600))
    wide = view.width - look.px(24)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    size = painter.boundingRect(QRectF(0, 0, wide - look.px(20), 400), flags, note)
    high = size.height() + look.px(12)
    across = size.width() + look.px(24)
    pill = QRectF(view.left + (view.width - across) / 2, view.top + look.px(10), across, high)
    painter.setPen(QPen(look.color("edge"), 1))
    painter.setBrush(look.color("raised"))
    painter.drawRoundedRect(pill, look.px(8), look.px(8))
    painter.setPen(look.color("text"))
    painter.drawText(pill, flags, note)
    painter.restore()
