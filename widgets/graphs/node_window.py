"""Where the boxes of a graph stand, and what of it is in the window: layout, folding, zoom. A box keeps its place
while only numbers change; the window follows what is lit until a hand moves it. How it is painted is in
`node_sheet`, what hands can do in `node_graph`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainterPath, QResizeEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.look import Refreshing, look
from widgets.base.words import _
from widgets.graphs.layered_layout import Box, Placed, layered
from widgets.graphs.node_paint import GraphLink, GraphNode, node_size, wire

__all__ = ["NodeWindow"]

GAP_X, GAP_Y = 30.0, 8.0  # px between columns and rows
SIDE, EDGE = 16.0, 7.0  # px left and right of all, and above and below
WIDE, FEW = 130.0, 60  # px between columns at most, where so few boxes leave room
MOST_ZOOM, LEAST_ZOOM, CLOSE = 3.0, 0.04, 2.2  # the last: as close as a small graph is shown at first
AROUND = 44.0  # px around the node that is followed
READABLE, NEARLY = 0.78, 0.7  # zoom of a graph of which all cannot be shown at first; where all still is
PORTS = 9.0  # px between two links that end at one box


class NodeWindow(Described, Refreshing, QWidget):
    """Nodes and links in layers, in a window that can be moved and zoomed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nodes: dict[str, GraphNode] = {}
        self._links: tuple[GraphLink, ...] = ()
        self._hides: Counter[str] = Counter()  # how many nodes can be folded behind each
        self._closed: set[str] = set()
        self._shape: object = None  # for which the layout holds
        self._placed = Placed({}, (), (), 0.0, 0.0)
        self.drawn_links: tuple[GraphLink, ...] = ()  # links as drawn, folded ones led to what hides them
        self._wires: tuple[QPainterPath, ...] = ()  # their lines at zoom 1
        self._reach: tuple[QRectF, ...] = ()  # and the room each takes
        self._plain: dict[str, QRectF] = {}  # the boxes at zoom 1
        self._sizes: dict[str, tuple[float, float]] = {}
        self._highlighted, self._chosen, self._entry = "", "", 0
        self._zoom, self._shift, self._by_hand = 1.0, QPointF(0, 0), False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # ---- what the caller says

    def set_graph(self, nodes: Sequence[GraphNode], links: Sequence[GraphLink]) -> None:
        """Show these. Where only numbers changed, everything stays in its place.

        nodes: in an order in which every link leads on.
        """
        before, self._nodes = self._nodes, {node.key: node for node in nodes}
        same = list(before) == list(self._nodes)
        if not same:
            self._hides = Counter(node.within for node in nodes if node.within)
            self._closed &= set(self._hides)
            self._by_hand = False
        if self._chosen not in self._nodes:
            self._chosen = ""
        if same and tuple(links) == self._links and all(self._fits(before[node.key], node) for node in nodes):
            self.update()
            return
        self._links = tuple(links)
        self._lay_out()
        self.update()

    def words_of(self, key: str) -> str:
        """A node in words: its name, what it does, its value and its gradient."""
        node = self._nodes[key]
        shown = [node.title, node.operation, *node.values]
        if any(node.gradients):
            shown.append(_("gradient {numbers}").format(numbers=", ".join(node.gradients)))
        return ", ".join(part.replace("\t", " ") for part in shown if part)

    def summary(self) -> str:
        """How many nodes, and what the one looked at says."""
        parts = [_("{n} nodes.").format(n=len(self._nodes))]
        for key, words in ((self._highlighted, _("This step: {node}.")), (self._chosen, _("Chosen: {node}."))):
            if key in self._nodes:
                parts.append(words.format(node=self.words_of(key)))
        return " ".join(parts)

    def _fits(self, before: GraphNode, now: GraphNode) -> bool:
        """Whether a node with other numbers needs the same room."""
        if before is now or now.key not in self._sizes:
            return before is now or before.within == now.within
        return before.within == now.within and node_size(now, look()) == self._sizes[now.key]

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

    def zoom_level(self) -> float:
        return self._zoom

    def keys(self) -> tuple[str, ...]:
        """The keys of all nodes, hidden ones too."""
        return tuple(self._nodes)

    def node(self, key: str) -> GraphNode:
        """What a node shows, also a hidden one. Raises KeyError where there is none."""
        return self._nodes[key]

    def chosen_node(self) -> GraphNode | None:
        """The node that is looked at, or that hides it."""
        return self._nodes.get(self._seen(self._chosen))

    def node_box(self, key: str) -> QRectF:
        """Where a node is on the widget. Raises KeyError when it is hidden or there is none."""
        return self._box(key)

    def node_at(self, at: QPointF) -> str:
        """The node under a pixel, "" for none."""
        return next((key for key in self._placed.centres if self._box(key).contains(at)), "")

    # ---- where things are

    def _lay_out(self) -> None:
        """Columns and rows, anew only where another set of boxes is seen."""
        hidden = {n.key for n in self._nodes.values() if n.within in self._closed}
        shown = [node for node in self._nodes.values() if node.key not in hidden]
        sizes = {node.key: node_size(node, look()) for node in shown}
        room = self.size() if len(sizes) <= FEW and not self._by_hand else None
        shape = (look(), tuple(sizes.items()), self._links, frozenset(hidden), room)
        if shape == self._shape:
            return
        self._shape = shape
        pairs: dict[tuple[str, str, int], GraphLink] = {}
        for number, link in enumerate(self._links):
            target = self._nodes[link.target].within if link.target in hidden else link.target
            if link.source not in hidden and link.source != target:
                folded = target != link.target
                pairs.setdefault((link.source, target, -1 if folded else number), GraphLink(link.source, target))
        made = list(pairs.values())
        boxes = [Box(key, *size) for key, size in sizes.items()]
        self._placed = self._spread(boxes, [(link.source, link.target) for link in made])
        self.drawn_links, self._sizes = tuple(made), sizes
        self._plain = {key: _around(*self._placed.centres[key], *size) for key, size in sizes.items()}
        self._wires = self._wires_of(made)
        self._reach = tuple(line.controlPointRect().adjusted(-1, -1, 1, 1) for line in self._wires)
        if not self._by_hand:
            self._first_view()

    def _spread(self, boxes: list[Box], pairs: list[tuple[str, str]]) -> Placed:
        """The layout; where its height leaves room at the sides, with wider gaps for what goes along the links."""
        least, rows = look().px(GAP_X), look().px(GAP_Y)
        placed = layered(boxes, pairs, least, rows)
        gaps = len(placed.columns) - 1
        if gaps < 1 or len(boxes) > FEW:
            return placed
        edge, side = look().px(2 * EDGE), look().px(2 * SIDE)
        zoom = min(CLOSE, max(READABLE, (self.height() - edge) / max(1.0, placed.height)))
        spare = ((self.width() - side) / zoom - placed.width) / gaps
        return layered(boxes, pairs, min(least + spare, look().px(WIDE)), rows) if spare > 2 else placed

    def _wires_of(self, links: Sequence[GraphLink]) -> tuple[QPainterPath, ...]:
        """The line of each link at zoom 1; those that end at one box end one below the other."""
        ends, seen, wires = Counter(link.target for link in links), Counter[str](), []
        for link, route in zip(links, self._placed.routes, strict=True):
            a, b, count = self._plain[link.source], self._plain[link.target], ends[link.target]
            port = (seen[link.target] - (count - 1) / 2) * min(look().px(PORTS), b.height() / (count + 1))
            seen[link.target] += 1
            start, end = QPointF(a.right(), a.center().y()), QPointF(b.left(), b.center().y() + port)
            wires.append(wire((start, *(QPointF(x, y) for x, y in route), end)))
        return tuple(wires)

    def _on_screen(self) -> QTransform:
        """From places at zoom 1 to pixels."""
        return QTransform(self._zoom, 0, 0, self._zoom, self._shift.x(), self._shift.y())

    def _box(self, key: str) -> QRectF:
        plain, zoom, shift = self._plain[key], self._zoom, self._shift
        return QRectF(
            plain.x() * zoom + shift.x(), plain.y() * zoom + shift.y(), plain.width() * zoom, plain.height() * zoom
        )

    def _seen(self, key: str) -> str:
        """The node itself, or the one that hides it; "" where neither is there."""
        if key in self._placed.centres:
            return key
        within = self._nodes[key].within if key in self._nodes else ""
        return within if within in self._placed.centres else ""

    def _folds(self, key: str) -> int:
        """How many nodes a box hides; as a negative number where it could hide them."""
        return self._hides[key] if key in self._closed else -self._hides[key]

    # ---- the window

    def _fitting(self) -> float:
        px = look().px
        return min(
            max(1.0, self.width() - px(2 * SIDE)) / max(1.0, self._placed.width),
            max(1.0, self.height() - px(2 * EDGE)) / max(1.0, self._placed.height),
        )

    def _first_view(self) -> None:
        fit = self._fitting()
        self._zoom = min(fit, CLOSE) if fit >= NEARLY else READABLE
        self._centre()
        if self._highlighted in self._placed.centres:
            self._follow(self._highlighted)

    def _centre(self) -> None:
        """All of it in the middle; what is too wide begins at its left."""
        size = QPointF(self._placed.width, self._placed.height) * self._zoom
        self._shift = (QPointF(self.width(), self.height()) - size) / 2
        self._shift.setX(max(float(look().px(SIDE)), self._shift.x()))

    def _follow(self, key: str) -> None:
        """Move the window so far that the node is well in it, where not all of the graph is."""
        key = self._seen(key)
        if not key:
            return
        edge = look().px(AROUND)
        box, room = self._box(key).adjusted(-edge, -edge, edge, edge), QRectF(self.rect())
        dx = max(0.0, room.left() - box.left()) - max(0.0, box.right() - room.right())
        dy = max(0.0, room.top() - box.top()) - max(0.0, box.bottom() - room.bottom())
        content = QRectF(self._shift, self._shift + QPointF(self._placed.width, self._placed.height) * self._zoom)
        if content.left() >= 0 and content.right() <= room.right():
            dx = 0.0
        if content.top() >= 0 and content.bottom() <= room.bottom():
            dy = 0.0
        self._shift += QPointF(dx, dy)

    def relook(self) -> None:
        if getattr(self, "_nodes", None):
            self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._by_hand:
            self._lay_out()
            self._first_view()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(120))

    def sizeHint(self) -> QSize:
        return QSize(look().px(640), look().px(320))


def _around(x: float, y: float, wide: float, high: float) -> QRectF:
    return QRectF(x - wide / 2, y - high / 2, wide, high)
