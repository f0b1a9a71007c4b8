"""Small parts that the pages share: a sentence that never widens the window, and how numbers and tokens are written."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lab.core.numbers import show_number
from widgets.look import Refreshing, look
from widgets.stylesheet import kind

__all__ = ["Said", "small", "two"]

_EXPANDING = QSizePolicy.Policy.Expanding
_WRAPPED = Qt.TextFlag.TextWordWrap.value


class Said(Refreshing, QLabel):
    """A sentence on one line, or on as many as there is room for; what does not fit is dots, and the whole is in the
    tooltip. It paints itself: another sentence lays nothing out anew, however often it comes."""

    def __init__(self, style: str = "small", parent: QWidget | None = None, wraps: bool = False) -> None:
        self._whole, self._wraps = "", wraps
        super().__init__(parent)
        kind(self, style)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, _EXPANDING if wraps else QSizePolicy.Policy.Fixed)

    def say(self, text: str) -> None:
        """Say this."""
        if text != self._whole:
            self._whole = text
            self.setAccessibleName(text)
            self._hint()
            self.update()

    def words(self) -> str:
        """The whole sentence."""
        return self._whole

    def _fits(self) -> bool:
        room = QRect(0, 0, max(1, self.width() - 2), 10_000)
        needed = self.fontMetrics().boundingRect(room, _WRAPPED if self._wraps else 0, self._whole)
        return bool(needed.width() <= room.width() and (not self._wraps or needed.height() <= self.height()))

    def _hint(self) -> None:
        hint = "" if self._fits() else self._whole
        if hint != self.toolTip():
            self.setToolTip(hint)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room, near = self.rect(), self.style().visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        if self._wraps:
            whole = self._whole.replace(" %", "\N{NO-BREAK SPACE}%")
            painter.drawText(room, near | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, whole)
        else:
            shown = painter.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, room.width() - 2))
            painter.drawText(room, near | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint()

    def relook(self) -> None:
        self._hint()

    def sizeHint(self) -> QSize:
        return QSize(look().px(80), self.fontMetrics().height() + look().px(4))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())


def small(value: float) -> str:
    """A number for a line of arithmetic: three digits that count."""
    return "−∞" if value == -math.inf else show_number(value, 3)


def two(value: float) -> str:
    """A number for a cell: two digits behind the point, a minus where one is."""
    if value == -math.inf:
        return "−∞"
    text = f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
    return ("0.00" if text == "-0.00" else text).replace("-", "−")
