"""The two hills: how many positives (up) and negatives (down) have each score. The line of the threshold parts them
into the four cells of the confusion matrix. The line is dragged; a press on a cell asks for its examples."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e24_evaluation.settings import CELLS, Cell
from lab.experiments.e24_evaluation.threshold import BINS, ThresholdPage
from lab.kit_qt.view import Acting
from widgets.base.look import Look, look
from widgets.canvas.painted import HELD, Painted

__all__ = ["Ground", "Hills"]

GRIP = 12  # pixels at 100 % text about the line in which it is taken by the pointer
_ALONG = {
    Qt.Key.Key_Left: -0.01,
    Qt.Key.Key_Right: 0.01,
    Qt.Key.Key_PageDown: -0.1,
    Qt.Key.Key_PageUp: 0.1,
}
_ENDS = {Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: 1.0}
_CORNERS: tuple[tuple[Cell, bool, bool], ...] = (
    ("fn", False, True),
    ("tp", True, True),
    ("tn", False, False),
    ("fp", True, False),
)  # cell, right of the line, above the middle


@dataclass(frozen=True, slots=True)
class Ground:
    """Where things stand, in pixels: the field of the bars, and the height of its middle."""

    field: QRectF
    middle: float

    @staticmethod
    def within(room: QRectF, now: Look) -> Ground:
        """The field in a room: space for words above and below it, and for the scores at its foot."""
        field = room.adjusted(now.px(10), now.px(30), -now.px(10), -now.px(48))
        return Ground(field, field.center().y())

    def x(self, score: float) -> float:
        return self.field.left() + score * self.field.width()

    def score(self, x: float) -> float:
        return min(max((x - self.field.left()) / max(1.0, self.field.width()), 0.0), 1.0)


class Hills(Acting, Painted):
    """A painted pair of hills that sends actions."""

    acted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: ThresholdPage | None = None
        self._held = False
        self.make_interactive()
        self.setAccessibleName(_("Scores of positives, above, and of negatives, below"))

    def show_hills(self, page: ThresholdPage) -> None:
        """Draw this."""
        self._page = page
        self.update()

    def ground(self) -> Ground:
        """Where things stand now."""
        return Ground.within(QRectF(self.rect()), look())

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        page = self._page
        if page is None:
            return
        ground = Ground.within(room, now)
        negative, positive = page.heights()
        self._paint_bars(p, now, ground, positive, True)
        self._paint_bars(p, now, ground, negative, False)
        p.setPen(QPen(now.color("axis"), 1.0))
        p.drawLine(QPointF(ground.field.left(), ground.middle), QPointF(ground.field.right(), ground.middle))
        self._paint_scale(p, now, ground)
        if page.committed is not None:
            best = min(page.cheapest[0], 1.0)
            self._paint_line(p, now, ground, best, "good", _("cheapest"), dashed=True)
            if page.committed != page.params.threshold:
                self._paint_line(p, now, ground, page.committed, "text2", _("locked"), dashed=True)
        self._paint_line(p, now, ground, page.params.threshold, "text", "")
        self._paint_cells(p, now, ground, room)

    def _paint_bars(self, p: QPainter, now: Look, ground: Ground, heights: np.ndarray, up: bool) -> None:
        """One hill: what the model calls right is filled, what it gets wrong is hatched."""
        assert self._page is not None
        most, wide = max(1, int(heights.max(initial=0))), ground.field.width() / BINS
        color = now.color(now.palette.categories[0 if up else 1])
        line = ground.x(self._page.params.threshold)
        for place, count in enumerate(heights.tolist()):
            high = 0.5 * ground.field.height() * count / most
            left, right = ground.x(place / BINS) + 0.06 * wide, ground.x((place + 1) / BINS) - 0.06 * wide
            top = ground.middle - high if up else ground.middle
            for start, end, yes in ((left, min(right, line), False), (max(left, line), right, True)):
                if end > start and count:
                    self._paint_bar(p, QRectF(start, top, end - start, high), color, yes == up)

    @staticmethod
    def _paint_bar(p: QPainter, body: QRectF, color: QColor, right: bool) -> None:
        p.setPen(Qt.PenStyle.NoPen if right else QPen(color, 1.0))
        p.setBrush(color if right else QBrush(color, Qt.BrushStyle.BDiagPattern))
        p.drawRect(body)

    @staticmethod
    def _paint_scale(p: QPainter, now: Look, ground: Ground) -> None:
        p.setFont(now.font("caption"))
        p.setPen(now.color("text2"))
        high = now.px(18)
        for score in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
            spot = QRectF(ground.x(score) - now.px(30), ground.field.bottom() + now.px(2), now.px(60), high)
            spot.moveLeft(min(max(spot.left(), ground.field.left() - now.px(8)), ground.field.right() - now.px(52)))
            side = Qt.AlignmentFlag.AlignHCenter
            if score in (0.0, 1.0):
                side = Qt.AlignmentFlag.AlignLeft if score == 0.0 else Qt.AlignmentFlag.AlignRight
            p.drawText(spot, side | Qt.AlignmentFlag.AlignVCenter, show_number(score, 2))

    @staticmethod
    def _paint_line(
        p: QPainter,
        now: Look,
        ground: Ground,
        score: float,
        color: str,
        name: str,
        dashed: bool = False,
    ) -> None:
        x, field = ground.x(score), ground.field
        p.setPen(QPen(now.color(color), 2.0, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))
        p.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
        if not dashed:
            p.setPen(QPen(now.color("surface"), 2.0))
            p.setBrush(now.color("ball"))
            p.drawEllipse(QPointF(x, ground.middle), now.px(7), now.px(7))
        if name:
            p.setFont(now.font("caption"))
            p.setPen(now.color(color))
            wide = p.fontMetrics().horizontalAdvance(name)
            left = min(x + now.px(4), field.right() - wide)
            p.drawText(QPointF(left, field.bottom() - now.px(4)), name)

    def _paint_cells(self, p: QPainter, now: Look, ground: Ground, room: QRectF) -> None:
        """The four counts, each in its corner; the chosen one is underlined, and framed under the keys."""
        page = self._page
        assert page is not None
        counts = page.counts
        p.setFont(now.font("small", 600))
        for cell, right, above in _CORNERS:
            name = _(CELLS[cell])
            text = f"{name}  {getattr(counts, cell)}"
            top = room.top() + now.px(4) if above else room.bottom() - now.px(26)
            half = room.width() / 2 - now.px(10)
            left = room.left() + (room.width() / 2 if right else now.px(10))
            spot = QRectF(left, top, half, now.px(22))
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            wrong = cell in ("fn", "fp")
            p.setPen(now.color("bad" if wrong else "text"))
            text = p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(half))
            p.drawText(spot, side | Qt.AlignmentFlag.AlignVCenter, text)
            if cell == page.params.cell:
                wide = p.fontMetrics().horizontalAdvance(text)
                start = spot.right() - wide if right else spot.left()
                p.setPen(QPen(now.color("accent"), 2.0))
                p.drawLine(QPointF(start, spot.bottom()), QPointF(start + wide, spot.bottom()))
        if self.hasFocus():
            p.setPen(QPen(now.color("focus"), 1.6))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRect(ground.field.adjusted(-4, -2, 4, 2))

    # ---- the hand

    def _on_line(self, at: QPointF) -> bool:
        page = self._page
        return page is not None and abs(self.ground().x(page.params.threshold) - at.x()) <= look().px(GRIP)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._page is None:
            event.ignore()
            return
        if self._on_line(event.position()):
            self._held = True
            return
        at, ground = event.position(), self.ground()
        right, above = at.x() > ground.x(self._page.params.threshold), at.y() < ground.middle
        cell = next(name for name, *corner in _CORNERS if corner == [right, above])
        if cell != self._page.params.cell:
            self.act(Set({"cell": cell}))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._put(round(self.ground().score(event.position().x()), 3))
        elif self._on_line(event.position()):
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._held = False
            self.end_drag()

    def _put(self, threshold: float) -> None:
        assert self._page is not None
        if threshold != self._page.params.threshold:
            self.drag("threshold", Set({"threshold": threshold}))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, page = Qt.Key(event.key()), self._page
        if event.modifiers() & HELD or page is None or (key not in _ALONG and key not in _ENDS):
            event.ignore()
            return
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        wanted = _ENDS[key] if key in _ENDS else page.params.threshold + fine * _ALONG[key]
        self._put(round(min(max(wanted, 0.0), 1.0), 3))
        self.end_drag()
        self.tell(_("Threshold {t}").format(t=show_number(wanted, 3)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
