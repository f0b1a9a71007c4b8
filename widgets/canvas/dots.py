"""Many small marks of up to six classes, drawn fast: each kind is painted once into a pixmap and then laid down
again and again. Painting into a file goes as outlines."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from widgets.base.colors import MARKERS
from widgets.base.look import Look
from widgets.canvas.markers import marker_path

__all__ = ["Dots"]


class Dots:
    """The marks of one canvas. Each class has its own colour and shape; hollow ones are outlines."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, bool, float], QPixmap] = {}
        self._made_for: object = None

    def draw(
        self,
        painter: QPainter,
        places: np.ndarray,
        kinds: np.ndarray,
        hollow: np.ndarray,
        radius: float,
        look: Look,
        ratio: float | None,
    ) -> None:
        """Marks at pixels `places` [N, 2] with `kinds` [N] and `hollow` [N], class after class.

        radius: in pixels at 100 % text.  ratio: device pixels a pixel; None when painting into a file.
        """
        if ratio is not None and self._made_for != (look, ratio):
            self._made, self._made_for = {}, (look, ratio)
        for kind in np.unique(kinds).tolist():
            for outline in (False, True):
                these = places[(kinds == kind) & (hollow == outline)]
                if not len(these):
                    continue
                if ratio is None:
                    for x, y in these.tolist():
                        _paint(painter, x, y, kind, outline, radius, look)
                    continue
                picture = self._picture(kind, outline, radius, look, ratio)
                half = picture.width() / ratio / 2
                lay = painter.drawPixmap
                for x, y in (these - half).tolist():
                    lay(QPointF(x, y), picture)

    def _picture(self, kind: int, outline: bool, radius: float, look: Look, ratio: float) -> QPixmap:
        key = kind, outline, radius
        if key not in self._made:
            side = 2 * (round(1.7 * radius * look.scale) + 2)
            made = QPixmap(round(side * ratio), round(side * ratio))
            made.setDevicePixelRatio(ratio)
            made.fill(Qt.GlobalColor.transparent)
            onto = QPainter(made)
            onto.setRenderHint(QPainter.RenderHint.Antialiasing)
            _paint(onto, side / 2, side / 2, kind, outline, radius, look)
            onto.end()
            self._made[key] = made
        return self._made[key]


def _paint(painter: QPainter, x: float, y: float, kind: int, outline: bool, radius: float, look: Look) -> None:
    """One mark: its class's shape in its class's colour on a rim of paper, or the outline of it."""
    color, paper = QColor(look.palette.categories[kind]), look.color("surface")
    painter.setPen(QPen(color if outline else paper, 1.6 if outline else 1.1))
    painter.setBrush(paper if outline else color)
    painter.translate(x, y)
    painter.drawPath(marker_path(MARKERS[kind], radius * look.scale))
    painter.translate(-x, -y)
