"""The points and the line, to take hold of, with every loss as an area: for squared error true squares on the
sticks between point and line. What is painted comes with a frame; what the hand does goes out as signals."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e04_loss_functions.frame import LossFrame
from lab.experiments.e04_loss_functions.words import area_words
from widgets.base.look import Look
from widgets.canvas.axes import paint_grid, rounded
from widgets.canvas.layers import Handle
from widgets.canvas.paths import polygon
from widgets.canvas.stage import Stage
from widgets.canvas.viewport import Viewport

__all__ = ["Board"]

INNER = (0.1, 0.9)  # where the two dots of the line lie, as shares of the part of it that is in sight
LABEL_UNIT = 0.12  # labels lie close together: their areas are drawn to this scale
FAR = 5000.0  # pixels beyond which nothing is painted


class Board(Stage):
    """`dragged` and `dropped` name "left", "right" or "point 3"."""

    keys_take_handle = False
    removed = Signal(int)
    typing_requested = Signal(str)  # a thing was double-clicked, or F2 was pressed on it
    highlighted_changed = Signal(int)  # the point under the pointer or chosen by key; −1 for none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: LossFrame | None = None
        self._areas, self._best = True, False
        self._highlighted = -1
        self._anchor: tuple[float, float] | None = None  # where the two dots lie while one is held

    def show_frame(self, frame: LossFrame, areas: bool, best: bool, highlighted: int) -> None:
        """Show this frame, with or without the areas and the best line, one point lit (−1: none)."""
        self._frame, self._areas, self._best, self._highlighted = frame, areas, best, highlighted
        handles: list[Handle] = []
        if not frame.blind:
            places = self.bends() if frame.loss.squash else self.dots()
            handles = [Handle(name, x, y) for name, (x, y) in zip(("left", "right"), places)]
            points = zip(frame.points.x.tolist(), frame.points.y.tolist())
            handles += [Handle(f"point {i}", x, y) for i, (x, y) in enumerate(points)]
        self.set_layers(handles)

    def dots(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where the two dots of the line lie."""
        assert self._frame is not None
        (w, b), view = self._frame.line, self.view()
        xs = self._anchor or tuple(view.x0 + share * (view.x1 - view.x0) for share in INNER)
        left, right = ((x, min(max(w * x + b, view.y0), view.y1)) for x in xs)
        return left, right

    def bends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The same on a curve of probabilities: two fixed places that are moved up and down."""
        assert self._frame is not None
        (w, b), view = self._frame.line, self.view()
        xs = [view.x0 + share * (view.x1 - view.x0) for share in (0.3, 0.7)]
        left, right = ((x, float(self._frame.loss.predict(np.asarray(w * x + b)))) for x in xs)
        return left, right

    def hold(self) -> None:
        """Keep the places of the dots for the drag that begins."""
        self._anchor = self._anchor or (self.dots()[0][0], self.dots()[1][0])

    def let_go(self) -> None:
        """The drag is over."""
        self._anchor = None

    # ---- painting

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        paint_grid(painter, view, look)

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        frame = self._frame
        if frame is None:
            return
        painter.save()
        painter.setClipPath(rounded(view, look))
        if frame.blind or not frame.n:
            self._paint_message(painter, view, look, frame)
        if not frame.blind:
            self._paint_costs(painter, view, look, frame)
            if self._best and frame.best is not None:
                self._paint_line(painter, view, look, frame.best, "text3", True)
            self._paint_line(painter, view, look, frame.line, "text", False)
            self._paint_points(painter, view, look, frame, live)
            self._paint_dots(painter, view, look, live)
            if self._areas and frame.n:
                self._paint_key(painter, view, look, frame)
        painter.restore()

    def _paint_message(self, painter: QPainter, view: Viewport, look: Look, frame: LossFrame) -> None:
        words = _("Points and line are hidden\nwhile you search blind.") if frame.blind else ""
        painter.setPen(look.color("text2"))
        painter.setFont(look.font("body", 500))
        spot = QRectF(view.left, view.top, view.width, view.height)
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, words or _("Press here to add a point."))

    def _paint_key(self, painter: QPainter, view: Viewport, look: Look, frame: LossFrame) -> None:
        """What the red areas are."""
        words = area_words(frame.loss)
        painter.setPen(look.color("bad"))
        painter.setFont(look.font("caption", 550))
        room = QRectF(view.left, view.top, view.width - look.px(8), view.height - look.px(5))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, words)

    def _paint_costs(self, painter: QPainter, view: Viewport, look: Look, frame: LossFrame) -> None:
        """A stick for every residual and, beside it, the rectangle whose area is the point's loss."""
        judged, unit = frame.judged, view.height / (view.y1 - view.y0)
        scale = LABEL_UNIT if frame.loss.squash else 1.0
        order = sorted(range(frame.n), key=lambda i: i == self._highlighted)
        for i in order:
            x, y = float(frame.points.x[i]), float(frame.points.y[i])
            across, top = view.screen(x, y)
            _x, bottom = view.screen(x, float(judged.predictions[i]))
            if not math.isfinite(bottom):
                continue
            bottom = min(max(bottom, -FAR), FAR)
            residual, cost = float(judged.residuals[i]), float(judged.each[i])
            highlighted = i == self._highlighted
            painter.setPen(QPen(look.color("bad"), 2.2 if highlighted else 1.4))
            if self._areas and residual and math.isfinite(cost):
                wide = min(cost / abs(residual) * unit * scale, FAR)
                side = -1.0 if (residual > 0) == (frame.line[0] >= 0) else 1.0
                painter.setBrush(look.color("ball" if highlighted else "bad", 90 if highlighted else 34))
                painter.drawRect(QRectF(QPointF(across, top), QPointF(across + side * wide, bottom)).normalized())
            painter.drawLine(QPointF(across, top), QPointF(across, bottom))

    def _paint_line(
        self, painter: QPainter, view: Viewport, look: Look, line: tuple[float, float], color: str, dashed: bool
    ) -> None:
        assert self._frame is not None
        squash = self._frame.loss.squash
        xs = np.linspace(view.x0, view.x1, 121 if squash else 2)
        with np.errstate(all="ignore"):
            ys = self._frame.loss.predict(line[0] * xs + line[1])
            across, down = view.screen(xs, ys)
        if not np.isfinite(down).all():
            return
        pen = QPen(look.color(color), (1.8 if dashed else 2.6) * look.line_weight)
        pen.setDashPattern([4, 3]) if dashed else None
        painter.setPen(pen)
        painter.drawPolyline(polygon(across, np.clip(down, -FAR * 20, FAR * 20)))

    def _paint_points(self, painter: QPainter, view: Viewport, look: Look, frame: LossFrame, live: bool) -> None:
        for i in range(frame.n):
            x, y = view.screen(*self.handle_at(f"point {i}"))
            name, highlighted = f"point {i}", i == self._highlighted
            chosen = live and self.hasFocus() and self._current == name
            painter.setPen(QPen(look.color("surface"), 1.6))
            painter.setBrush(look.color("ball") if highlighted else look.color(look.palette.categories[0]))
            radius = look.px(8 if highlighted else 6)
            painter.drawEllipse(QPointF(x, y), radius, radius)
            if chosen:
                self._paint_focus(painter, look, x, y)
            if highlighted:
                painter.setPen(look.color("text"))
                painter.setFont(look.font("caption", 650))
                painter.drawText(QPointF(x + look.px(11), y + look.px(4)), str(i + 1))

    def _paint_dots(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        for name in ("left", "right"):
            if name not in self._handles:
                continue
            x, y = view.screen(*self.handle_at(name))
            near = live and name in (self._near, self._held)
            radius = look.px(9) + (2 if near else 0)
            painter.setPen(QPen(look.color("axis"), 4.6))
            painter.drawEllipse(QPointF(x, y), radius, radius)
            painter.setPen(QPen(look.color("#FFFFFF"), 2.6))
            painter.setBrush(look.color("ball"))
            painter.drawEllipse(QPointF(x, y), radius, radius)
            if live and self.hasFocus() and self._current == name:
                self._paint_focus(painter, look, x, y)

    @staticmethod
    def _paint_focus(painter: QPainter, look: Look, x: float, y: float) -> None:
        painter.setPen(QPen(look.color("focus"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), look.px(14), look.px(14))

    # ---- mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() == Qt.MouseButton.NoButton:
            self._say(self._near)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        name = self._under(event.position())
        still = self._pressed is not None and not self._dragging
        if event.button() == Qt.MouseButton.RightButton and still and name.startswith("point "):
            self._pressed = None
            self.removed.emit(int(name[6:]))
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        name = self._under(event.position()) if event.button() == Qt.MouseButton.LeftButton else ""
        if name:
            self.typing_requested.emit(name)
        elif not (self._frame and self._frame.blind):
            self.mousePressEvent(event)  # two points put quickly, one after the other

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, view = event.key(), self.view()
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._current.startswith("point "):
            self.removed.emit(int(self._current[6:]))
        elif key == Qt.Key.Key_F2 and self._current:
            self.typing_requested.emit(self._current)
        elif key == Qt.Key.Key_Insert:
            self.clicked.emit(*(self._cross or ((view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2)))
        else:
            super().keyPressEvent(event)
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._say(self._current)

    def _say(self, name: str) -> None:
        number = int(name[6:]) if name.startswith("point ") else -1
        if number != self._highlighted:
            self.highlighted_changed.emit(number)
