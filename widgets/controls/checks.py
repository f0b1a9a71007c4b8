"""Check boxes and radio buttons in our own hand: 18 px boxes, the whole line to press."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QRadioButton, QSizePolicy, QStyle, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.mixin import ForButtons
from widgets.controls.buttons import Pressable, plain

__all__ = ["CheckBox", "RadioButton"]

BOX = 18
GAP = 9


class _Marked(Refreshing, ForButtons):
    """What both have in common: a mark, a gap and a text that wraps, anywhere on the line pressable."""

    compact = False

    def _prepare(self) -> None:
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_compact(self, compact: bool) -> None:
        """A line of 24 instead of 28 px, for small screens."""
        self.compact = compact
        self.updateGeometry()

    def _words(self) -> str:
        return self.text().replace("&&", "&")

    def _text_box(self, width: int) -> QRect:
        metrics = QFontMetrics(look().font("body", 450))
        room = QRect(0, 0, max(1, width - look().px(BOX) - look().px(GAP)), 10_000)
        return metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self._words())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        least = look().px(24 if self.compact else 28)
        return max(least, self._text_box(width).height() + look().px(6))

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(look().font("body", 450))
        width = look().px(BOX) + look().px(GAP) + metrics.horizontalAdvance(self._words()) + 2
        return QSize(width, look().px(24 if self.compact else 28))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(80), self.sizeHint().height())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        now, side = look(), look().px(BOX)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # a text turns by its own letters
        direction = self.layoutDirection()
        line = min(self.height(), now.px(24 if self.compact else 28))
        one_line = self._text_box(self.width()).height() <= line
        top = (self.height() - side) // 2 if one_line else now.px(4)
        box = QStyle.visualRect(direction, self.rect(), QRect(0, top, side, side))
        self.paint_mark(painter, QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
        words = QStyle.visualRect(direction, self.rect(), self.rect().adjusted(side + now.px(GAP), 0, 0, 0))
        painter.setFont(now.font("body", 450))
        painter.setPen(now.color("text" if self.isEnabled() else "text3"))
        start = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
        painter.drawText(words, start | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, self._words())

    def _outline(self) -> QPen:
        warm = self.isEnabled() and self.underMouse()
        return QPen(look().color("line" if not self.isEnabled() else "text2" if warm else "edge"), 1.5)

    def _fill(self) -> str:
        if not self.isEnabled():
            return "edge"
        return "accent_press" if self.isDown() else "accent_hover" if self.underMouse() else "accent"

    def paint_mark(self, painter: QPainter, box: QRectF) -> None:
        """Hook: the box or the circle."""
        raise NotImplementedError


class CheckBox(Pressable, _Marked, QCheckBox):
    """On or off. `toggled` also tells of programmatic changes; `clicked` only of the user's."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(plain(text), parent)
        self._prepare()

    def paint_mark(self, painter: QPainter, box: QRectF) -> None:
        now, corner = look(), look().px(4)
        if not self.isChecked():
            painter.setPen(self._outline())
            painter.setBrush(now.color("press" if self.isDown() else "surface"))
            painter.drawRoundedRect(box, corner, corner)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.color(self._fill()))
        painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), corner, corner)
        x, y, side = box.x(), box.y(), box.width()
        tick = [QPointF(x + a * side, y + b * side) for a, b in ((0.24, 0.53), (0.43, 0.70), (0.77, 0.32))]
        color = now.color("on_accent" if self.isEnabled() else "surface")
        pen = QPen(color, side / 9, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(tick))


class RadioButton(Pressable, _Marked, QRadioButton):
    """One of several."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(plain(text), parent)
        self._prepare()

    def paint_mark(self, painter: QPainter, box: QRectF) -> None:
        now = look()
        if self.isChecked():
            ring = box.width() * 0.29
            painter.setPen(QPen(now.color(self._fill()), ring))
            painter.setBrush(now.color("surface"))
            painter.drawEllipse(box.adjusted(ring / 2, ring / 2, -ring / 2, -ring / 2))
            return
        painter.setPen(self._outline())
        painter.setBrush(now.color("press" if self.isDown() else "surface"))
        painter.drawEllipse(box)
