"""The line of arithmetic: the next step of the lit ball with its numbers filled in. A press asks for the
whole derivation, so that nothing on screen has to be believed."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from lab.core.text import _
from widgets.base.look import Refreshing, look
from widgets.controls.buttons import Pressable

__all__ = ["Sum", "Sums"]

_SIDE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute  # a formula reads from left to right
_LEFT = _SIDE | Qt.AlignmentFlag.AlignVCenter


class Sum(Pressable, QPushButton):
    """One update, such as x ← −2.6 − 0.26·(−0.78) = −2.397; where that does not fit, the change alone."""

    requested = Signal(str)

    def __init__(self, metric: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric = metric
        self._lines: tuple[str, ...] = ("",)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(_("How is this computed?"))
        self.clicked.connect(self._ask)

    def text(self) -> str:
        """The update as it is shown. Qt's own text would have the window laid out anew whenever it changes."""
        return self._lines[0]

    def set_lines(self, lines: tuple[str, ...]) -> None:
        """Show an update: the first of these that fits."""
        if lines != self._lines:
            self._lines = lines
            self.setAccessibleName(lines[0])
            self.update()

    def _ask(self) -> None:
        self.requested.emit(self._metric)

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(look().font("small", 450)).horizontalAdvance(self.text())
        return QSize(min(wide, look().px(420)) + look().px(12), look().px(26))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(90), look().px(26))

    def paintEvent(self, event: QPaintEvent) -> None:
        now, painter = look(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isDown() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("press" if self.isDown() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), now.px(6), now.px(6))
        painter.setFont(now.font("small", 450))
        painter.setPen(now.color("text2"))
        room = QRect(now.px(6), 0, self.width() - now.px(12), self.height())
        wide = painter.fontMetrics().horizontalAdvance
        words = next((line for line in self._lines if wide(line) <= room.width()), self._lines[-1])
        words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _LEFT, words)


class Sums(Refreshing, QWidget):
    """The updates of x and of y, side by side."""

    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.along_x, self.along_y = Sum("next_x"), Sum("next_y")
        for part in (self.along_x, self.along_y):
            part.requested.connect(self.requested)
            row.addWidget(part, 1)
        self.relook()

    def set_lines(self, x: tuple[str, ...], y: tuple[str, ...]) -> None:
        """Show both updates."""
        self.along_x.set_lines(x)
        self.along_y.set_lines(y)

    def relook(self) -> None:
        self._row.setSpacing(look().px(8))
