"""The picture of a graph of computing nodes: where the boxes stand, what of it is in the window, and how it is
painted. Links at rest are painted once for a window and boxes once for their numbers, so that a step costs a few
stamps. What hands can do with it is in `nodegraph`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.accessible import Described
from widgets.layered import Box, Placed, layered
from widgets.look import Look, Refreshing, look
from widgets.nodegraph_paint import (
    Flow,
    GraphLink,
    GraphNode,
    entry_spots,
    node_size,
    paint_flow,
    paint_link,
    paint_node,
    wire,
)
from widgets.paper import paper

__all__ = ["NodeSheet"]

GAP_X, GAP_Y, EDGE = 30.0, 14.0, 16.0  # px between columns and rows, and around all
WIDE, FEW = 48.0, 7  # px between the columns of so few boxes
MOST_ZOOM, LEAST_ZOOM, CLOSE = 3.0, 0.04, 1.4  # the last: as close as a small graph is shown at first
READABLE, LETTERS = 0.78, 0.5  # zoom below which all is not shown at first, and below which no letters are
PORTS = 9.0  # px between two links that end at one box
MOST_STAMPS = 1500


class NodeSheet(Described, Refreshing, QWidget):
    """Nodes and links in layers, as they lie in a window that can be moved and zoomed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nodes: dict[str, GraphNode] = {}
        self._links: tuple[GraphLink, ...] = ()
        self._hides: Counter[str] = Counter()  # how many nodes can be folded behind each
        self._closed: set[str] = set()
        self._shape: object = None  # for which the layout holds
        self._placed = Placed({}, (), (), 0.0, 0.0)
        self._drawn: tuple[GraphLink, ...] = ()  # links as drawn, folded ones led to what hides them
        self._ports: tuple[float, ...] = ()  # how far from the middle of its box each of them ends
        self._sizes: dict[str, tuple[float, float]] = {}
        self._lit, self._chosen, self._entry = "", "", 0
        self._flows: tuple[Flow, ...] = ()
        self._path: tuple[str, ...] = ()
        self._zoom, self._shift, self._by_hand = 1.0, QPointF(0, 0), False
        self._ground: QPixmap | None = None
        self._ground_for: object = None
        self._stamps: dict[object, QPixmap] = {}
        self._stamps_for: object = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # ---- what the caller says

    def set_graph(self, nodes: Sequence[GraphNode], links: Sequence[GraphLink]) -> None:
        """Show these. Where only numbers changed, everything stays in its place.

        nodes: in an order in which every link leads on.
        """
        if [node.key for node in nodes] != list(self._nodes):
            self._closed &= {node.within for node in nodes if node.within}
            self._by_hand = False
            self._hides = Counter(node.within for node in nodes if node.within)
        self._nodes, self._links = {node.key: node for node in nodes}, tuple(links)
        if self._chosen not in self._nodes:
            self._chosen = ""
        self._lay_out()
        self.update()

    def set_lit(self, key: str, flows: Sequence[Flow] = ()) -> None:
        """The node of this step, and what goes along its links; "" for none. It is kept in sight."""
        if (key, tuple(flows)) == (self._lit, self._flows):
            return
        self._lit, self._flows = key, tuple(flows)
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

    def set_folded(self, heads: Sequence[str]) -> None:
        """Fold what stands behind these nodes, and nothing else."""
        if set(heads) != self._closed:
            self._closed = set(heads)
            self._by_hand = False
            self._lay_out()
            self.update()

    def folded(self) -> tuple[str, ...]:
        """The nodes behind which something is hidden now."""
        return tuple(sorted(self._closed))

    def toggle_fold(self, key: str) -> None:
        """Fold or open one node; it stays where it is on the screen."""
        before = self._box(key).center()
        self._closed ^= {key}
        self._lay_out()
        if self._by_hand or self._zoom > self._fitting():
            self._shift += before - self._box(key).center()
        self.update()

    def fit(self) -> None:
        """All of it, as large as it goes, and from now on the first view again."""
        self._by_hand = True
        self._zoom = min(self._fitting(), CLOSE)
        self._centre()
        self.update()

    def reset_view(self) -> None:
        """The first view: all of it where letters can be read, else the part that is lit."""
        self._by_hand = False
        self._first_view()
        self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """`factor` times closer around a pixel, or around the middle."""
        at = at or QPointF(self.rect().center())
        zoom = min(max(self._zoom * factor, min(LEAST_ZOOM, self._fitting())), MOST_ZOOM)
        self._shift = at - (at - self._shift) * (zoom / self._zoom)
        self._zoom, self._by_hand = zoom, True
        self.update()

    def keys(self) -> tuple[str, ...]:
        """The keys of all nodes, hidden ones too."""
        return tuple(self._nodes)

    def chosen_node(self) -> GraphNode | None:
        """The node that is looked at, or that hides it."""
        return self._nodes.get(self._seen(self._chosen))

    def zoom_level(self) -> float:
        return self._zoom

    def node_box(self, key: str) -> QRectF:
        """Where a node is on the widget. Raises KeyError when it is hidden or there is none."""
        return self._box(key)

    def node_at(self, at: QPointF) -> str:
        """The node under a pixel, "" for none."""
        return next((key for key in self._placed.centres if self._box(key).contains(at)), "")

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the whole graph on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self.accessibleName()) as (room, light):
            wide, high = max(1.0, self._placed.width), max(1.0, self._placed.height)
            scale = min((room.width() - 40) / wide, (room.height() - 40) / high, CLOSE)
            painter.translate(room.center().x() - wide * scale / 2, room.center().y() - high * scale / 2)
            painter.scale(scale, scale)
            plain = Look(light.palette, look().scale)
            for number in range(len(self._drawn)):
                paint_link(painter, self._wire(number, 1.0, QPointF(0, 0)), plain)
            for key in self._placed.centres:
                paint_node(painter, self._nodes[key], self._plain_box(key), plain, self._folds(key), False)

    # ---- where things are

    def _lay_out(self) -> None:
        """Columns and rows, anew only where another set of boxes is seen."""
        hidden = {n.key for n in self._nodes.values() if n.within in self._closed}
        shown = [node for node in self._nodes.values() if node.key not in hidden]
        sizes = {node.key: node_size(node, look()) for node in shown}
        shape = (look(), tuple(sizes.items()), self._links, frozenset(hidden))
        if shape == self._shape:
            return
        self._shape, self._ground_for = shape, None
        pairs: dict[tuple[str, str, int], GraphLink] = {}
        for number, link in enumerate(self._links):
            target = self._nodes[link.target].within if link.target in hidden else link.target
            if link.source not in hidden and link.source != target:
                folded = target != link.target
                pairs.setdefault((link.source, target, -1 if folded else number), GraphLink(link.source, target))
        made = list(pairs.values())
        boxes = [Box(key, *size) for key, size in sizes.items()]
        px = look().px
        gap = px(WIDE if len(boxes) <= FEW else GAP_X)
        self._placed = layered(boxes, [(link.source, link.target) for link in made], gap, px(GAP_Y))
        self._drawn, self._sizes = tuple(made), sizes
        self._ports = self._ports_of(made)
        if not self._by_hand:
            self._first_view()

    def _plain_box(self, key: str) -> QRectF:
        (x, y), (wide, high) = self._placed.centres[key], self._sizes[key]
        return QRectF(x - wide / 2, y - high / 2, wide, high)

    def _box(self, key: str) -> QRectF:
        box = self._plain_box(key)
        size = QPointF(box.width(), box.height()) * self._zoom
        return QRectF(box.topLeft() * self._zoom + self._shift, box.topLeft() * self._zoom + self._shift + size)

    def _fitting(self) -> float:
        room = look().px(2 * EDGE)
        return min(
            max(1.0, self.width() - room) / max(1.0, self._placed.width),
            max(1.0, self.height() - room) / max(1.0, self._placed.height),
        )

    def _first_view(self) -> None:
        self._zoom = min(max(self._fitting(), READABLE), CLOSE)
        self._centre()
        if self._lit in self._placed.centres:
            self._follow(self._lit)

    def _centre(self) -> None:
        size = QPointF(self._placed.width, self._placed.height) * self._zoom
        self._shift = (QPointF(self.width(), self.height()) - size) / 2
        edge = look().px(EDGE)
        if size.x() > self.width() - 2 * edge:
            self._shift.setX(edge)
        if size.y() > self.height() - 2 * edge:
            self._shift.setY((self.height() - size.y()) / 2)

    def _seen(self, key: str) -> str:
        """The node itself, or the one that hides it; "" where neither is there."""
        if key in self._placed.centres:
            return key
        within = self._nodes[key].within if key in self._nodes else ""
        return within if within in self._placed.centres else ""

    def _follow(self, key: str) -> None:
        """Move the window so far that the node is well in it."""
        key = self._seen(key)
        if not key:
            return
        edge = look().px(3 * EDGE)
        box, room = self._box(key).adjusted(-edge, -edge, edge, edge), QRectF(self.rect())
        dx = max(0.0, room.left() - box.left()) - max(0.0, box.right() - room.right())
        dy = max(0.0, room.top() - box.top()) - max(0.0, box.bottom() - room.bottom())
        content = QRectF(self._shift, self._shift + QPointF(self._placed.width, self._placed.height) * self._zoom)
        small = look().px(EDGE)
        if content.left() >= small - 1 and content.right() <= room.right() - small + 1:
            dx = 0.0  # all of it is in sight already
        if content.top() >= 0 and content.bottom() <= room.bottom():
            dy = 0.0
        self._shift += QPointF(dx, dy)

    def _ports_of(self, links: Sequence[GraphLink]) -> tuple[float, ...]:
        """Links that end at one box end one below the other."""
        ends, seen, ports = Counter(link.target for link in links), Counter[str](), []
        for link in links:
            count, high = ends[link.target], self._sizes[link.target][1]
            ports.append((seen[link.target] - (count - 1) / 2) * min(look().px(PORTS), high / (count + 1)))
            seen[link.target] += 1
        return tuple(ports)

    def _wire(self, number: int, zoom: float, shift: QPointF) -> QPainterPath:
        """The line of a link on the screen."""
        link = self._drawn[number]
        a, b = self._plain_box(link.source), self._plain_box(link.target)
        bends = [QPointF(x, y) for x, y in self._placed.routes[number]]
        end = QPointF(b.left(), b.center().y() + self._ports[number])
        return wire(place * zoom + shift for place in (QPointF(a.right(), a.center().y()), *bends, end))

    def _folds(self, key: str) -> int:
        """How many nodes a box hides; as a negative number where it could hide them."""
        return self._hides[key] if key in self._closed else -self._hides[key]

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, painter = look(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.drawPixmap(0, 0, self._kept_ground(now))
        self._paint_path(painter, now)
        self._paint_flows(painter, now, labels=False)
        room, seen = QRectF(self.rect()), self._seen(self._lit)
        for key in self._placed.centres:
            box = self._box(key)
            if room.intersects(box.adjusted(-8, -8, 8, 8)):
                self._stamp(painter, key, box, now)
        if self._seen(self._chosen):
            _ring(painter, self._box(self._seen(self._chosen)), now, "focus", 2.2, 4)
            self._paint_entry(painter, now)
        if seen:
            self._paint_lit(painter, self._box(seen), now)
        self._paint_flows(painter, now, labels=True)
        painter.end()

    def _kept_ground(self, now: Look) -> QPixmap:
        """The links at rest, painted once for a window."""
        ratio = self.devicePixelRatioF()
        key = (now, self.size(), ratio, self._zoom, self._shift.toTuple(), self._shape)
        if key != self._ground_for or self._ground is None:
            self._ground_for = key
            self._ground = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
            self._ground.setDevicePixelRatio(ratio)
            self._ground.fill(now.color("surface"))
            on = QPainter(self._ground)
            on.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number in range(len(self._drawn)):
                paint_link(on, self._wire(number, self._zoom, self._shift), now)
            on.end()
        return self._ground

    def _stamp(self, painter: QPainter, key: str, box: QRectF, now: Look) -> None:
        """A box from its pixmap: the same box with the same numbers is painted once."""
        ratio, node = self.devicePixelRatioF(), self._nodes[key]
        if (now, ratio, self._zoom) != self._stamps_for or len(self._stamps) > MOST_STAMPS:
            self._stamps, self._stamps_for = {}, (now, ratio, self._zoom)
        name = (node, self._folds(key))
        edge = 10.0
        pixmap = self._stamps.get(name)
        if pixmap is None:
            size = QSize(round((box.width() + 2 * edge) * ratio), round((box.height() + 2 * edge) * ratio))
            pixmap = QPixmap(size)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            on = QPainter(pixmap)
            on.setRenderHint(QPainter.RenderHint.Antialiasing)
            on.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            on.translate(edge, edge)
            on.scale(self._zoom, self._zoom)
            plain = QRectF(0, 0, box.width() / self._zoom, box.height() / self._zoom)
            paint_node(on, node, plain, now, self._folds(key), self._zoom < LETTERS)
            on.end()
            self._stamps[name] = pixmap
        painter.drawPixmap(box.topLeft() - QPointF(edge, edge), pixmap)

    def _paint_entry(self, painter: QPainter, now: Look) -> None:
        """A line under the chosen number of a matrix, and under its gradient."""
        node = self._nodes[self._chosen]
        columns = node.values[0].count("\t") + 1
        if self._chosen not in self._placed.centres or len(node.values) * columns < 2:
            return
        row, column = divmod(min(self._entry, len(node.values) * columns - 1), columns)
        painter.setPen(QPen(now.color("focus"), 1.8))
        for spot in entry_spots(node, self._plain_box(self._chosen), now, row, column):
            painter.drawLine(spot.p1() * self._zoom + self._shift, spot.p2() * self._zoom + self._shift)

    def _paint_lit(self, painter: QPainter, box: QRectF, now: Look) -> None:
        """The lit thing: an orange ring with a white one inside, and the ball at its corner."""
        _ring(painter, box, now, "ball", 3.4, 2)
        middle, radius = QPointF(box.right(), box.bottom()), now.px(6.5)
        painter.setPen(QPen(now.color("#FFFFFF"), 2.4))
        painter.setBrush(now.color("ball"))
        painter.drawEllipse(middle, radius, radius)

    def _paint_path(self, painter: QPainter, now: Look) -> None:
        seen = [self._seen(key) for key in self._path]
        pairs = {(one, other) for one, other in pairwise(seen)}
        for number, link in enumerate(self._drawn):
            if (link.source, link.target) in pairs:
                paint_link(painter, self._wire(number, self._zoom, self._shift), now, strong=True)

    def _paint_flows(self, painter: QPainter, now: Look, labels: bool) -> None:
        """What goes along links: the lines below the boxes, the numbers above them."""
        used: set[int] = set()
        taken: list[QRectF] = []
        for flow in self._flows:
            pair = (self._seen(flow.source), self._seen(flow.target))
            found = (n for n, one in enumerate(self._drawn) if (one.source, one.target) == pair and n not in used)
            number = next(found, None)
            if number is not None:
                used.add(number)
                path = self._wire(number, self._zoom, self._shift)
                paint_flow(painter, path, flow, now, taken if labels else None)

    # ---- the look

    def relook(self) -> None:
        if getattr(self, "_nodes", None):
            self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._by_hand:
            self._first_view()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(120))

    def sizeHint(self) -> QSize:
        return QSize(look().px(640), look().px(320))


def _ring(painter: QPainter, box: QRectF, now: Look, color: str, wide: float, off: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(now.color(color), wide))
    painter.drawRoundedRect(box.adjusted(-off, -off, off, off), now.px(11), now.px(11))
