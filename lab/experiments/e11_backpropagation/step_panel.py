"""The step in lines of arithmetic: the rule, the chain as it would stand in a program, and the same with numbers.
A press on a line asks how its number came to be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QStyle, QVBoxLayout, QWidget

from lab.core.text import _
from lab.experiments.e11_backpropagation.words import Line
from widgets.base.look import Refreshing, look
from widgets.controls.buttons import Pressable

__all__ = ["Headline", "StepPanel"]

MOST, HIGH = 8, 20
STYLES = {"head": ("body", 600, "text"), "rule": ("small", 450, "text2"), "code": ("small", 500, "text2")}
STYLES["numbers"] = ("small", 620, "text")
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


class Headline(QLabel):
    """A line that ends in an ellipsis where there is too little room; its tooltip says all of it."""

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        p = QPainter(self)
        p.setPen(look().color("text"))
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        p.drawText(self.rect(), QStyle.visualAlignment(self.layoutDirection(), side), words)
        p.end()


class _LineButton(Pressable, QAbstractButton):
    """One line; one that can be explained can be pressed."""

    requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._line = Line("")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._ask)

    def show_line(self, line: Line) -> None:
        if line == self._line:
            return
        self._line = line
        self.setText(line.text)
        self.setAccessibleName(line.text)
        self.setToolTip(_("How is this computed?") if line.metric else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if line.metric else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if line.metric else Qt.FocusPolicy.NoFocus)
        self.update()

    def _ask(self) -> None:
        if self._line.metric:
            self.requested.emit(self._line.metric)

    def sizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(HIGH + (2 if self._line.kind == "head" else 0)))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(80), look().px(HIGH))

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, p = look(), QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._line.metric and (self.isDown() or self.underMouse()):
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(now.color("press" if self.isDown() else "hover"))
            p.drawRoundedRect(QRectF(self.rect()), now.px(5), now.px(5))
        size, weight, ink = STYLES[self._line.kind]
        p.setFont(now.font(size, weight))
        p.setPen(now.color(ink))
        words = self._line.kind in ("head", "rule")
        p.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto if words else Qt.LayoutDirection.LeftToRight)
        inset = now.px(4 if words else 14)
        room = QRect(inset, 0, self.width() - inset - now.px(2), self.height())
        mode = Qt.TextElideMode.ElideRight if words else Qt.TextElideMode.ElideMiddle
        p.drawText(room, _LEFT, p.fontMetrics().elidedText(self._line.text, mode, room.width()))
        p.end()


class StepPanel(Refreshing, QWidget):
    """Up to eight lines; what is beyond them is left out."""

    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Line, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self.lines = [_LineButton(self) for _ in range(MOST)]
        for line in self.lines:
            line.requested.connect(self.requested)
            line.hide()
            self._column.addWidget(line)
        self._column.addStretch(1)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines."""
        self._shown = tuple(lines)
        self._show()

    def text(self) -> str:
        """All of it."""
        return "\n".join(line.text for line in self._shown)

    def _show(self) -> None:
        room = max(1, min(MOST, self.height() // look().px(HIGH + 1)))
        shown = self._shown if len(self._shown) <= room else (*self._shown[: room - 1], self._shown[-1])
        for line, one in zip(self.lines, shown):
            line.show_line(one)
            line.setVisible(True)
        for line in self.lines[len(shown) :]:
            line.setVisible(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(HIGH))
