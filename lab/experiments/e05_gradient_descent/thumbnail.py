"""The card on the home page: the two wells seen from above, their isolines, and a ball after six steps.
It is the real landscape and a real walk, but in plain Python: the home page is painted before NumPy is
loaded."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter, QPainterPath

__all__ = ["height", "paint", "walk"]

X0, X1, Y0, Y1 = -3.1, 3.1, -1.95, 1.95
COLUMNS, ROWS = 40, 23
LEVELS = 11
WELLS = ((2.2, 1.6, 1.0, -0.4, 1.4), (1.3, -1.5, 1.2, 0.6, 1.6))  # depth, x, narrowness, y, narrowness
Point = tuple[float, float]


def height(x: float, y: float) -> float:
    """The loss of the two wells: the engine's formula."""
    wells = sum(d * math.exp(-s * (x - a) ** 2 - t * (y - b) ** 2) for d, a, s, b, t in WELLS)
    return 0.15 * x * x + 0.4 * y * y - wells


def walk(steps: int = 6, rate: float = 0.26) -> list[Point]:
    """Where plain gradient descent goes from the usual start."""
    places = [(-2.6, -1.2)]
    for _ in range(steps):
        x, y = places[-1]
        pulls = [(d * math.exp(-s * (x - a) ** 2 - t * (y - b) ** 2), a, s, b, t) for d, a, s, b, t in WELLS]
        slope_x = 0.3 * x + sum(2 * p * s * (x - a) for p, a, s, _b, _t in pulls)
        slope_y = 0.8 * y + sum(2 * p * t * (y - b) for p, _a, _s, b, t in pulls)
        places.append((x - rate * slope_x, y - rate * slope_y))
    return places


@cache
def _heights() -> list[list[float]]:
    """[ROWS][COLUMNS], from the top of the picture down."""
    xs = [X0 + (X1 - X0) * i / (COLUMNS - 1) for i in range(COLUMNS)]
    ys = [Y1 + (Y0 - Y1) * j / (ROWS - 1) for j in range(ROWS)]
    across = [[d * math.exp(-s * (x - a) ** 2) for x in xs] for d, a, s, _b, _t in WELLS]  # a well is a product of
    down = [[math.exp(-t * (y - b) ** 2) for y in ys] for _d, _a, _s, b, t in WELLS]  # one curve across, one down
    bowl = [0.15 * x * x for x in xs]
    return [[w - p * u - q * v + 0.4 * y * y for w, p, q in zip(bowl, *across)] for y, u, v in zip(ys, *down)]


def paint(painter: QPainter, rect: QRectF, palette: Any) -> None:
    """Fill `rect` with the card's picture."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipRect(rect)
    painter.drawImage(rect, _ground())
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(rect.width(), rect.height())
    pen = QPen(QColor(255, 255, 255, 70), 0.9)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.drawPath(_isolines())
    painter.restore()

    def at(place: Point) -> QPointF:
        across, down = (place[0] - X0) / (X1 - X0), (Y1 - place[1]) / (Y1 - Y0)
        return QPointF(rect.left() + across * rect.width(), rect.top() + down * rect.height())

    places = [at(place) for place in walk()]
    trail = QPainterPath(places[0])
    for place in places[1:]:
        trail.lineTo(place)
    for color, width in ((QColor(8, 19, 31, 150), 4.0), (QColor("#FFFFFF"), 2.0)):
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.strokePath(trail, QPen(color, width, Qt.PenStyle.SolidLine, cap, join))
    painter.setPen(QPen(QColor("#FFFFFF"), 1.8))
    painter.setBrush(QColor(palette.ball))
    radius = 0.062 * rect.height()
    painter.drawEllipse(places[-1], radius, radius)
    painter.restore()


@cache
def _ground() -> QImage:
    """The heights as colours, low as deep water."""
    from PySide6.QtGui import QImage

    from widgets.base.colors import SEQUENTIAL, mix, rgb

    shades = 64
    last = len(SEQUENTIAL) - 2
    scale = [i / shades * (last + 1) for i in range(shades + 1)]
    parts = [(min(int(s), last), s) for s in scale]
    colors = [rgb(mix(SEQUENTIAL[i], SEQUENTIAL[i + 1], s - i)) for i, s in parts]
    low, high = _range()
    data = bytearray()
    for row in _heights():
        for z in row:
            data += bytes(colors[int(shades * ((z - low) / (high - low)) ** 0.72)])
    return QImage(bytes(data), COLUMNS, ROWS, 3 * COLUMNS, QImage.Format.Format_RGB888).copy()


def _range() -> tuple[float, float]:
    return min(map(min, _heights())), max(map(max, _heights()))


@cache
def _isolines() -> QPainterPath:
    """Lines of equal height in a unit square, cell by cell (marching squares)."""
    from PySide6.QtGui import QPainterPath

    low, high = _range()
    levels = [low + (high - low) * (k + 0.5) / LEVELS for k in range(LEVELS)]
    path, rows = QPainterPath(), _heights()
    for j in range(ROWS - 1):
        for i in range(COLUMNS - 1):
            a, b, c, d = rows[j][i], rows[j][i + 1], rows[j + 1][i + 1], rows[j + 1][i]
            least, most = min(a, b, c, d), max(a, b, c, d)
            for level in levels:
                if least < level <= most:
                    ends = _crossings(level, a, b, c, d)
                    path.moveTo((i + ends[0][0]) / (COLUMNS - 1), (j + ends[0][1]) / (ROWS - 1))
                    path.lineTo((i + ends[1][0]) / (COLUMNS - 1), (j + ends[1][1]) / (ROWS - 1))
    return path


def _crossings(level: float, a: float, b: float, c: float, d: float) -> list[Point]:
    """Where a level crosses the sides of a cell with corners a b / d c; the first two places."""
    found = []
    if (a < level) != (b < level):
        found.append(((level - a) / (b - a), 0.0))
    if (b < level) != (c < level):
        found.append((1.0, (level - b) / (c - b)))
    if (d < level) != (c < level):
        found.append(((level - d) / (c - d), 1.0))
    if (a < level) != (d < level):
        found.append((0.0, (level - a) / (d - a)))
    return found
