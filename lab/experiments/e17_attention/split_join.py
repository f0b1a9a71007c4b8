"""One token on its way through all heads of a layer: its numbers come in, are split into a query for each head, each
head finds something, and what all have found is laid side by side and mixed into one answer."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.text import _
from lab.experiments.e17_attention.reading import Floats, Split
from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.canvas.colormap import as_image, colorize, diverging_lut
from widgets.canvas.paper import paper

__all__ = ["SplitJoin"]

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


class SplitJoin(Described, Refreshing, QWidget):
    """Four strips of numbers as colours; the piece of the chosen head is framed, and a press on another chooses it."""

    pressed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._split: Split | None = None
        self._head, self._joined = 0, True
        self._off: frozenset[int] = frozenset()
        self._kept: QPixmap | None = None
        self._kept_for: object = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Split into heads and joined again"))

    def show_split(self, split: Split | None, head: int, off: frozenset[int], joined: bool) -> None:
        """Show a token's way; `head` is framed, `off` are silent; `joined`: whether the last strip is known by now."""
        self._split, self._head, self._off, self._joined = split, head, off, joined
        self.update()

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the strips on white into `rect` of any painter."""
        with paper(painter, rect, self.accessibleName()) as (room, light):
            self._paint(painter, room, light)

    def piece_rect(self, head: int) -> QRectF:
        """Where the query of a head is, in pixels of this widget."""
        return self._piece(QRectF(self.rect()), look(), 1, head)

    def _row(self, room: QRectF, now: Look, number: int) -> QRectF:
        left, gap = now.px(118), now.px(4)
        high = (room.height() - 3 * gap) / 4
        return QRectF(room.left() + left, room.top() + number * (high + gap), room.width() - left - 2, high)

    def _piece(self, room: QRectF, now: Look, number: int, head: int) -> QRectF:
        row = self._row(room, now, number)
        n = self._split.q.shape[0] if self._split is not None else 1
        wide = row.width() / n
        return QRectF(row.left() + head * wide + 1.5, row.top(), wide - 3, row.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, ratio = look(), self.devicePixelRatioF()
        key = (self._split, self._head, self._off, self._joined, now, ratio, self.size())
        if key != self._kept_for or self._kept is None:
            self._kept_for = key
            self._kept = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._kept)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            self._paint(inner, QRectF(self.rect()), now)
            inner.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept)
        painter.end()

    def _paint(self, p: QPainter, room: QRectF, now: Look) -> None:
        s = self._split
        if s is None:
            return
        names = (
            _("{n} come in").format(n=len(s.x)), _("{h} queries of {d}").format(h=s.q.shape[0], d=s.q.shape[1]),
            _("found by each"), _("joined by W_o"),
        )  # fmt: skip
        p.setFont(now.font("caption", 450))
        for number, name in enumerate(names):
            row = self._row(room, now, number)
            p.setPen(now.color("text2"))
            spot = QRectF(room.left(), row.top(), row.left() - room.left() - now.px(6), row.height())
            p.drawText(spot, _RIGHT, p.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(spot.width())))
            if number in (0, 3):
                if number == 0 or self._joined:
                    self._strip(p, now, row, s.x if number == 0 else s.out)
                else:
                    p.setPen(QPen(now.color("line"), 1, Qt.PenStyle.DashLine))
                    p.drawRect(row)
            else:
                self._pieces(p, room, now, number, s.q if number == 1 else s.found)

    def _pieces(self, p: QPainter, room: QRectF, now: Look, number: int, values: Floats) -> None:
        most = float(np.abs(values).max()) or 1.0
        for head, part in enumerate(values):
            spot = self._piece(room, now, number, head)
            self._strip(p, now, spot, part, most)
            if number == 2 and head in self._off:
                p.setPen(QPen(now.color("bad"), 2))
                p.drawLine(spot.topLeft(), spot.bottomRight())
                p.drawLine(spot.topRight(), spot.bottomLeft())
        if 0 <= self._head < len(values):
            p.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in (("#FFFFFF", 4.4), (now.palette.ball, 2.4)):
                p.setPen(QPen(now.color(color), width))
                p.drawRoundedRect(self._piece(room, now, number, self._head), 2, 2)

    def _strip(self, p: QPainter, now: Look, spot: QRectF, values: Floats, most: float | None = None) -> None:
        most = most or float(np.abs(values).max()) or 1.0
        rgba = colorize(np.ascontiguousarray(values[None]), diverging_lut(now.palette), -most, most)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, len(values) > spot.width())
        p.drawImage(spot, as_image(rgba, opaque=True))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(now.color("line"), 1))
        p.drawRect(spot)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._split is None or event.button() != Qt.MouseButton.LeftButton:
            return
        at = QPointF(event.position())
        for head in range(self._split.q.shape[0]):
            if any(self._piece(QRectF(self.rect()), look(), row, head).contains(at) for row in (1, 2)):
                self.pressed.emit(head)

    def sizeHint(self) -> QSize:
        return QSize(look().px(500), look().px(70))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(60))
