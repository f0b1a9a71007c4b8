"""A framed pop-up beside the thing it explains. Esc or a press elsewhere closes it; the focus goes back."""

from __future__ import annotations

import weakref

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from widgets.base.look import Refreshing, look

__all__ = ["Popover", "place_beside"]


class Popover(Refreshing, QFrame):
    """Holds `content` and shows it below (or above) an anchor."""

    closed = Signal()

    def __init__(self, content: QWidget, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(name)
        self._before: weakref.ref[QWidget] | None = None
        self._content = content
        self._column = QVBoxLayout(self)
        self._column.addWidget(content)
        self.relook()

    def open_at(self, anchor: QWidget) -> None:
        """Show it beside `anchor`, within the screen, and move the focus into it."""
        if self.parentWidget() is None:  # where windows cannot be placed freely, a pop-up needs its parent
            self.setParent(anchor.window(), self.windowFlags())
        focused = QApplication.focusWidget() or anchor
        self._before = weakref.ref(focused)
        self.setLayoutDirection(anchor.layoutDirection())
        self.ensurePolished()
        self.adjustSize()
        corner = QRect(anchor.mapToGlobal(QPoint(0, 0)), anchor.size())
        screen = anchor.screen().availableGeometry()
        mirrored = anchor.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setGeometry(place_beside(corner, self.size(), screen, look().px(6), mirrored))
        self.show()
        if not self.focusNextPrevChild(True):
            self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        before, self._before = self._before, None
        widget = before() if before is not None else None
        if widget is not None and isValid(widget) and widget.isVisible():
            widget.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.isVisible():
            self.adjustSize()

    def relook(self) -> None:
        margin = look().px(14)
        self._column.setContentsMargins(margin, look().px(12), margin, look().px(12))

    def paintEvent(self, event: QPaintEvent) -> None:
        now, painter = look(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(now.color("edge"), 1))
        painter.setBrush(now.color("raised"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, now.px(10), now.px(10))


def place_beside(anchor: QRect, size: QSize, screen: QRect, gap: int, mirrored: bool = False) -> QRect:
    """A rectangle of `size` below `anchor` (above if there is no room), inside `screen`."""
    width, height = size.width(), size.height()
    left = anchor.right() + 1 - width if mirrored else anchor.left()
    top = anchor.bottom() + 1 + gap
    if top + height > screen.bottom() + 1 and anchor.top() - gap - height >= screen.top():
        top = anchor.top() - gap - height
    left = max(screen.left(), min(left, screen.right() + 1 - width))
    top = max(screen.top(), min(top, screen.bottom() + 1 - height))
    return QRect(left, top, width, height)
