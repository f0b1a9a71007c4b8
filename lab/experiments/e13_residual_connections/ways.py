"""The ways of the gradient: at every block how much of it comes around the block and how much through it, as the width
of two streams, and below how much came through so many blocks."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e13_residual_connections.anatomy_paint import SKIP, THROUGH
from lab.experiments.e13_residual_connections.signals import LONGEST
from lab.experiments.e13_residual_connections.training import StackPage
from lab.kit_qt.view import Acting
from widgets.base.look import Look, look
from widgets.canvas.painted import HELD, Painted

__all__ = ["Streams", "stream_shares"]

_CENTRE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_WAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


def stream_shares(page: StackPage) -> np.ndarray:
    """Of the gradient that reaches each block's input the share that came around the block: [L], nan where none did."""
    over, through = page.signals.over_skip, page.signals.through
    with np.errstate(all="ignore"):
        whole = over + through
        return np.where((whole > 0) & np.isfinite(whole), over / whole, np.nan)


class Streams(Acting, Painted):
    """Two rows of one picture; a press marks a block."""

    acted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: StackPage | None = None
        self._near = 0
        self.make_interactive()
        self.setAccessibleName(_("The ways of the gradient"))

    def show_stack(self, page: StackPage) -> None:
        """Draw this."""
        self._page = page
        self.update()

    # ---- where everything stands

    def _rows(self, room: QRectF, now: Look) -> tuple[QRectF, QRectF]:
        left, right = room.left() + now.px(66), room.right() - now.px(16)
        title, foot = now.px(20), now.px(38)
        free = max(room.height() - 2 * title - foot - now.px(22), 60.0)
        top = room.top() + title
        streams = QRectF(left, top, right - left, 0.56 * free)
        bars = QRectF(left, streams.bottom() + now.px(22) + title, right - left, 0.44 * free)
        return streams, bars

    def block_at(self, at: QPointF) -> int:
        """The block under a pixel of the streams, 0 for none."""
        streams = self._rows(QRectF(self.rect()), look())[0]
        if self._page is None or not streams.contains(at):
            return 0
        blocks = self._page.signals.blocks
        return min(int((at.x() - streams.left()) / streams.width() * blocks), blocks - 1) + 1

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        if self._page is None:
            return
        streams, bars = self._rows(room, now)
        self._paint_streams(p, streams, now, self._page)
        self._paint_lengths(p, bars, now, self._page)

    def _paint_streams(self, p: QPainter, at: QRectF, now: Look, page: StackPage) -> None:
        p.setFont(now.font("caption", 500))
        p.setPen(now.color("text2"))
        head = QRectF(at.left(), at.top() - now.px(20), at.width(), now.px(18))
        p.drawText(head, _LEFT, _("← from the last block to the first: around each, and through it. Press one."))
        shares, wide = stream_shares(page), at.width() / page.signals.blocks
        p.setPen(Qt.PenStyle.NoPen)
        gap = min(3.0, wide * 0.15)
        for place, share in enumerate(shares.tolist()):
            column = QRectF(at.left() + place * wide + gap / 2, at.top(), wide - gap, at.height())
            if math.isnan(share):
                p.setBrush(now.color("line"))
                p.drawRect(QRectF(column.left(), at.center().y(), column.width(), 1.5))
                continue
            self._paint_column(p, column, now, share)
        self._paint_joints(p, at, now, shares)
        marked = min(page.params.block, page.signals.blocks) - 1
        p.setBrush(Qt.BrushStyle.NoBrush)
        ring = QRectF(at.left() + marked * wide, at.top() - 2, wide, at.height() + 4)
        for color, thick in (("surface", 5.0), ("ball", 2.6)):
            p.setPen(QPen(now.color(color), thick))
            p.drawRoundedRect(ring, 3, 3)
        self._paint_scale(p, at, now, page)

    def _paint_column(self, p: QPainter, column: QRectF, now: Look, share: float) -> None:
        """One block: the stream around it above, the stream through it below, both as wide as their share."""
        over = share * column.height()
        p.setPen(Qt.PenStyle.NoPen)
        if over > 0.5:
            p.setBrush(now.color(now.palette.categories[SKIP], 205))
            p.drawRect(QRectF(column.left(), column.top(), column.width(), over - min(1.0, over / 2)))
        if column.height() - over > 0.5:
            p.setBrush(now.color(now.palette.categories[THROUGH], 205))
            p.drawRect(QRectF(column.left(), column.top() + over, column.width(), column.height() - over))

    def _paint_joints(self, p: QPainter, at: QRectF, now: Look, shares: np.ndarray) -> None:
        """A line along where the two streams touch, so that the eye can follow it."""
        path, open_ = QPainterPath(), False
        wide = at.width() / len(shares)
        for place, share in enumerate(shares.tolist()):
            if math.isnan(share):
                open_ = False
                continue
            spot = QPointF(at.left() + (place + 0.5) * wide, at.top() + share * at.height())
            path.lineTo(spot) if open_ else path.moveTo(spot)
            open_ = True
        p.setBrush(Qt.BrushStyle.NoBrush)
        for color, thick in (("surface", 4.0), ("text", 1.6)):
            p.setPen(QPen(now.color(color), thick * now.line_weight))
            p.drawPath(path)

    def _paint_scale(self, p: QPainter, at: QRectF, now: Look, page: StackPage) -> None:
        p.setFont(now.font("caption", 600))
        room = at.left() - now.px(10)
        for y, text, color in (
            (at.top() + now.px(10), _("around"), now.palette.categories[SKIP]),
            (at.bottom() - now.px(10), _("through"), now.palette.categories[THROUGH]),
        ):
            p.setPen(now.color(color))
            p.drawText(QRectF(0, y - now.px(9), room, now.px(18)), _RIGHT, text)
        p.setFont(now.font("caption", 500))
        p.setPen(now.color("axis"))
        blocks = page.signals.blocks
        wide = at.width() / blocks
        step = next(n for n in (1, 2, 5, 10, 20, 50, 100) if n * wide >= now.px(30))
        for block in sorted({1, *range(step, blocks + 1, step)}):
            x = at.left() + (block - 0.5) * wide
            if block == 1 or x - at.left() > now.px(24):
                p.drawText(QRectF(x - now.px(20), at.bottom() + now.px(3), now.px(40), now.px(18)), _CENTRE, str(block))

    def _paint_lengths(self, p: QPainter, at: QRectF, now: Look, page: StackPage) -> None:
        p.setFont(now.font("caption", 500))
        p.setPen(now.color("text2"))
        head = QRectF(at.left(), at.top() - now.px(20), at.width(), now.px(18))
        if page.paths is None:
            p.drawText(head, _LEFT, _("A BatchNorm mixes the examples: the gradient cannot be divided by ways."))
            return
        p.drawText(head, _LEFT, _("The first block's gradient in %, by how many blocks it came through"))
        shares = page.paths.shares
        count, top = len(shares), float(shares.max()) or 1.0
        wide = at.width() / count
        for n, share in enumerate(shares.tolist()):
            body = QRectF(at.left() + n * wide + 1.5, at.bottom(), wide - 3, 0)
            body.setTop(at.bottom() - max(share / top * (at.height() - now.px(18)), 1.0 if share else 0.0))
            p.setPen(Qt.PenStyle.NoPen)
            rest = n == count - 1
            p.setBrush(now.color("text3" if rest else now.palette.categories[SKIP if n == 0 else THROUGH], 215))
            p.drawRoundedRect(body, 2, 2)
            if share >= 0.005 and wide >= now.px(22):
                p.setPen(now.color("text2"))
                text = f"{100 * share:.0f}"
                p.drawText(
                    QRectF(body.left() - 6, body.top() - now.px(17), body.width() + 12, now.px(16)), _CENTRE, text
                )
            beside = n >= count - 2 and not rest  # its number would touch that of the rest
            if (n % (1 if wide >= now.px(34) else 3) == 0 and not beside) or rest:
                p.setPen(now.color("axis"))
                text = f">{LONGEST}" if rest else str(n)
                p.drawText(
                    QRectF(body.left() - 8, at.bottom() + now.px(2), body.width() + 16, now.px(16)), _CENTRE, text
                )
        p.setPen(QPen(now.color("line"), 1.0))
        p.drawLine(at.bottomLeft(), at.bottomRight())
        p.setPen(now.color("text2"))
        p.drawText(QRectF(at.left(), at.bottom() + now.px(18), at.width(), now.px(18)), _RIGHT, _("blocks on the way"))

    # ---- the hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        block = self.block_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and block:
            self.act(Set({"block": block}))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self.block_at(event.position())
        if near != self._near:
            self._near = near
            self.setCursor(Qt.CursorShape.PointingHandCursor) if near else self.unsetCursor()
            self.setToolTip(self._tip(near))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._near = 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, page = Qt.Key(event.key()), self._page
        if page is None or event.modifiers() & HELD or key not in _WAYS:
            event.ignore()
            return
        now = min(page.params.block, page.signals.blocks)
        wanted = min(max(now + _WAYS[key], 1), page.signals.blocks)
        if wanted != now:
            self.act(Set({"block": wanted}))

    def _tip(self, block: int) -> str:
        if not block or self._page is None:
            return ""
        found = self._page.signals
        values = {"n": block, "over": show_number(float(found.over_skip[block - 1]), 3)}
        values |= {"through": show_number(float(found.through[block - 1]), 3)}
        return _("Block {n}: {over} around it, {through} through it").format(**values)
