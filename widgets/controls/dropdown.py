"""A drop-down list with our chevron; the mouse wheel turns it only when it has the focus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from widgets.base.icon import pixmap
from widgets.base.look import Refreshing, look

__all__ = ["Dropdown"]


class Dropdown(Refreshing, QComboBox):
    """One of `keys`, shown by its label. `chosen` carries the key that the user picked."""

    chosen = Signal(str)

    def __init__(self, keys: Sequence[str], labels: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: tuple[str, ...] = ()
        self.setItemDelegate(_Line(self))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(5)
        self.setMaxVisibleItems(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_choices(keys, labels)
        self.activated.connect(self._picked)

    def show_whole(self) -> None:
        """As wide as its longest entry needs, from now on."""
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def set_choices(self, keys: Sequence[str], labels: Sequence[str] = ()) -> None:
        """Other entries; the key chosen stays if it is among them, else the first. No signal."""
        before = self.chosen_key()
        self._keys = tuple(keys)
        self.clear()
        self.addItems([label for _key, label in zip(keys, labels or keys, strict=True)])
        if before in self._keys:
            self.set_chosen(before)

    def chosen_key(self) -> str | None:
        """The key of the entry shown; None of an empty list."""
        return self._keys[self.currentIndex()] if self._keys else None

    def set_chosen(self, key: str) -> None:
        """Show the entry of `key`, without a signal."""
        if key not in self._keys:
            raise ValueError(f"key must be one of {list(self._keys)}, got {key!r}")
        self.setCurrentIndex(self._keys.index(key))

    def _picked(self, index: int) -> None:
        self.chosen.emit(self._keys[index])

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        chevron = pixmap("chevron-down", "text2" if self.isEnabled() else "line", 16)
        side, inset = look().px(16), look().px(8)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = inset if mirrored else self.width() - side - inset
        QPainter(self).drawPixmap(x, (self.height() - side) // 2, chevron)


class _Line(QStyledItemDelegate):
    """An entry of the open list: 30 px high, the chosen one with a check mark."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width() + look().px(24), look().px(30))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        now, box = look(), self.parent()
        chosen = isinstance(box, QComboBox) and index.row() == box.currentIndex()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # a text turns by its own letters
        painter.fillRect(option.rect, now.color("raised"))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("accent_soft"))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(3, 1, -3, -1), now.px(4), now.px(4))
        words = option.rect.adjusted(now.px(10), 0, -now.px(28), 0)
        words = QStyle.visualRect(option.direction, option.rect, words)
        painter.setFont(now.font("body", 600 if chosen else 400))
        painter.setPen(now.color("text"))
        start = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft)
        painter.drawText(words, start | Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        if chosen:
            side = now.px(16)
            mark = option.rect.adjusted(option.rect.width() - side - now.px(8), 0, 0, 0)
            mark.setSize(QSize(side, side))
            mark.moveTop(option.rect.y() + (option.rect.height() - side) // 2)
            mark = QStyle.visualRect(option.direction, option.rect, mark)
            painter.drawPixmap(mark.topLeft(), pixmap("check", "accent_text", 16))
        painter.restore()
