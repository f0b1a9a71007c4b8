"""A sparkline: a curve the size of a word, to be told apart from others at a glance. It has no axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap, QPolygonF

from widgets.base.look import Look
from widgets.canvas.paths import polygon
from widgets.canvas.trails import trail_pen

__all__ = ["sparkline"]

HUGE = 1e290  # beyond which differences of numbers would not be numbers


def sparkline(values: Sequence[float], look: Look, width: int, height: int, ratio: float = 1.0) -> QPixmap:
    """The values in order, from the lowest to the highest, in `width` by `height` pixels; nan leaves a gap.

    ratio: device pixels a pixel. Where there are not two numbers, nothing is drawn.
    """
    picture = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    numbers = np.asarray(values, np.float64)
    pieces = _pieces(np.where(np.isfinite(numbers), np.clip(numbers, -HUGE, HUGE), np.nan), width, height)
    painter.setPen(trail_pen(look.color("accent"), 1.6))
    for piece in pieces:
        painter.drawPolyline(piece)
    if pieces:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("accent"))
        painter.drawEllipse(pieces[-1].last(), 2.2, 2.2)
    painter.end()
    return picture


def _pieces(values: np.ndarray, width: int, height: int) -> list[QPolygonF]:
    """The curve in pixels, cut at its gaps."""
    real = np.isfinite(values)
    if real.sum() < 2:
        return []
    low, high, room = values[real].min(), values[real].max(), 3.0
    across = np.linspace(room, width - room, len(values))
    share = (values - low) / (high - low) if high > low else np.where(real, 0.5, np.nan)
    down = height - room - share * (height - 2 * room)
    cuts = np.flatnonzero(np.diff(real.astype(int))) + 1
    parts = [part for part in np.split(np.arange(len(values)), cuts) if real[part[0]]]
    return [polygon(across[part], down[part]) for part in parts if len(part) > 1]
