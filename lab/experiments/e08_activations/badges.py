"""Lock and skull: the signs of a unit that passes next to nothing on, and of one that passes nothing on at all. They
differ in shape as well as colour, and always stand with a word or a count."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.text import _
from widgets.base.look import Refreshing, look

__all__ = ["Badge", "paint_lock", "paint_skull"]


def paint_lock(p: QPainter, middle: QPointF, size: float, color: QColor) -> None:
    """A closed padlock, `size` high."""
    x, y, wide = middle.x(), middle.y(), size * 0.72
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(color, max(1.1, size * 0.11)))
    bow = QRectF(x - wide * 0.3, y - size * 0.48, wide * 0.6, size * 0.62)
    p.drawArc(bow, 0, 180 * 16)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(color)
    p.drawRoundedRect(QRectF(x - wide / 2, y - size * 0.14, wide, size * 0.6), size * 0.1, size * 0.1)


def paint_skull(p: QPainter, middle: QPointF, size: float, color: QColor, ground: QColor) -> None:
    """A skull, `size` high; eyes in the colour of the ground."""
    x, y = middle.x(), middle.y()
    shape = QPainterPath()
    shape.setFillRule(Qt.FillRule.WindingFill)
    shape.addEllipse(QPointF(x, y - size * 0.1), size * 0.42, size * 0.38)
    shape.addRoundedRect(QRectF(x - size * 0.23, y + size * 0.08, size * 0.46, size * 0.4), size * 0.1, size * 0.1)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(color)
    p.drawPath(shape)
    p.setBrush(ground)
    for side in (-1, 1):
        p.drawEllipse(QPointF(x + side * size * 0.16, y - size * 0.06), size * 0.105, size * 0.12)
    p.setPen(QPen(ground, max(0.8, size * 0.06)))
    for at in (-0.08, 0.08):
        p.drawLine(QPointF(x + size * at, y + size * 0.28), QPointF(x + size * at, y + size * 0.46))


class Badge(Refreshing, QWidget):
    """A sign with a count and a word, such as a skull and "14 dead"; nothing when all is well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._words = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def show_state(self, state: str, count: int, of: int = 0) -> None:
        """ "dead", "locked" or "". `of`: how many units there are, 0 for a single one."""
        word = {"dead": _("dead"), "locked": _("locked"), "": ""}[state]
        words = _("{count} of {all} {word}").format(count=count, all=of, word=word) if of and state else word
        if (state, words) == (self._state, self._words):
            return
        self._state, self._words = state, words
        self.setAccessibleName(words)
        tips = {
            "dead": _("Slope exactly 0 on every example: no gradient will ever move it again."),
            "locked": _("Slope below 0.01 on every example: it hardly learns any more."),
        }
        self.setToolTip(tips.get(state, ""))
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """What it says."""
        return self._words

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(look().font("small", 600)).horizontalAdvance(self._words)
        return QSize(wide + look().px(36) if self._words else 0, look().px(26))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._state:
            return
        now, p = look(), QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(Qt.PenStyle.NoPen)
        tone = "bad" if self._state == "dead" else "warn"
        ground = now.color(f"{tone}_soft")
        p.setBrush(ground)
        p.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        middle = QPointF(self.width() - now.px(16) if mirrored else now.px(16), self.height() / 2)
        if self._state == "dead":
            paint_skull(p, middle, now.px(16), now.color(tone), ground)
        else:
            paint_lock(p, middle, now.px(15), now.color(tone))
        p.setPen(now.color(tone))
        p.setFont(now.font("small", 600))
        left, right = (now.px(8), now.px(28)) if mirrored else (now.px(28), 0)
        room = self.rect().adjusted(left, 0, -right, 0)
        p.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._words)
