"""The six shapes that go with the six colours, as outlines around the origin.

The names are pyqtgraph's, so that a plot and a map show the same shape for the same thing. All have about
the area of the circle.
"""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF

__all__ = ["marker_path"]


@lru_cache(maxsize=128)
def marker_path(name: str, radius: float) -> QPainterPath:
    """The outline of marker `name` ("o" ● "t1" ▲ "s" ■ "d" ◆ "star" ★ "+" ✚), as large as a circle of `radius`.

    Raises ValueError for an unknown name. The path is shared: do not change it.
    """
    path = QPainterPath()
    if name == "o":
        path.addEllipse(QPointF(0, 0), radius, radius)
        return path
    if name not in _CORNERS:
        raise ValueError(f"marker must be one of {('o', *_CORNERS)}, got {name!r}")
    path.addPolygon(QPolygonF([QPointF(x * radius, y * radius) for x, y in _CORNERS[name]]))
    path.closeSubpath()
    return path


def _ring(corners: int, radius: float, turn: float = 0.0, inner: float | None = None) -> list[tuple[float, float]]:
    """Corners around the origin, the first at the top; with `inner`, every second one lies that far out."""
    count = corners * (2 if inner else 1)
    return [
        (
            (inner if inner and k % 2 else radius) * math.sin(2 * math.pi * k / count + turn),
            -(inner if inner and k % 2 else radius) * math.cos(2 * math.pi * k / count + turn),
        )
        for k in range(count)
    ]


_A, _B = 0.42, 1.18  # half the width of the plus's arms, and their reach
_CORNERS: dict[str, list[tuple[float, float]]] = {
    "t1": [(x, y + 0.12) for x, y in _ring(3, 1.5)],
    "s": _ring(4, 1.25, math.pi / 4),
    "d": _ring(4, 1.28),
    "star": _ring(5, 1.5, inner=0.76),
    "+": [(-_A, -_B), (_A, -_B), (_A, -_A), (_B, -_A), (_B, _A), (_A, _A)],  # upper right half
}
_CORNERS["+"] += [(-x, -y) for x, y in _CORNERS["+"]]
