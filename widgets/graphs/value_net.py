"""A network with its numbers in it: every unit a tile that says what it says, hollow until it has been worked out.

It is taken hold of like a `NetMap`: drag a link for its weight, press it to type. A tile of a layer is dragged for its
bias and pressed to be lit; a tile of the inputs is dragged for its value. A double-click, or Enter, types. Columns of
many units become strips of thin bars. An input is addressed as a Link of layer −1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets.base.look import Look, look
from widgets.canvas.colormap import colorize, diverging_lut
from widgets.canvas.paper import paper
from widgets.canvas.trails import is_dark
from widgets.controls.number_field import Reading, read_number, show_number
from widgets.graphs.net_map import KEY_FINE, KEY_STEP, PIXELS, NetMap
from widgets.graphs.net_paint import NetLayout, paint_highlighted, paint_net
from widgets.graphs.net_shape import BIAS, Link

__all__ = ["INPUTS", "ValueNet", "number_color"]

INPUTS = -1  # the layer of a link that is an input
MANY = 12  # units in a column, from which on they become a strip
FEW_LINKS, LEAST_LINK = 160, 0.02  # up to so many, links of less than this are shown as dots
NUMBER_WIDE = 42  # pixels at 100 % that a number wants
LEAST_TEXT = 15  # pixels of a tile that can hold a number
DARK = 0.18  # relative luminance of a tile below which white has more contrast on it than black


class ValueNet(NetMap):
    """`picked` carries the column and unit of a tile that was pressed, the inputs being column 0."""

    picked = Signal(int, int)

    def __init__(
        self,
        parse: Callable[[str], Reading] = read_number,
        show: Callable[[float], str] = lambda value: show_number(value, 3),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parse, show, parent)
        self._values: tuple[np.ndarray, ...] = ()
        self._looked = (-1, -1)
        self._numbers = True
        self._input: tuple[int, float, float, bool] | None = None  # in the hand: unit, y, value, moved
        self._layout_for: object = None

    # ---- what the caller says

    def set_values(self, values: Sequence[np.ndarray], highlighted: tuple[int, int], numbers: bool = True) -> None:
        """values: per column, the inputs first, [n], nan where nothing is known.  lit: column and unit looked at."""
        self._values, self._looked, self._numbers = tuple(values), highlighted, numbers
        self.update()

    def places(self) -> NetLayout:
        """Where the tiles are; in a column of many they are thin."""
        key = (self.size(), self._shape.sizes, look())
        if self._layout is None or self._layout_for != key:
            self._layout, self._layout_for = self._laid_out(QRectF(self.rect()), look()), key
        return self._layout

    def _laid_out(self, room: QRectF, now: Look) -> NetLayout:
        sizes = self._shape.sizes
        plain = NetLayout.of(room, tuple(min(size, MANY) for size in sizes), now)
        tiles, heights = list(plain.tiles), list(plain.heights)
        for column, size in enumerate(sizes):
            if size <= MANY:
                most = room.width() / (2 * len(sizes))
                tiles[column] = _wider(plain.tiles[column], now.px(NUMBER_WIDE), most, column == 0)
                continue
            pitch = (room.height() - now.px(8)) / size
            middles = room.center().y() + pitch * (np.arange(size) - (size - 1) / 2)
            box = plain.tiles[column][0]
            high = max(1.0, 0.84 * pitch)
            wide, left = min(box.width(), now.px(26)), box.center().x() - min(box.width(), now.px(26)) / 2
            tiles[column] = tuple(QRectF(left, y - high / 2, wide, high) for y in middles.tolist())
            heights[column] = middles
        return NetLayout(tuple(tiles), tuple(heights))

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look().color("surface"))
        if self._shape.weights and self._values:
            self._paint(painter, self.places(), look(), self._highlighted)
        painter.end()

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the network on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self.accessibleName()) as (room, light):
            if self._values:
                self._paint(painter, self._laid_out(room, light), light, None)

    def _paint(self, p: QPainter, places: NetLayout, now: Look, highlighted: Link | None) -> None:
        self._paint_faint(p, places, now)
        paint_net(p, self._shape, places, now, None, (-1, -1))
        self._paint_reads(p, places, now)
        for column, (boxes, values) in enumerate(zip(places.tiles, self._values)):
            known = np.nan_to_num(values)
            most = max(float(np.abs(known).max()) if len(known) else 0.0, 1e-9)
            rgba = colorize(np.ascontiguousarray(known[None]), diverging_lut(now.palette), -1.3 * most, 1.3 * most)[0]
            for box, value, color in zip(boxes, values.tolist(), rgba.tolist()):
                self._paint_tile(p, box, value, QColor(*color[:3]), now)
            if column == self._looked[0] and 0 <= self._looked[1] < len(boxes):
                _ring(p, boxes[self._looked[1]], now)
        if highlighted is not None and self._shape.holds(highlighted) and highlighted.layer >= 0:
            paint_highlighted(p, self._shape, places, now, highlighted)

    def _paint_faint(self, p: QPainter, places: NetLayout, now: Look) -> None:
        """Links of weight 0 as dots, so that they can be taken hold of."""
        if sum(weights.size for weights in self._shape.weights) > FEW_LINKS:
            return
        pen = QPen(now.color("text3"), 1.4, Qt.PenStyle.DotLine)
        p.setPen(pen)
        for layer, weights in enumerate(self._shape.weights):
            x1, x2 = places.right_of(layer), places.left_of(layer + 1)
            starts, ends = places.heights[layer].tolist(), places.heights[layer + 1].tolist()
            nothing = np.argwhere(np.abs(weights) < LEAST_LINK).tolist()
            p.drawLines([QLineF(x1, starts[source], x2, ends[unit]) for unit, source in nothing])

    def _paint_tile(self, p: QPainter, box: QRectF, value: float, color: QColor, now: Look) -> None:
        thin = box.height() < LEAST_TEXT
        known = value == value
        if thin:
            p.fillRect(box, color if known else now.color("line"))
            return
        pen = QPen(now.color("text2" if known else "edge"), 1.2)
        if not known:
            pen.setStyle(Qt.PenStyle.DashLine)
        p.setPen(pen)
        p.setBrush(color if known else now.color("surface"))
        radius = min(now.px(10), box.height() / 3)
        p.drawRoundedRect(box, radius, radius)
        if not self._numbers:
            return
        p.setPen(number_color(color) if known else now.color("text"))
        p.setFont(now.font("small" if box.height() >= now.px(30) else "caption", 650))
        for text in _ways(value) if known else ("—",):
            if p.fontMetrics().horizontalAdvance(text) <= box.width() - 1:
                p.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
                break

    def _paint_reads(self, p: QPainter, places: NetLayout, now: Look) -> None:
        """The links into the lit unit, so that one sees what it reads."""
        column, unit = self._looked
        if not 0 < column < len(places.tiles) or unit >= len(places.tiles[column]):
            return
        x1, x2 = places.right_of(column - 1), places.left_of(column)
        end = float(places.heights[column][unit])
        weights = self._shape.weights[column - 1][unit].tolist()
        many = len(weights) > MANY
        for start, weight in zip(places.heights[column - 1].tolist(), weights):
            line = QLineF(x1, start, x2, end)
            if not many:
                p.setPen(QPen(now.color("surface"), 9.0))
                p.drawLine(line)
            pen = QPen(now.color("ball"), 1.0 if many else 2.4 * now.line_weight)
            if weight < 0 and not many:
                pen.setDashPattern([3, 2])
            p.setPen(pen)
            p.drawLine(line)

    # ---- the hand

    def link_at(self, at: QPointF) -> Link | None:
        """As of a NetMap; an input's tile is a Link of layer −1."""
        column, unit = self.places().tile_at(at)
        return Link(INPUTS, unit, BIAS) if column == 0 else super().link_at(at)

    def _number(self, link: Link) -> float:
        return float(self._values[0][link.unit]) if link.layer == INPUTS else self._shape.weight(link)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        link = self.link_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if link is not None and link.layer == INPUTS:
            self._close()
            self._input = link.unit, event.position().y(), self._number(link), False
            self._choose(link)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._input is None:
            super().mouseMoveEvent(event)
            return
        unit, y, value, moved = self._input
        up = (y - event.position().y()) / look().px(PIXELS)
        if not moved and abs(up) * PIXELS < 4:
            return
        self._input = unit, y, value, True
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.weight_set.emit(Link(INPUTS, unit, BIAS), round(value + (0.1 * up if fine else up), 3 if fine else 2))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._input = self._input, None
        if held is not None:
            self.let_go.emit() if held[3] else self.picked.emit(0, held[0])
            return
        grip = self._grip
        if grip is not None and grip.link.source == BIAS and not grip.moved:
            self._grip = None
            self.picked.emit(grip.link.layer + 1, grip.link.unit)
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        link = self.link_at(event.position())
        if link is not None and link.source == BIAS and event.button() == Qt.MouseButton.LeftButton:
            self.edit(link)
        else:
            super().mouseDoubleClickEvent(event)

    def edit(self, link: Link) -> None:
        """Open the field at a link, or at an input."""
        if link.layer == INPUTS:
            shape = self._shape
            values = np.asarray(self._values[0], np.float64)
            self._shape = replace(shape, biases=(*shape.biases, values))  # its number is read at place −1
            super().edit(link)
            self._shape = shape
            return
        super().edit(link)

    # ---- the keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        highlighted, key = self._highlighted, event.key()
        if (
            highlighted is None
            or highlighted.layer != INPUTS
            or event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            step = KEY_FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else KEY_STEP
            value = round(self._number(highlighted) + (step if key == Qt.Key.Key_PageUp else -step), 6)
            self.tell(self.link_words(highlighted, value))
            self.weight_set.emit(highlighted, value)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit(highlighted)
        else:
            super().keyPressEvent(event)

    def link_words(self, link: Link, weight: float | None = None) -> str:
        if link.layer != INPUTS:
            return super().link_words(link, weight)
        return f"{self._unit_words(0, link.unit)}: {show_number(self._number(link) if weight is None else weight, 3)}"

    def _next(self, across: int, down: int) -> Link:
        now, inputs = self._highlighted, self._shape.sizes[0]
        if now is not None and now.layer == INPUTS:
            return Link(0, 0, 0) if across > 0 else Link(INPUTS, (now.unit + down) % inputs, BIAS)
        if now is not None and now.layer == 0 and across < 0:
            return Link(INPUTS, 0, BIAS)
        return super()._next(across, down)


def _wider(boxes: tuple[QRectF, ...], wanted: float, most: float, first: bool) -> tuple[QRectF, ...]:
    """Tiles that are too small for a number, made wider; the first column away from its names."""
    grow = min(wanted, most) - boxes[0].width() if boxes else 0.0
    left = 0.0 if first else grow / 2
    return tuple(box.adjusted(-left, 0, grow - left, 0) for box in boxes) if grow > 0 else boxes


def _ring(p: QPainter, box: QRectF, now: Look) -> None:
    """The lit thing: orange, with a ring of white."""
    p.setBrush(Qt.BrushStyle.NoBrush)
    radius = min(now.px(11), box.height() / 3 + 2)
    for color, width, grow in (("#FFFFFF", 5.0, 2.0), (now.palette.ball, 3.0, 2.0)):
        p.setPen(QPen(QColor(color), width))
        p.drawRoundedRect(box.adjusted(-grow, -grow, grow, grow), radius, radius)


def _ways(value: float) -> tuple[str, ...]:
    """How a number can be written in a tile, the longest way first."""
    size = abs(value)
    if size >= 1e4:
        return (f"{value:.0e}".replace("e+0", "e").replace("-", "−"),)
    least = 2 if size < 10 else 1 if size < 100 else 0
    found = (f"{value:.{digits}f}" for digits in range(least, -1, -1))
    return tuple("0" if float(text) == 0 and len(text) < 3 else text.replace("-", "−") for text in found)


def number_color(tile: QColor) -> QColor:
    """The colour of a number on a tile: white on a dark one, black on a light one, in either theme."""
    return QColor("#FFFFFF" if is_dark(tile, DARK) else "#000000")
