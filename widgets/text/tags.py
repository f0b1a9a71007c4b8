"""Tags: short notes in pill shape that say what was done to something on its way, such as "3 rows left out".
They are read, not pressed; where there is no room for the words, the tooltip has them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.icon import pixmap
from widgets.base.look import Refreshing, look
from widgets.text.flow_layout import FlowLayout

__all__ = ["Tag", "TagRow"]

TALL, ICON, PAD = 22, 13, 8


class Tag(Refreshing, QWidget):
    """One note with a small icon, 22 px high."""

    def __init__(self, text: str, icon: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.say(text)

    def say(self, text: str) -> None:
        """Other words."""
        self._text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """The note."""
        return self._text

    def sizeHint(self) -> QSize:
        px, wide = look().px, QFontMetrics(look().font("caption", 500)).horizontalAdvance(self._text)
        return QSize(wide + 2 + px(2 * PAD + ICON + 5), px(TALL))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(60), look().px(TALL))

    def paintEvent(self, event: QPaintEvent) -> None:
        now, px = look(), look().px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(now.color("line"))
        painter.setBrush(now.color("sunken"))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - px(PAD + ICON) if mirrored else px(PAD)
        painter.drawPixmap(left, (self.height() - px(ICON)) // 2, pixmap(self._icon, "text3", ICON))
        room = self.rect().adjusted(px(PAD + ICON + 5), 0, -px(PAD) + 2, 0)
        if mirrored:
            room = self.rect().adjusted(px(PAD) - 2, 0, -px(PAD + ICON + 5), 0)
        painter.setFont(now.font("caption", 500))
        painter.setPen(now.color("text2"))
        words = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute, words)


class TagRow(QWidget):
    """Tags in lines that wrap; without any the row takes no room."""

    def __init__(self, parent: QWidget | None = None, icon: str = "info") -> None:
        super().__init__(parent)
        self._icon = icon
        self._tags: list[Tag] = []
        self._shown = 0
        self._layout = FlowLayout(self, gap=6, settled=True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.hide()

    def set_words(self, words: Sequence[str]) -> None:
        """Other notes; the same ones change nothing."""
        if tuple(words) == self.words():
            return
        for number, text in enumerate(words):
            if number < len(self._tags):
                self._tags[number].say(text)
            else:
                self._tags.append(Tag(text, self._icon, self))
                self._layout.addWidget(self._tags[-1])
        for number, tag in enumerate(self._tags):
            tag.setVisible(number < len(words))
        self._shown = len(words)
        self.setVisible(bool(words))
        self.updateGeometry()

    def words(self) -> tuple[str, ...]:
        """The notes shown."""
        return tuple(tag.words() for tag in self._tags[: self._shown])
