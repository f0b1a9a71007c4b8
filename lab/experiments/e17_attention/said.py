"""Small parts that the pages share: a sentence that never widens the window, and how numbers and tokens are written."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lab.core.numbers import show_number
from widgets.look import Refreshing, look
from widgets.stylesheet import kind

__all__ = ["Said", "small", "two"]


class Said(Refreshing, QLabel):
    """A sentence on one line; what does not fit is dots, and the whole is in the tooltip."""

    def __init__(self, style: str = "small", parent: QWidget | None = None) -> None:
        self._whole = ""
        super().__init__(parent)
        kind(self, style)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def say(self, text: str) -> None:
        """Say this."""
        if text != self._whole:
            self._whole = text
            self.relook()

    def words(self) -> str:
        """The whole sentence."""
        return self._whole

    def relook(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, self.width() - 2))
        if shown != self.text():
            self.setText(shown)
            self.setToolTip("" if shown == self._whole else self._whole)
            self.setAccessibleName(self._whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.relook()

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
