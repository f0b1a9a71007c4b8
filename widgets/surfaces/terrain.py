"""A map of a height field, such as a loss over two weights: colour, hill-shade, isolines, and a key.

What walks over it (trails, balls, arrows, the start that can be dragged) comes as layers from `Stage`.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets.base.colors import SEQUENTIAL
from widgets.base.look import Look
from widgets.canvas.axes import rounded
from widgets.canvas.colormap import as_image
from widgets.canvas.paths import segments_path
from widgets.canvas.stage import Stage
from widgets.canvas.ticks import number
from widgets.canvas.trails import CASING
from widgets.canvas.viewport import Viewport
from widgets.surfaces.relief import Extent, Relief, relief

__all__ = ["Terrain"]

_CELL = 2.0  # device pixels per computed point of the picture; Qt smooths between them
_LINE_CELL = 5.0  # pixels per cell of the grid that isolines are found on


class Terrain(Stage):
    """A map; `set_heights` gives it ground, `set_layers` what moves."""

    def __init__(self, parent: QWidget | None = None, equal: bool = False) -> None:
        super().__init__(parent, equal)
        self._relief: Relief | None = None
        self._words = ("", "")
        self._isolines = True
        self._key_room: tuple[object, list[QRectF]] = (None, [])  # what it is for, and what it takes

    def set_heights(self, heights: np.ndarray, extent: Extent, log: bool = False, keep_view: bool = False) -> None:
        """Show `heights` [H, W], whose rows run from y0 up and columns from x0 on, over x0, x1, y0, y1.

        The colour scale ends at a high percentile and is bent (or logarithmic with `log`), so that outliers
        do not flatten the rest; nan and inf are shown as high. With `keep_view` the window stays: finer
        heights for a closer look. Raises ValueError for a field smaller than 2 by 2 or without a number.
        """
        self._relief = relief(heights, extent, log)
        if keep_view:
            self.refresh()
        else:
            self.set_range(*extent)

    def set_key(self, low: str, high: str) -> None:
        """Words for the two ends of the colour key, e.g. "low loss" and "high"; two empty ones hide it."""
        self._words = (low, high)
        self.refresh()

    def set_isolines(self, on: bool) -> None:
        """Whether lines of equal height are drawn."""
        self._isolines = on
        self.refresh()

    def relief(self) -> Relief | None:
        """The field as it is displayed, to share with a 3-D view."""
        return self._relief

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        painter.save()
        painter.setClipPath(rounded(view, look))
        painter.fillRect(_frame(view), look.color("sunken"))
        if self._relief is not None:
            part = _shared(self._relief.extent, view)
            if part is not None:
                _paint_ground(painter, self._relief, part, view, ratio)
                if self._isolines:
                    _paint_isolines(painter, self._relief, part, view, look)
        painter.restore()
        if self._relief is not None and any(self._words):
            self._paint_key(painter, view, look, self._relief)

    def fixtures(self, view: Viewport, look: Look) -> list[QRectF]:
        if self._relief is None or not any(self._words):
            return []
        key = (view, look, self._words, self._relief)
        if key != self._key_room[0]:
            self._key_room = (key, [self._key_spot(view, look, self.key_texts(self._relief))])
        return self._key_room[1]

    def key_texts(self, field: Relief) -> tuple[str, str]:
        """What the key says at its two ends."""
        low, high = self._words
        return f"{low} {number(field.lo, 2)}".strip(), f"{high} {number(field.hi, 2)}".strip()

    def _key_spot(self, view: Viewport, look: Look, texts: tuple[str, str]) -> QRectF:
        metrics = QFontMetricsF(look.font("caption", 500))
        wide = max(look.px(128), sum(metrics.horizontalAdvance(text) for text in texts) + look.px(16))
        across, high = wide + look.px(24), look.px(40)
        return QRectF(view.left + view.width - across - look.px(6), view.top + look.px(6), across, high)

    def _paint_key(self, painter: QPainter, view: Viewport, look: Look, field: Relief) -> None:
        texts = self.key_texts(field)
        spot = self._key_spot(view, look, texts)
        bar = QRectF(spot.left() + look.px(12), spot.top() + look.px(8), spot.width() - look.px(24), look.px(8))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(CASING, 165))
        painter.drawRoundedRect(spot, look.px(7), look.px(7))
        colors = QLinearGradient(bar.topLeft(), bar.topRight())
        for k, color in enumerate(SEQUENTIAL):
            colors.setColorAt(k / (len(SEQUENTIAL) - 1), QColor(color))
        painter.setBrush(colors)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(QColor("#FFFFFF"))
        painter.setFont(look.font("caption", 500))
        row = QRectF(bar.left(), bar.bottom() + look.px(1), bar.width(), look.px(20))
        for text, side in zip(texts, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)):
            painter.drawText(row, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, text)


def _paint_ground(painter: QPainter, field: Relief, part: Extent, view: Viewport, ratio: float) -> None:
    spot = _spot(view, part)
    wide, high = (max(2, round(side * ratio / _CELL)) for side in (spot.width(), spot.height()))
    rgba = np.ascontiguousarray(field.picture(part, wide, high)[::-1])  # rows of an image run downwards
    painter.drawImage(spot, as_image(rgba, opaque=True))


def _paint_isolines(painter: QPainter, field: Relief, part: Extent, view: Viewport, look: Look) -> None:
    spot = _spot(view, part)
    wide, high = (max(8, round(side / _LINE_CELL)) for side in (spot.width(), spot.height()))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for segments, strong in field.isolines(part, wide, high):
        if len(segments) == 0:
            continue
        painter.setPen(QPen(look.color("#FFFFFF", 78 if strong else 40), 1.1 if strong else 0.9))
        across, down = view.screen(segments[..., 0], segments[..., 1])
        painter.drawPath(segments_path(np.stack((across, down), axis=-1)))


def _shared(extent: Extent, view: Viewport) -> Extent | None:
    """The part of the field that is in sight."""
    x0, x1 = max(extent[0], view.x0), min(extent[1], view.x1)
    y0, y1 = max(extent[2], view.y0), min(extent[3], view.y1)
    return (x0, x1, y0, y1) if x0 < x1 and y0 < y1 else None


def _spot(view: Viewport, part: Extent) -> QRectF:
    left, top = view.screen(part[0], part[3])
    right, bottom = view.screen(part[1], part[2])
    return QRectF(QPointF(left, top), QPointF(right, bottom))


def _frame(view: Viewport) -> QRectF:
    return QRectF(view.left, view.top, view.width, view.height)
