"""The graph of passages: points where the map has them, links of one layer, and the walk that was made so far."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e23_retrieval_agents.texts import library
from lab.experiments.e23_retrieval_agents.walking import GraphPage
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["GraphPicture"]

AIR, FOOT, NEAR = 14, 22, 12  # pixels around the points, of the line below, and around a point


class GraphPicture(Painted):
    """The layer of the walk in front, all passages behind."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: GraphPage | None = None
        self.setMouseTracking(True)
        self.setAccessibleName(_("The graph of passages"))

    def show_graph(self, page: GraphPage) -> None:
        """Draw this."""
        self._page = page
        self.update()

    def _spots(self, room: QRectF, now: Look) -> np.ndarray:
        """Every passage and the question in pixels, [299, 2]."""
        assert self._page is not None
        every = np.vstack([self._page.places, self._page.asked])
        low, high = every.min(axis=0), every.max(axis=0)
        air = now.px(AIR)
        left, top = room.left() + air, room.top() + air
        size = np.array([room.width() - 2 * air, room.height() - 2 * air - now.px(FOOT)])
        shares = (every - low) / np.maximum(high - low, 1e-9)
        shares[:, 1] = 1 - shares[:, 1]
        return np.asarray(np.array([left, top]) + shares * np.maximum(size, 1.0))

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        page = self._page
        if page is None:
            return
        spots = self._spots(room, now)
        points = [QPointF(x, y) for x, y in spots.tolist()]
        layer = page.layer
        p.setPen(QPen(now.color("line"), 1))
        for a, b in page.edges[layer].tolist() if page.edges else ():
            p.drawLine(points[a], points[b])
        self._paint_points(p, now, page, points, layer)
        self._paint_walk(p, now, page, points)
        self._paint_question(p, now, points[-1])
        self._foot(p, room, now, page, layer)

    @staticmethod
    def _paint_points(p: QPainter, now: Look, page: GraphPage, points: list[QPointF], layer: int) -> None:
        p.setPen(Qt.PenStyle.NoPen)
        for node, top in enumerate(page.tops.tolist()):
            here = top >= layer
            p.setBrush(now.color("text2" if here else "line"))
            size = now.px(3.2 if here else 1.8)
            p.drawEllipse(points[node], size, size)
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(now.color(now.palette.categories[2]), now.px(2)))
        for node in page.truth:
            p.drawEllipse(points[node], now.px(7), now.px(7))

    @staticmethod
    def _paint_walk(p: QPainter, now: Look, page: GraphPage, points: list[QPointF]) -> None:
        if not page.hops:
            return
        last = page.hops[-1]
        p.setPen(QPen(now.color("accent"), 1, Qt.PenStyle.DashLine))
        for other in last.looked:
            p.drawLine(points[last.node], points[other])
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("accent"))
        for other in last.kept:
            p.drawEllipse(points[other], now.px(4.5), now.px(4.5))
        p.setPen(QPen(now.color("ball"), now.px(2.4)))
        for before, after in zip(page.hops, page.hops[1:]):
            p.drawLine(points[before.node], points[after.node])
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("ball"))
        for hop in page.hops:
            p.drawEllipse(points[hop.node], now.px(4), now.px(4))
        p.drawEllipse(points[last.node], now.px(6.5), now.px(6.5))
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text"))
        p.drawText(points[last.node] + QPointF(now.px(9), -now.px(5)), library()[last.node].title)

    @staticmethod
    def _paint_question(p: QPainter, now: Look, at: QPointF) -> None:
        p.setPen(QPen(now.color("text"), now.px(2.4)))
        far = now.px(6)
        p.drawLine(at + QPointF(-far, -far), at + QPointF(far, far))
        p.drawLine(at + QPointF(-far, far), at + QPointF(far, -far))

    @staticmethod
    def _foot(p: QPainter, room: QRectF, now: Look, page: GraphPage, layer: int) -> None:
        text = _("Layer {n} of {all}. Cross: question. Orange: walk. Blue: in view. Rings: {k} nearest.")
        words = text.format(n=layer, all=max(0, len(page.edges) - 1), k=len(page.truth))
        p.setFont(now.font("caption"))
        p.setPen(now.color("text2"))
        foot = QRectF(room.left() + now.px(6), room.bottom() - now.px(FOOT - 2), room.width() - now.px(12), now.px(18))
        p.drawText(
            foot,
            Qt.AlignmentFlag.AlignLeft,
            p.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(foot.width())),
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The title of the passage under the pointer."""
        if self._page is None:
            return
        spots = self._spots(QRectF(self.rect()), look())[:-1]
        far = np.hypot(*(spots - np.array([event.position().x(), event.position().y()])).T)
        near = int(far.argmin())
        self.setToolTip(library()[near].title if far[near] < look().px(NEAR) else "")
