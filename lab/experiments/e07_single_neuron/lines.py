"""The lines of arithmetic: the sum with every term in its place, the gate, and the next step of learning. A
term lights up under the pointer, or under the arrow keys, together with its link; a press asks for the
derivation."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from lab.core.text import _
from widgets.base.accessible import Described
from widgets.base.look import Refreshing, look
from widgets.controls.buttons import Pressable

__all__ = ["Line", "TermLine"]

HIGH = 24
_SIDE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute  # a formula reads from left to right
_LEFT = _SIDE | Qt.AlignmentFlag.AlignVCenter


class TermLine(Described, Refreshing, QWidget):
    """z = 0.8·0.5 + (−0.5)·(−0.3) + 0.1 = 0.65, one piece of text a term."""

    requested = Signal(str)
    highlighted = Signal(int)  # the term under the pointer or the keys, −1 for none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terms: tuple[str, ...] = ()
        self._result, self._highlighted = "", -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(_("How is this computed?"))

    def set_terms(self, terms: tuple[str, ...], result: str) -> None:
        """Show a sum: its terms, and what they come to."""
        if (terms, result) != (self._terms, self._result):
            self._terms, self._result = terms, result
            self.setAccessibleName(self.text())
            self.set_description(self.text())
            self.update()

    def text(self) -> str:
        """The whole line."""
        return "".join(text for text, _term in self._pieces())

    def light(self, term: int) -> None:
        """Mark a term, because its link is pointed at elsewhere."""
        if term != self._highlighted:
            self._highlighted = term
            self.update()

    def highlighted_term(self) -> int:
        """The term that is marked, −1 for none."""
        return self._highlighted

    def _pieces(self) -> list[tuple[str, int]]:
        """The line in pieces, each with the number of its term, −1 for what lies between."""
        pieces = [("z = ", -1)]
        for i, term in enumerate(self._terms):
            if i:
                pieces.append((" + ", -1))
            pieces.append((term, i))
        return [*pieces, (" = ", -1), (self._result, -2)]

    def _boxes(self) -> list[tuple[str, int, QRectF]]:
        """Every piece with its place; where it would not fit, letters are set closer to the left and cut."""
        metrics, x, found = QFontMetricsF(look().font("body", 550)), float(look().px(6)), []
        for text, term in self._pieces():
            wide = metrics.horizontalAdvance(text)
            found.append((text, term, QRectF(x, 0, wide, self.height())))
            x += wide
        return found

    def _term_at(self, x: float) -> int:
        return next((term for _text, term, box in self._boxes() if box.left() <= x <= box.right() and term >= 0), -1)

    def _point(self, term: int) -> None:
        if term != self._highlighted:
            self.light(term)
            self.highlighted.emit(term)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._term_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._ask()

    def _ask(self) -> None:
        term = self._highlighted
        self.requested.emit(f"term{term + 1}" if 0 <= term < len(self._terms) - 1 else "z")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        on = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        if on:
            self._point(min(max(self._highlighted + on, 0), len(self._terms) - 1))
            self.tell(self._terms[self._highlighted])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._ask()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point(-1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, p = look(), QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        for text, term, box in self._boxes():
            if term >= 0 and term == self._highlighted:
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(now.color("ball", 90))
                p.drawRoundedRect(box.adjusted(-3, 2, 3, -2), now.px(5), now.px(5))
            p.setFont(now.font("body", 650 if term == -2 else 550))
            p.setPen(now.color("text" if term != -1 else "text2"))
            p.drawText(box.adjusted(0, 0, now.px(20), 0), _LEFT, text)
        p.end()

    def sizeHint(self) -> QSize:
        return QSize(look().px(320), look().px(HIGH))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(HIGH))


class Line(Pressable, QAbstractButton):
    """One line of arithmetic to press. What does not fit is cut in the middle."""

    requested = Signal(str)

    def __init__(self, metric: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric = metric
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(_("How is this computed?"))
        self.clicked.connect(self._ask)

    def set_line(self, text: str) -> None:
        """Show a line."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)

    def _ask(self) -> None:
        self.requested.emit(self._metric)

    def sizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(HIGH - 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(90), look().px(HIGH - 2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, p = look(), QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        if self.isDown() or self.underMouse():
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(now.color("press" if self.isDown() else "hover"))
            p.drawRoundedRect(QRectF(self.rect()), now.px(6), now.px(6))
        p.setFont(now.font("small", 450))
        p.setPen(now.color("text2"))
        room = QRect(now.px(6), 0, self.width() - now.px(12), self.height())
        words = p.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        p.drawText(room, _LEFT, words)
        p.end()
