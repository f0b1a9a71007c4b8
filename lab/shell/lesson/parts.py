"""Small parts of the lesson: a card with a heading, a button whose words wrap, a fold, and the dots of the pages."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

from lab.core.text import _
from lab.shell.text_label import text_label
from widgets.base.accessible import Described
from widgets.base.icon import pixmap
from widgets.base.look import Refreshing, look
from widgets.base.roles import be_heading
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Glyph, Pressable, directed, plain
from widgets.text.markdown import MarkdownText

__all__ = ["Card", "Dots", "Fold", "IconLine", "LessonFrame", "WrapButton"]

ICON, GAP = 17, 8
LINE = 138  # percent, of the text in cards


class LessonFrame(Refreshing, QFrame):
    """A frame of a lesson's page; what it holds is added to `column`."""

    link_activated = Signal(str)
    column: QVBoxLayout

    def __init__(self, look_kind: str) -> None:
        super().__init__()
        kind(self, look_kind)
        self._compact = False

    def add_text(self, text: str, size: str = "body", weight: int = 400) -> MarkdownText:
        """Markdown, with its links."""
        shown = MarkdownText(text, size, LINE, weight=weight)
        shown.link_activated.connect(self.link_activated)
        self.column.addWidget(shown)
        return shown

    def set_compact(self, compact: bool) -> None:
        """Less room around everything, for small screens."""
        self._compact = compact
        self.relook()


class Card(LessonFrame):
    """An icon and a word stand on top."""

    def __init__(self, look_kind: str, icon: str, word: str, tone: str = "text2") -> None:
        super().__init__(look_kind)
        self.setAccessibleName(word)
        self._word = text_label(word, "strong", tone, wrap=True)
        be_heading(self._word, 3)
        self._head = QHBoxLayout()
        self._head.addWidget(Glyph(icon, tone, ICON), 0, Qt.AlignmentFlag.AlignTop)
        self._head.addWidget(self._word, 1)
        self.column = QVBoxLayout(self)
        self.column.addLayout(self._head)
        self.relook()

    def relook(self) -> None:
        px = look().px
        side, top = px(14 if self._compact else 16), px(10 if self._compact else 14)
        self.column.setContentsMargins(side, top, side, px(12 if self._compact else 16))
        self.column.setSpacing(px(6 if self._compact else 8))
        self._head.setSpacing(px(GAP))


class IconLine(QWidget):
    """An icon and a bold sentence in one colour."""

    def __init__(self, icon: str = "info", tone: str = "text2", words: str = "", above: int = 0) -> None:
        super().__init__()
        kind(self, "clear")
        self._icon = Glyph(icon, tone, ICON)
        self._text = text_label(words, "strong", tone, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, look().px(above), 0, 0)
        row.setSpacing(look().px(GAP))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop if above else Qt.AlignmentFlag(0))
        row.addWidget(self._text, 1)

    def say(self, icon: str, tone: str, words: str) -> None:
        """Show words in a colour, with an icon unless they have a mark of their own."""
        self._icon.setVisible(bool(icon))
        if icon:
            self._icon.set_face(icon, tone)
        self._text.setProperty("tone", tone)
        kind(self._text, "strong")
        self._text.setText(words)
        self.setAccessibleName(words)
        self.show()

    def words(self) -> str:
        return self._text.text()


class WrapButton(Pressable, QPushButton):
    """A button whose words go on in a second line where they do not fit.

    `look_kind`: primary, outline or plain. `flush`: without a frame, so that the words stand at the margin.
    `icon_after`: the icon stands at the far end.
    """

    def __init__(
        self, text: str, look_kind: str = "outline", icon: str = "", flush: bool = False, icon_after: bool = False
    ) -> None:
        super().__init__(plain(text))
        self._icon, self._flush, self._icon_after = icon, flush, icon_after
        self.setProperty("kind", look_kind)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()  # Qt would give the keyboard to the button beside it
        else:
            super().keyPressEvent(event)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def words(self) -> str:
        """The text as it is read."""
        return self.text().replace("&&", "&")

    def _weight(self) -> int:
        return 600 if self.property("kind") == "primary" else 500

    def _sides(self) -> int:
        """Everything beside the words: padding, icon and gap."""
        px = look().px
        return 2 * px(0 if self._flush else 14) + (px(ICON) + px(GAP) if self._icon else 0)

    def _box(self, width: int) -> QRect:
        metrics = QFontMetrics(look().font("body", self._weight()))
        room = QRect(0, 0, max(1, width - self._sides()), 10_000)
        return metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self.words())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(look().px(28 if self._flush else 36), self._box(width).height() + look().px(14))

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(look().font("body", self._weight()))
        width = metrics.horizontalAdvance(self.words()) + self._sides() + 2
        return QSize(width, look().px(28 if self._flush else 36))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(80), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        if not self._flush:
            self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        tone = "on_accent" if self.property("kind") == "primary" else "text" if self.underMouse() else "text2"
        tone = tone if self.isEnabled() else "text3"
        side, pad = now.px(ICON), 0 if self._flush else now.px(14)
        words = self.rect().adjusted(pad, 0, -pad, 0)
        if self._icon:
            left = words.right() + 1 - side if self._icon_after else words.left()
            place = QRect(left, words.center().y() - side // 2 + 1, side, side)
            place = QStyle.visualRect(self.layoutDirection(), self.rect(), place)
            painter.drawPixmap(place.topLeft(), pixmap(directed(self._icon, self), tone, ICON))
            beside = side + now.px(GAP)
            words.adjust(0 if self._icon_after else beside, 0, -beside if self._icon_after else 0, 0)
        words = QStyle.visualRect(self.layoutDirection(), self.rect(), words)
        painter.setPen(now.color(tone))
        painter.setFont(now.font("body", self._weight()))
        start = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        painter.drawText(words, start | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, self.words())


class Fold(LessonFrame):
    """A heading opens and closes what is under it."""

    opened = Signal(bool)

    def __init__(self, title: str, icon: str = "", look_kind: str = "well", open_at_first: bool = False) -> None:
        super().__init__(look_kind)
        self.head = WrapButton(title, "plain", "chevron-down", flush=True, icon_after=True)
        self.head.setCheckable(True)
        self.head.clicked.connect(self.set_open)
        self._top = QHBoxLayout()
        if icon:
            self._top.addWidget(Glyph(icon, "text2", ICON))
        self._top.addWidget(self.head, 1)
        self._inner = QWidget()
        kind(self._inner, "clear")
        self.column = QVBoxLayout(self._inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(self._top)
        self._whole.addWidget(self._inner)
        self.set_open(open_at_first)
        self.relook()

    def is_open(self) -> bool:
        return self.head.isChecked()

    def set_open(self, wanted: bool) -> None:
        """Open or close it. `opened` tells when that changes what is seen."""
        changed = self._inner.isHidden() == wanted
        self.head.setChecked(wanted)
        self.head.set_icon("chevron-down" if wanted else "chevron-right")
        self.head.setAccessibleDescription(_("open") if wanted else _("closed"))
        self._inner.setVisible(wanted)
        if changed:
            self.opened.emit(wanted)

    def relook(self) -> None:
        px = look().px
        side = px(14 if self._compact else 16)
        self._whole.setContentsMargins(side, px(6 if self._compact else 8), side, px(6 if self._compact else 10))
        self._whole.setSpacing(px(4))
        self._top.setSpacing(px(GAP))
        self.column.setSpacing(px(8))


class Dots(Described, Refreshing, QWidget):
    """One dot a page: read ones green, the page in sight long and blue. A press goes there."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count, self._at = 1, 0
        self._titles: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Steps of the lesson"))

    def show_page(self, at: int, titles: tuple[str, ...]) -> None:
        self._count, self._at, self._titles = len(titles), at, titles
        self.set_description(_("step {n} of {count}").format(n=at + 1, count=self._count))
        self.setToolTip(titles[at] if titles else "")
        self.updateGeometry()
        self.update()

    def _pitch(self) -> int:
        return look().px(16 if self._count <= 6 else 12)

    def sizeHint(self) -> QSize:
        return QSize(self._pitch() * self._count + look().px(10), look().px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def places(self) -> list[QRectF]:
        """The dots, in the order of the pages, mirrored where text runs from right to left."""
        px, places, x = look().px, [], 0.0
        for page in range(self._count):
            width = self._pitch() + (px(10) if page == self._at else 0)
            places.append(QRectF(x, 0, width, self.height()))
            x += width
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            places = [QRectF(self.width() - place.right(), 0, place.width(), self.height()) for place in places]
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        now = look()
        if self.width() < self.sizeHint().width():
            return  # large text in a narrow dock: the heading says the same in words
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for page, place in enumerate(self.places()):
            tone = "accent" if page == self._at else "good" if page < self._at else "edge"
            painter.setBrush(now.color(tone))
            wide = now.px(16 if page == self._at else 6)
            dot = QRectF(0, 0, wide, now.px(6))
            dot.moveCenter(QPointF(place.center()))
            painter.drawRoundedRect(dot, dot.height() / 2, dot.height() / 2)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for page, place in enumerate(self.places()):
            if place.contains(event.position()):
                self.chosen.emit(page)
                return
