"""What the shades of the chips mean: how many bytes a token has, from one, which has none, to as many as are told
apart."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.text import _
from lab.experiments.e16_tokenization.chips_of import DEEPEST, shade_of
from widgets.base.look import Refreshing, look
from widgets.canvas.colormap import one_sided_lut

__all__ = ["ShadeKey"]

CHIP, AIR = 6, 5  # pixels at 100 %: of one shade, and beside the words


class ShadeKey(Refreshing, QWidget):
    """A row of shades between its first and its last number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        words = _("The deeper the shade, the more bytes a token has: from 1 to {n} and more").format(n=DEEPEST + 1)
        self.setAccessibleName(words)
        self.setToolTip(words)

    def words(self) -> tuple[str, str]:
        """What stands before the shades and behind them."""
        return "1", _("{n} bytes").format(n=DEEPEST + 1)

    def colors(self) -> tuple[str, ...]:
        """The shade of a token of 1 byte, of 2, and so on."""
        table = one_sided_lut(look().palette)
        shades = (round(shade_of(size) * (len(table) - 1)) for size in range(1, DEEPEST + 2))
        return tuple("#{:02X}{:02X}{:02X}".format(*table[shade][:3].tolist()) for shade in shades)

    def sizeHint(self) -> QSize:
        now = look()
        metrics = QFontMetrics(now.font("caption", 500))
        wide = sum(metrics.horizontalAdvance(text) for text in self.words()) + 2 * now.px(AIR)
        return QSize(wide + (DEEPEST + 1) * now.px(CHIP), now.px(20))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, painter = look(), QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setFont(now.font("caption", 500))
        painter.setPen(now.color("text2"))
        before, behind = self.words()
        left, high = painter.fontMetrics().horizontalAdvance(before) + now.px(AIR), now.px(11)
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(self.rect()), centre | Qt.AlignmentFlag.AlignLeft, before)
        painter.drawText(QRectF(self.rect()), centre | Qt.AlignmentFlag.AlignRight, behind)
        painter.setPen(QPen(now.color("edge"), 1))
        for number, color in enumerate(self.colors()):
            painter.setBrush(now.color(color))
            top = (self.height() - high) / 2
            painter.drawRect(QRectF(left + number * now.px(CHIP), top, now.px(CHIP) - 1, high))
        painter.end()

    def relook(self) -> None:
        self.updateGeometry()
        self.update()
