"""Room for a view that is larger than its place: what does not fit is scrolled to, and nothing is left out or squeezed.

The page is as high as its place, and where what is on it needs more it is higher and scrolls.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from widgets.base.look import look

__all__ = ["Scrolling"]

GAP = 6  # pixels at 100 % text between the page and its scroll bar


class Scrolling(QScrollArea):
    """A page that is as large as its place, and higher where it needs to be."""

    sized = Signal()  # the place has another size

    def __init__(self, page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._page, self._scrolls = page, True
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page.setBackgroundRole(QPalette.ColorRole.Base)
        self.setWidget(page)
        for part in (self.viewport(), page):  # what moves on it does not have all that is behind it painted
            part.setBackgroundRole(QPalette.ColorRole.Base)
            part.setAutoFillBackground(True)

    def _fit(self) -> None:
        """By hand: Qt would make the page as high as it likes to be, not as high as it needs to be."""
        wide = self.place().width()
        needed = _least_height(self._page, wide) if self._scrolls else 0
        self._page.resize(wide, max(self.viewport().height(), needed))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Parts came or went: the page is as high as it needs to be once it has laid them out."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self._page:
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def set_scrolls(self, scrolls: bool) -> None:
        """Whether the page may be higher than its place; where it may not, what is on it gives way."""
        if scrolls != self._scrolls:
            self._scrolls = scrolls
            self._fit()

    def place(self) -> QSize:
        """How large the place is, in pixels, without the scroll bar where there is one."""
        wide, scrolls = self.viewport().width(), self.verticalScrollBar().isVisibleTo(self)
        return QSize(wide - look().px(GAP) if scrolls else wide, self.contentsRect().height())

    def minimumSizeHint(self) -> QSize:
        """No more than its page would shrink to: a box may be as small as the window wants it."""
        return QSize(self._page.minimumSizeHint().width(), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.sized.emit()


def _least_height(page: QWidget, wide: int) -> int:
    """How high a page has to be in so many pixels of width, with the lines that its words take there."""
    least = page.minimumSizeHint().height()
    shown = page.currentWidget() if isinstance(page, QStackedWidget) else page
    layout = shown.layout() if shown is not None else None
    if layout is not None and layout.hasHeightForWidth():
        least = max(least, layout.totalMinimumHeightForWidth(wide))
    return least
