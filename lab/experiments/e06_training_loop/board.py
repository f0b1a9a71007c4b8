"""The samples and the line. Those of the present batch are lit and ringed, and sticks show how far the
line misses them; the line can be taken by its two dots and laid somewhere else."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e06_training_loop.frame import LoopFrame
from widgets.axes import rounded
from widgets.canvas import Canvas
from widgets.ink import trail_pen
from widgets.look import Look, look
from widgets.ticks import linear_ticks
from widgets.view import View

__all__ = ["Board"]

INNER = (0.16, 0.84)  # where the two dots lie, as shares of the part of the line that is in sight
REACH, NEAR = 15.0, 9.0  # pixels within which a dot can be taken, and a sample is read


class Board(Canvas):
    """`placed` carries w and b on the way; `grabbed` comes before the first of each gesture."""

    grabbed = Signal(str)
    placed = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: LoopFrame | None = None
        self._sticks = True
        self._held = ""
        self._chosen = ""
        self._moving = False
        self._by_key = False
        self._anchor: tuple[float, float, float] | None = None  # x, y of the other dot, x of the held one
        self._drawn_for: object = None
        self.set_titles("x", "y", _("Samples and the line"))
        self.hovered.connect(self._read)
        self.unhovered.connect(self._unread)

    def show_frame(self, frame: LoopFrame, sticks: bool) -> None:
        """Draw a frame."""
        self._frame, self._sticks = frame, sticks
        x, y = frame.samples.x, frame.samples.y
        if not self._same(x, y):
            self._drawn_for = (x, y)
            wide, high = 0.08 * (np.ptp(x) or 1.0), 0.1 * (np.ptp(y) or 1.0)
            self.set_range(x.min() - wide, x.max() + wide, y.min() - high, y.max() + high)
        self.update()

    def _same(self, x: np.ndarray, y: np.ndarray) -> bool:
        known = self._drawn_for
        return isinstance(known, tuple) and np.array_equal(known[0], x) and np.array_equal(known[1], y)

    def chosen(self) -> str:
        """The dot that the arrow keys move: "left", "right" or ""."""
        return self._chosen

    def dots(self, view: View | None = None) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """Where the two dots of the line lie; None when the line is out of sight."""
        frame, view = self._frame, view or self.view()
        if frame is None:
            return None
        w, b = frame.memory.w, frame.memory.b
        if not (math.isfinite(w) and math.isfinite(b) and abs(w) < 1e6 and abs(b) < 1e6):
            return None
        low, high = view.x0, view.x1
        if w:
            cuts = sorted(((view.y0 - b) / w, (view.y1 - b) / w))
            low, high = max(low, cuts[0]), min(high, cuts[1])
        if high - low < 0.03 * (view.x1 - view.x0) or (not w and not view.y0 <= b <= view.y1):
            return None
        left, right = (low + share * (high - low) for share in INNER)
        return (left, w * left + b), (right, w * right + b)

    # ---- hands

    def _under(self, at: QPointF) -> str:
        for name, dot in zip(("left", "right"), self.dots() or ()):
            x, y = self.view().screen(*dot)
            if math.hypot(at.x() - x, at.y() - y) <= look().px(REACH):
                return name
        return ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        name = self._under(event.position()) if event.button() == Qt.MouseButton.LeftButton else ""
        if name:
            self._held = self._chosen = name
            self._moving, self._by_key = False, False
            self._anchor = self._anchored(name)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()

    def _anchored(self, name: str) -> tuple[float, float, float] | None:
        dots = self.dots()
        if dots is None:
            return None
        held, other = dots if name == "left" else dots[::-1]
        return other[0], other[1], held[0]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        at = event.position()
        if not self._held:
            if event.buttons() == Qt.MouseButton.NoButton:
                near = self._under(at)
                self.setCursor(Qt.CursorShape.OpenHandCursor if near else Qt.CursorShape.ArrowCursor)
            return
        if not self._moving:
            if not self._dragging:
                return
            self._moving = True
            self.grabbed.emit(self._held)
        view = self.view()
        self._put(view.data(at.x(), min(max(at.y(), view.top), view.top + view.height))[1])

    def _put(self, y: float) -> None:
        """The held dot to a height; the other stays."""
        if self._anchor is None:
            return
        other_x, other_y, x = self._anchor
        w = (y - other_y) / (x - other_x)
        self.placed.emit(w, other_y - w * other_x)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held, self._moving = self._held, "", False
        if held:
            self._pressed = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self.update()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.dots() is not None:
            order = ["", "left", "right"]
            self._chosen = order[(order.index(self._chosen) + 1) % 3]
            self._by_key = False
            self.update()
        elif event.key() == Qt.Key.Key_Escape and self._chosen:
            self._chosen = ""
            self.update()
        else:
            super().keyPressEvent(event)

    def nudge(self, across: int, up: int, fine: bool) -> bool:
        self._anchor = self._anchored(self._chosen) if self._chosen else None
        dots = self.dots()
        if self._anchor is None or dots is None:
            return super().nudge(across, up, fine)
        if not self._by_key:
            self._by_key = True
            self.grabbed.emit(self._chosen)
        place = dots[self._chosen == "right"]
        self._put(self.stepped(*place, 0, up, fine)[1])
        return True

    # ---- reading

    def _read(self, x: float, y: float) -> None:
        frame, view = self._frame, self.view()
        if frame is None:
            return
        samples = frame.samples
        across, down = view.screen(samples.x, samples.y)
        here = view.screen(x, y)
        away = np.hypot(across - here[0], down - here[1])
        number = int(np.argmin(away))
        if away[number] > look().px(NEAR):
            self.set_readout("")
            return
        rows = frame.memory.rows
        text = _("sample {n}: x = {x}, y = {y}").format(
            n=number, x=show_number(float(samples.x[number]), 3), y=show_number(float(samples.y[number]), 3)
        )
        self.set_readout(text + (" · " + _("in this batch") if rows is not None and number in rows else ""))

    def _unread(self) -> None:
        self.set_readout("")

    # ---- painting

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(180), look().px(84))

    def paint_picture(self, painter: QPainter, view: View, look: Look, ratio: float) -> None:
        p = painter
        p.save()
        p.setClipPath(rounded(view, look))
        p.fillRect(QRectF(view.left, view.top, view.width, view.height), look.color("sunken"))
        p.setPen(QPen(look.color("grid"), 1))
        for value in linear_ticks(view.x0, view.x1, max(2, int(view.width / look.px(72)))).tolist():
            x = round(view.screen(value, view.y0)[0]) + 0.5
            p.drawLine(QLineF(x, view.top, x, view.top + view.height))
        for value in linear_ticks(view.y0, view.y1, max(2, int(view.height / look.px(46)))).tolist():
            y = round(view.screen(view.x0, value)[1]) + 0.5
            p.drawLine(QLineF(view.left, y, view.left + view.width, y))
        p.restore()

    def paint_moving(self, painter: QPainter, view: View, look: Look, live: bool) -> None:
        frame = self._frame
        if frame is None:
            return
        p = painter
        p.save()
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setClipPath(rounded(view, look))
        self._paint_samples(p, frame, view, look)
        if self._sticks and frame.memory.rows is not None:
            self._paint_sticks(p, frame, view, look)
        self._paint_line(p, frame, view, look)
        self._paint_batch(p, frame, view, look)
        for name, dot in zip(("left", "right"), self.dots(view) or ()):
            self._paint_handle(p, name, dot, view, look)
        p.restore()

    @staticmethod
    def _paint_samples(p: QPainter, frame: LoopFrame, view: View, look: Look) -> None:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(look.color(look.palette.categories[0], 150))
        across, down = view.screen(frame.samples.x, frame.samples.y)
        radius = look.px(3)
        for x, y in zip(across.tolist(), down.tolist()):
            p.drawEllipse(QPointF(x, y), radius, radius)

    @staticmethod
    def _paint_sticks(p: QPainter, frame: LoopFrame, view: View, look: Look) -> None:
        m = frame.memory
        assert m.x is not None and m.y is not None
        foot = m.w * m.x + m.b
        p.setPen(trail_pen(look.color("bad"), 1.5 * look.line_weight))
        for x, y, end in zip(m.x.tolist(), m.y.tolist(), foot.tolist()):
            if abs(end) < 1e6:
                p.drawLine(QLineF(QPointF(*view.screen(x, y)), QPointF(*view.screen(x, end))))

    @staticmethod
    def _paint_line(p: QPainter, frame: LoopFrame, view: View, look: Look) -> None:
        w, b, move = frame.memory.w, frame.memory.b, frame.memory.move
        if move is not None and frame.card == "update" and abs(move.w) < 1e6 and abs(move.b) < 1e6:
            p.setPen(trail_pen(look.color("text3"), 1.4 * look.line_weight, (4, 3)))
            p.drawLine(*(QPointF(*view.screen(x, move.w * x + move.b)) for x in (view.x0, view.x1)))
        if abs(w) < 1e6 and abs(b) < 1e6:
            p.setPen(trail_pen(look.color("text"), 2.4 * look.line_weight))
            p.drawLine(*(QPointF(*view.screen(x, w * x + b)) for x in (view.x0, view.x1)))

    @staticmethod
    def _paint_batch(p: QPainter, frame: LoopFrame, view: View, look: Look) -> None:
        m = frame.memory
        if m.x is None or m.y is None:
            return
        across, down = view.screen(m.x, m.y)
        crowded = m.x.size > 40
        size = look.px(3.4 if crowded else 4.6)
        for x, y in zip(across.tolist(), down.tolist()):
            at = QPointF(x, y)
            p.setPen(QPen(look.color("text"), 1.0))
            p.setBrush(look.color("#FFFFFF"))
            p.drawEllipse(at, size + 1.9, size + 1.9)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(look.color("ball"))
            p.drawEllipse(at, size, size)

    def _paint_handle(self, p: QPainter, name: str, dot: tuple[float, float], view: View, look: Look) -> None:
        at, size = QPointF(*view.screen(*dot)), look.px(5.5)
        p.setPen(QPen(look.color("text"), 2.2))
        p.setBrush(look.color("surface"))
        p.drawEllipse(at, size, size)
        if name == self._held or (self.hasFocus() and name == self._chosen):
            p.setPen(QPen(look.color("focus"), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawEllipse(at, size + 5, size + 5)
