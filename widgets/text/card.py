"""Cards for the home page: a picture, a title, a line below and a ring that shows how far one has come.

A card is a button: Enter and Space press it, and screen readers say its name. In a `CardGrid` the arrow
keys go from card to card, and Tab goes from grid to grid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QLayoutItem, QPushButton, QSizePolicy, QWidget

from widgets.base.look import look
from widgets.controls.buttons import Pressable
from widgets.text.flow_layout import FlowLayout

__all__ = ["Card", "CardGrid"]

RADIUS = 10
RING = 20
ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Card(Pressable, QPushButton):
    """A thing to open. `paint(painter, rect)` draws its picture, 16:9, from the palette in force.

    `name` is what a screen reader says, e.g. "5, Gradient descent, step 3 of 5".
    """

    moved = Signal(int, int)  # an arrow key: columns, rows
    near = Signal()  # the pointer or the keys have come to it

    def __init__(
        self,
        key: str,
        title: str,
        paint: Callable[[QPainter, QRectF], None],
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.key, self.title = key, title
        self._paint, self._caption, self._progress, self._current = paint, "", 0.0, False
        self._picture: QPixmap | None = None
        self._lines = 1
        self._measured: tuple[object, int] = (None, 0)  # the look, and how wide the title is in it
        self.setAccessibleName(name or title)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_state(self, caption: str, progress: float = 0.0, current: bool = False, name: str = "") -> None:
        """The line below the title, the part done (0..1; 1 is shown as a check), and the accent border."""
        self._caption, self._progress, self._current = caption, min(max(progress, 0.0), 1.0), current
        if name:
            self.setAccessibleName(name)
        self.update()

    def repaint_picture(self) -> None:
        """Draw the picture anew."""
        self._picture = None
        self.update()

    def set_title_lines(self, lines: int) -> None:
        """Room for one or two lines of title; the cards of a grid have the same."""
        if lines != self._lines:
            self._lines = lines
            self.update()

    def lines_needed(self, width: int) -> int:
        """One or two: the lines its title takes in a card of `width`."""
        if self._measured[0] is not look():  # a grid asks often: once for every width it tries
            self._measured = (look(), QFontMetrics(look().font("body", 600)).horizontalAdvance(self.title))
        return 1 if self._measured[1] <= width - look().px(24) else 2

    def focus_radius(self) -> float:
        return look().px(RADIUS)

    # -- keys

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.near.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.near.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ARROWS:
            across, down = ARROWS[event.key()]
            mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self.moved.emit(-across if mirrored else across, down)
        else:
            super().keyPressEvent(event)

    # -- geometry

    def _picture_height(self, width: int) -> int:
        return round(width * 9 / 16)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._picture_height(width) + look().px(66 if self._lines == 1 else 84)

    def sizeHint(self) -> QSize:
        width = look().px(196)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(140), look().px(120))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = None
        super().resizeEvent(event)

    def relook(self) -> None:
        self._picture = None

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        now, painter = look(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # a text turns by its own letters
        box, tall = QRectF(self.rect()), self._picture_height(self.width())
        outline = QPainterPath()
        outline.addRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), now.px(RADIUS), now.px(RADIUS))
        fill = "press" if self.isDown() else "hover" if self.underMouse() else "surface"
        painter.fillPath(outline, now.color(fill))
        painter.save()
        painter.setClipPath(outline)
        painter.drawPixmap(0, 0, self._drawn(self.width(), tall))
        painter.restore()
        painter.setPen(QPen(now.color("line"), 1))
        painter.drawLine(QPointF(1, tall + 0.5), QPointF(self.width() - 1, tall + 0.5))
        self._paint_words(painter, tall)
        self._paint_ring(painter)
        self._paint_border(painter, box)

    def _paint_border(self, painter: QPainter, box: QRectF) -> None:
        now = look()
        wide = now.px(2) if self._current else 1
        color = "accent" if self._current else "edge" if self.underMouse() else "line"
        painter.setPen(QPen(now.color(color), wide))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset, radius = wide / 2, now.px(RADIUS) - wide / 2
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), radius, radius)

    def _drawn(self, width: int, height: int) -> QPixmap:
        """The picture, kept until the size or the look changes."""
        if self._picture is None:
            ratio = max(2.0, self.devicePixelRatioF())
            self._picture = QPixmap(round(width * ratio), round(height * ratio))
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(look().color("sunken"))
            painter = QPainter(self._picture)
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            self._paint(painter, QRectF(0, 0, width, height))
            painter.end()
        return self._picture

    def _paint_words(self, painter: QPainter, tall: int) -> None:
        now, left = look(), look().px(12)
        room = QRectF(left, tall + now.px(5), self.width() - 2 * left, now.px(20) * self._lines)
        painter.setFont(now.font("body", 600))
        painter.setPen(now.color("text"))
        metrics = QFontMetrics(painter.font())
        for number, line in enumerate(_broken(self.title, metrics, int(room.width()), self._lines)):
            place = QRectF(room.x(), room.y() + number * now.px(18), room.width(), now.px(20))
            painter.drawText(place, self._start() | Qt.AlignmentFlag.AlignVCenter, line)
        tone = "good" if self._progress >= 1 else "accent_text" if self._progress > 0 else "text3"
        painter.setFont(now.font("caption", 500))
        painter.setPen(now.color(tone))
        below = QRectF(left, self.height() - now.px(36), self.width() - 2 * left - now.px(RING + 6), now.px(26))
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            below.moveRight(self.width() - left)
        text = QFontMetrics(painter.font()).elidedText(self._caption, Qt.TextElideMode.ElideRight, int(below.width()))
        painter.drawText(below, self._start() | Qt.AlignmentFlag.AlignVCenter, text)

    def _start(self) -> Qt.AlignmentFlag:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft

    def _paint_ring(self, painter: QPainter) -> None:
        now, side = look(), look().px(RING)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = now.px(12) if mirrored else self.width() - now.px(12) - side
        box = QRectF(x, self.height() - now.px(33), side, side)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._progress >= 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("good"))
            painter.drawEllipse(box.adjusted(1, 1, -1, -1))
            tick = [QPointF(x + a * side, box.y() + b * side) for a, b in ((0.30, 0.52), (0.45, 0.66), (0.71, 0.36))]
            cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
            painter.setPen(QPen(now.color("surface"), now.px(2), Qt.PenStyle.SolidLine, cap, join))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(tick))
            return
        circle = box.adjusted(2.5, 2.5, -2.5, -2.5)
        painter.setPen(QPen(now.color("line"), now.px(3)))
        painter.drawEllipse(circle)
        if self._progress > 0:
            painter.setPen(QPen(now.color("accent"), now.px(3), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(circle, 90 * 16, round(-360 * 16 * self._progress))


class _CardLayout(FlowLayout):
    """Gives all cards of a grid the same height: two lines of title as soon as one card needs them."""

    def __init__(self, parent: QWidget, least: float, most: int) -> None:
        super().__init__(parent, gap=14, even=True, least=least, most=most)
        self._known: tuple[object, int] = (None, 0)  # the look and the number of cards …
        self._lines: dict[int, int] = {}  # … for which a width, in pixels, takes so many lines
        self._set = 0

    def height_of(self, item: QLayoutItem, width: int) -> int:
        self._agree(width)
        widget = item.widget()  # not the item: that remembers the height of before
        return widget.heightForWidth(width) if widget is not None else super().height_of(item, width)

    def _agree(self, width: int) -> None:
        """All cards get the lines that one of them needs. Qt asks card by card, and often: a width is measured once."""
        if self._known[0] is not look() or self._known[1] != self.count():
            self._known, self._lines, self._set = (look(), self.count()), {}, 0
        if self._lines.get(width) == self._set:
            return
        cards = [card for card in self.widgets() if isinstance(card, Card)]
        if width not in self._lines:
            self._lines[width] = max(card.lines_needed(width) for card in cards)
        self._set = self._lines[width]
        for card in cards:
            card.set_title_lines(self._set)


class CardGrid(QWidget):
    """Cards in rows that wrap, at most `most` in a row, all equally wide."""

    opened = Signal(str)
    near = Signal(str)  # the card that the pointer or the keys have come to

    def __init__(self, cards: Sequence[Card], most: int = 6, least: float = 176, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = tuple(cards)
        self._above: CardGrid | None = None
        self._below: CardGrid | None = None
        self._layout = _CardLayout(self, least, most)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for card in self._cards:
            self._layout.addWidget(card)
            card.moved.connect(self._move)
            card.clicked.connect(self._open)
            card.near.connect(partial(self.near.emit, card.key))
        self.set_entry(self._cards[0].key if self._cards else "")

    @staticmethod
    def stack(grids: Sequence[CardGrid]) -> None:
        """Let the Up and Down keys go from grid to grid."""
        for above, below in pairwise(grids):
            above._below, below._above = below, above

    def cards(self) -> tuple[Card, ...]:
        return self._cards

    def set_entry(self, key: str) -> None:
        """The card that Tab comes to; all others are reached by arrows."""
        for card in self._cards:
            entry = card.key == key
            card.setFocusPolicy(Qt.FocusPolicy.StrongFocus if entry else Qt.FocusPolicy.ClickFocus)

    def columns(self) -> int:
        """The cards in a full row now."""
        return self._layout.columns(self.width())

    def _open(self) -> None:
        card = self.sender()
        if isinstance(card, Card):
            self.opened.emit(card.key)

    def _move(self, across: int, down: int) -> None:
        index = self._cards.index(self.sender()) + across + down * self.columns()
        if 0 <= index < len(self._cards):
            self.go_to(index)
        elif down > 0 and self._row(index - self.columns()) < self._row(len(self._cards) - 1):
            self.go_to(len(self._cards) - 1)  # the last row is short: its last card
        elif down > 0 and self._below is not None:
            self._below.go_to(min(index % self.columns(), len(self._below._cards) - 1))
        elif down < 0 and self._above is not None:
            self._above._enter_from_below(index % self.columns())

    def _row(self, index: int) -> int:
        return index // self.columns()

    def _enter_from_below(self, column: int) -> None:
        last = len(self._cards) - 1
        self.go_to(min(self._row(last) * self.columns() + column, last))

    def go_to(self, index: int) -> None:
        """Move the focus to a card, as an arrow key does."""
        card = self._cards[index]
        self.set_entry(card.key)
        card.setFocus(Qt.FocusReason.TabFocusReason)


def _broken(text: str, metrics: QFontMetrics, width: int, most: int) -> list[str]:
    """`text` in at most `most` lines, broken at spaces; the last one elided if need be."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most - 1 and metrics.horizontalAdvance(rest) > width:
        words = rest.split(" ")
        fitting = [n for n in range(1, len(words)) if metrics.horizontalAdvance(" ".join(words[:n])) <= width]
        fit = max(fitting, default=1)
        lines.append(" ".join(words[:fit]))
        rest = " ".join(words[fit:])
    return [*lines, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)]
