"""A layout that fills lines as text does: what does not fit goes to the next line.

With `even=True` the items stand in columns of equal width instead, as many as fit.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from widgets.base.look import look

__all__ = ["FlowLayout"]


class FlowLayout(QLayout):
    """Items in lines that wrap, `gap` pixels (at 100 %) apart, mirrored where text runs right to left.

    `even` gives columns of equal width, at least `least` wide and at most `most` in number. One that is `settled` is as
    high as its lines in the width it has: layouts around it can go by their least sizes, and lay nothing over it.
    It stands on a widget of its own: inside another layout it ended the program when Qt asked it for its height.
    """

    def __init__(
        self,
        parent: QWidget,
        gap: float = 6,
        even: bool = False,
        least: float = 0,
        most: int = 0,
        settled: bool = False,
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap, self._even, self._least, self._most = gap, even, least, most
        self._settled, self._width = settled, 0  # the width of the lines that were laid out last
        self.setContentsMargins(0, 0, 0, 0)

    def set_gap(self, gap: float) -> None:
        """Another distance between the items, in pixels at 100 %."""
        self._gap = gap
        self.invalidate()

    def widgets(self) -> list[QWidget]:
        """The widgets laid out, the hidden ones too."""
        return [widget for item in self._items if (widget := item.widget()) is not None]

    # -- what Qt asks of a layout

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return not self._settled

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return max((place.bottom() + 1 for place in places), default=0)

    def minimumSize(self) -> QSize:
        shown = self._shown()
        width = max((item.minimumSize().width() for item in shown), default=0)
        high = max((item.minimumSize().height() for item in shown), default=0)
        return QSize(width, max(high, self._lines_height()))

    def _lines_height(self) -> int:
        """How high the lines are in the width they were last laid out in, 0 where that is not known."""
        return self.heightForWidth(self._width) if self._settled and self._width else 0

    def sizeHint(self) -> QSize:
        shown = self._shown()
        width = sum(item.sizeHint().width() for item in shown) + look().px(self._gap) * max(0, len(shown) - 1)
        high = max((item.sizeHint().height() for item in shown), default=0)
        return QSize(width, max(high, self._lines_height()))

    def setGeometry(self, area: QRect) -> None:
        super().setGeometry(area)
        if self._settled and area.width() != self._width:
            self._width = area.width()
            self.update()  # another width, perhaps other lines: the layouts around are asked again
        parent = self.parentWidget()
        mirrored = parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for item, place in zip(self._shown(), self._places(area.width())):
            x = area.width() - place.right() - 1 if mirrored else place.x()
            item.setGeometry(QRect(area.x() + x, area.y() + place.y(), place.width(), place.height()))

    # -- ours

    def columns(self, width: int) -> int:
        """How many columns of equal width fit into `width` (at least 1)."""
        shown, gap = self._shown(), look().px(self._gap)
        widest = max((item.minimumSize().width() for item in shown), default=0) if not self._least else 0
        widest = max(1, widest, look().px(self._least))
        fit = max(1, (width + gap) // (widest + gap))
        return min(fit, self._most or fit, max(1, len(shown)) if not self._least else fit)

    def height_of(self, item: QLayoutItem, width: int) -> int:
        """The height that an item needs in a column of `width`."""
        return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _places(self, width: int) -> list[QRect]:
        return self._columned(width) if self._even else self._flowed(width)

    def _flowed(self, width: int) -> list[QRect]:
        gap, x, y = look().px(self._gap), 0, 0
        places: list[QRect] = []
        line: list[QRect] = []
        for size in (item.sizeHint() for item in self._shown()):
            if x and x + size.width() > width:
                places += _levelled(line)
                x, y, line = 0, y + max(place.height() for place in line) + gap, []
            line.append(QRect(x, y, min(size.width(), width), size.height()))
            x += size.width() + gap
        return places + _levelled(line)

    def _columned(self, width: int) -> list[QRect]:
        shown, gap, n = self._shown(), look().px(self._gap), self.columns(width)
        lefts = [round(i * (width + gap) / n) for i in range(n + 1)]
        places: list[QRect] = []
        y = 0
        for start in range(0, len(shown), n):
            line = shown[start : start + n]
            widths = [lefts[i + 1] - lefts[i] - gap for i in range(len(line))]
            tall = max(self.height_of(item, w) for item, w in zip(line, widths))
            places += [QRect(lefts[i], y, w, tall) for i, w in enumerate(widths)]
            y += tall + gap
        return places


def _levelled(line: list[QRect]) -> list[QRect]:
    """The places of a line, the lower ones half-way down the highest."""
    tall = max((place.height() for place in line), default=0)
    return [place.translated(0, (tall - place.height()) // 2) for place in line]
