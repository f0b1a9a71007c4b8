"""The light that is always on: green while the pieces spell the text again, red when something was lost. A sign and
words say the same as the colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.text import _
from widgets.base.look import Refreshing, look

__all__ = ["Light"]

PAD, SIGN = 9, 14
MOST_NAMED = 60  # characters


class Light(Refreshing, QWidget):
    """A pill with a lamp and a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._good, self._words, self._lost = True, "", ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_state(self, good: bool, words: str, lost: str = "") -> None:
        """Green or red, and why; what was lost is named where the pointer asks."""
        if (good, words, lost) != (self._good, self._words, self._lost):
            self._good, self._words, self._lost = good, words, lost
            message = _("What is read back is the text itself.") if good else _("What is read back is not the text.")
            self.setToolTip(f"{message} {words}" + (f": {lost[:MOST_NAMED]}" if lost else ""))
            self.setAccessibleName(f"{message} {words}")
            self.updateGeometry()
            self.update()

    def is_green(self) -> bool:
        """Whether the light is green."""
        return self._good

    def sizeHint(self) -> QSize:
        px, wide = look().px, QFontMetrics(look().font("small", 600)).horizontalAdvance(self._words)
        return QSize(wide + 2 + px(2 * PAD + SIGN + 6), px(26))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(60), look().px(26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, painter = look(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = "good" if self._good else "bad"
        body = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.color(f"{tone}_soft"))
        painter.drawRoundedRect(body, body.height() / 2, body.height() / 2)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = now.px(SIGN)
        left = body.right() - now.px(PAD) - side if mirrored else body.left() + now.px(PAD)
        lamp = QRectF(left, body.center().y() - side / 2, side, side)
        painter.setBrush(now.color(tone))
        painter.drawEllipse(lamp)
        self._paint_sign(painter, lamp)
        painter.setPen(now.color(tone))
        painter.setFont(now.font("small", 600))
        room = body.adjusted(now.px(PAD), 0, -now.px(PAD + 6) - side, 0)
        if not mirrored:
            room.translate(side + now.px(6), 0)
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, int(room.width() + 2))
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a formula
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.end()

    def _paint_sign(self, painter: QPainter, lamp: QRectF) -> None:
        """A tick or a cross in the lamp."""
        pen = QPen(look().color("surface"), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        at, unit = lamp.center(), lamp.width() / 2
        strokes = (((-0.45, 0.0), (-0.1, 0.38)), ((-0.1, 0.38), (0.48, -0.35)))
        if not self._good:
            strokes = (((-0.35, -0.35), (0.35, 0.35)), ((-0.35, 0.35), (0.35, -0.35)))
        for (x0, y0), (x1, y1) in strokes:
            painter.drawLine(at + QPointF(x0, y0) * unit, at + QPointF(x1, y1) * unit)
