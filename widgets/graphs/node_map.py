"""A map of things that lead to each other: real buttons in columns, joined by curves.

A thing stands one column after the last of those it builds on. Arrow keys go along the columns and rows;
each button says its name, and what it builds on, to a screen reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.words import _

__all__ = ["MapNode", "NodeMap"]

TALL, GAP_Y = 34, 12
DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(frozen=True, slots=True)
class MapNode:
    """`share` is how far one has come, 0..1; `name` is what a screen reader says."""

    key: str
    title: str
    share: float = 0.0
    name: str = ""


class _Node(Refreshing, QPushButton):
    moved = Signal(int, int)

    def __init__(self, node: MapNode, parent: QWidget) -> None:
        super().__init__(parent)
        self.node = node
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_node(node)

    def show_node(self, node: MapNode) -> None:
        self.node = node
        self.setAccessibleName(node.name or node.title)
        self.setToolTip(node.name)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in DIRECTIONS:
            across, down = DIRECTIONS[Qt.Key(event.key())]
            mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self.moved.emit(-across if mirrored else across, down)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        now, painter = look(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        done, begun = self.node.share >= 1, self.node.share > 0
        edge = "good" if done else "accent" if begun else "edge"
        painter.setBrush(now.color("hover" if self.underMouse() else "surface"))
        painter.setPen(QPen(now.color(edge), 2 if begun else 1.2))
        painter.drawRoundedRect(box, now.px(8), now.px(8))
        painter.setFont(now.font("small", 600 if begun else 500))
        painter.setPen(now.color("text"))
        sign = "✓ " if done else ""
        room = self.width() - now.px(16)
        words = painter.fontMetrics().elidedText(sign + self.node.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)

    def focus_radius(self) -> float:
        return look().px(8)


class NodeMap(Refreshing, QWidget):
    """Nodes and the pairs (earlier, later) of their keys. `opened` carries the key that was pressed."""

    opened = Signal(str)

    def __init__(
        self, nodes: Sequence[MapNode], pairs: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pairs = tuple(pairs)
        self._nodes = {node.key: _Node(node, self) for node in nodes}
        self._columns = _columns([node.key for node in nodes], self._pairs)
        for button in self._nodes.values():
            button.clicked.connect(self._clicked)
            button.moved.connect(self._moved)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self._say_ways()

    def _say_ways(self) -> None:
        """What the curves show, in words: what a node comes after, and what it leads to."""
        for key, button in self._nodes.items():
            before = ", ".join(self._nodes[a].node.title for a, b in self._pairs if b == key)
            after = ", ".join(self._nodes[b].node.title for a, b in self._pairs if a == key)
            words = ((_("After {names}."), before), (_("Leads to {names}."), after))
            button.setAccessibleDescription(" ".join(text.format(names=names) for text, names in words if names))

    def set_nodes(self, nodes: Sequence[MapNode]) -> None:
        """Other shares and names for the same keys."""
        for node in nodes:
            self._nodes[node.key].show_node(node)
        self._say_ways()

    def sizeHint(self) -> QSize:
        rows = max((len(column) for column in self._columns), default=0)
        return QSize(look().px(640), look().px(rows * (TALL + GAP_Y) + GAP_Y))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def relook(self) -> None:
        self._place()

    def _place(self) -> None:
        px, count = look().px, max(1, len(self._columns))
        gap = min(px(56), self.width() // (4 * count))
        width = min(px(260), (self.width() - gap * (count - 1)) // count)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for i, column in enumerate(self._columns):
            x = i * (width + gap)
            top = (self.height() - len(column) * px(TALL + GAP_Y) + px(GAP_Y)) // 2
            for j, key in enumerate(column):
                left = self.width() - x - width if mirrored else x
                self._nodes[key].setGeometry(left, top + j * px(TALL + GAP_Y), width, px(TALL))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for earlier, later in self._pairs:
            walked = self._nodes[earlier].node.share >= 1
            painter.setPen(QPen(look().color("good" if walked else "edge"), 2 if walked else 1.3))
            painter.drawPath(self.way(earlier, later, mirrored))

    def way(self, earlier: str, later: str, mirrored: bool = False) -> QPainterPath:
        """The curve of a pair, in pixels. Past columns between the two it runs between the nodes, never behind one."""
        a, b = self._nodes[earlier].geometry(), self._nodes[later].geometry()
        side = -1 if mirrored else 1
        path = QPainterPath(QPointF(a.left() if mirrored else a.right() + 1, a.center().y()))
        first, last = self._column_of(earlier), self._column_of(later)
        for i in range(first + 1, last):
            share = (i - first) / (last - first)
            height = self._gap_near(i, a.center().y() + share * (b.center().y() - a.center().y()))
            column = self._nodes[self._columns[i][0]].geometry()
            near, far = (column.right() + 1, column.left()) if mirrored else (column.left(), column.right() + 1)
            _bend(path, QPointF(near, height))
            path.lineTo(QPointF(far + side, height))
        _bend(path, QPointF(b.right() + 1 if mirrored else b.left(), b.center().y()))
        return path

    def _column_of(self, key: str) -> int:
        return next(i for i, column in enumerate(self._columns) if key in column)

    def _gap_near(self, i: int, height: float) -> float:
        """The height of the free row of column i, above, between or below its nodes, that is nearest."""
        boxes, half = [self._nodes[key].geometry() for key in self._columns[i]], look().px(GAP_Y) / 2
        free = [boxes[0].top() - half, *(box.bottom() + 1 + half for box in boxes)]
        free = [y for y in free if 0 <= y <= self.height()] or free
        return min(free, key=lambda y: abs(y - height))

    def _sender(self) -> _Node:
        """The node that the signal being answered comes from."""
        sender = self.sender()
        return next(node for node in self._nodes.values() if node is sender)

    def _clicked(self) -> None:
        self.opened.emit(self._sender().node.key)

    def _moved(self, across: int, down: int) -> None:
        """The arrow keys: along a row of columns, up and down a column."""
        key = self._sender().node.key
        i = self._column_of(key)
        j = self._columns[i].index(key)
        i = max(0, min(len(self._columns) - 1, i + across))
        j = max(0, min(len(self._columns[i]) - 1, j + down))
        self._nodes[self._columns[i][j]].setFocus(Qt.FocusReason.TabFocusReason)


def _bend(path: QPainterPath, end: QPointF) -> None:
    """Go on to `end`, level at both ends."""
    start = path.currentPosition()
    half = (end.x() - start.x()) / 2
    path.cubicTo(start + QPointF(half, 0), end - QPointF(half, 0), end)


def _columns(keys: Sequence[str], pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The keys by the length of the longest way to them, each column ordered by where its ways come from."""
    depth = dict.fromkeys(keys, 0)
    for _round in keys:  # at most as many rounds as there are nodes
        for earlier, later in pairs:
            depth[later] = max(depth[later], depth[earlier] + 1)
    columns: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for key in keys:
        columns[depth[key]].append(key)
    place: dict[str, float] = {}
    for column in columns:
        column.sort(key=lambda key: _origin(key, pairs, place))
        place |= {key: (j + 1) / (len(column) + 1) for j, key in enumerate(column)}
    return columns


def _origin(key: str, pairs: Sequence[tuple[str, str]], place: dict[str, float]) -> float:
    before = [place[earlier] for earlier, later in pairs if later == key and earlier in place]
    return sum(before) / len(before) if before else 0.5
