"""A sentence on one line that never widens the window: what does not fit is dots, and the whole is in the tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from widgets.stylesheet import kind

__all__ = ["OneLine"]


class OneLine(QLabel):
    """A label of the given kind; `text()` stays the whole sentence, however little of it is in sight."""

    def __init__(self, text: str = "", style: str = "strong", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        kind(self, style)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Another sentence."""
        if text != self.text():
            self.setText(text)
            self._hint()

    def shown(self) -> str:
        """As much of the sentence as there is room for."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())

    def _hint(self) -> None:
        self.setToolTip("" if self.shown() == self.text() else self.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # a text turns by its own letters
        painter.setPen(self.palette().color(self.foregroundRole()))
        near = Qt.AlignmentFlag.AlignAbsolute | self.style().visualAlignment(self.layoutDirection(), self.alignment())
        painter.drawText(self.contentsRect(), near, self.shown())
        painter.end()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())
