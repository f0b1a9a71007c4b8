"""A sentence that never widens the window: what does not fit is dots, and the whole is in the tooltip."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind

__all__ = ["FILLING", "ElidedLabel"]

FILLING = 0  # as many lines as there is room for
_WRAPPED = Qt.TextFlag.TextWordWrap
_ENDLESS = 10_000  # pixels, more than any sentence is high


class ElidedLabel(Refreshing, QLabel):
    """A label of the given kind that paints itself: another sentence lays nothing out anew, however often it comes.

    lines  how many lines it is high; the words wrap where it is not one. `FILLING` takes all the height there is.
    air    pixels at 100 % text that are left free above and below, together
    """

    def __init__(
        self, text: str = "", style: str = "strong", lines: int = 1, air: int = 4, parent: QWidget | None = None
    ) -> None:
        self._whole, self._lines, self._air = "", lines, air
        super().__init__(parent)
        kind(self, style)
        across, down = QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Expanding if lines == FILLING else down)
        if lines != 1:
            self.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self.say(text)

    def say(self, text: str) -> None:
        """Another sentence."""
        if text != self._whole:
            self._whole = text
            self.setAccessibleName(text)
            self._hint()
            self.update()

    def words(self) -> str:
        """The whole sentence, however little of it is in sight."""
        return self._whole

    def shown(self) -> str:
        """As much of the sentence as there is room for."""
        if self._lines == 1:
            room = self.contentsRect().width()
            return self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        if not self._whole or self._fits(self._whole):
            return self._whole
        words = self._whole.split(" ")
        beginnings = [" ".join(words[:count]) + "…" for count in range(len(words))]
        return beginnings[max(0, bisect_left(beginnings, True, key=lambda text: not self._fits(text)) - 1)]

    def _fits(self, text: str) -> bool:
        """Whether a text, wrapped, has room."""
        room = self.contentsRect()
        endless = QRect(0, 0, max(1, room.width()), _ENDLESS)
        needed = self.fontMetrics().boundingRect(endless, _WRAPPED.value, _bound(text))
        return bool(needed.width() <= endless.width() and needed.height() <= room.height())

    def _hint(self) -> None:
        hint = "" if self.shown() == self._whole else self._whole
        if hint != self.toolTip():
            self.setToolTip(hint)

    def relook(self) -> None:
        self._hint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # a text turns by its own letters
        painter.setPen(self.palette().color(self.foregroundRole()))
        near = Qt.AlignmentFlag.AlignAbsolute | self.style().visualAlignment(self.layoutDirection(), self.alignment())
        if self._lines == 1:
            painter.drawText(self.contentsRect(), near, self.shown())
        else:
            painter.drawText(self.contentsRect(), near | _WRAPPED, _bound(self.shown()))
        painter.end()

    def sizeHint(self) -> QSize:
        high = max(1, self._lines) * self.fontMetrics().lineSpacing()
        return QSize(look().px(80), high + look().px(self._air))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())


def _bound(text: str) -> str:
    """A text in which no line begins with the sign of a percentage."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")
