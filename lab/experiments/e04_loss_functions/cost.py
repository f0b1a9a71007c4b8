"""What a miss costs: the loss as a curve over the residual, with a dot for every point that slides along it."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e04_loss_functions.frame import LossFrame
from lab.experiments.e04_loss_functions.loss import CLIP
from lab.experiments.e04_loss_functions.settings import LOSS_NAMES
from widgets.base.look import Look
from widgets.canvas.axes import rounded
from widgets.canvas.canvas import Canvas
from widgets.canvas.paths import polygon
from widgets.canvas.viewport import Viewport

__all__ = ["CostCurve"]

LABEL_TOP = 6.0  # the highest cost shown for labels


class CostCurve(Canvas):
    """The curve; `highlighted_changed` tells which dot the pointer is on, or Page Up and Page Down have chosen."""

    highlighted_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: LossFrame | None = None
        self._highlighted = -1
        self._shown_for: object = None
        self._curve: tuple[np.ndarray, np.ndarray] = (np.zeros(0), np.zeros(0))
        self.hovered.connect(self._hover)
        self.unhovered.connect(self._leave)

    def show_frame(self, frame: LossFrame, highlighted: int) -> None:
        """Show this frame with one point lit; the range follows the points in steps."""
        self._frame, self._highlighted = frame, highlighted
        reach = 1.0 if frame.loss.squash else self._reach(frame)
        key = (frame.loss, reach)
        if key != self._shown_for:
            self._shown_for = key
            self._curve = frame.cost_curve(reach)
            finite = self._curve[1][np.isfinite(self._curve[1])]
            log = frame.loss.kind == "log"
            top = LABEL_TOP if log else float(finite.max()) or 1.0
            self.set_titles(_("residual y − ŷ"), "", _("What a miss costs: {loss}").format(loss=self._name(frame)))
            self.set_range(-1.04 * reach, 1.04 * reach, -0.05 * top, 1.05 * top)
        self.update()

    @staticmethod
    def _name(frame: LossFrame) -> str:
        return _(LOSS_NAMES[frame.loss.kind])

    @staticmethod
    def _reach(frame: LossFrame) -> float:
        """The next of 2, 5, 10, 20 … that holds every residual; nothing while the points are hidden."""
        sizes = np.abs(frame.judged.residuals)
        finite = sizes[np.isfinite(sizes)] if not frame.blind else np.zeros(0)
        largest = min(float(finite.max(initial=0.5)), 1e120)
        power = 10.0 ** math.floor(math.log10(largest))
        return next(step * power for step in (1, 2, 5, 10) if step * power >= largest * 0.999)

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        painter.save()
        painter.setClipPath(rounded(view, look))
        painter.fillRect(QRectF(view.left, view.top, view.width, view.height), look.color("sunken"))
        painter.setPen(QPen(look.color("grid"), 1.4))
        middle, floor = view.screen(0.0, 0.0)
        painter.drawLine(QPointF(middle, view.top), QPointF(middle, view.top + view.height))
        painter.drawLine(QPointF(view.left, floor), QPointF(view.left + view.width, floor))
        painter.restore()

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        frame = self._frame
        if frame is None:
            return
        painter.save()
        painter.setClipPath(rounded(view, look))
        across, down = view.screen(*self._curve)
        good = np.isfinite(down)
        painter.setPen(QPen(look.color(look.palette.categories[2]), 2.4 * look.line_weight))
        painter.drawPolyline(polygon(across[good], np.clip(down[good], -4000, 4000)))
        if frame.loss.kind == "huber":
            self._paint_borders(painter, view, look, frame.loss.delta)
        if not frame.blind:
            for i in sorted(range(frame.n), key=lambda i: i == self._highlighted):
                self._paint_dot(painter, view, look, frame, i)
        self._paint_words(painter, view, look, frame)
        painter.restore()

    def _paint_borders(self, painter: QPainter, view: Viewport, look: Look, delta: float) -> None:
        pen = QPen(look.color("text3"), 1.2)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        for sign in (-1, 1):
            x, _y = view.screen(sign * delta, 0.0)
            if view.left <= x <= view.left + view.width:
                painter.drawLine(QPointF(x, view.top), QPointF(x, view.top + view.height))

    def _paint_dot(self, painter: QPainter, view: Viewport, look: Look, frame: LossFrame, i: int) -> None:
        """A point that costs more than the picture is high stands at its upper border, as a triangle."""
        residual, cost = float(frame.judged.residuals[i]), float(frame.judged.each[i])
        if math.isnan(cost) or not view.x0 <= residual <= view.x1:
            return
        x, y = view.screen(residual, min(cost, view.y1))
        highlighted = i == self._highlighted
        radius = look.px(7 if highlighted else 5)
        painter.setPen(QPen(look.color("surface"), 1.4))
        painter.setBrush(look.color("ball") if highlighted else look.color(look.palette.categories[0]))
        if cost > view.y1:
            y = view.top + 2
            top = [QPointF(x, y), QPointF(x - radius, y + 2 * radius), QPointF(x + radius, y + 2 * radius)]
            painter.drawPolygon(QPolygonF(top))
        else:
            painter.drawEllipse(QPointF(x, y), radius, radius)

    def _paint_words(self, painter: QPainter, view: Viewport, look: Look, frame: LossFrame) -> None:
        """The loss by name and, for log-loss, what happens at the ends of the curve."""
        painter.setPen(look.color("text2"))
        painter.setFont(look.font("caption", 550))
        room = QRectF(view.left + look.px(8), view.top + look.px(4), view.width - look.px(16), look.px(36))
        words = self._name(frame)
        if frame.loss.kind == "log":
            words += "\n" + (_("clipped at {most}") if frame.loss.clipped else _("∞ at both ends")).format(
                most=show_number(-math.log(CLIP), 3)
            )
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)

    # ---- pointing

    def _hover(self, x: float, y: float) -> None:
        frame = self._frame
        if frame is None or frame.blind or not frame.n:
            return
        view = self.view()
        across, down = view.screen(frame.judged.residuals, np.minimum(frame.judged.each, view.y1))
        there = view.screen(x, y)
        far = np.hypot(across - there[0], down - there[1])
        nearest = int(np.argmin(np.where(np.isfinite(far), far, np.inf)))
        self._choose(nearest if far[nearest] < 14 else -1)

    def _leave(self) -> None:
        self._choose(-1)

    def _choose(self, number: int) -> None:
        if number != self._highlighted:
            self.highlighted_changed.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}.get(Qt.Key(event.key()), 0)
        if by and self._frame is not None and self._frame.n and not self._frame.blind:
            self._choose((self._highlighted + by) % self._frame.n)
        else:
            super().keyPressEvent(event)
