"""The stream meter: for each token how much was written into its stream, by the token itself, by attention and by
feed-forward layers, one block on top of the other."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import BlockPage
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["Meter"]

KINDS = ((0, Qt.BrushStyle.SolidPattern), (1, Qt.BrushStyle.BDiagPattern), (3, Qt.BrushStyle.Dense4Pattern))
"""The colour and pattern of what the token, attention and feed-forward layers wrote."""


class Meter(Painted):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: BlockPage | None = None
        self.setAccessibleName(_("What was written into the stream"))

    def show_block(self, page: BlockPage) -> None:
        """Show what was written for these tokens."""
        self._page = page
        self.update()

    def summary(self) -> str:
        if self._page is None:
            return ""
        sizes = self._page.sizes[self._page.token]
        parts = (float(sizes[0]), float(sizes[1::2].sum()), float(sizes[2::2].sum()))
        names = (_("token"), _("attention"), _("feed-forward"))
        return ", ".join(f"{name} {show_number(size, 3)}" for name, size in zip(names, parts)) + "."

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        page = self._page
        if page is None:
            return
        self._paint_key(p, room, now)
        field = room.adjusted(now.px(6), now.px(40), -now.px(6), -now.px(20))
        top = float(page.sizes.sum(axis=1).max()) or 1.0
        pitch = field.width() / len(page.tokens)
        p.setPen(QPen(now.color("axis"), 1))
        p.drawLine(QLineF(field.left(), field.bottom(), field.right(), field.bottom()))
        for t, token in enumerate(page.tokens):
            left, down = field.left() + t * pitch, field.bottom()
            if t == page.token:
                p.fillRect(QRectF(left, field.top(), pitch, field.height()), now.color("hover"))
            for place, size in enumerate(page.sizes[t].tolist()):
                high = size / top * field.height()
                color, pattern = KINDS[0 if not place else 1 + (place - 1) % 2]
                paint = now.color(now.palette.categories[color])
                p.setPen(QPen(now.color("surface"), 1))
                p.fillRect(QRectF(left + 0.15 * pitch, down - high, 0.7 * pitch, high), now.color("surface"))
                p.setBrush(QBrush(paint, pattern))
                p.drawRect(QRectF(left + 0.15 * pitch, down - high, 0.7 * pitch, high))
                down -= high
            p.setFont(now.font("caption", 650 if t == page.token else 500, mono=True))
            p.setPen(now.color("text" if t == page.token else "text2"))
            if pitch > now.px(7):
                spot = QRectF(left - now.px(4), field.bottom() + 2, pitch + now.px(8), now.px(16))
                p.drawText(spot, Qt.AlignmentFlag.AlignCenter, token)

    def _paint_key(self, p: QPainter, room: QRectF, now: Look) -> None:
        p.setFont(now.font("small", 600))
        p.setPen(now.color("text"))
        p.drawText(QPointF(room.left() + now.px(4), room.top() + now.px(13)), self.accessibleName())
        p.setFont(now.font("caption", 500))
        x, metrics = room.left() + now.px(4), QFontMetricsF(p.font())
        for (color, pattern), name in zip(KINDS, (_("token"), _("attention"), _("feed-forward"))):
            p.setPen(QPen(now.color("line"), 1))
            p.setBrush(QBrush(now.color(now.palette.categories[color]), pattern))
            p.drawRect(QRectF(x, room.top() + now.px(22), now.px(13), now.px(10)))
            p.setPen(now.color("text2"))
            p.drawText(QPointF(x + now.px(17), room.top() + now.px(31)), name)
            x += now.px(30) + metrics.horizontalAdvance(name)

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(220))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(150), look().px(110))
