"""Two tables of sums on a clock, a cell for a + b: filled where the network is right, empty where it is wrong. Cells
that it may learn from are blue, the others orange."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e12_overfitting.frame import GrokShown, Table
from widgets.base.colors import mix, rgb
from widgets.base.look import Look
from widgets.canvas.colormap import as_image
from widgets.canvas.painted import Painted

__all__ = ["SumTables"]

PALE = 0.16  # of its colour in a cell that is wrong


class SumTables(Painted):
    """With weight decay at the left, without at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: GrokShown | None = None
        self.setAccessibleName(_("Which sums are right"))

    def show_tables(self, shown: GrokShown) -> None:
        """Show these."""
        self._shown = shown
        self.update()

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        shown = self._shown
        if shown is None:
            return
        head, foot, gap = now.px(22), now.px(20), now.px(28)
        side = max(4.0, min((room.width() - gap - now.px(24)) / 2, room.height() - head - foot))
        left = room.left() + max(now.px(12), (room.width() - 2 * side - gap) / 2)
        top = room.top() + max(0.0, (room.height() - head - side - foot) / 2)
        for place, (table, name) in enumerate(((shown.decayed, _("with weight decay")), (shown.free, _("without")))):
            body = QRectF(left + place * (side + gap), top + head, side, side)
            self._paint_table(p, body, now, table, name, shown)
        self._paint_key(p, QRectF(room.left(), top + head + side, room.width(), foot), now)

    @staticmethod
    def _paint_table(p: QPainter, body: QRectF, now: Look, table: Table, name: str, shown: GrokShown) -> None:
        colors = [
            rgb(mix(now.palette.surface, now.palette.categories[k], share)) for k in (1, 0) for share in (PALE, 1.0)
        ]
        kinds = 2 * shown.seen.astype(np.int64) + table.right
        picture = np.empty((*kinds.shape, 4), np.uint8)
        picture[..., :3], picture[..., 3] = np.array(colors, np.uint8)[kinds], 255
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        p.drawImage(body, as_image(np.ascontiguousarray(picture), opaque=True))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(now.color("edge"), 1))
        p.drawRect(body)
        p.setFont(now.font("small", 650))
        p.setPen(now.color("text"))
        spot = QRectF(body.left() - now.px(20), body.top() - now.px(22), body.width() + now.px(40), now.px(20))
        share = _("{name}: {share} % of the others right").format(name=name, share=f"{100 * table.held_right:.0f}")
        p.drawText(spot, Qt.AlignmentFlag.AlignCenter, share)
        p.setFont(now.font("caption", 500))
        p.setPen(now.color("axis"))
        p.drawText(QPointF(body.left() - now.px(12), body.top() + now.px(12)), "a")
        p.drawText(QPointF(body.right() + now.px(5), body.bottom() - now.px(1)), "b")

    @staticmethod
    def _paint_key(p: QPainter, room: QRectF, now: Look) -> None:
        texts = ((_("■ learned from"), 0), (_("■ never seen"), 1))
        p.setFont(now.font("caption", 600))
        x = room.center().x() - sum(p.fontMetrics().horizontalAdvance(text) + now.px(16) for text, _k in texts) / 2
        for text, color in texts:
            p.setPen(now.color(now.palette.categories[color]))
            p.drawText(QPointF(x, room.bottom() - now.px(4)), text)
            x += p.fontMetrics().horizontalAdvance(text) + now.px(16)
        p.setPen(now.color("text2"))
        p.drawText(QPointF(x, room.bottom() - now.px(4)), _("pale: wrong"))
