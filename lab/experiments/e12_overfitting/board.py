"""The points and the curve, to take hold of: drag a point, press an empty place for one more, right-click or Delete to
take one away. By keys, Return goes from point to point and the arrows move it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e12_overfitting.frame import CurveShown
from lab.experiments.e12_overfitting.settings import Display
from lab.experiments.e12_overfitting.sheet import truth
from widgets.base.look import Look
from widgets.canvas.axes import paint_grid, rounded
from widgets.canvas.layers import Handle
from widgets.canvas.markers import marker_path
from widgets.canvas.paths import beside, polygon
from widgets.canvas.stage import Stage
from widgets.canvas.viewport import Viewport

__all__ = ["Board"]

FAR = 4000.0  # pixels beyond which nothing is painted
FAINT = 90  # of 255, a ghost
WIDE = 1.2  # pixels, a ghost
HAIR = 0.7  # pixels that a line of width 1 looks wide
HAIR_FAINT = 63  # of 255: two such lines beside each other are as pale as one that is FAINT and WIDE
MANY = 80  # points beyond which they are small


class Board(Stage):
    """`dragged` and `dropped` name "point 3"."""

    keys_take_handle = False
    removed = Signal(int)
    typing_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: CurveShown | None = None
        self._display, self._beyond = Display(), False

    def show_curve(self, shown: CurveShown, display: Display, beyond: bool = False) -> None:
        """Show this. beyond: also what lies beyond the points, shaded."""
        self._shown, self._display, self._beyond = shown, display, beyond
        sheet = shown.sheet
        places = enumerate(zip(sheet.x.tolist(), sheet.y.tolist()))
        in_sight = ~sheet.held if not display.held else np.ones(len(sheet.x), bool)
        self.set_layers([Handle(f"point {i}", x, y) for i, (x, y) in places if in_sight[i]])
        self.update()

    # ---- painting

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        paint_grid(painter, view, look)

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        shown = self._shown
        if shown is None:
            return
        painter.save()
        painter.setClipPath(rounded(view, look))
        if not len(shown.sheet.x):
            self._paint_empty(painter, view, look)
        if self._beyond and len(shown.sheet.seen_x):
            self._paint_shade(painter, view, look, shown)
        self._paint_curves(painter, view, look, shown, live and self.devicePixelRatioF() == 1.0)
        self._paint_points(painter, view, look, shown, live)
        self._paint_key(painter, view, look)
        painter.restore()

    def _paint_empty(self, painter: QPainter, view: Viewport, look: Look) -> None:
        painter.setPen(look.color("text2"))
        painter.setFont(look.font("body", 500))
        room = QRectF(view.left, view.top, view.width, view.height)
        words = _("No points yet. Press here to add some, or paste a table.")
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)

    @staticmethod
    def _paint_shade(painter: QPainter, view: Viewport, look: Look, shown: CurveShown) -> None:
        """The places where no seen point is, to the left and to the right."""
        x = shown.sheet.seen_x
        left, right = view.screen(float(x.min()), 0.0)[0], view.screen(float(x.max()), 0.0)[0]
        painter.setFont(look.font("caption", 600))
        for start, end in ((view.left, left), (right, view.left + view.width)):
            room = QRectF(start, view.top, max(0.0, end - start), view.height)
            painter.fillRect(room, look.color("warn_soft"))
            painter.setPen(look.color("warn"))
            words = room.adjusted(look.px(4), 0, -look.px(4), -look.px(8))
            flags = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(words, flags, _("no points here"))

    def _paint_curves(self, painter: QPainter, view: Viewport, look: Look, shown: CurveShown, fast: bool) -> None:
        fit, sheet = shown.fit, shown.sheet
        if fit is None:
            return
        if self._display.ghosts:
            paint = _paint_pairs if fast else _paint_ghosts
            paint(painter, look, _lines(view, fit.x, shown.ghosts))
        if (self._display.truth or self._beyond) and sheet.world:
            _paint_line(painter, view, fit.x, truth(sheet.world, fit.x), _dashed(look, "good", (2, 2)))
        if shown.first is not None:
            _paint_line(painter, view, fit.x, shown.first, _dashed(look, "text3", (5, 4)))
        _paint_line(painter, view, fit.x, fit.curve, QPen(look.color("text"), 2.8 * look.line_weight))

    def _paint_points(self, painter: QPainter, view: Viewport, look: Look, shown: CurveShown, live: bool) -> None:
        small = len(shown.sheet.x) > MANY
        for number, held in enumerate(shown.sheet.held.tolist()):
            name = f"point {number}"
            if name not in self._handles:
                continue
            x, y = view.screen(*self.handle_at(name))
            if not (-FAR < x < FAR and -FAR < y < FAR):
                continue
            near = live and name in (self._near, self._held)
            radius = look.px(3.5 if small else 5 if held else 6.5) + (2 if near else 0)
            painter.translate(x, y)
            painter.setPen(QPen(look.color("surface"), 1.4))
            painter.setBrush(look.color(look.palette.categories[1 if held else 0]))
            painter.drawPath(marker_path("t1" if held else "o", radius))
            if live and self.hasFocus() and self._current == name:
                painter.setPen(QPen(look.color("focus"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(0, 0), look.px(13), look.px(13))
            painter.translate(-x, -y)

    def _paint_key(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """What the marks are, in the upper right corner."""
        words = [(_("● learned from"), look.palette.categories[0])]
        if self._display.held and self._shown is not None and self._shown.sheet.held.any():
            words.append((_("▲ held out"), look.palette.categories[1]))
        painter.setFont(look.font("caption", 600))
        gap, metrics = look.px(12), painter.fontMetrics()
        wide = sum(metrics.horizontalAdvance(text) + gap for text, _color in words) + look.px(8)
        plate = QRectF(view.left + view.width - wide - look.px(4), view.top + look.px(4), wide, look.px(22))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("sunken", 225))
        painter.drawRoundedRect(plate, look.px(5), look.px(5))
        x = plate.left() + look.px(10)
        for text, color in words:
            painter.setPen(look.color(color))
            spot = QRectF(x, plate.top(), metrics.horizontalAdvance(text) + 2, plate.height())
            painter.drawText(spot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            x += metrics.horizontalAdvance(text) + gap

    # ---- mouse and keys

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        name = self._under(event.position())
        still = self._pressed is not None and not self._dragging
        if event.button() == Qt.MouseButton.RightButton and still and name:
            self._pressed = None
            self.removed.emit(int(name[6:]))
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        name = self._under(event.position()) if event.button() == Qt.MouseButton.LeftButton else ""
        if name:
            self.typing_requested.emit(int(name[6:]))
        else:
            self.mousePressEvent(event)  # two points put quickly, one after the other

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, view = event.key(), self.view()
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._current:
            self.removed.emit(int(self._current[6:]))
        elif key == Qt.Key.Key_F2 and self._current:
            self.typing_requested.emit(int(self._current[6:]))
        elif key == Qt.Key.Key_Insert:
            self.clicked.emit(*(self._cross or ((view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2)))
        else:
            super().keyPressEvent(event)


def _dashed(look: Look, color: str, dash: tuple[float, ...]) -> QPen:
    pen = QPen(look.color(color), 2.0 * look.line_weight)
    pen.setDashPattern(dash)
    return pen


def _line(view: Viewport, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A curve in pixels, [N, 2]; what is far outside the picture stays far outside."""
    across, down = view.screen(x, y)
    inside = (across > view.left - 20) & (across < view.left + view.width + 20) & np.isfinite(down)
    return np.stack((across[inside], np.clip(down[inside], -FAR, FAR)), axis=1)


def _paint_line(painter: QPainter, view: Viewport, x: np.ndarray, y: np.ndarray, pen: QPen) -> None:
    """A curve in data coordinates."""
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(polygon(*_line(view, x, y).T))


def _lines(view: Viewport, x: np.ndarray, curves: np.ndarray) -> list[np.ndarray]:
    """Curves over the same x, [G, N], in pixels: arrays [H, N, 2], as few as there can be."""
    if np.isfinite(curves).all():
        across, down = view.screen(x, curves)
        inside = (across > view.left - 20) & (across < view.left + view.width + 20)
        down = down[:, inside].clip(-FAR, FAR)
        return [np.stack((np.broadcast_to(across[inside], down.shape), down), axis=-1)]
    return [_line(view, x, curve)[None] for curve in curves]


def _paint_ghosts(painter: QPainter, look: Look, lines: Sequence[np.ndarray]) -> None:
    """The curves of other samples."""
    painter.setPen(QPen(look.color(look.palette.categories[2], FAINT), WIDE * look.line_weight))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for some in lines:
        for line in some:
            painter.drawPolyline(polygon(*line.T))


def _paint_pairs(painter: QPainter, look: Look, lines: Sequence[np.ndarray]) -> None:
    """The same to the eye, each as two lines of width 1: Qt draws those pixel by pixel, in a third of the time, where
    it fills the outline of a wider one."""
    wide = WIDE * look.line_weight
    faint = round(HAIR_FAINT * look.line_weight**0.75)  # the farther apart they are, the less they cover each other
    painter.setPen(QPen(look.color(look.palette.categories[2], faint), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for some in lines:
        for one, other in zip(*beside(some, (wide - HAIR) / 2)):
            painter.drawPolyline(polygon(*one.T))
            painter.drawPolyline(polygon(*other.T))
