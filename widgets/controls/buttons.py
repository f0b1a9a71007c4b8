"""Buttons whose icons follow the look, and the bare icon beside a text.

`Button` is a word with an icon; `IconButton` an icon alone, whose tooltip shows its name and its key;
`Glyph` an icon that is only looked at. Arrows point the other way where text runs from right to left.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QStyleOptionButton, QToolButton, QWidget

from widgets.base.icon import icon, pixmap
from widgets.base.look import Refreshing, look
from widgets.base.mixin import ForButtons

__all__ = ["Button", "Glyph", "IconButton", "Pressable", "directed", "plain"]

ICON = 17

_OPPOSITE = {
    "arrow-left": "arrow-right",
    "arrow-right": "arrow-left",
    "chevron-left": "chevron-right",
    "chevron-right": "chevron-left",
    "step-forward": "step-back",
    "step-back": "step-forward",
    "skip-forward": "skip-back",
    "skip-back": "skip-forward",
}


def directed(name: str, widget: QWidget) -> str:
    """The icon `name`, or its mirror picture where `widget` is laid out from right to left."""
    mirrored = widget.layoutDirection() == Qt.LayoutDirection.RightToLeft
    return _OPPOSITE.get(name, name) if mirrored else name


def plain(text: str) -> str:
    """`text` for a Qt button, with '&' as a letter instead of the mark of a shortcut."""
    return text.replace("&", "&&")


class Pressable(Refreshing, ForButtons):
    """Mixin for buttons that Enter presses as well as Space; Qt itself does so in dialogs only."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self.relook()


class Button(Pressable, QPushButton):
    """A word to press, with an icon before it (or after it). `kind`: primary, outline, plain, link, chip."""

    def __init__(
        self,
        text: str,
        kind: str = "outline",
        icon: str = "",
        height: int = 32,
        icon_after: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(plain(text), parent)
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self._icon, self._height, self._icon_after = icon, height, icon_after
        self.relook()

    def set_face(self, text: str, icon: str) -> None:
        """Another word and icon, e.g. when Run becomes Pause."""
        self.setText(plain(text))
        self._icon = icon
        self.relook()

    def relook(self) -> None:
        if not self._icon:
            self.setIcon(QIcon())
            return
        color = {"primary": "on_accent", "link": "accent_text"}.get(self.property("kind"), "text2")
        name, space = directed(self._icon, self), look().px(4)
        before = self._icon_after != (self.layoutDirection() == Qt.LayoutDirection.RightToLeft)
        made = QIcon(_with_space(pixmap(name, color, ICON), space, before))
        made.addPixmap(_with_space(pixmap(name, "text3", ICON), space, before), QIcon.Mode.Disabled)
        self.setIcon(made)
        self.setIconSize(QSize(look().px(ICON) + space, look().px(ICON)))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), look().px(self._height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        if self._icon_after:  # the style puts the icon first in the direction of the text: turn that round
            mirrored = option.direction == Qt.LayoutDirection.RightToLeft
            option.direction = Qt.LayoutDirection.LeftToRight if mirrored else Qt.LayoutDirection.RightToLeft


class IconButton(Pressable, QToolButton):
    """An icon to press; `tip` is its name, for the tooltip and for screen readers, `key` its shortcut."""

    def __init__(
        self,
        icon: str,
        tip: str,
        key: str = "",
        size: float = 18,
        side: int = 32,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._size, self._side = icon, size, side
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_face(icon, tip, key)

    def set_face(self, icon: str, tip: str, key: str = "") -> None:
        """Another icon, name and key."""
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) if key else ""
        self._icon = icon
        self.setAccessibleName(tip)
        self.setAccessibleDescription(shown)
        self.setToolTip(f"{tip}  ({shown})" if shown else tip)
        self.relook()

    def set_side(self, side: int) -> None:
        """Another width and height, in pixels at 100 %."""
        self._side = side
        self.updateGeometry()

    def relook(self) -> None:
        self.setIcon(icon(directed(self._icon, self), "text2", self._size))
        self.setIconSize(QSize(look().px(self._size), look().px(self._size)))

    def sizeHint(self) -> QSize:
        return QSize(look().px(self._side), look().px(self._side))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Glyph(Refreshing, QLabel):
    """An icon that is looked at, not pressed. With a `tip` it has a tooltip and a name, else it is silent."""

    def __init__(
        self, icon: str, color: str = "text2", size: float = 16, tip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._color, self._size = icon, color, size
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.relook()

    def set_face(self, icon: str, color: str) -> None:
        """Another icon in another palette colour."""
        self._icon, self._color = icon, color
        self.relook()

    def relook(self) -> None:
        self.setPixmap(pixmap(directed(self._icon, self), self._color, self._size))


def _with_space(picture: QPixmap, space: int, before: bool) -> QPixmap:
    """`picture` with `space` empty pixels beside it: Qt sets an icon tight against its word."""
    ratio = picture.devicePixelRatio()
    wide = QPixmap(picture.width() + round(space * ratio), picture.height())
    wide.setDevicePixelRatio(ratio)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(space if before else 0, 0, picture)
    painter.end()
    return wide
