"""Where the cells of a matrix lie, and how its names, numbers and lights are painted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from widgets.base.look import Look

__all__ = ["Grid", "fitting", "paint_gaps", "paint_hidden", "paint_light", "paint_names", "paint_numbers"]

_FAR = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_RIGHT, _LEFT = Qt.AlignmentFlag.AlignRight | _FAR, Qt.AlignmentFlag.AlignLeft | _FAR
_CENTRE = Qt.AlignmentFlag.AlignCenter
_LARGEST, _FLATTEST = 92, 1.6  # pixels of a cell at 100 %, and its width over its height at most
MOST_NUMBERS = 900


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of `wide` by `high` pixels in `field`; names stand left of it and above, `turned` where they are long."""

    field: QRectF
    title: QRectF
    rows: int
    columns: int
    wide: float
    high: float
    names: tuple[tuple[str, ...], tuple[str, ...]]
    turned: bool
    words: tuple[str, str]

    @classmethod
    def within(
        cls, room: QRectF, now: Look, rows: int, columns: int,
        names: tuple[Sequence[str], Sequence[str]], titled: bool, words: tuple[str, str],
    ) -> Grid:  # fmt: skip
        """The largest cells that fit; those with names are never much wider than high, or than
        the names above them, those without fill the room."""
        longest = [_longest(tuple(side), now) for side in names]
        title = QRectF(room.left(), room.top(), room.width(), now.px(20) if titled else 0)
        left = min(longest[0], 0.28 * room.width()) + now.px(8) if names[0] else 1.0
        left += now.px(15) if words[0] else 0
        word = now.px(15) if words[1] else 0
        wide = (room.width() - left - 2) / max(1, columns)
        turned = bool(names[1]) and longest[1] > min(wide, now.px(_LARGEST)) - 3
        above = 1.0
        if names[1]:
            above = min(longest[1], 0.24 * room.height()) + now.px(8) if turned else now.px(17)
        top = title.bottom() + above + word
        high = (room.bottom() - top - 2) / max(1, rows)
        if names[0] or names[1]:
            high = min(high, now.px(_LARGEST))
            needed = longest[1] + 3 if not turned else 0.0  # names that lie are whole
            wide = min(wide, max(_FLATTEST * high, needed))
        field = QRectF(room.left() + left, top, max(1.0, wide * max(1, columns)), max(1.0, high * max(1, rows)))
        return cls(field, title, rows, columns, wide, high, (tuple(names[0]), tuple(names[1])), turned, words)

    def cell(self, row: int, column: int) -> QRectF:
        """The rectangle of a cell."""
        return QRectF(self.field.left() + column * self.wide, self.field.top() + row * self.high, self.wide, self.high)

    def cell_at(self, at: QPointF) -> tuple[int, int]:
        """The cell at a pixel; −1, −1 beside all."""
        if not self.rows or not self.columns or not self.field.contains(at):
            return -1, -1
        row = int((at.y() - self.field.top()) / self.high)
        column = int((at.x() - self.field.left()) / self.wide)
        return min(row, self.rows - 1), min(column, self.columns - 1)


@lru_cache(maxsize=32)
def _longest(names: tuple[str, ...], now: Look) -> float:
    metrics = QFontMetricsF(now.font("caption", 700))
    return max((metrics.horizontalAdvance(name) for name in names), default=0.0)


def paint_hidden(p: QPainter, grid: Grid, now: Look, values: np.ndarray) -> None:
    """Hatch the cells of -inf: there is no number, not a small one."""
    hidden = np.isneginf(values)
    if not hidden.any():
        return
    p.setPen(Qt.PenStyle.NoPen)
    for row, first, last in _runs(hidden):
        spot = QRectF(
            grid.field.left() + first * grid.wide, grid.field.top() + row * grid.high,
            (last - first) * grid.wide, grid.high,
        )  # fmt: skip
        p.fillRect(spot, now.color("sunken"))
        if grid.high >= 3:
            p.setBrush(now.color("edge", 90))
            p.setBrush(Qt.BrushStyle.BDiagPattern)
            p.drawRect(spot)
    p.setBrush(Qt.BrushStyle.NoBrush)


def paint_gaps(p: QPainter, grid: Grid, now: Look) -> None:
    """Thin lines between cells that are large enough: neighbours of one colour stay two."""
    if min(grid.wide, grid.high) < now.px(12):
        return
    field = grid.field
    p.setPen(QPen(now.color("surface"), 1))
    across = [field.left() + column * grid.wide for column in range(1, grid.columns)]
    down = [field.top() + row * grid.high for row in range(1, grid.rows)]
    p.drawLines([QLineF(x, field.top(), x, field.bottom()) for x in across])
    p.drawLines([QLineF(field.left(), y, field.right(), y) for y in down])


def _runs(mask: np.ndarray) -> list[tuple[int, int, int]]:
    """Stretches of True in every row: row, first, one behind the last."""
    edges = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, first = np.nonzero(edges == 1)
    _rows, last = np.nonzero(edges == -1)
    return list(zip(rows.tolist(), first.tolist(), last.tolist()))


def paint_numbers(
    p: QPainter, grid: Grid, now: Look, values: np.ndarray, colors: np.ndarray, ways: Sequence[Callable[[float], str]]
) -> None:
    """The number of every cell, where all of them have room: in the first of the ways that fits."""
    if values.size > MOST_NUMBERS or grid.wide < now.px(27) or grid.high < now.px(15):
        return
    p.setFont(now.font("caption", 500))
    write = fitting(ways, values, p.fontMetrics().horizontalAdvance, grid.wide - now.px(3))
    if write is None:
        return
    light, dark = ("surface", "text") if now.palette.name == "light" else ("text", "surface")
    shades = colors[..., :3].astype(float) @ (0.299, 0.587, 0.114)
    for row in range(grid.rows):
        for column in range(grid.columns):
            value = float(values[row, column])
            if np.isneginf(value):
                continue
            text = "—" if np.isnan(value) else write(value)
            p.setPen(now.color(dark if shades[row, column] > 140 else light))
            p.drawText(grid.cell(row, column), _CENTRE, text)


def fitting(
    ways: Sequence[Callable[[float], str]], values: np.ndarray, wide: Callable[[str], int], room: float
) -> Callable[[float], str] | None:
    """The first way of writing whose longest number has room, then with one decimal; None where that has none either:
    numbers that run into each other cannot be read."""
    numbers = values[np.isfinite(values)].tolist()
    return next((way for way in (*ways, _tenths) if all(wide(way(n)) <= room for n in numbers)), None)


def _tenths(value: float) -> str:
    return f"{value + 0.0:.1f}".replace("-", "−")


def paint_names(
    p: QPainter, grid: Grid, now: Look, highlighted: tuple[int, int], only_highlighted: bool = False
) -> None:
    """The names of rows at the left, of columns above; where there are too many, every so many of them, and those of
    the lit ones."""
    for side, size in enumerate((grid.high, grid.wide)):
        names = grid.names[side]
        close = size < now.px(13)
        every = 1 if only_highlighted else math.ceil(now.px(13) / max(size, 0.1))
        for number, name in enumerate(names):
            chosen = number == highlighted[side]
            if (only_highlighted and not chosen) or number % every:
                continue
            p.setFont(now.font("caption", 700 if only_highlighted else 500))
            p.setPen(now.color("text" if only_highlighted else "text2"))
            _paint_name(p, grid, now, side, number, name, close, only_highlighted)
    if not only_highlighted:
        _paint_words(p, grid, now)


def _paint_name(
    p: QPainter, grid: Grid, now: Look, side: int, number: int, name: str, close: bool, highlighted: bool
) -> None:
    field, gap, line = grid.field, now.px(5), now.px(16)
    if side == 0:
        middle = field.top() + (number + 0.5) * grid.high
        room = field.left() - gap - (now.px(15) if grid.words[0] else 0)
        text = p.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(max(8.0, room)))
        y = min(middle - line / 2, field.bottom() - line + 3) if close else middle - line / 2
        _write(p, now, QRectF(field.left() - gap - room, y, room, line), _RIGHT, text, highlighted)
        return
    middle = field.left() + (number + 0.5) * grid.wide
    if close:
        middle = min(middle, field.right() - line / 2 + 2)
    if not grid.turned and not close:
        spot = QRectF(middle - grid.wide / 2, field.top() - line - 1, grid.wide, line)
        _write(p, now, spot, _CENTRE, name, highlighted)
        return
    tall = field.top() - grid.title.bottom() - gap - (now.px(15) if grid.words[1] else 0)
    p.save()
    p.translate(middle, field.top() - gap)
    p.rotate(-90)
    text = p.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(tall))
    _write(p, now, QRectF(0, -line / 2, tall, line), _LEFT, text, highlighted)
    p.restore()


def _write(p: QPainter, now: Look, spot: QRectF, side: Qt.AlignmentFlag, text: str, highlighted: bool) -> None:
    """A name; a lit one is written over what was there."""
    if highlighted:
        wide = min(spot.width(), p.fontMetrics().horizontalAdvance(text) + 4)
        left = spot.right() - wide if side == _RIGHT else spot.left() if side == _LEFT else spot.center().x() - wide / 2
        p.fillRect(QRectF(left, spot.top(), wide, spot.height()), now.color("surface"))
    p.drawText(spot, side, text)


def _paint_words(p: QPainter, grid: Grid, now: Look) -> None:
    """What rows and columns are, small and quiet."""
    rows, columns = grid.words
    p.setFont(now.font("caption", 450))
    p.setPen(now.color("text3"))
    if columns:
        wide = max(grid.field.width(), p.fontMetrics().horizontalAdvance(columns) + 4.0)
        p.drawText(QRectF(grid.field.left(), grid.title.bottom() - 1, wide, now.px(15)), _CENTRE, columns)
    if rows:
        p.save()
        p.translate(now.px(8), grid.field.center().y())
        p.rotate(-90)
        half = grid.field.height()
        p.drawText(QRectF(-half, -now.px(8), 2 * half, now.px(15)), _CENTRE, rows)
        p.restore()


def paint_light(
    p: QPainter, grid: Grid, now: Look, highlighted: tuple[int, int], near: tuple[int, int], lone: bool, focused: bool
) -> None:
    """Frames around the lit row and column, the lit cell in orange with a white ring, the near one in grey."""
    row, column = highlighted
    p.setBrush(Qt.BrushStyle.NoBrush)
    if 0 <= row < grid.rows:
        _paint_frame(p, now, QRectF(grid.field.left(), grid.cell(row, 0).top(), grid.field.width(), grid.high))
    if 0 <= column < grid.columns and not lone:
        _paint_frame(p, now, QRectF(grid.cell(0, column).left(), grid.field.top(), grid.wide, grid.field.height()))
    if near[0] >= 0 and near != highlighted:
        p.setPen(QPen(now.color("edge"), 1.8))
        p.drawRect(grid.cell(*near).adjusted(0.5, 0.5, -0.5, -0.5))
    if 0 <= row < grid.rows and 0 <= column < grid.columns:
        spot = grid.cell(row, column)
        least = now.px(6)
        grow = max(0.0, (least - min(spot.width(), spot.height())) / 2)
        spot = spot.adjusted(-grow, -grow, grow, grow)
        for color, width in (("#FFFFFF", 4.6), (now.palette.ball, 2.6 if not focused else 3.2)):
            p.setPen(QPen(now.color(color), width * now.line_weight))
            p.drawRoundedRect(spot, 2.5, 2.5)


def _paint_frame(p: QPainter, now: Look, spot: QRectF) -> None:
    """A thin frame on whole pixels: sharp, and quicker than a rectangle drawn with a pen."""
    thick = max(1, round(now.line_weight))
    left, top, right, bottom = (round(edge) for edge in (spot.left(), spot.top(), spot.right(), spot.bottom()))
    wide, high = max(thick, right - left) + thick, max(thick, bottom - top) - thick
    ink = now.color("text", 150)
    for y in (top, bottom):
        p.fillRect(QRect(left, y, wide, thick), ink)
    for x in (left, right):
        p.fillRect(QRect(x, top + thick, thick, high), ink)
