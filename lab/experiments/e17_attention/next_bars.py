"""What a language model expects next: a bar for each likely token, and an outline where it would be with all heads."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.experiments.e17_attention.reading import Next
from lab.experiments.e17_attention.words import percent
from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["NextBars"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
SAID = 3  # bars that the picture says of itself


class NextBars(Painted):
    """Bars from left to right, the likeliest at the top."""

    AIR, TITLE = (0, 0, 0, 0), ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._next: Next | None = None
        self._title = ""

    def show_next(self, expected: Next | None, title: str) -> None:
        """Show what is expected under a title."""
        self._next, self._title = expected, title
        self.setAccessibleName(title)
        self.update()

    def shown(self) -> Next | None:
        """What is shown."""
        return self._next

    def summary(self) -> str:
        if self._next is None:
            return ""
        rows = zip(self._next.labels[:SAID], self._next.p)
        return "; ".join(f"{label} {percent(float(chance))}" for label, chance in rows) + "."

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text"))
        p.drawText(QRectF(room.left(), room.top(), room.width(), now.px(17)), _LEFT, self._title)
        if self._next is None:
            return
        rows = self._next.labels
        high = min(now.px(23), (room.height() - now.px(18)) / max(1, len(rows)))
        fit = max(1, int((room.height() - now.px(18)) // max(high, now.px(14)))) if high < now.px(14) else len(rows)
        high = max(high, now.px(14))
        for number in range(min(fit, len(rows))):
            spot = QRectF(room.left(), room.top() + now.px(18) + number * high, room.width(), high)
            values = self._next.p[number], self._next.before[number]
            self._paint_row(p, now, spot, rows[number], values)

    def _paint_row(self, p: QPainter, now: Look, spot: QRectF, label: str, values: tuple[Any, Any]) -> None:
        chance, before = (float(value) for value in values)
        name, number = now.px(44), now.px(56)
        tag = QRectF(spot.left() + 2, spot.top() + 1.5, name - now.px(8), spot.height() - 3)
        p.setPen(QPen(now.color("line"), 1))
        p.setBrush(now.color("sunken"))
        p.drawRoundedRect(tag, now.px(4), now.px(4))
        p.setFont(now.font("caption", 500, mono=True))
        p.setPen(now.color("text"))
        p.drawText(tag, _CENTRE, p.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, int(tag.width())))
        long, thick = spot.width() - name - number, 0.6 * spot.height()
        room = QRectF(spot.left() + name, spot.top() + 0.2 * spot.height(), long, thick)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("accent"))
        p.drawRect(QRectF(room.left(), room.top(), max(1.0, chance * room.width()), room.height()))
        if abs(before - chance) > 0.002:
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.setPen(QPen(now.color("text2"), 1.4, Qt.PenStyle.DashLine))
            p.drawRect(QRectF(room.left(), room.top(), max(1.0, before * room.width()), room.height()))
        p.setFont(now.font("caption", 550))
        p.setPen(now.color("text"))
        p.drawText(QRectF(spot.right() - number, spot.top(), number - 2, spot.height()), _RIGHT, percent(chance))

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(18 + 23 * 7))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(140), look().px(60))
