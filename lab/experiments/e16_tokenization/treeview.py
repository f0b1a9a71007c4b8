"""The merge tree of a token: the token on top, below it the two halves that were glued, and so on down to its
smallest pieces. Where there is no room for all of it, the ends that hold more have a double line; a press on any
piece shows the tree of that piece."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e16_tokenization.ladder import Branch
from lab.experiments.e16_tokenization.reading import piece_text
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList
from widgets.tokens.chip_pixmaps import token_font
from widgets.tokens.token_flow import visible

__all__ = ["TreeView"]

BOX, LEVEL, GAP = 24, 42, 6  # pixels
WIDEST = 0.44  # of the room, for one node
SPELLED = 24  # bytes of a token that its tip spells
LONG = 400  # bytes of a token that are looked at


@dataclass(frozen=True, slots=True)
class _Spot:
    """A node on screen: its place in the list, its box, and whether there is more in it than is shown."""

    node: int
    box: QRectF
    more: bool


class _Plan:
    """Which nodes are opened, and the pixels across of each that is seen. Nothing is measured that is not drawn: the
    token of a long run of letters has as many pieces as the run."""

    def __init__(self, branches: Sequence[Branch], room: float, levels: int, look: Look) -> None:
        self._branches, self._look = branches, look
        self._metrics = QFontMetricsF(token_font(look, "body", 600))
        self._most = WIDEST * room  # so that of a long token there is more to be seen than its root
        self.gap = look.px(GAP)
        self.spans = {0: self.width(0)}
        self.opened: set[int] = set()
        self._above: dict[int, int] = {}
        self._open(room - 4, levels)

    def width(self, node: int) -> float:
        """The pixels that a node itself takes."""
        token = self._branches[node].token
        text = visible(piece_text(token[:LONG]))  # more would be wider than any node
        return min(self._most, max(self._look.px(19), self._metrics.horizontalAdvance(text) + self._look.px(8)))

    def halves(self, node: int) -> float:
        """The pixels that both halves of an opened node take."""
        branch = self._branches[node]
        return self.spans[branch.left] + self.gap + self.spans[branch.right]

    def _open(self, room: float, levels: int) -> None:
        """Show the halves of nodes, level by level, while all fits."""
        front = deque([(0, 1)])
        while front:
            node, level = front.popleft()
            branch = self._branches[node]
            if branch.left < 0 or level >= levels:
                continue
            for half in (branch.left, branch.right):
                self.spans[half], self._above[half] = self.width(half), node
            before = dict(self._path(node))
            self._widen(node)
            if self.spans[0] > room:
                self.spans |= before
                continue
            self.opened.add(node)
            front += [(branch.left, level + 1), (branch.right, level + 1)]

    def _path(self, node: int) -> Iterator[tuple[int, float]]:
        """A node and all above it, with their spans."""
        while True:
            yield node, self.spans[node]
            if node not in self._above:
                return
            node = self._above[node]

    def _widen(self, node: int) -> None:
        """A node is opened: it and those above it need room for their halves."""
        for each, _span in tuple(self._path(node)):
            self.spans[each] = max(self.width(each), self.halves(each))


def _both_ends(token: bytes) -> bytes:
    """A token, or what can be seen of one that is too long for any box: how it begins and how it ends."""
    return token if len(token) <= LONG else token[: LONG // 2] + token[-LONG // 2 :]


class TreeView(PaintedList):
    """`pressed` carries the id of the token that was pressed."""

    pressed = Signal(int)
    KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._branches: tuple[Branch, ...] = ()
        self._empty, self._coming = "", False
        self.setAccessibleName(_("Merge tree"))

    def show_tree(self, branches: Sequence[Branch], empty: str, coming: bool = False) -> None:
        """Show this tree, its root first; `empty` says why there is none, `coming` that its root is not made yet."""
        branches = tuple(branches)
        if (branches, empty, coming) != (self._branches, self._empty, self._coming):
            self._branches, self._empty, self._coming = branches, empty, coming
            self._at, self._near = -1, NOWHERE
            self.update()

    def spots(self) -> list[_Spot]:
        """What is drawn where."""
        return self._laid_out(QRectF(self.rect()), look())

    # ---- geometry

    def _laid_out(self, room: QRectF, look: Look) -> list[_Spot]:
        """Nodes from the root down, as many levels and pieces as there is room for."""
        if not self._branches:
            return []
        levels = max(1, int((room.height() - look.px(BOX) - 2) / look.px(LEVEL)) + 1)
        plan = _Plan(self._branches, room.width(), levels, look)
        spots: list[_Spot] = []
        waiting = [(0, room.left() + (room.width() - plan.spans[0]) / 2, 0)]
        while waiting:
            node, x, depth = waiting.pop()
            wide, span = min(plan.width(node), room.width() - 4), plan.spans[node]
            box = QRectF(x + (span - wide) / 2, room.top() + 1 + depth * look.px(LEVEL), wide, look.px(BOX))
            opened, branch = node in plan.opened, self._branches[node]
            spots.append(_Spot(node, box, branch.leaves > 1 and not opened))
            if opened:
                start = x + (span - plan.halves(node)) / 2
                right = start + plan.spans[branch.left] + plan.gap
                waiting += [(branch.right, right, depth + 1), (branch.left, start, depth + 1)]
        return spots

    # ---- mouse and keys

    def count(self) -> int:
        return len(self.spots())

    def cell_at(self, at: QPointF) -> Cell:
        spots = enumerate(self.spots())
        return next(((n, -1) for n, spot in spots if spot.box.adjusted(-2, -2, 2, 2).contains(at)), NOWHERE)

    def press(self, cell: Cell) -> None:
        node = self.spots()[cell[0]].node
        if node or not self._coming:
            self.pressed.emit(self._branches[node].id)

    def tip(self, cell: Cell) -> str:
        if cell == NOWHERE:
            return ""
        node = self.spots()[cell[0]].node
        if node == 0 and self._coming:
            return _("Not made yet: the next step makes it.")
        branch = self._branches[node]
        spelled = " ".join(f"{b:02X}" for b in branch.token[:SPELLED])
        if len(branch.token) > SPELLED:
            spelled += " …"
        if branch.rank is None:
            return _("id {id}, a smallest piece: bytes {bytes}").format(id=branch.id, bytes=spelled)
        message = _("id {id}, made by merge {n}, bytes {bytes}. Press: its own tree.")
        return message.format(id=branch.id, n=branch.rank + 1, bytes=spelled)

    def row_words(self, row: int) -> str:
        """A piece in words: what it spells, and where it comes from."""
        node = self.spots()[row].node
        text = visible(piece_text(_both_ends(self._branches[node].token)))
        return _("{token}: {what}").format(token=text, what=self.tip((row, -1)))

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, look: Look, live: bool) -> None:
        if not self._branches:
            p.setFont(look.font("small"))
            p.setPen(look.color("text3"))
            p.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)
            return
        spots = self._laid_out(room, look)
        box_of = {spot.node: spot.box for spot in spots}
        p.setPen(QPen(look.color("edge"), 1.4))
        for spot in spots:
            branch = self._branches[spot.node]
            for half in (branch.left, branch.right):
                if half in box_of:
                    top, end = spot.box, box_of[half]
                    p.drawLine(QPointF(top.center().x(), top.bottom()), QPointF(end.center().x(), end.top()))
        for number, spot in enumerate(spots):
            ring = live and self.marked(number)
            self._paint_spot(p, look, spot, number == 0, ring)

    def _paint_spot(self, p: QPainter, look: Look, spot: _Spot, root: bool, ring: bool) -> None:
        branch, box = self._branches[spot.node], spot.box
        if ring:
            p.setPen(QPen(look.color("focus"), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), look.px(6), look.px(6))
        highlighted, coming = root and not self._coming, root and self._coming
        rim = QPen(look.color("ball" if coming else "surface" if highlighted else "edge"), 2 if root else 1)
        if coming:
            rim.setDashPattern([2.5, 2.0])
        p.setPen(rim)
        p.setBrush(look.color("ball" if highlighted else "surface" if coming else "sunken"))
        p.drawRoundedRect(box, look.px(5), look.px(5))
        if spot.more:
            p.setPen(QPen(look.color("edge"), 1))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(box.adjusted(2, 2, -2, -2), look.px(4), look.px(4))
        p.setFont(token_font(look, "body", 600))
        p.setPen(Qt.GlobalColor.black if highlighted else look.color("text"))
        words = p.fontMetrics().elidedText(
            visible(piece_text(_both_ends(branch.token))), Qt.TextElideMode.ElideMiddle, int(box.width() - 4)
        )
        p.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        if branch.rank is not None and not spot.more:
            self._paint_number(p, look, box, branch.rank + 1)

    def _paint_number(self, p: QPainter, look: Look, box: QRectF, number: int) -> None:
        """The number of the merge, in the fork below the token it made."""
        p.setFont(look.font("caption", 600))
        wide, high = p.fontMetrics().horizontalAdvance(str(number)) + look.px(6), look.px(14)
        fork = QRectF(box.center().x() - wide / 2, box.bottom() + look.px(1.5), wide, high)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(look.color("surface"))
        p.drawRect(fork)
        p.setPen(look.color("text2"))
        p.drawText(fork, Qt.AlignmentFlag.AlignCenter, str(number))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(160), look().px(BOX + LEVEL))

    def sizeHint(self) -> QSize:
        return QSize(look().px(330), look().px(BOX + 3 * LEVEL))
