"""Read-outs: a small name and the value beside it, in figures of equal width. A press asks how it came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QStyle, QVBoxLayout, QWidget

from widgets.base.look import look
from widgets.base.words import _
from widgets.controls.buttons import Pressable
from widgets.controls.number_field import show_number
from widgets.text.flow_layout import FlowLayout

__all__ = ["MISSING", "Readout", "ReadoutRow"]

MISSING = "\N{EM DASH}"
GAP = 6
PAD = 6


class Readout(Pressable, QPushButton):
    """The value of one metric. `spread` sets the name to the left edge and the value to the right one.

    It grows with its value but never shrinks back, so that what stands beside it does not dance.
    """

    requested = Signal(str)  # the name: how is this computed?
    copied = Signal(str)  # the exact value, for the clipboard

    def __init__(self, name: str, label: str, spread: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.label, self._spread = name, label, spread
        self._text, self._exact, self._widest = MISSING, "", 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        across = QSizePolicy.Policy.Expanding if spread else QSizePolicy.Policy.Minimum
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._ask)
        self._say()

    def set_value(self, value: float | str | None, exact: str = "") -> None:
        """Show a number or a text, None as a dash; `exact` is the value in full, for the tooltip."""
        text = MISSING if value is None else value if isinstance(value, str) else show_number(value)
        full = exact or ("" if value is None else value if isinstance(value, str) else repr(value))
        if (text, full) == (self._text, self._exact):
            return
        self._text, self._exact = text, full
        self._say()
        if self._value_width() > self._widest:
            self._widest = self._value_width()
            self.updateGeometry()
        self.update()

    def set_label(self, name: str, label: str) -> None:
        """Be about another metric, with room for its name."""
        if (name, label) != (self.name, self.label):
            self.name, self.label = name, label
            self._say()
            self.updateGeometry()
            self.update()

    def text_shown(self) -> str:
        """The value as it stands on screen."""
        return self._text

    def relook(self) -> None:
        self._widest = self._value_width()

    def _say(self) -> None:
        self.setAccessibleName(f"{self.label} {self._text}")
        self.setToolTip(f"{self.label}: {self._exact}" if self._exact else self.label)

    def _ask(self) -> None:
        self.requested.emit(self.name)

    def _copy(self) -> None:
        self.copied.emit(self._exact or self._text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_for_value().popup(event.globalPos())

    def menu_for_value(self) -> QMenu:
        """The context menu; it deletes itself when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Copy the value"), self._copy)
        menu.addAction(_("How is this computed?"), self._ask)
        return menu

    # -- painting

    def _value_width(self) -> int:
        return QFontMetrics(look().font("h3", 600)).horizontalAdvance(self._text) + 1

    def _name_width(self) -> int:
        return QFontMetrics(look().font("small", 450)).horizontalAdvance(self.label) + 1

    def sizeHint(self) -> QSize:
        value = max(self._widest, self._value_width())
        return QSize(self._name_width() + look().px(GAP) + value + 2 * look().px(PAD), look().px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        now, painter = look(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # a text turns by its own letters
        if self.isDown() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("press" if self.isDown() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), now.px(6), now.px(6))
        inner = self.rect().adjusted(now.px(PAD), 0, -now.px(PAD), 0)
        width = self._name_width()
        left = QRect(inner.x(), 0, width, self.height())
        right = QRect(inner)
        right.setLeft(left.right() + 1 + now.px(GAP))
        value_font = now.font("body" if self._spread else "h3", 600)
        metrics = QFontMetrics(value_font)
        baseline = (self.height() + metrics.ascent() - metrics.descent()) // 2
        painter.setFont(now.font("small", 450))
        painter.setPen(now.color("text3"))
        self._write(painter, left, baseline, self.label)
        painter.setFont(value_font)
        painter.setPen(now.color("text" if self._text != MISSING else "text3"))
        if self._spread:
            right.setLeft(right.right() + 1 - metrics.horizontalAdvance(self._text))
        self._write(painter, right, baseline, self._text)

    def _write(self, painter: QPainter, place: QRect, baseline: int, text: str) -> None:
        """Both texts stand on one line, whatever their sizes."""
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), place)
        x = place.x()
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            x = place.right() + 1 - QFontMetrics(painter.font()).horizontalAdvance(text)
        painter.drawText(x, baseline, text)


class ReadoutRow(QWidget):
    """Read-outs side by side, wrapping; with `column=True` under each other, values at the right edge."""

    requested = Signal(str)
    copied = Signal(str)

    def __init__(
        self,
        names: Sequence[str],
        labels: Sequence[str] = (),
        column: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self) if column else FlowLayout(self, gap=4, settled=True)
        layout.setContentsMargins(0, 0, 0, 0)
        if column:
            layout.setSpacing(0)
        self._readouts = {}
        for name, label in zip(names, labels or names, strict=True):
            readout = Readout(name, label, spread=column)
            readout.requested.connect(self.requested)
            readout.copied.connect(self.copied)
            layout.addWidget(readout)
            self._readouts[name] = readout

    def readout(self, name: str) -> Readout:
        """The read-out of `name`."""
        return self._readouts[name]

    def set_values(self, values: Mapping[str, float | str | None], exact: Mapping[str, str] | None = None) -> None:
        """Show the values by name; a read-out without a value shows a dash, other names are not for us."""
        for name, readout in self._readouts.items():
            readout.set_value(values.get(name), (exact or {}).get(name, ""))
