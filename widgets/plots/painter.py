"""A canvas to paint points on while something answers: a field of beliefs below, points of up to six classes with
a shape each above, the boundary between, and a tool in the hand.

What the hand does is told while it does it (`stroke_begun`, `dabbed`, `stroke_ended`), and every dab is on the
screen at once: until the caller hands back points that hold it (`set_points`, with how many have arrived), the
canvas shows its own. Any tool drags the ball. By keyboard the arrow keys move a cross-hair, Enter makes one dab.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from widgets.base.look import Look, look
from widgets.base.words import _
from widgets.canvas.axes import rounded
from widgets.canvas.brush import BrushStroke
from widgets.canvas.canvas import Canvas
from widgets.canvas.dots import Dots
from widgets.canvas.layers import Ball
from widgets.canvas.overlay import OverlayPainter
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.canvas.spoken import place_words
from widgets.canvas.viewport import Viewport
from widgets.plots.painter_paint import Ground, dot_size, paint_names, write_beside

__all__ = ["Painter"]

Extent = tuple[float, float, float, float]
ASK = "ask"  # the tool that moves the ball
REACH = 11  # pixels at 100 % text around the ball's middle, from which it is taken in the hand


class Painter(Canvas):
    """`dabbed` carries the new places of a stroke, a list of (x, y); `placed` where the ball was put."""

    stroke_begun = Signal(str)
    dabbed = Signal(object)
    stroke_ended = Signal()
    placed = Signal(float, float)
    GROUND_MOVES = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, equal=True)
        self._tool, self._kind, self._radius = "brush", 0, 0.2
        self._ground = Ground()
        self._points, self._kinds = np.zeros((0, 2)), np.zeros(0, dtype=int)
        self._hollow = np.zeros(0, dtype=bool)
        self._layer: QPixmap | None = None
        self._layer_for: object = None
        self._drawn = 0
        self._ball: tuple[float, float] | None = None
        self._ball_text = ""
        self._stamps, self._dots = PixmapCache(), Dots()
        self._dabs: BrushStroke | None = None
        self._stroke: list[tuple[float, float]] = []
        self._stroke_kind = 0
        self._asking = False
        self._hand: QPointF | None = None

    # ---- what the caller says

    def set_tool(self, tool: str) -> None:
        """ "brush", "spray", "eraser" or "ask", which moves the ball."""
        self._tool = tool
        self.update()

    def set_kind(self, kind: int) -> None:
        """The class that is painted."""
        self._kind = kind
        self.update()

    def set_radius(self, radius: float) -> None:
        """The size of the tool, in units of the picture."""
        self._radius = radius
        self.update()

    def set_beliefs(self, beliefs: np.ndarray, extent: Extent, hard: bool = False) -> None:
        """The field: [1, G, G], belief in class 1, or [K, G, G], rows upwards."""
        self._ground.show(beliefs, hard)
        if extent != self._home:
            self.set_range(*extent)
        self.update()

    def set_unit(self, values: np.ndarray | None, level: float = 0.0) -> None:
        """Show what one unit says everywhere in place of the beliefs: [g, g], rows upwards, with a dashed line where
        it is `level`; None for the beliefs again."""
        if self._ground.show_unit(values, level):
            self.update()

    @property
    def unit(self) -> np.ndarray | None:
        """What one unit says, where that is shown in place of the beliefs."""
        return self._ground.unit

    def set_points(self, points: np.ndarray, kinds: np.ndarray, hollow: np.ndarray, settled: int | None = None) -> None:
        """The points [N, 2] with their classes [N] and which are hollow [N].

        settled: how many dabs of the stroke in the hand are among them; None for all.
        """
        if settled is None or settled >= len(self._stroke):
            if self._dabs is None:
                self._stroke = []
            self._settled = len(self._stroke)
        else:
            self._settled = settled
        same = points is self._points or self._goes_on(points, kinds, hollow)
        if not same:
            self._layer = None
        self._points, self._kinds, self._hollow = points, kinds, hollow
        self.update()

    def summary(self) -> str:
        counts = [int((self._kinds == kind).sum()) for kind in range(int(self._kinds.max(initial=-1)) + 1)]
        words = _("{n} points of {kinds} kinds.").format(n=len(self._kinds), kinds=sum(map(bool, counts)))
        ball = _("The ball is at {place}.").format(place=place_words(self._titles, *self._ball)) if self._ball else ""
        return " ".join(filter(None, (super().summary(), words, ball)))

    def points(self) -> np.ndarray:
        """The points that are shown, [N, 2]."""
        return self._points

    def hollow(self) -> np.ndarray:
        """Which of them are hollow, [N]."""
        return self._hollow

    _settled = 0

    def _goes_on(self, points: np.ndarray, kinds: np.ndarray, hollow: np.ndarray) -> bool:
        """Whether the points drawn so far are the first of these, so that only the new ones need be drawn."""
        count = self._drawn
        return (
            count <= len(points)
            and dot_size(len(points)) == dot_size(count)
            and np.array_equal(points[:count], self._points[:count])
            and np.array_equal(kinds[:count], self._kinds[:count])
            and np.array_equal(hollow[:count], self._hollow[:count])
        )

    def set_names(self, x: str, y: str) -> None:
        """What the axes are called, written at their ends inside the picture."""
        if (x, y) != self._names:
            self._names = (x, y)
            self.update()

    _names = ("", "")

    def set_ball(self, x: float, y: float, text: str = "") -> None:
        """Where the lit ball stands, and what is written beside it."""
        self._ball, self._ball_text = (x, y), text
        self.update()

    # ---- painting

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        painter.save()
        painter.setClipPath(rounded(view, look))
        self._ground.paint(painter, self._home, view, look)
        self.paint_ghosts(painter, view, look)
        if live:
            self._paint_layer(painter, view, look)
            self._paint_stroke(painter, view, look)
        else:
            self._paint_points(painter, view, look, slice(0, len(self._points)), None)
        if self._ball is not None:
            stamps = self._stamps.use(look, self.devicePixelRatioF()) if live else None
            OverlayPainter(painter, look, stamps).ball(Ball(*self._ball), *view.screen(*self._ball))
            if self._ball_text:
                write_beside(painter, self._ball_text, view, look, *view.screen(*self._ball))
        paint_names(painter, self._names, view, look)
        painter.restore()

    def _paint_layer(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """The points, from a layer that is kept: only new ones are drawn."""
        ratio = self.devicePixelRatioF()
        key = (view, look, ratio, self.size())
        if self._layer is None or key != self._layer_for:
            self._layer = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
            self._layer.setDevicePixelRatio(ratio)
            self._layer.fill(Qt.GlobalColor.transparent)
            self._layer_for, self._drawn = key, 0
        if self._drawn < len(self._points):
            onto = QPainter(self._layer)
            onto.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_points(onto, view, look, slice(self._drawn, len(self._points)), ratio)
            onto.end()
            self._drawn = len(self._points)
        painter.drawPixmap(0, 0, self._layer)

    def _paint_points(self, painter: QPainter, view: Viewport, look: Look, which: slice, ratio: float | None) -> None:
        places, size = view.points(self._points[which]), dot_size(len(self._points))
        self._dots.draw(painter, places, self._kinds[which], self._hollow[which], size, look, ratio)

    def _paint_stroke(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """The dabs of the stroke in the hand that have not come back yet."""
        new = self._stroke[self._settled :]
        if new and self._stroke_tool != "eraser":
            kinds, filled = np.full(len(new), self._stroke_kind), np.zeros(len(new), dtype=bool)
            places, size = view.points(np.array(new)), dot_size(len(self._points))
            self._dots.draw(painter, places, kinds, filled, size, look, self.devicePixelRatioF())

    _stroke_tool = "brush"

    def _paint_cursor(self, painter: QPainter, view: Viewport, look: Look) -> None:
        super()._paint_cursor(painter, view, look)
        at = self._hand
        if self._cross is not None:
            at = QPointF(*view.screen(*self._cross))
        takes_ball = self._asking or (self._cross is None and self._dabs is None and at and self._on_ball(at))
        if at is None or not view.holds(at.x(), at.y()) or self._tool == ASK or takes_ball:
            return
        if self._tool == "brush":
            painter.setOpacity(0.55)
            here, one = np.array([[at.x(), at.y()]]), np.array([self._kind])
            self._dots.draw(painter, here, one, one < 0, 1.2 * dot_size(len(self._points)), look, None)
            painter.setOpacity(1.0)
            return
        radius = self._radius * view.width / (view.x1 - view.x0)
        color = look.palette.categories[self._kind] if self._tool == "spray" else look.palette.text
        for ink, width in ((look.color("surface", 200), 3.6), (look.color(color), 1.6)):
            pen = QPen(ink, width)
            if self._tool == "eraser" and width < 2:
                pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, radius, radius)

    # ---- the hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        spot = self.data_at(at)
        if event.button() != Qt.MouseButton.LeftButton or spot is None:
            super().mousePressEvent(event)
            return
        self._cross = None
        if self._tool == ASK or self._on_ball(at):
            self._asking = True
            if self._tool == ASK:
                self.placed.emit(*spot)
            return
        self._begin_stroke()
        self._go_to(*spot)

    def _on_ball(self, at: QPointF) -> bool:
        """Whether a pixel is on the ball, which any tool may take."""
        ball = None if self._ball is None else QPointF(*self.view().screen(*self._ball))
        return ball is not None and QLineF(at, ball).length() <= look().px(REACH)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        self._hand = at
        spot = self.data_at(at)
        if self._dabs is not None:
            if spot is not None:
                self._go_to(*spot)
            self.update()
        elif self._asking:
            if spot is not None:
                self.placed.emit(*spot)
        else:
            super().mouseMoveEvent(event)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (self._dabs is not None or self._asking):
            self._end_stroke()
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hand = None
        super().leaveEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._dabs is None:
            view = self.view()
            x, y = self._cross or ((view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2)
            self._cross = (x, y)
            if self._tool == ASK:
                self.placed.emit(x, y)
            else:
                self._begin_stroke()
                self._go_to(x, y)
            self._end_stroke()
        else:
            super().keyPressEvent(event)

    def _begin_stroke(self) -> None:
        self._dabs = BrushStroke(self._tool, self._radius)
        self._stroke, self._settled = [], 0
        self._stroke_kind, self._stroke_tool = self._kind, self._tool
        self.stroke_begun.emit(self._tool)

    def _go_to(self, x: float, y: float) -> None:
        if self._dabs is None:
            return
        new = self._dabs.to(x, y)
        if new:
            self._stroke += new
            self.dabbed.emit(new)
            self.update()

    def _end_stroke(self) -> None:
        self._dabs, self._asking = None, False
        self.stroke_ended.emit()
        self.update()

    @property
    def painting(self) -> bool:
        """Whether a stroke is in the hand."""
        return self._dabs is not None
