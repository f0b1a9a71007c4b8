"""The frame of a picture: numbers at round places, and what the axes mean."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen

from widgets.base.look import Look
from widgets.canvas.ticks import linear_ticks, tick_texts
from widgets.canvas.viewport import Viewport

__all__ = [
    "PLAIN",
    "Margins",
    "Unit",
    "margins",
    "numbers_below",
    "numbers_beside",
    "paint_axes",
    "paint_grid",
    "rounded",
    "ticks",
    "title_at",
]

_LEFT = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Margins:
    """Pixels around the picture."""

    left: float
    top: float
    right: float
    bottom: float


Unit = tuple[float, float]
"""How an axis counts: the number at 0 of the picture, and what 1 of the picture is; above 0."""
PLAIN: Unit = (0.0, 1.0)


def margins(
    home: tuple[float, float, float, float], titles: tuple[str, str, str], look: Look, unit: Unit = PLAIN
) -> Margins:
    """Room for the numbers of the home range and for the titles; it stays the same while zooming. unit: of y."""
    metrics = QFontMetricsF(look.font("caption", 450))
    texts = [text for _place, text in ticks(home[2], home[3], 5, unit)] + ["−0.0"]
    wide = max(metrics.horizontalAdvance(text) for text in texts)
    return Margins(
        left=wide + look.px(8) + (look.px(22) if titles[1] else look.px(4)),
        top=look.px(8),
        right=look.px(10),
        bottom=look.px(21) + (look.px(21) if titles[0] else 0),
    )


def rounded(view: Viewport, look: Look) -> QPainterPath:
    """The outline of the picture, with the corners of a canvas."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(view.left, view.top, view.width, view.height), look.px(8), look.px(8))
    return path


def paint_grid(p: QPainter, view: Viewport, look: Look, units: tuple[Unit, Unit] = (PLAIN, PLAIN)) -> None:
    """The ground of a picture: hairlines at round numbers."""
    p.save()
    p.setClipPath(rounded(view, look))
    p.fillRect(QRectF(view.left, view.top, view.width, view.height), look.color("sunken"))
    p.setPen(QPen(look.color("grid"), 1))
    for value, _text in _ticks(view.x0, view.x1, view.width, look.px(72), units[0]):
        x = round(view.screen(value, view.y0)[0]) + 0.5
        p.drawLine(QLineF(x, view.top, x, view.top + view.height))
    for value, _text in _ticks(view.y0, view.y1, view.height, look.px(46), units[1]):
        y = round(view.screen(view.x0, value)[1]) + 0.5
        p.drawLine(QLineF(view.left, y, view.left + view.width, y))
    p.restore()


def paint_axes(
    painter: QPainter,
    view: Viewport,
    look: Look,
    titles: tuple[str, str, str],
    units: tuple[Unit, Unit] = (PLAIN, PLAIN),
) -> None:
    """Numbers below and at the left of the picture, and the titles of both axes."""
    bottom = view.top + view.height
    painter.setPen(look.color("axis"))
    painter.setFont(look.font("caption", 450))
    for spot, text in numbers_below(view, look, units[0]):
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, text)
    beside = numbers_beside(view, look, units[1])
    for spot, text in beside:
        painter.drawText(spot, _RIGHT, text)
    painter.setPen(look.color("text2"))
    painter.setFont(look.font("small", 500))
    if titles[0]:
        spot = QRectF(view.left, bottom + look.px(20), view.width, look.px(20))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, titles[0])
    if titles[1]:
        painter.save()
        painter.translate(QPointF(title_at(view, look, beside), view.top + view.height / 2))
        painter.rotate(-90)
        long = view.height / 2
        painter.drawText(QRectF(-long, -look.px(10), 2 * long, look.px(20)), Qt.AlignmentFlag.AlignCenter, titles[1])
        painter.restore()


def numbers_below(view: Viewport, look: Look, unit: Unit = PLAIN) -> list[tuple[QRectF, str]]:
    """The numbers of the axis across with their places, each whole within the margins of the picture."""
    metrics, air = QFontMetricsF(look.font("caption", 450)), look.px(10)
    found = []
    for value, text in _ticks(view.x0, view.x1, view.width, look.px(72), unit):
        wide = metrics.horizontalAdvance(text) + 2
        left = min(view.screen(value, view.y0)[0] - wide / 2, view.left + view.width + air - wide)
        found.append((QRectF(left, view.top + view.height + look.px(3), wide, look.px(18)), text))
    return found


def numbers_beside(view: Viewport, look: Look, unit: Unit = PLAIN) -> list[tuple[QRectF, str]]:
    """The numbers of the axis upwards with their places, from the picture to the left."""
    metrics, bottom = QFontMetricsF(look.font("caption", 450)), view.top + view.height
    found = []
    for value, text in _ticks(view.y0, view.y1, view.height, look.px(46), unit):
        y = min(max(view.screen(view.x0, value)[1], view.top + look.px(7)), bottom - look.px(5))
        wide = metrics.horizontalAdvance(text) + 2
        found.append((QRectF(view.left - look.px(8) - wide, y - 10, wide, 20), text))
    return found


def title_at(view: Viewport, look: Look, beside: list[tuple[QRectF, str]]) -> float:
    """The middle of the upright title of the axis: left of its numbers, and near a picture that does not fill its
    room."""
    numbers = min((spot.left() for spot, _text in beside), default=view.left)
    return max(float(look.px(11)), min(view.left - look.px(60), numbers - look.px(12)))


def _ticks(lo: float, hi: float, length: float, apart: float, unit: Unit) -> list[tuple[float, str]]:
    return ticks(lo, hi, max(2, int(length / apart)), unit)


def ticks(lo: float, hi: float, about: int, unit: Unit = PLAIN) -> list[tuple[float, str]]:
    """Places from lo to hi where the axis counts round numbers, about so many, and what stands there."""
    zero, one = unit
    values = linear_ticks(zero + one * lo, zero + one * hi, about)
    return list(zip(((values - zero) / one).tolist(), tick_texts(values)))
