"""A plot with lit balls: orange, with a white ring and a word beside them, above every curve."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from widgets.base.look import Look
from widgets.canvas.callouts import paint_callouts
from widgets.canvas.layers import Ball
from widgets.canvas.overlay import OverlayPainter
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.plots.plot import Plot
from widgets.plots.plot_paint import Chart
from widgets.plots.series import Line, Series

__all__ = ["BallPlot"]


class _LowNames(Chart):
    """A chart that names a curve a little before it leaves the picture at the top, where names need room."""

    def _end(self, one: Series) -> tuple[float, float] | None:
        view, room = self.view, self.look.px(10)
        points = self.pixels(one.x, one.y)
        with np.errstate(invalid="ignore"):
            seen = (points[:, 0] >= view.left - 1) & (points[:, 0] <= view.left + view.width + 1)
            seen &= (points[:, 1] >= view.top + room) & (points[:, 1] <= view.top + view.height + 1)
        found = np.flatnonzero(seen)
        return (float(points[found[-1], 0]), float(points[found[-1], 1])) if len(found) else super()._end(one)


class BallPlot(Plot):
    """Curves, and balls on them that show where something is now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._balls: tuple[Ball, ...] = ()
        super().__init__(parent)

    def set_balls(self, balls: Sequence[Ball]) -> None:
        """Show these balls, the last on top."""
        before, self._balls = self._balls, tuple(balls)
        if self._balls != before:
            self._over.update()

    def balls(self) -> tuple[Ball, ...]:
        """What is shown now."""
        return self._balls

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these straight lines. Where only one can be moved, the arrow keys move it without being asked."""
        movable = [line.name for line in lines if line.movable]
        new = movable != [line.name for line in self._lines if line.movable]
        super().set_lines(lines)
        if new and len(movable) == 1:
            self._line = movable[0]

    def _chart(self, room: QRectF, look: Look) -> Chart:
        plain = super()._chart(room, look)
        return _LowNames(plain.view, plain.look, plain.margins, plain.titles, plain.log)

    def _paint_note(self, painter: QPainter, chart: Chart, stamps: PixmapCache | None = None) -> None:
        """What a plot paints last, on screen and on paper: there the balls lie above everything."""
        super()._paint_note(painter, chart, stamps)
        view, scribe = chart.view, OverlayPainter(painter, chart.look, stamps)
        for ball in self._balls:
            height = ball.y
            if chart.log:
                height = math.log10(ball.y) if ball.y > 0 else math.nan
            x, y = view.screen(ball.x, height)
            if math.isfinite(y) and view.holds(x, y):
                scribe.ball(ball, x, y)
        room = QRectF(view.left, view.top, view.width, view.height)
        paint_callouts(painter, scribe.callouts, chart.look, room, scribe.taken, stamps)
