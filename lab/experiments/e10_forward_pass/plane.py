"""A plane with squared paper and the points of the batch on it, over the tint of what the network says there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets.base.colors import MARKERS
from widgets.base.look import Look
from widgets.canvas.axes import rounded
from widgets.canvas.colormap import as_image, colorize, diverging_lut
from widgets.canvas.layers import Ball, Handle, Layer
from widgets.canvas.paths import segments_path
from widgets.canvas.stage import Stage
from widgets.canvas.viewport import Viewport
from widgets.plots.class_regions import boundary_lines, region_picture

__all__ = ["Plane"]


class Plane(Stage):
    """Shows; where points are handles they can be dragged, and their names are their numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, equal=True)
        self._values: np.ndarray | None = None
        self._belief = True
        self._paper: np.ndarray = np.zeros((0, 2, 2))
        self._faint = False

    def show_map(self, values: np.ndarray | None, belief: bool) -> None:
        """values: [g, g] over the window, rows upwards, or None.  belief: whether they are beliefs 0..1."""
        self._values, self._belief = values, belief
        self.refresh()

    def show_paper(self, lines: np.ndarray) -> None:
        """lines: [L, A, 2]."""
        self._paper = lines
        self.update()

    def show_points(self, points: np.ndarray, kinds: np.ndarray, highlighted: int, movable: bool) -> None:
        """points: [B, 2].  kinds: [B], 0 or 1.  lit: which is the lit one."""
        layers: list[Layer] = []
        for i, ((x, y), kind) in enumerate(zip(points.tolist(), kinds.tolist())):
            color = "" if i == highlighted else self._color(kind)
            same = np.flatnonzero(np.abs(points - points[i]).max(axis=1) < 0.02) + 1
            name = ", ".join(str(n) for n in same[:6].tolist()) if i == highlighted else ""
            layers.append(Ball(x, y, None, color, MARKERS[kind], str(kind), name, i == highlighted))
            if movable:
                layers.append(Handle(str(i), x, y))
        self.set_layers(layers)

    def _color(self, kind: int) -> str:
        from widgets.base.look import look

        return look().palette.categories[kind]

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, _ratio: float) -> None:
        painter.save()
        painter.setClipPath(rounded(view, look))
        room = QRectF(view.left, view.top, view.width, view.height)
        painter.fillRect(room, look.color("sunken"))
        if self._values is not None:
            values = np.ascontiguousarray(np.nan_to_num(self._values))
            if self._belief:
                rgba = region_picture(values[None], look.palette)
            else:
                most = max(float(np.abs(values).max()), 1e-6) * 1.6
                rgba = colorize(np.ascontiguousarray(values[::-1]), diverging_lut(look.palette), -most, most)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
            painter.drawImage(room, as_image(rgba, opaque=True))
            self._paint_boundary(painter, values, view, look)
        painter.restore()

    def _paint_boundary(self, painter: QPainter, values: np.ndarray, view: Viewport, look: Look) -> None:
        """The line at which the answer changes sides."""
        ends = boundary_lines(values[None])
        if not len(ends):
            return
        side = values.shape[0] - 1
        x = view.left + ends[..., 0] / side * view.width
        y = view.top + (1 - ends[..., 1] / side) * view.height
        path = segments_path(np.stack((x, y), axis=-1))
        for color, width in ((look.color("surface", 190), 4.6), (look.color("text"), 2.0)):
            painter.setPen(QPen(color, width * look.line_weight))
            painter.drawPath(path)

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        if len(self._paper):
            painter.save()
            painter.setClipPath(rounded(view, look))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("text3", 120), 1.0))
            spots = view.points(self._paper.reshape(-1, 2)).reshape(self._paper.shape)
            painter.drawPath(segments_path(np.stack((spots[:, :-1], spots[:, 1:]), axis=2).reshape(-1, 2, 2)))
            painter.restore()
        handles, self._handles = self._handles, {}  # the points themselves are what can be taken
        super().paint_moving(painter, view, look, live)
        self._handles = handles
        near = self._near or (self._current if self.hasFocus() else "")
        if live and near in handles:
            x, y, _hidden = self.spot(view, *self.handle_at(near))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("focus"), 2.0))
            painter.drawEllipse(QPointF(x, y), look.px(15), look.px(15))
