"""A field of numbers as a picture: the probability over a plane, a matrix of weights, a map of attention.

The colours are those of the meaning: "one-sided" from the paper up (probability, attention), "diverging"
about zero (weights, gradients), "sequential" (loss, height), "classes" between the tints of two classes.
A new field is coloured by one look-up and may come with every frame; an optional contour follows a level.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets.base.colors import Palette
from widgets.base.look import Look
from widgets.canvas.axes import rounded
from widgets.canvas.colormap import (
    as_image,
    classes_lut,
    colorize,
    diverging_lut,
    one_sided_lut,
    sequential_lut,
    symmetric_range,
)
from widgets.canvas.contours import isoline
from widgets.canvas.paths import segments_path
from widgets.canvas.stage import Stage
from widgets.canvas.viewport import Viewport
from widgets.surfaces.relief import Extent

__all__ = ["Heatmap"]

_SCALES = ("one-sided", "diverging", "sequential", "classes")


class Heatmap(Stage):
    """A field under layers and handles. `smooth` False shows every number as a square of its own."""

    def __init__(
        self, parent: QWidget | None = None, scale: str = "one-sided", smooth: bool = True, equal: bool = False
    ) -> None:
        if scale not in _SCALES:
            raise ValueError(f"scale must be one of {_SCALES}, got {scale!r}")
        super().__init__(parent, equal)
        self._scale, self._smooth = scale, smooth
        self._field: np.ndarray | None = None
        self._extent: Extent = (0.0, 1.0, 0.0, 1.0)
        self.limits: tuple[float, float] = (0.0, 1.0)  # the values at the two ends of the colours
        self._level: float | None = None
        self._rgba: np.ndarray | None = None
        self._image: QImage | None = None
        self._image_for: Palette | None = None

    def set_field(
        self,
        values: np.ndarray,
        extent: Extent | None = None,
        lo: float | None = None,
        hi: float | None = None,
    ) -> None:
        """Show `values` [H, W], rows from y0 up, whose cells fill x0, x1, y0, y1 (default: a unit each).

        Without `lo` and `hi` the colours span 0..1 (one-sided, classes), -m..m (diverging) or the finite
        values. Raises ValueError for another number of dimensions, an empty field, or an empty extent.
        """
        if values.ndim != 2 or values.size == 0:
            raise ValueError(f"values must be [H, W] with at least one number, got shape {values.shape}")
        rows, columns = values.shape
        extent = extent or (0.0, float(columns), 0.0, float(rows))
        if not (extent[0] < extent[1] and extent[2] < extent[3]):
            raise ValueError(f"extent must be x0 < x1, y0 < y1, got {extent!r}")
        least, most = self._natural(values) if lo is None or hi is None else (lo, hi)
        self.limits = (least if lo is None else lo, most if hi is None else hi)
        if not self.limits[0] < self.limits[1]:
            raise ValueError(f"lo must be below hi, got {lo!r} and {hi!r}")
        self._field, self._image = values, None
        self._extent = extent
        if extent != self._home:
            self.set_range(*extent)
        self.update()

    def set_contour(self, level: float | None) -> None:
        """A line where the field equals `level`, e.g. 0.5 for a decision boundary; None for no line."""
        self._level = level
        self.update()

    def value_at(self, x: float, y: float) -> float | None:
        """The number of the cell at a data point; None outside."""
        if self._field is None:
            return None
        x0, x1, y0, y1 = self._extent
        rows, columns = self._field.shape
        if not (x0 <= x <= x1 and y0 <= y <= y1):
            return None
        row = min(int((y - y0) / (y1 - y0) * rows), rows - 1)
        return float(self._field[row, min(int((x - x0) / (x1 - x0) * columns), columns - 1)])

    def stepped(self, x: float, y: float, across: int, up: int, fine: bool) -> tuple[float, float]:
        """The arrow keys go from cell to cell."""
        if self._field is None or self._current:
            return super().stepped(x, y, across, up, fine)
        x0, x1, y0, y1 = self._extent
        rows, columns = self._field.shape
        wide, high = (x1 - x0) / columns, (y1 - y0) / rows
        column = min(max(int((x - x0) / wide) + across, 0), columns - 1)
        row = min(max(int((y - y0) / high) + up, 0), rows - 1)
        return x0 + (column + 0.5) * wide, y0 + (row + 0.5) * high

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        if self._field is not None:
            painter.save()
            painter.setClipPath(rounded(view, look))
            x0, x1, y0, y1 = self._extent
            left, top = view.screen(x0, y1)
            right, bottom = view.screen(x1, y0)
            spot = QRectF(QPointF(left, top), QPointF(right, bottom))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
            painter.drawImage(spot, self._picture(look))
            if self._level is not None and min(self._field.shape) > 1:
                self._paint_contour(painter, view, look, self._level)
            painter.restore()
        super().paint_moving(painter, view, look, live)

    def _paint_contour(self, painter: QPainter, view: Viewport, look: Look, level: float) -> None:
        assert self._field is not None
        rows, columns = self._field.shape
        x0, x1, y0, y1 = self._extent
        cells = isoline(self._field, level) + 0.5  # numbers stand in the middle of their cells
        across, down = view.screen(x0 + cells[..., 0] * ((x1 - x0) / columns), y0 + cells[..., 1] * ((y1 - y0) / rows))
        path = segments_path(np.stack((across, down), axis=-1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((look.color("surface", 170), 4.2), (look.color("text"), 1.8)):
            painter.setPen(QPen(color, width * look.line_weight))
            painter.drawPath(path)

    def _picture(self, look: Look) -> QImage:
        assert self._field is not None
        if self._image is None or self._image_for is not look.palette:
            upright = self._field[::-1]  # rows of an image run downwards
            if self._rgba is None or self._rgba.shape[:2] != upright.shape:
                self._rgba = np.empty((*upright.shape, 4), dtype=np.uint8)
            colorize(upright, self._lut(look.palette), *self.limits, out=self._rgba)
            # A copy in the format that Qt scales fastest, independent of the array.
            self._image = as_image(self._rgba, opaque=True).convertToFormat(QImage.Format.Format_RGB32)
            self._image_for = look.palette
        return self._image

    def _lut(self, palette: Palette) -> np.ndarray:
        if self._scale == "diverging":
            return diverging_lut(palette)
        if self._scale == "sequential":
            return sequential_lut()
        return classes_lut(palette) if self._scale == "classes" else one_sided_lut(palette)

    def _natural(self, values: np.ndarray) -> tuple[float, float]:
        if self._scale == "diverging":
            return symmetric_range(values)
        if self._scale != "sequential":
            return 0.0, 1.0
        finite = values[np.isfinite(values)]
        lo, hi = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        return (lo, hi) if lo < hi else (lo - 0.5, hi + 0.5)
