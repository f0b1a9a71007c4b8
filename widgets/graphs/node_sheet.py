"""The picture of a graph of computing nodes: links at rest, the step that is taken, a path, and the boxes. Links are
painted once for a window and boxes once for their numbers, so that a step costs a few stamps.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from widgets.base.look import Look, look
from widgets.canvas.paper import paper
from widgets.graphs.node_flow import Flow, Pill, paint_flow, paint_pill, place_pills
from widgets.graphs.node_paint import GraphNode, entry_spots, numbers_of, paint_links, paint_node
from widgets.graphs.node_window import CLOSE, NodeWindow

__all__ = ["NodeSheet"]

LETTERS = 0.5  # zoom below which no letters are painted
EDGE = 10.0  # px around a box for its badge, its mark and its plus


class NodeSheet(NodeWindow):
    """A window onto a graph, painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flows: tuple[Flow, ...] = ()
        self._path: tuple[str, ...] = ()
        self._ground: QPixmap | None = None
        self._ground_for: object = None
        self._in_sight: tuple[tuple[str, QRectF], ...] = ()  # boxes in the window, and where
        self._stamps: dict[str, tuple[GraphNode, int, QPixmap]] = {}  # of each box, as it was painted last
        self._stamps_for: object = None
        self._ways: tuple[tuple[QPainterPath, bool], ...] = ()  # links of this step, and whether backwards
        self._pills: tuple[Pill, ...] = ()
        self._pills_for: object = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # ---- what the caller says

    def set_highlighted(self, key: str, flows: Sequence[Flow] = ()) -> None:
        """The node of this step, and what goes along its links; "" for none. It is kept in sight."""
        if (key, tuple(flows)) == (self._highlighted, self._flows):
            return
        self._highlighted, self._flows = key, tuple(flows)
        self._follow(key)
        self.update()

    def set_selected(self, key: str, entry: int = 0) -> None:
        """The node that is looked at, and which number of it; no signal."""
        if (key, entry) != (self._chosen, self._entry):
            self._chosen, self._entry = key, entry
            self.update()

    def set_path(self, keys: Sequence[str]) -> None:
        """Mark a way through the graph; () for none."""
        if tuple(keys) != self._path:
            self._path = tuple(keys)
            self.update()

    def path(self) -> tuple[str, ...]:
        """The way that is marked; () for none."""
        return self._path

    def in_sight(self) -> frozenset[str]:
        """The boxes that were in the window when it was painted last."""
        return frozenset(key for key, _box in self._in_sight)

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the whole graph on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self.accessibleName()) as (room, light):
            wide, high = max(1.0, self._placed.width), max(1.0, self._placed.height)
            scale = min((room.width() - 40) / wide, (room.height() - 40) / high, CLOSE)
            painter.translate(room.center().x() - wide * scale / 2, room.center().y() - high * scale / 2)
            painter.scale(scale, scale)
            plain = Look(light.palette, look().scale)
            paint_links(painter, self._wires, plain)
            for key, box in self._plain.items():
                paint_node(painter, self._nodes[key], box, plain, self._folds(key), False)

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, painter = look(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.drawPixmap(0, 0, self._kept_ground(now))
        self._paint_path(painter, now)
        self._place_flows(now)
        for path, back in self._ways:
            paint_flow(painter, path, back, now)
        self._paint_boxes(painter, now)
        chosen, highlighted = self._seen(self._chosen), self._seen(self._highlighted)
        if chosen:
            _ring(painter, self._box(chosen), now, "focus", 2.2, 4)
            self._paint_entry(painter, now)
        if highlighted:
            self._paint_highlighted(painter, self._box(highlighted), now)
        for pill in self._pills:
            paint_pill(painter, pill, now)
        painter.end()

    def _kept_ground(self, now: Look) -> QPixmap:
        """The links at rest, painted once for a window; and which boxes are in it."""
        ratio = self.devicePixelRatioF()
        key = (now, self.size(), ratio, self._zoom, self._shift.toTuple(), self._shape)
        if key != self._ground_for or self._ground is None:
            self._ground_for = key
            window = QRectF(self.rect())
            boxes = ((name, self._box(name)) for name in self._placed.centres)
            self._in_sight = tuple(pair for pair in boxes if window.intersects(pair[1].adjusted(-8, -8, 8, 8)))
            self._ground = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
            self._ground.setDevicePixelRatio(ratio)
            self._ground.fill(now.color("surface"))
            on = QPainter(self._ground)
            on.setRenderHint(QPainter.RenderHint.Antialiasing)
            on.setTransform(self._on_screen(), True)
            room = self._on_screen().inverted()[0].mapRect(QRectF(self.rect())).adjusted(-4, -4, 4, 4)
            paint_links(
                on, (line for line, reach in zip(self._wires, self._reach) if room.intersects(reach)), now, self._zoom
            )
            on.end()
        return self._ground

    def _paint_boxes(self, painter: QPainter, now: Look) -> None:
        """The boxes in the window, each from its pixmap: one whose numbers are the same is not painted anew."""
        ratio, edge = self.devicePixelRatioF(), QPointF(EDGE, EDGE)
        if (now, ratio, self._zoom) != self._stamps_for:
            self._stamps, self._stamps_for = {}, (now, ratio, self._zoom)
        for key, box in self._in_sight:
            node, folds, kept = self._nodes[key], self._folds(key), self._stamps.get(key)
            if kept is None or kept[0] is not node or kept[1] != folds:
                kept = self._stamps[key] = (node, folds, self._stamp(node, folds, box, now))
            painter.drawPixmap(box.topLeft() - edge, kept[2])

    def _stamp(self, node: GraphNode, folds: int, box: QRectF, now: Look) -> QPixmap:
        """A box as a picture, with a transparent edge for what stands out of it."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round((box.width() + 2 * EDGE) * ratio), round((box.height() + 2 * EDGE) * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        on = QPainter(pixmap)
        on.setRenderHint(QPainter.RenderHint.Antialiasing)
        on.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        on.translate(EDGE, EDGE)
        on.scale(self._zoom, self._zoom)
        plain = QRectF(0, 0, box.width() / self._zoom, box.height() / self._zoom)
        paint_node(on, node, plain, now, folds, self._zoom < LETTERS)
        on.end()
        return pixmap

    def _paint_entry(self, painter: QPainter, now: Look) -> None:
        """A line under the chosen number of a matrix, and under its gradient."""
        node = self._nodes[self._chosen]
        columns = node.values[0].count("\t") + 1
        if self._chosen not in self._placed.centres or node.count < 2:
            return
        row, column = divmod(min(self._entry, len(node.values) * columns - 1), columns)
        painter.setPen(QPen(now.color("focus"), 1.8))
        for spot in entry_spots(node, self._plain[self._chosen], now, row, column):
            painter.drawLine(spot.p1() * self._zoom + self._shift, spot.p2() * self._zoom + self._shift)

    def _paint_highlighted(self, painter: QPainter, box: QRectF, now: Look) -> None:
        """The lit thing: an orange ring with a white one inside, and the ball at its corner."""
        _ring(painter, box, now, "ball", 3.4, 2)
        middle, radius = QPointF(box.right(), box.bottom()), now.px(6.5)
        painter.setPen(QPen(now.color("#FFFFFF"), 2.4))
        painter.setBrush(now.color("ball"))
        painter.drawEllipse(middle, radius, radius)

    def _paint_path(self, painter: QPainter, now: Look) -> None:
        seen = [self._seen(key) for key in self._path]
        pairs = {(one, other) for one, other in pairwise(seen)}
        way = [line for link, line in zip(self.drawn_links, self._wires) if (link.source, link.target) in pairs]
        painter.save()
        painter.setTransform(self._on_screen(), True)
        paint_links(painter, way, now, self._zoom, strong=True)
        painter.restore()

    def _place_flows(self, now: Look) -> None:
        """The links of this step and the places of the numbers on them, found once for a window and a step."""
        key = (self._flows, self._ground_for)
        if key == self._pills_for:
            return
        self._pills_for = key
        used: set[int] = set()
        found: list[tuple[QPainterPath, Flow]] = []
        for flow in self._flows:
            pair = (self._seen(flow.source), self._seen(flow.target))
            free = (n for n, one in enumerate(self.drawn_links) if (one.source, one.target) == pair and n not in used)
            number = next(free, None)
            if number is not None:
                used.add(number)
                found.append((self._on_screen().map(self._wires[number]), flow))
        self._ways = tuple((path, flow.back) for path, flow in found)
        boxes = [(box, numbers_of(box, now, self._zoom)) for _key, box in self._in_sight]
        self._pills = place_pills([(path, flow.text) for path, flow in found], boxes, QRectF(self.rect()), now)


def _ring(painter: QPainter, box: QRectF, now: Look, color: str, wide: float, off: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(now.color(color), wide))
    painter.drawRoundedRect(box.adjusted(-off, -off, off, off), now.px(11), now.px(11))
