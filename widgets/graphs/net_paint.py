"""How a network is laid out and drawn: columns of tiles, links between them, names at both ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.base.colors import MARKERS
from widgets.base.look import Look
from widgets.canvas.colormap import as_image, colorize, diverging_lut, lut
from widgets.canvas.markers import marker_path
from widgets.graphs.net_shape import Link, NetShape
from widgets.plots.class_regions import region_picture

__all__ = ["NetLayout", "paint_highlighted", "paint_net"]

MOST_LINKS = 420
"""So many links are drawn, the strongest ones."""
DASHED = 160
"""Up to so many links, negative ones are dashed."""
TILE, LEAST_TILE = 52.0, 7.0
AIRY = 2.1  # how far the middles of two tiles of a column may be apart, in tiles
WIDTHS = (0.7, 1.4, 2.3, 3.4, 4.8, 6.4)


@dataclass(frozen=True, slots=True)
class NetLayout:
    """tiles: per column the boxes.  ends: per column the middle heights, [n], as an array."""

    tiles: tuple[tuple[QRectF, ...], ...]
    heights: tuple[np.ndarray, ...]

    @staticmethod
    def of(room: QRectF, sizes: tuple[int, ...], look: Look) -> NetLayout:
        """Columns spread over the room, each as large as fits."""
        names, out, top = look.px(24), look.px(30), look.px(4)
        tallest, count = max((1, *sizes)), len(sizes)
        across = (room.width() - names - out) / max(count, 1)
        tile = min(look.px(TILE), 0.62 * across, (room.height() - 2 * top) / tallest * 0.86)
        tile = max(tile, LEAST_TILE)
        tiles, heights = [], []
        for column, size in enumerate(sizes):
            x = room.left() + names + (column + 0.5) * (room.width() - names - out) / count - tile / 2
            if column == 0:
                x = room.left() + names
            elif column == count - 1:
                x = room.right() - out - tile
            else:
                start, end = room.left() + names, room.right() - out - tile
                x = start + (end - start) * column / (count - 1)
            pitch = min((room.height() - 2 * top) / max(size, 1), tile * AIRY)
            first = room.center().y() - pitch * (size - 1) / 2
            middles = first + pitch * np.arange(size)
            heights.append(middles)
            tiles.append(tuple(QRectF(x, y - tile / 2, tile, tile) for y in middles.tolist()))
        return NetLayout(tuple(tiles), tuple(heights))

    def right_of(self, column: int) -> float:
        """Where the links behind a column begin."""
        return self.tiles[column][0].right() if self.tiles[column] else 0.0

    def left_of(self, column: int) -> float:
        """Where the links before a column end."""
        return self.tiles[column][0].left() if self.tiles[column] else 0.0

    def tile_at(self, at: QPointF) -> tuple[int, int]:
        """Column and number of the tile under a pixel, (−1, −1) for none."""
        for column, boxes in enumerate(self.tiles):
            for number, box in enumerate(boxes):
                if box.adjusted(-1, -1, 1, 1).contains(at):
                    return column, number
        return -1, -1

    def distances(self, layer: int, at: QPointF) -> np.ndarray:
        """From a pixel to every link of a layer, straight down: [n_out, n_in]."""
        share = (at.x() - self.right_of(layer)) / max(self.left_of(layer + 1) - self.right_of(layer), 1.0)
        start, end = self.heights[layer][None, :], self.heights[layer + 1][:, None]
        width = max(self.left_of(layer + 1) - self.right_of(layer), 1.0)
        slope = np.hypot(1.0, (end - start) / width)  # a steep link is nearer than it is straight down
        far: np.ndarray = np.abs(start + share * (end - start) - at.y()) / slope
        return far

    def middle(self, layer: int, unit: int, source: int) -> QPointF:
        """The middle of a link; of a bias, the tile's."""
        end = self.tiles[layer + 1][unit].center()
        if source < 0:
            return end
        start = self.tiles[layer][source].center()
        return QPointF((start.x() + end.x()) / 2, (start.y() + end.y()) / 2)


def paint_net(
    painter: QPainter, shape: NetShape, places: NetLayout, look: Look, highlighted: Link | None, unit: tuple[int, int]
) -> None:
    """All of it: links below, tiles above, then what is lit."""
    _paint_links(painter, shape, places, look)
    for column, (boxes, maps) in enumerate(zip(places.tiles, shape.maps)):
        last = column == len(places.tiles) - 1
        _paint_tiles(painter, boxes, maps, look, last and shape.belief)
        if 0 < column <= len(shape.dead):
            for box in (box for box, dead in zip(boxes, shape.dead[column - 1]) if dead):
                _cross_out(painter, box, look)
    _paint_names(painter, shape, places, look)
    if unit[0] >= 0 and unit[0] < len(places.tiles) and unit[1] < len(places.tiles[unit[0]]):
        painter.setPen(QPen(look.color("ball"), 2.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(places.tiles[unit[0]][unit[1]].adjusted(-1.5, -1.5, 1.5, 1.5), 4, 4)
    if shape.holds(highlighted) and highlighted is not None:
        paint_highlighted(painter, shape, places, look, highlighted)


def _paint_links(painter: QPainter, shape: NetShape, places: NetLayout, look: Look) -> None:
    """The strongest links, in groups of one sign and thickness."""
    total = sum(weights.size for weights in shape.weights)
    least = 0.02
    if total > MOST_LINKS:
        sizes = np.abs(np.concatenate([weights.ravel() for weights in shape.weights]))
        least = max(least, float(np.partition(np.nan_to_num(sizes), -MOST_LINKS)[-MOST_LINKS]))
    palette = look.palette
    inks = {True: look.color(palette.diverging[5]), False: look.color(palette.diverging[1])}
    groups: dict[tuple[int, bool], list[QLineF]] = {}
    for layer, weights in enumerate(shape.weights):
        x1, x2 = places.right_of(layer), places.left_of(layer + 1)
        sizes = np.abs(np.nan_to_num(weights))
        rank = np.searchsorted((0.15, 0.5, 1.0, 2.0, 4.0), sizes)
        starts, ends = places.heights[layer].tolist(), places.heights[layer + 1].tolist()
        for unit, source in zip(*(found.tolist() for found in np.nonzero(sizes >= least))):
            key = (int(rank[unit, source]), bool(weights[unit, source] > 0))
            groups.setdefault(key, []).append(QLineF(x1, starts[source], x2, ends[unit]))
    factor = 1.0 if total <= 40 else 0.75 if total <= DASHED else 0.5
    for (rank_of, positive), lines in sorted(groups.items(), key=lambda item: item[0]):
        width = max(0.7, WIDTHS[rank_of] * factor) * look.line_weight
        pen = QPen(inks[positive], width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        if not positive and total <= DASHED:
            pen.setDashPattern([max(2.0, 4.0 / width), max(1.2, 2.6 / width)])
        painter.setPen(pen)
        painter.drawLines(lines)


def _paint_tiles(painter: QPainter, boxes: tuple[QRectF, ...], maps: np.ndarray, look: Look, belief: bool) -> None:
    """What every unit says where: orange for more, blue for less than 0; beliefs in the tints of the classes."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
    for place, (box, values) in enumerate(zip(boxes, maps)):
        if belief and len(maps) == 1:
            rgba = region_picture(values[None], look.palette)
        elif belief:
            rgba = colorize(values[::-1], _class_lut(look.palette.surface, look.palette.categories[place]), 0.0, 1.0)
        else:
            most = 1.25 * max(float(np.abs(values).max()), 1e-6)  # not to the darkest ends
            rgba = colorize(values[::-1], diverging_lut(look.palette), -most, most)
        painter.drawImage(box, as_image(rgba, opaque=True))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.color("text2"), 1.0))
    painter.drawRects([box.adjusted(-0.5, -0.5, 0.5, 0.5) for box in boxes])


@lru_cache(maxsize=16)
def _class_lut(surface: str, color: str) -> np.ndarray:
    return lut((surface, color))


def _cross_out(painter: QPainter, box: QRectF, look: Look) -> None:
    painter.setPen(QPen(look.color("bad"), 2.2))
    painter.drawLine(box.topLeft(), box.bottomRight())
    painter.drawLine(box.topRight(), box.bottomLeft())


def _paint_names(painter: QPainter, shape: NetShape, places: NetLayout, look: Look) -> None:
    painter.setFont(look.font("caption", 600))
    painter.setPen(look.color("text2"))
    for name, box in zip(shape.inputs, places.tiles[0]):
        spot = QRectF(box.left() - look.px(60), box.top(), look.px(56), box.height())
        painter.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
    radius = look.px(5)
    for kind, box in zip(shape.classes, places.tiles[-1]):
        painter.setPen(QPen(look.color("surface"), 1))
        painter.setBrush(QColor(look.palette.categories[kind]))
        painter.translate(box.right() + look.px(14), box.center().y())
        painter.drawPath(marker_path(MARKERS[kind], radius))
        painter.translate(-box.right() - look.px(14), -box.center().y())


def paint_highlighted(painter: QPainter, shape: NetShape, places: NetLayout, look: Look, highlighted: Link) -> None:
    """The link in the hand, in the colour of what is lit, with its number."""
    value = shape.weight(highlighted)
    at = places.middle(highlighted.layer, highlighted.unit, highlighted.source)
    if highlighted.source >= 0:
        start = QPointF(
            places.right_of(highlighted.layer), float(places.heights[highlighted.layer][highlighted.source])
        )
        end = QPointF(
            places.left_of(highlighted.layer + 1), float(places.heights[highlighted.layer + 1][highlighted.unit])
        )
        for color, width in (("surface", 6.4), ("ball", 3.0)):
            pen = QPen(look.color(color), width)
            if value < 0 and color == "ball":
                pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.drawLine(start, end)
    text = ("b = " if highlighted.source < 0 else "w = ") + f"{value:.3g}".replace("-", "−")
    painter.setFont(look.font("caption", 650))
    wide = painter.fontMetrics().horizontalAdvance(text) + look.px(10)
    high = look.px(19)
    up = (
        at.y() - high / 2
        if highlighted.source >= 0
        else places.tiles[highlighted.layer + 1][highlighted.unit].top() - high - 2
    )
    room = painter.viewport()
    left = min(max(at.x() - wide / 2, 1.0), max(1.0, room.width() - wide - 1.0))
    box = QRectF(left, max(up, 1.0), wide, high)
    painter.setPen(QPen(look.color("edge"), 1))
    painter.setBrush(look.color("raised"))
    painter.drawRoundedRect(box, look.px(5), look.px(5))
    painter.setPen(look.color("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
