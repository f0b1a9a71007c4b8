"""The samples and the line. Those of the present batch are lit and ringed, and sticks show how far the
line misses them; line and samples can be taken by hand and laid somewhere else."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.experiments.e06_training_loop.interaction import Interaction
from lab.kit.naming import short
from widgets.base.look import Look, look
from widgets.canvas.axes import PLAIN, paint_grid, rounded
from widgets.canvas.trails import trail_pen
from widgets.canvas.viewport import Viewport

__all__ = ["Board"]


class Board(Interaction):
    """The picture of the samples, the batch and the line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sticks = True
        self._typed: tuple[float, float] | None = None  # w and b of the learner's own program
        self._drawn_for: object = None
        self.set_titles("x", "y", _("Samples and the line"))
        self.hovered.connect(self._read)
        self.unhovered.connect(self._unread)

    def show_frame(self, frame: LoopFrame, sticks: bool) -> None:
        """Draw a frame."""
        self._frame, self._sticks = frame, sticks
        samples = frame.samples
        names = _(samples.origin.x_name), _(samples.origin.y_name)
        if (samples.extent, names) != self._drawn_for:
            self._drawn_for = (samples.extent, names)
            self.set_titles(*names, _("Samples and the line"))
            self.set_range(*samples.extent)
        origin = samples.origin
        self.set_units((origin.center, origin.spread) if origin.spread else PLAIN)
        self.update()

    def show_typed(self, line: tuple[float, float] | None) -> None:
        """The line that the learner's own program found, w and b; None for none."""
        self._typed = line if line is not None and max(map(abs, line)) < 1e6 else None
        self.update()

    def typed(self) -> tuple[float, float] | None:
        """That line, where it is drawn."""
        return self._typed

    # ---- reading

    def _read(self, x: float, y: float) -> None:
        frame, number = self._frame, self.sample_at(QPointF(*self.view().screen(x, y)))
        if frame is None or number < 0:
            self.set_readout("")
            return
        samples = frame.samples
        rows = frame.memory.rows
        (zero, one), _y = self.units()
        text = _("sample {n}: {x_name} = {x}, {y_name} = {y}").format(
            n=number,
            x_name=short(samples.origin.x_name),
            x=show_number(zero + one * float(samples.x[number]), 3),
            y_name=short(samples.origin.y_name),
            y=show_number(float(samples.y[number]), 3),
        )
        self.set_readout(text + (" · " + _("in this batch") if rows is not None and number in rows else ""))

    def _unread(self) -> None:
        self.set_readout("")

    # ---- painting

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(180), look().px(84))

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        paint_grid(painter, view, look, self.units())

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
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
        if self._typed is not None:
            w, b = self._typed
            p.setPen(trail_pen(look.color("accent"), 2.4 * look.line_weight, (5, 3)))
            p.drawLine(*(QPointF(*view.screen(x, w * x + b)) for x in (view.x0, view.x1)))
        self._paint_batch(p, frame, view, look)
        for name, dot in zip(("left", "right"), self.dots(view) or ()):
            self._paint_handle(p, name, dot, view, look)
        number = self.held_sample() if live else -1
        if 0 <= number < frame.samples.n:
            p.setPen(QPen(look.color("focus"), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            at = view.screen(float(frame.samples.x[number]), float(frame.samples.y[number]))
            p.drawEllipse(QPointF(*at), look.px(9), look.px(9))
        p.restore()

    @staticmethod
    def _paint_samples(p: QPainter, frame: LoopFrame, view: Viewport, look: Look) -> None:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(look.color(look.palette.categories[0], 150))
        across, down = view.screen(frame.samples.x, frame.samples.y)
        radius = look.px(3)
        for x, y in zip(across.tolist(), down.tolist()):
            p.drawEllipse(QPointF(x, y), radius, radius)

    @staticmethod
    def _paint_sticks(p: QPainter, frame: LoopFrame, view: Viewport, look: Look) -> None:
        m = frame.memory
        assert m.x is not None and m.y is not None
        foot = m.w * m.x + m.b
        p.setPen(trail_pen(look.color("bad"), 1.5 * look.line_weight))
        for x, y, end in zip(m.x.tolist(), m.y.tolist(), foot.tolist()):
            if abs(end) < 1e6:
                p.drawLine(QLineF(QPointF(*view.screen(x, y)), QPointF(*view.screen(x, end))))

    @staticmethod
    def _paint_line(p: QPainter, frame: LoopFrame, view: Viewport, look: Look) -> None:
        w, b, move = frame.memory.w, frame.memory.b, frame.memory.move
        if move is not None and frame.card == "update" and abs(move.w) < 1e6 and abs(move.b) < 1e6:
            p.setPen(trail_pen(look.color("text3"), 1.4 * look.line_weight, (4, 3)))
            p.drawLine(*(QPointF(*view.screen(x, move.w * x + move.b)) for x in (view.x0, view.x1)))
        if abs(w) < 1e6 and abs(b) < 1e6:
            p.setPen(trail_pen(look.color("text"), 2.4 * look.line_weight))
            p.drawLine(*(QPointF(*view.screen(x, w * x + b)) for x in (view.x0, view.x1)))

    @staticmethod
    def _paint_batch(p: QPainter, frame: LoopFrame, view: Viewport, look: Look) -> None:
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

    def _paint_handle(self, p: QPainter, name: str, dot: tuple[float, float], view: Viewport, look: Look) -> None:
        at, size = QPointF(*view.screen(*dot)), look.px(5.5)
        p.setPen(QPen(look.color("text"), 2.2))
        p.setBrush(look.color("surface"))
        p.drawEllipse(at, size, size)
        if name == self._held or (self.hasFocus() and name == self._chosen):
            p.setPen(QPen(look.color("focus"), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawEllipse(at, size + 5, size + 5)
