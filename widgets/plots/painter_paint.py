"""What lies below and beside the points of a painter: the field with its lines, the names of the axes, and the
card at the ball."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from widgets.base.colors import Palette, rgb
from widgets.base.look import Look
from widgets.canvas.colormap import as_image, colorize, diverging_lut, symmetric_range
from widgets.canvas.contours import isoline
from widgets.canvas.paths import segments_path
from widgets.canvas.viewport import Viewport
from widgets.plots.class_regions import boundary_lines, region_picture

__all__ = ["Ground", "dot_size", "paint_names", "write_beside"]

Extent = tuple[float, float, float, float]
SOFT = 0.55  # of a colour in the field of a single unit; the rest is paper
SIZES = ((12, 7.0), (1500, 4.6), (4500, 3.4), (10**9, 2.6))  # up to so many points, their radius in pixels


def dot_size(count: int) -> float:
    """The radius of a point among so many, in pixels at 100 % text."""
    return next(radius for most, radius in SIZES if count <= most)


class Ground:
    """The field: beliefs in classes, or what a single unit says, each with the line where it changes sides."""

    def __init__(self) -> None:
        self.unit: np.ndarray | None = None
        self._beliefs: np.ndarray | None = None
        self._hard = False
        self._lines = self._unit_line = np.zeros((0, 2, 2))
        self._rgba: np.ndarray | None = None
        self._picture: QImage | None = None
        self._picture_for: object = None

    def show(self, beliefs: np.ndarray, hard: bool) -> None:
        """Beliefs [K, G, G], rows upwards; `hard` for the winner only."""
        self._beliefs, self._hard, self._picture_for = beliefs, hard, None
        self._lines = boundary_lines(beliefs)

    def show_unit(self, values: np.ndarray | None, level: float) -> bool:
        """What one unit says [g, g], with a line where it is `level`; None for the beliefs. Whether that is new."""
        if values is self.unit:
            return False
        self.unit, self._picture_for = values, None
        self._unit_line = self._lines if values is None else isoline(values, level)
        return True

    def paint(self, painter: QPainter, extent: Extent, view: Viewport, look: Look) -> None:
        """Fill the extent, x0, x1, y0, y1."""
        if self._beliefs is None:
            return
        if self._picture is None or self._picture_for is not look.palette:
            self._rgba = self._tinted(look)
            self._picture, self._picture_for = as_image(self._rgba, opaque=True), look.palette
        x0, x1, y0, y1 = extent
        spot = QRectF(QPointF(*view.screen(x0, y1)), QPointF(*view.screen(x1, y0)))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self._hard)
        painter.drawImage(spot, self._picture)
        self._paint_lines(painter, extent, view, look)

    def _tinted(self, look: Look) -> np.ndarray:
        assert self._beliefs is not None
        if self.unit is None:
            return region_picture(self._beliefs, look.palette, self._hard, self._rgba)
        return colorize(self.unit[::-1], _soft(look.palette), *symmetric_range(self.unit))

    def _paint_lines(self, painter: QPainter, extent: Extent, view: Viewport, look: Look) -> None:
        assert self._beliefs is not None
        rows, columns = (self._beliefs[0] if self.unit is None else self.unit).shape
        lines = self._lines if self.unit is None else self._unit_line
        if not len(lines):
            return
        x0, x1, y0, y1 = extent
        cells = lines + 0.5  # numbers stand in the middle of their pixels
        across, down = view.screen(x0 + cells[..., 0] * ((x1 - x0) / columns), y0 + cells[..., 1] * ((y1 - y0) / rows))
        path = segments_path(np.stack((across, down), axis=-1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((look.color("surface", 190), 4.4), (look.color("text"), 1.9)):
            pen = QPen(color, width * look.line_weight)
            if self.unit is not None and width < 2:
                pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawPath(path)


@lru_cache(maxsize=4)
def _soft(palette: Palette) -> np.ndarray:
    """What a unit says, from below 0 to above it, pale enough for points to show on it: [256, 4] uint8."""
    table = diverging_lut(palette).copy()
    table[:, :3] = (SOFT * table[:, :3] + (1 - SOFT) * np.array(rgb(palette.surface))).round()
    return table


def paint_names(painter: QPainter, names: tuple[str, str], view: Viewport, look: Look) -> None:
    """At the right end of the lower edge, and at the upper end of the left one, each on a card: no line and no point
    runs through a name."""
    painter.setFont(look.font("caption", 600))
    edge, high, metrics = look.px(4), look.px(18), painter.fontMetrics()
    for name, lower_right in zip(names, (True, False)):
        if not name:
            continue
        wide = min(metrics.horizontalAdvance(name) + look.px(10), view.width - 2 * edge)
        left = view.left + view.width - edge - wide if lower_right else view.left + edge
        top = view.top + view.height - edge - high if lower_right else view.top + edge
        card = QRectF(left, top, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("surface", 225))
        painter.drawRoundedRect(card, look.px(4), look.px(4))
        painter.setPen(look.color("text2"))
        painter.drawText(card, Qt.AlignmentFlag.AlignCenter, name)


def write_beside(painter: QPainter, text: str, view: Viewport, look: Look, x: float, y: float) -> None:
    """What is said at the ball, on a small card that stays inside the picture."""
    painter.setFont(look.font("caption", 600))
    lines = text.split("\n")
    metrics = painter.fontMetrics()
    wide = max(metrics.horizontalAdvance(line) for line in lines) + look.px(12)
    high = metrics.height() * len(lines) + look.px(6)
    left = x + look.px(14)
    if left + wide > view.left + view.width:
        left = x - look.px(14) - wide
    top = min(max(y - high / 2, view.top + 2), view.top + view.height - high - 2)
    box = QPainterPath()
    box.addRoundedRect(QRectF(left, top, wide, high), look.px(5), look.px(5))
    painter.fillPath(box, look.color("raised", 235))
    painter.setPen(QPen(look.color("edge"), 1))
    painter.drawPath(box)
    painter.setPen(look.color("text"))
    painter.drawText(QRectF(left, top, wide, high), Qt.AlignmentFlag.AlignCenter, text)
