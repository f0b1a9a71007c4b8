"""Texts that share their beginnings, as a tree that grows to the right: where two part, a line goes on below. The one
in question is orange. A press on a token goes there; at the end of every branch stands a note, such as how likely it
is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import _
from widgets.base.look import Look, look
from widgets.canvas.painted import HELD, Painted
from widgets.tokens.chip_pixmaps import token_font
from widgets.tokens.token_flow import visible

__all__ = ["TokenTree", "TreeNode"]

ROW, NOTE, LETTER, LONGEST = 96, 78, 9, 8  # pixels of a row, a note, a letter; letters of a token that are shown
FOOT = 24  # pixels of the numbers below
NOWHERE = -2  # no node; −1 is the start
_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One token. parent: the number of the node before it, −1 for the start.  value: 0 … 1, how deep its shade is.
    tip: what is said of it.  note: what stands behind it where nothing follows."""

    text: str
    parent: int
    value: float
    tip: str
    note: str = ""


class TokenTree(Painted):
    """The tree. `chosen` carries the number of a node that was pressed, −1 for the start."""

    AIR = (8, 0, -8, 0)

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nodes: tuple[TreeNode, ...] = ()
        self._here, self._start, self._empty = -1, "", ""
        self._rows: dict[int, int] = {}
        self._depths: dict[int, int] = {}
        self._path: frozenset[int] = frozenset()
        self._count, self._deepest, self._longest = 1, 0, 1  # rows, tokens of the deepest branch, letters of a token
        self._near = NOWHERE
        self.make_interactive()

    def set_tree(self, nodes: Sequence[TreeNode], here: int, start: str) -> None:
        """Show a tree. here: where the text ends, −1 at the start.  start: what stands before all branches."""
        nodes = tuple(nodes)
        if (nodes, here, start) != (self._nodes, self._here, self._start):
            self._nodes, self._here, self._start, self._near = nodes, here, start, NOWHERE
            self._rows, self._depths = _places(nodes)
            path, at = [], here
            while at >= 0:
                path.append(at)
                at = nodes[at].parent
            self._path = frozenset(path)
            self._count = max(self._rows.values()) + 1
            self._deepest = max(self._depths.values())
            self._longest = min(LONGEST, max((len(visible(node.text)) for node in nodes), default=1))
            self.update()

    def set_empty(self, text: str) -> None:
        """What is said while there is no branch."""
        self._empty = text

    def nodes(self) -> tuple[TreeNode, ...]:
        """What is shown."""
        return self._nodes

    def summary(self) -> str:
        ends = [node for n, node in enumerate(self._nodes) if node.note]
        return "; ".join(f"{node.text} {node.note}" for node in ends[:3])

    def spot_of(self, number: int) -> QRectF:
        """Where a node lies, in pixels; the start for −1."""
        return self._box(QRectF(self.rect()), look(), number)

    # ---- geometry

    def _unit(self, room: QRectF, now: Look) -> float:
        """How wide one token is."""
        least = now.px(LETTER) * self._longest + now.px(5)
        return max(least, min(4.0 * least, self._across(room, now) / max(1, self._deepest)))

    def _across(self, room: QRectF, now: Look) -> float:
        """What the tokens of the longest branch have, in pixels."""
        return room.width() - self._lead(now) - now.px(NOTE)

    def _lead(self, now: Look) -> int:
        return now.px(LETTER) * (min(14, len(visible(self._start))) + 1)

    def _shift(self, room: QRectF, now: Look) -> int:
        """How many tokens at the start have no room, so that the end of the text is in sight."""
        fit = max(1, int(self._across(room, now) / self._unit(room, now) + 1e-6))
        return max(0, min(self._deepest - fit, self._depths.get(self._here, 0) - fit // 2))

    def _box(self, room: QRectF, now: Look, number: int) -> QRectF:
        rows = self._count
        tall = room.height() - now.px(FOOT)
        high = min(now.px(ROW), tall / rows)
        thick = min(0.8 * high, now.px(38))
        row = self._rows.get(number, 0)
        top = room.top() + max(0.0, (tall - rows * high) / 2) + row * high + (high - thick) / 2
        if number < 0:
            return QRectF(room.left(), top, self._lead(now) - now.px(4), thick)
        unit = self._unit(room, now)
        left = room.left() + self._lead(now) + (self._depths[number] - 1 - self._shift(room, now)) * unit
        return QRectF(left, top, unit, thick)

    def _in_sight(self, room: QRectF, now: Look, box: QRectF) -> bool:
        return room.left() + self._lead(now) - 1 <= box.left() and box.right() <= room.right() + 1

    # ---- mouse and keys

    def node_at(self, at: QPointF) -> int:
        """The node under a pixel, −1 for the start, −2 for none."""
        room, now = QRectF(self.rect()), look()
        if self.spot_of(-1).contains(at):
            return -1
        boxes = ((n, self._box(room, now, n)) for n in self._rows if n >= 0)
        return next((n for n, box in boxes if box.contains(at) and self._in_sight(room, now, box)), NOWHERE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.node_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        node = self.node_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and node != NOWHERE:
            self.chosen.emit(node)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(NOWHERE)

    def _point(self, node: int) -> None:
        if node != self._near:
            self._near = node
            self.setCursor(Qt.CursorShape.PointingHandCursor) if node != NOWHERE else self.unsetCursor()
            self.setToolTip(self.words_of(node))
            self.update()

    def words_of(self, node: int) -> str:
        """What is said of a node."""
        return self._nodes[node].tip if 0 <= node < len(self._nodes) else visible(self._start) if node == -1 else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & HELD or not self._nodes:
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self._here if self._near == NOWHERE else self._near)
        elif key in _KEYS:
            self._point(self._beside(self._here if self._near == NOWHERE else self._near, key))
            self.tell(self.words_of(self._near))
        else:
            event.ignore()

    def _beside(self, node: int, key: Qt.Key) -> int:
        """The node before or behind, or in the row above or below at the nearest depth."""
        if key == Qt.Key.Key_Left:
            return self._nodes[node].parent if node >= 0 else -1
        if key == Qt.Key.Key_Right:
            behind = [n for n, one in enumerate(self._nodes) if one.parent == node]
            return next((n for n in behind if n in self._path), behind[0] if behind else node)
        row = self._rows.get(node, 0) + (1 if key == Qt.Key.Key_Down else -1)
        there = [n for n in self._rows if n >= 0 and self._rows[n] == row]
        depth = self._depths.get(node, 0)
        return min(there, key=lambda n: abs(self._depths[n] - depth), default=node)

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        start = self._box(room, now, -1)
        if not self._nodes:
            p.setFont(now.font("small"))
            p.setPen(now.color("text3"))
            p.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)
        self._paint_foot(p, now, room)
        p.setFont(token_font(now))
        words = visible(self._start)
        self._paint_chip(p, now, start, "…" + words[-13:] if len(words) > 14 else words, -1, live)
        seen = {n: self._box(room, now, n) for n in self._rows if n >= 0}
        seen = {n: box for n, box in seen.items() if self._in_sight(room, now, box)}
        for n, box in seen.items():
            self._paint_edge(p, now, seen.get(self._nodes[n].parent, start), box, n)
        for n, box in seen.items():
            p.setFont(token_font(now))
            text = visible(self._nodes[n].text)
            self._paint_chip(p, now, box, text if len(text) <= LONGEST else text[: LONGEST - 1] + "…", n, live)
            if self._nodes[n].note:
                p.setFont(now.font("caption", 550))
                p.setPen(now.color("text2"))
                note = QRectF(box.right() + now.px(6), box.top(), now.px(NOTE), box.height())
                p.drawText(note, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._nodes[n].note)

    def _paint_foot(self, p: QPainter, now: Look, room: QRectF) -> None:
        """The numbers of the tokens behind the start."""
        line = QRectF(room.left(), room.bottom() - now.px(FOOT), room.width(), now.px(FOOT))
        p.setPen(QPen(now.color("line"), 1))
        p.drawLine(line.topLeft(), line.topRight())
        p.setFont(now.font("caption", 500))
        p.setPen(now.color("text3"))
        middle = Qt.AlignmentFlag.AlignVCenter
        p.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, _("token"))
        unit, shift = self._unit(room, now), self._shift(room, now)
        apart = max(1, -(-now.px(26) // max(1, int(unit))))
        for depth in range(1, self._deepest + 1):
            x = room.left() + self._lead(now) + (depth - 1 - shift) * unit
            if depth % apart == 0 and depth > shift and x + unit <= room.right():
                p.drawText(
                    QRectF(x, line.top(), unit, line.height()), Qt.AlignmentFlag.AlignHCenter | middle, str(depth)
                )

    def _paint_edge(self, p: QPainter, now: Look, a: QRectF, b: QRectF, n: int) -> None:
        lit = n in self._path
        p.setPen(QPen(now.color("ball" if lit else "edge"), 2.0 if lit else 1.2))
        p.setBrush(Qt.BrushStyle.NoBrush)
        start, end = QPointF(a.right(), a.center().y()), QPointF(b.left() + 1, b.center().y())
        if a.center().y() == b.center().y():
            p.drawLine(start, end)
            return
        path = QPainterPath(QPointF(a.right() - 3, a.bottom() - 2))
        path.quadTo(QPointF(a.right() - 3, end.y()), end)
        p.drawPath(path)

    def _paint_chip(self, p: QPainter, now: Look, box: QRectF, words: str, n: int, live: bool) -> None:
        lit, near = n in self._path or n == -1, live and n == self._near
        body = box.adjusted(1, 1, -1, -1)
        p.setPen(
            QPen(
                now.color("focus" if near else "ball" if n == self._here else "line"),
                2 if near or n == self._here else 1,
            )
        )
        p.setBrush(now.color("surface") if n < 0 else now.color("accent", round(20 + 110 * self._nodes[n].value)))
        p.drawRoundedRect(body, now.px(4), now.px(4))
        p.setPen(now.color("text" if lit else "text2"))
        p.drawText(body, Qt.AlignmentFlag.AlignCenter, words)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(120))

    def sizeHint(self) -> QSize:
        return QSize(look().px(640), look().px(280))


def _places(nodes: Sequence[TreeNode]) -> tuple[dict[int, int], dict[int, int]]:
    """The row and the depth of every node: the first child goes on in the row, the others begin rows of their own."""
    behind: dict[int, list[int]] = {}
    for n, node in enumerate(nodes):
        behind.setdefault(node.parent, []).append(n)
    rows, depths, next_row = {-1: 0}, {-1: 0}, 1
    stack = [(-1, 0)]
    while stack:
        at, row = stack.pop()
        while True:
            children = behind.get(at, [])
            stack.extend((child, NOWHERE) for child in reversed(children[1:]))
            if row == NOWHERE:
                row, next_row = next_row, next_row + 1
            rows[at] = row
            depths[at] = depths[nodes[at].parent] + 1 if at >= 0 else 0
            if not children:
                break
            at = children[0]
    return rows, depths
