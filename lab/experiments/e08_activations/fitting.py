"""A line that never widens the window: its last parts give way."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from widgets.base.layouts import set_shown
from widgets.base.look import Refreshing, look

__all__ = ["FittingRow"]

ROOMY = 690  # pixels of a row, below which a view may scroll


class FittingRow(Refreshing, QWidget):
    """Parts side by side from the start of the line; `ends` stand at its end and come first when room is scarce."""

    def __init__(self, parts: Sequence[QWidget], ends: Sequence[QWidget] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts, self._ends = tuple(parts), tuple(ends)
        for part in (*parts, *ends):
            part.setParent(self)
            part.show()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a part has another size now
            self._arrange()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().width() < ROOMY) != (event.oldSize().width() < ROOMY):
            self.updateGeometry()
        self._arrange()

    def relook(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        gap, free = look().px(8), self.width()
        x = 0
        end = free
        for part in reversed(self._ends):
            wide = _width(part)
            if wide:
                end -= wide
                self._put(part, end, wide)
                end -= gap
        for part in self._parts:
            wide = _width(part)
            fits = x + wide <= end
            set_shown(part, fits)
            if fits:
                self._put(part, x, wide)
                x += wide + gap
            else:
                end = 0  # nothing further on may jump the queue

    def _put(self, part: QWidget, x: int, wide: int) -> None:
        high = min(self._height(part), self.height())
        place = QRect(x, (self.height() - high) // 2, wide, high)
        part.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), place))

    def _height(self, part: QWidget) -> int:
        """How high a part is. The style may give it a least height, which it has where the view may scroll."""
        scrolls = look().scale > 1 or self.width() < ROOMY
        return max(part.sizeHint().height(), part.minimumHeight() if scrolls else 0)

    def sizeHint(self) -> QSize:
        wide = sum(_width(part) + look().px(8) for part in (*self._parts, *self._ends))
        return QSize(wide, max((self._height(part) for part in (*self._parts, *self._ends)), default=0))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())


def _width(part: QWidget) -> int:
    """How wide a part wants to be, within its limits."""
    return min(max(part.sizeHint().width(), part.minimumWidth()), part.maximumWidth())
