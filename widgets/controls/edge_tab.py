"""A tab that stands upright at the edge of a part of the window: what is out of sight there is one press away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from widgets.base.icon import pixmap
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Pressable

__all__ = ["EdgeTab"]

WIDE, ICON, GAP = 30, 17, 8  # pixels at 100 % text


class EdgeTab(Pressable, QPushButton):
    """An icon, a word and its key, read from top to bottom. It is `checkable`: down while what it opens is open."""

    def __init__(self, icon: str, words: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._words, self._key = icon, words, ""
        kind(self, "edge")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard to what it opens
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.set_face(icon, words, key)

    def set_face(self, icon: str, words: str, key: str = "") -> None:
        """Another icon, word and key (as QKeySequence writes it)."""
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) if key else ""
        self._icon, self._words, self._key = icon, words, shown
        self.setAccessibleName(words)
        self.setAccessibleDescription(shown)
        self.setToolTip(f"{words}  ({shown})" if shown else words)
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """The word on it."""
        return self._words

    def nextCheckState(self) -> None:
        """Its owner says whether it is down; a press alone does not toggle it."""

    def relook(self) -> None:
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        long = look().px(2 * GAP + ICON) + sum(look().px(GAP) + self._long(text) for text in self._texts())
        return QSize(look().px(WIDE), long)

    def minimumSizeHint(self) -> QSize:
        """The icon alone, where there is no room for words."""
        return QSize(look().px(WIDE), look().px(2 * GAP + ICON))

    def _texts(self) -> list[str]:
        return [text for text in (self._words, self._key) if text]

    def _long(self, text: str) -> int:
        weight = 600 if text == self._words else 400
        return QFontMetrics(look().font("small", weight)).horizontalAdvance(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        px, room = look().px, self.height() - look().px(GAP)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        picture = pixmap(self._icon, "text2", ICON)
        at = px(GAP)
        painter.drawPixmap(QPoint((self.width() - px(ICON)) // 2, at), picture)
        at += px(ICON + GAP)
        for text, weight, color in zip(self._texts(), (600, 400), ("text", "text3")):
            long = self._long(text)
            if at + long <= room:
                self._write(painter, text, weight, color, at, long)
            at += long + px(GAP)
        painter.end()

    def _write(self, painter: QPainter, text: str, weight: int, color: str, at: int, long: int) -> None:
        """Write a text from top to bottom, beginning `at` pixels below the top."""
        painter.save()
        painter.translate(self.width(), at)
        painter.rotate(90)
        painter.setFont(look().font("small", weight))
        painter.setPen(look().color(color))
        room = QRect(0, 0, long + 2, self.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()
