"""A drop-down list with our chevron; the mouse wheel turns it only when it has the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QWheelEvent
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

__all__ = ["Dropdown", "EntryPicture"]

EntryPicture = Callable[[QPainter, QRectF, str], None]
"""Paints what an entry stands for: a painter, where, and the key of the entry."""
LINE, PICTURE, GAP = 30, 44, 4  # pixels at 100 %: a line of words, one with a picture, and around the picture


class Dropdown(Refreshing, QComboBox):
    """One of `keys`, shown by its label. `chosen` carries the key that the user picked."""

    chosen = Signal(str)

    def __init__(self, keys: Sequence[str], labels: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: tuple[str, ...] = ()
        self._paint_entry: EntryPicture | None = None
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

    def set_pictures(self, paint: EntryPicture) -> None:
        """Have a picture before every entry of the open list."""
        self._paint_entry = paint
        self.setMaxVisibleItems(14)

    @property
    def has_pictures(self) -> bool:
        """Whether the entries of the open list have pictures."""
        return self._paint_entry is not None

    def paint_entry(self, painter: QPainter, place: QRectF, row: int) -> None:
        """The picture of an entry, where there are any."""
        if self._paint_entry is not None and 0 <= row < len(self._keys):
            painter.save()
            painter.setClipRect(place)
            self._paint_entry(painter, place, self._keys[row])
            painter.restore()

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

    def showPopup(self) -> None:
        """Beside pictures words have their room, whatever the width of the closed list."""
        if self.has_pictures:
            self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * self.view().frameWidth())
        super().showPopup()

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
    """An entry of the open list: its picture if it has one, its words, and on the chosen one a check mark."""

    def _wide(self) -> int:
        """How many pixels the picture takes."""
        box = self.parent()
        return look().px(PICTURE - GAP) if isinstance(box, Dropdown) and box.has_pictures else 0

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        wide = self._wide()
        if not wide:
            return QSize(super().sizeHint(option, index).width() + look().px(24), look().px(LINE))
        words = QFontMetrics(look().font("body", 600)).horizontalAdvance(str(index.data()))
        return QSize(words + wide + look().px(10 + 28 + GAP), look().px(PICTURE))

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
        wide = self._wide()
        if wide and isinstance(box, Dropdown):
            place = option.rect.adjusted(now.px(2 * GAP), now.px(GAP), 0, -now.px(GAP))
            place.setWidth(place.height())
            place = QStyle.visualRect(option.direction, option.rect, place)
            box.paint_entry(painter, QRectF(place), index.row())
        words = option.rect.adjusted(now.px(10) + wide, 0, -now.px(28), 0)
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
