"""A sentence that never widens the window, and how numbers are written in cells."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lab.core.numbers import show_number
from widgets.look import Refreshing, look
from widgets.stylesheet import kind

__all__ = ["Said", "brief", "two", "written"]


class Said(Refreshing, QLabel):
    """A sentence on one line; what does not fit is dots, and the whole is in the tooltip. It paints itself, so that
    another sentence lays nothing out anew."""

    def __init__(self, style: str = "small", parent: QWidget | None = None, lines: int = 1) -> None:
        self._whole, self._lines = "", lines
        super().__init__(parent)
        kind(self, style)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

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

    def _hint(self) -> None:
        fits = self.fontMetrics().horizontalAdvance(self._whole) <= (self.width() - 2) * self._lines * 0.95
        self.setToolTip("" if fits else self._whole)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        near = self.style().visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        if self._lines > 1:
            painter.drawText(self.rect(), near | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self._whole)
        else:
            room = max(0, self.width() - 2)
            shown = painter.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
            painter.drawText(self.rect(), near | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint()

    def sizeHint(self) -> QSize:
        return QSize(look().px(80), self._lines * self.fontMetrics().lineSpacing() + look().px(4))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())


def written(value: object) -> str | None:
    """A read-out: words as they are, whole numbers whole, others with three digits that count."""
    if value is None or isinstance(value, str):
        return value
    return str(value).replace("-", "−") if isinstance(value, int) else show_number(value, 3)  # type: ignore[arg-type]


def two(value: float) -> str:
    """A number for a cell: two digits behind the point, fewer where it is large, a minus where one is."""
    size = abs(value)
    digits = 2 if size < 10 else 1 if size < 100 else 0
    text = f"{value:.{digits}f}" if size < 1e5 else show_number(value, 1)
    return ("0.00" if text == "-0.00" else text).replace("-", "−")


def brief(value: float) -> str:
    """A number for a narrow cell: as few digits as tell it."""
    text = f"{value:.2f}" if 0 < value < 1 else f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text in ("-0", "") else text).replace("-", "−")
