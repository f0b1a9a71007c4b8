"""The points of each choice as a small picture, computed as a run computes them."""

from __future__ import annotations

from functools import lru_cache
from typing import get_args

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from lab.core.params import replaced
from lab.experiments.e09_decision_boundaries.examples import Examples, examples_for
from lab.experiments.e09_decision_boundaries.settings import Data, Params
from widgets.base.look import look
from widgets.canvas.markers import marker_path

__all__ = ["NOT_YET", "paint_points", "points_of"]

NOT_YET = ("received", "own")  # what only the learner can bring
MOST = 90  # points of a picture: more are a smear
SHAPES = ("o", "t1", "s", "d")


@lru_cache(maxsize=len(get_args(Data)))
def points_of(data: str) -> Examples:
    """The first points that a run with seed 0 begins with, at most `MOST`."""
    found = examples_for(replaced(Params(), {"data": data}), np.random.default_rng(0), ())
    return Examples(found.points[:MOST], found.labels[:MOST], found.canvas_info)


def paint_points(painter: QPainter, place: QRectF, data: str) -> None:
    """A small canvas with its points; of what the learner brings, the empty canvas."""
    now = look()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(now.color("line"), 1))
    painter.setBrush(now.color("surface"))
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), now.px(3), now.px(3))
    if data in NOT_YET:
        return
    found = points_of(data)
    x0, x1, y0, y1 = found.canvas_info.extent
    size = place.width()
    few = len(found.points) <= 2 * len(SHAPES)
    painter.setPen(QPen(now.color("surface"), 0.4))
    for (x, y), label in zip(found.points.tolist(), found.labels.tolist()):
        spot = place.topLeft() + QPointF((x - x0) / (x1 - x0) * size, (y1 - y) / (y1 - y0) * size)
        painter.setBrush(now.color(now.palette.categories[label]))
        painter.translate(spot)
        painter.drawPath(marker_path(SHAPES[label], now.px(3 if few else 1.7)))
        painter.translate(-spot)
