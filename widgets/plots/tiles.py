"""Several small pictures side by side, each with its name: kernels, what they make of a picture, maps of what counts.

Each is coloured about zero or grey, all of a kind on one scale or each on its own; a press picks one, and so do the
arrow keys.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.base.words import _
from widgets.canvas.colormap import as_image, colorize, diverging_lut, lut, one_sided_lut, symmetric_range
from widgets.canvas.paper import paper
from widgets.canvas.spoken import matrix_words
from widgets.canvas.ticks import number as written

__all__ = ["Tile", "Tiles"]

_ALONG = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_DOWN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, eq=False, slots=True)
class Tile:
    """A small picture: values [R, C], a name above it, and its scale: "diverging", "ink" or "one-sided"."""

    values: np.ndarray
    name: str = ""
    scale: str = "diverging"
    most: float | None = None


class Tiles(Described, Refreshing, QWidget):
    """`picked` carries the number of a picture, from 0."""

    picked = Signal(int)

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: tuple[Tile, ...] = ()
        self._title, self._lit = title, -1
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these."""
        self._tiles = tuple(tiles)
        self.update()

    def tiles(self) -> tuple[Tile, ...]:
        """What is shown."""
        return self._tiles

    def set_lit(self, number: int) -> None:
        """Frame one; −1 none."""
        if number != self._lit:
            self._lit = number
            self.update()

    def summary(self) -> str:
        if not self._tiles:
            return ""
        if not 0 <= self._lit < len(self._tiles):
            least = min(float(tile.values.min()) for tile in self._tiles)
            most = max(float(tile.values.max()) for tile in self._tiles)
            return _("{n} small pictures, from {least} to {most}.").format(
                n=len(self._tiles), least=written(least), most=written(most)
            )
        tile = self._tiles[self._lit]
        return f"{tile.name}: {matrix_words(tile.values, ((), ()))}"

    # ---- where things are

    def _columns(self, room: QRectF, now: Look) -> int:
        """As many columns as make the pictures largest."""
        count, best, found = len(self._tiles), 0.0, 1
        for columns in range(1, count + 1):
            rows = math.ceil(count / columns)
            side = min(room.width() / columns, room.height() / rows - self._head(now))
            if side > best:
                best, found = side, columns
        return found

    def _head(self, now: Look) -> float:
        return now.px(18) if any(tile.name for tile in self._tiles) else 0

    def _room(self, room: QRectF, now: Look) -> QRectF:
        return room.adjusted(2, (now.px(20) if self._title else 0) + 2, -2, -2)

    def tile_rect(self, number: int) -> QRectF:
        """The picture of that number, in pixels of this widget."""
        now = look()
        return self._spot(number, self._room(QRectF(self.rect()), now), now)

    def _spot(self, number: int, room: QRectF, now: Look) -> QRectF:
        columns, head = self._columns(room, now), self._head(now)
        rows = math.ceil(len(self._tiles) / columns)
        wide, high = room.width() / columns, room.height() / rows
        shape = self._tiles[number].values.shape
        cell = max(1.0, min((wide - now.px(6)) / max(1, shape[1]), (high - head - now.px(6)) / max(1, shape[0])))
        row, column = divmod(number, columns)
        middle = QPointF(room.left() + (column + 0.5) * wide, room.top() + row * high + head + (high - head) / 2)
        size = QRectF(0, 0, cell * shape[1], cell * shape[0])
        size.moveCenter(middle)
        return size

    # ---- painting

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint all on white into `rect` of any painter."""
        with paper(painter, rect, self._title) as (room, light):
            self._paint(painter, room.adjusted(2, 2, -2, -2), light)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, p = look(), QPainter(self)
        p.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._title:
            p.setFont(now.font("small", 600))
            p.setPen(now.color("text"))
            p.drawText(QRectF(2, 0, self.width() - 4, now.px(20)), _CENTRE, self._title)
        self._paint(p, self._room(QRectF(self.rect()), now), now)
        p.end()

    def _paint(self, p: QPainter, room: QRectF, now: Look) -> None:
        head = self._head(now)
        for number, tile in enumerate(self._tiles):
            spot = self._spot(number, room, now)
            lo, hi = symmetric_range(tile.values) if tile.scale == "diverging" else (0.0, 1.0)
            if tile.most is not None:
                lo, hi = (-tile.most if tile.scale == "diverging" else 0.0), tile.most or 1.0
            tables = {"diverging": diverging_lut(now.palette), "one-sided": one_sided_lut(now.palette)}
            table = tables.get(tile.scale, lut((now.palette.surface, now.palette.text)))
            colors = colorize(np.ascontiguousarray(tile.values), table, lo, hi if hi > lo else lo + 1.0)
            p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            p.drawImage(spot, as_image(colors, opaque=True))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.setPen(QPen(now.color("edge"), 1))
            p.drawRect(spot)
            if tile.name:
                p.setFont(now.font("caption", 500))
                p.setPen(now.color("text2"))
                wide = room.width() / self._columns(room, now)
                line = QRectF(spot.center().x() - wide / 2, spot.top() - head, wide, head)
                p.drawText(line, _CENTRE, p.fontMetrics().elidedText(tile.name, Qt.TextElideMode.ElideRight, int(wide)))
            if number == self._lit:
                for color, width in (("#FFFFFF", 5.0), (now.palette.ball, 2.8)):
                    p.setPen(QPen(QColor(color), width * now.line_weight))
                    p.drawRect(spot)

    # ---- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        for number in range(len(self._tiles)):
            if event.button() == Qt.MouseButton.LeftButton and self.tile_rect(number).contains(at):
                self.picked.emit(number)
                return
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, now = Qt.Key(event.key()), look()
        columns = self._columns(self._room(QRectF(self.rect()), now), now) if self._tiles else 1
        by = _ALONG.get(key, 0) + columns * _DOWN.get(key, 0)
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if held or not by or not self._tiles:
            event.ignore()
            return
        self.picked.emit(min(max(max(self._lit, 0) + by, 0), len(self._tiles) - 1))
        self.tell(self.summary())

    def relook(self) -> None:
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(140), look().px(90))
