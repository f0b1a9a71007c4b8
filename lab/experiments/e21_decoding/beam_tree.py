"""The beam as a tree that grows to the right: kept branches in their rank, those that just missed below them, the best
path in orange, the greedy one dashed. The pointer, or the arrow keys, read a branch."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from lab.experiments.e21_decoding.beams import BeamPicture, Branch
from widgets.base.look import Look, look
from widgets.canvas.callouts import Callout, paint_callouts
from widgets.canvas.painted import HELD, Painted
from widgets.tokens.chip_pixmaps import token_font
from widgets.tokens.token_flow import visible

__all__ = ["BeamTreeView"]

MISSED = 3  # branches that just missed are shown at each depth
HIGHEST = 76  # pixels of a row
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class BeamTreeView(Painted):
    """The tree. `hovered` carries the number of a branch, −1 for none."""

    AIR = (8, 0, -8, 0)

    hovered = Signal(int)
    chosen = Signal(int)  # a branch that was pressed, or Enter at it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: BeamPicture | None = None
        self._names: Mapping[int, str] = {}
        self._depth, self._start, self._empty = 1, "", ""
        self._rows: dict[int, int] = {}  # branch -> row at its depth
        self._high = 1  # rows
        self._near, self._readout = -1, ""
        self.make_interactive()

    def set_tree(self, picture: BeamPicture, names: Mapping[int, str], depth: int, start: str) -> None:
        """Show a tree with room for `depth` tokens; `start` is the token before it."""
        if picture is self._picture and (depth, start) == (self._depth, self._start):
            return
        self._picture, self._names, self._depth, self._start = picture, dict(names), max(depth, 1), start
        self._rows = _rows_of(picture)
        self._high = max(self._rows.values(), default=0) + 1
        self._near = -1
        self.update()

    def set_empty(self, text: str) -> None:
        """What to say while there is no tree."""
        self._empty = text

    def set_readout(self, text: str) -> None:
        """A line beside the branch in question."""
        self._readout = text
        self.update()

    def readout(self) -> str:
        """The line beside the branch in question; "" for none."""
        return self._readout

    def branch(self, number: int) -> Branch | None:
        """A branch by its number."""
        return self._picture.branches[number] if self._picture and 0 <= number < len(self._picture.branches) else None

    def spot_of(self, number: int) -> QPointF:
        """The pixel of a branch; of the start for −1."""
        return self._spot(QRectF(self.rect()), look(), number)

    def _spot(self, room: QRectF, look: Look, number: int) -> QPointF:
        across = (room.width() - look.px(56)) / self._depth
        branch = self.branch(number)
        high = min(look.px(HIGHEST), (room.height() - look.px(12)) / self._high)
        top = room.top() + look.px(6) + high / 2
        if branch is None:
            return QPointF(room.left() + look.px(26), top)
        return QPointF(room.left() + look.px(26) + branch.depth * across, top + self._rows[number] * high)

    # ---- mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        near, least = -1, float(look().px(18))
        for number in self._rows:
            spot = self.spot_of(number)
            far = math.hypot(spot.x() - at.x(), spot.y() - at.y())
            if far < least:
                near, least = number, far
        self._point(near)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._near >= 0:
            self.chosen.emit(self._near)

    def path_to(self, number: int) -> tuple[int, ...]:
        """The tokens from the start to a branch."""
        tokens: list[int] = []
        while (branch := self.branch(number)) is not None:
            tokens.append(branch.token)
            number = branch.parent
        return tuple(reversed(tokens))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(-1)

    def _point(self, number: int) -> None:
        if number != self._near:
            self._near = number
            self.setCursor(Qt.CursorShape.PointingHandCursor) if number >= 0 else self.unsetCursor()
            self.hovered.emit(number)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._near >= 0:
            self.chosen.emit(self._near)
            return
        held = event.modifiers() & HELD
        if key not in _KEYS or not self._rows or held:
            event.ignore()
            return
        order = sorted(self._rows, key=lambda n: (self._depth_of(n), self._rows[n]))
        if self._near < 0:
            self._point(order[0])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._point(order[min(max(order.index(self._near) + _KEYS[key], 0), len(order) - 1)])
        else:
            depth = self._depth_of(self._near) + _KEYS[key]
            there = [n for n in order if self._depth_of(n) == depth]
            self._point(min(there, key=lambda n: abs(self._rows[n] - self._rows[self._near]), default=self._near))
        self.tell(self._readout)

    def _depth_of(self, number: int) -> int:
        branch = self.branch(number)
        return branch.depth if branch else 0

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        self._paint(p, room, now)
        if live:
            self._paint_pointed(p, now)

    def _paint_pointed(self, p: QPainter, now: Look) -> None:
        if self._near >= 0 and self._readout:
            spot = self.spot_of(self._near)
            sentence = Callout(spot.x(), spot.y(), self._readout, now.palette.raised, now.palette.text, now.px(18))
            paint_callouts(p, [sentence], now, QRectF(self.rect()), [])

    def _paint(self, p: QPainter, room: QRectF, look: Look) -> None:
        if self._picture is None or not self._picture.branches:
            p.setFont(look.font("small"))
            p.setPen(look.color("text3"))
            p.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)
            return
        branches = self._picture.branches
        order = sorted(self._rows, key=lambda n: self._rank(branches[n]))
        for number in order:
            self._paint_edge(p, room, look, number)
        p.setFont(token_font(look))
        for number in (-1, *order):
            self._paint_chip(p, look, self._spot(room, look, number), number)

    @staticmethod
    def _rank(branch: Branch) -> int:
        return 2 * branch.best + branch.kept + (1 if branch.greedy else 0)

    def _paint_edge(self, p: QPainter, room: QRectF, look: Look, number: int) -> None:
        branch = self.branch(number)
        assert branch is not None
        a, b = self._spot(room, look, branch.parent), self._spot(room, look, number)
        parent = self.branch(branch.parent)
        share = math.exp(branch.logp - (parent.logp if parent else 0.0))
        color = "ball" if branch.best else "accent" if branch.kept else "edge"
        pen = QPen(look.color(color, 255 if branch.kept or branch.best else 130), 1.0 + 4.0 * share * branch.kept)
        if not branch.kept:
            pen.setDashPattern([2.0, 3.0])
        path = QPainterPath(a)
        half = (b.x() - a.x()) / 2
        path.cubicTo(a + QPointF(half, 0), b - QPointF(half, 0), b)
        p.strokePath(path, pen)
        if branch.greedy:
            pen = QPen(look.color("text"), 1.6)
            pen.setDashPattern([4.0, 3.0])
            p.strokePath(path.translated(0, look.px(4)), pen)

    def _paint_chip(self, p: QPainter, look: Look, at: QPointF, number: int) -> None:
        branch = self.branch(number)
        text = self._names.get(branch.token, "?") if branch else self._start
        words = p.fontMetrics().elidedText(visible(text), Qt.TextElideMode.ElideRight, look.px(64))
        wide = max(look.px(22), p.fontMetrics().horizontalAdvance(words) + look.px(10))
        chip = QRectF(at.x() - wide / 2, at.y() - look.px(11), wide, look.px(22))
        faint = branch is not None and not branch.kept
        edge = "ball" if branch and branch.best else "edge" if faint else "accent"
        if branch and number == self._near:
            edge = "focus"
        p.setPen(QPen(look.color(edge, 140 if faint and edge == "edge" else 255), 2.2 if not faint else 1.0))
        p.setBrush(look.color("surface"))
        p.drawRoundedRect(chip, look.px(5), look.px(5))
        p.setPen(look.color("text3" if faint else "text"))
        p.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(120))

    def sizeHint(self) -> QSize:
        return QSize(look().px(640), look().px(280))


def _rows_of(picture: BeamPicture) -> dict[int, int]:
    """Which branches are shown, and in which row: kept ones by their log-probability, then those that just missed."""
    rows: dict[int, int] = {}
    for depth in range(1, picture.depth + 1):
        here = [(n, b) for n, b in enumerate(picture.branches) if b.depth == depth]
        order = sorted(here, key=lambda pair: (not pair[1].kept, -pair[1].logp))
        kept = sum(branch.kept for _n, branch in here)
        shown = [n for n, branch in order[: kept + MISSED]] + [n for n, b in order[kept + MISSED :] if b.greedy]
        rows |= {n: row for row, n in enumerate(shown)}
    return rows
