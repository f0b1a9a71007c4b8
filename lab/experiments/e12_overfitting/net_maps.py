"""Four pictures of what four networks believe, with the points they learned from; a wrong label has a ring."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e12_overfitting.frame import NetShown, Runner
from lab.experiments.e12_overfitting.metrics import RUNNER_NAMES
from widgets.base.look import Look
from widgets.canvas.colormap import as_image
from widgets.canvas.markers import marker_path
from widgets.canvas.painted import Painted
from widgets.canvas.paths import segments_path
from widgets.plots.class_regions import boundary_lines, region_picture

__all__ = ["NetMaps"]


class NetMaps(Painted):
    """Two rows of two pictures, each with its name and its loss on held-out points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: NetShown | None = None
        self.setAccessibleName(_("What the four networks believe"))

    def show_net(self, shown: NetShown) -> None:
        """Show these."""
        self._shown = shown
        self.update()

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        if self._shown is None:
            return
        gap = now.px(8)
        wide, high = (room.width() - gap) / 2, (room.height() - gap) / 2
        for place, runner in enumerate(self._shown.runners):
            row, column = divmod(place, 2)
            spot = QRectF(room.left() + column * (wide + gap), room.top() + row * (high + gap), wide, high)
            self._paint_map(p, spot, now, runner, self._shown)

    def _paint_map(self, p: QPainter, room: QRectF, now: Look, runner: Runner, shown: NetShown) -> None:
        head = QRectF(room.left(), room.top(), room.width(), now.px(20))
        self._paint_head(p, head, now, runner, shown)
        body = QRectF(room.left(), head.bottom(), room.width(), max(4.0, room.height() - head.height()))
        p.save()
        corners = QPainterPath()
        corners.addRoundedRect(body, now.px(6), now.px(6))
        p.setClipPath(corners)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        p.drawImage(body, as_image(region_picture(runner.beliefs[None], now.palette), opaque=True))
        self._paint_fence(p, body, now, runner.beliefs)
        self._paint_points(p, body, now, shown)
        p.restore()

    @staticmethod
    def _paint_head(p: QPainter, room: QRectF, now: Look, runner: Runner, shown: NetShown) -> None:
        best = runner is shown.best
        name = _(RUNNER_NAMES[runner.name])
        if runner.name == "early":
            name = _("Stopped at step {n}").format(n=runner.kept)
        p.setFont(now.font("caption", 650))
        p.setPen(now.color("text"))
        p.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        used = p.fontMetrics().horizontalAdvance(name)
        p.setFont(now.font("caption", 650 if best else 450))
        p.setPen(now.color("good" if best else "text2"))
        mark, loss = " ✓" if best else "", show_number(runner.held_loss, 3)
        text = _("held out {loss}").format(loss=loss) + mark
        if used + p.fontMetrics().horizontalAdvance(text) + now.px(8) > room.width():
            text = loss + mark
        p.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    @staticmethod
    def _paint_fence(p: QPainter, body: QRectF, now: Look, beliefs: np.ndarray) -> None:
        lines = boundary_lines(beliefs[None])
        rows, columns = beliefs.shape
        step = np.array([body.width() / columns, body.height() / rows])
        spots = np.empty_like(lines)
        spots[..., 0] = body.left() + (lines[..., 0] + 0.5) * step[0]
        spots[..., 1] = body.bottom() - (lines[..., 1] + 0.5) * step[1]
        p.setPen(QPen(now.color("text"), 2 * now.line_weight))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawPath(segments_path(spots))

    @staticmethod
    def _paint_points(p: QPainter, body: QRectF, now: Look, shown: NetShown) -> None:
        x0, x1, y0, y1 = shown.extent
        radius = now.px(3.6 if len(shown.x) <= 120 else 2.4)
        rows = zip(shown.x.tolist(), shown.labels.tolist(), shown.wrong.tolist())
        for (x, y), label, wrong in rows:
            spot = QPointF(
                body.left() + (x - x0) / (x1 - x0) * body.width(), body.bottom() - (y - y0) / (y1 - y0) * body.height()
            )
            p.translate(spot)
            if wrong:
                p.setPen(QPen(now.color("text"), 1.4))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawEllipse(QPointF(0, 0), radius + now.px(2.6), radius + now.px(2.6))
            p.setPen(QPen(now.color("surface"), 1))
            p.setBrush(now.color(now.palette.categories[label]))
            p.drawPath(marker_path("t1" if label else "o", radius))
            p.translate(-spot)
