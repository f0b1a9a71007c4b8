"""A slider over real numbers, even or logarithmic, that can show where things break.

`set_limit` marks a computed limit, such as the largest stable learning rate, in red on the groove, so that
the learner sees the edge before falling over it. Moved by mouse, keys and (when focused) the wheel.
"""

from __future__ import annotations

import weakref
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleValueChangeEvent,
    QAccessibleValueInterface,
    QEnterEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAccessibleWidget, QSizePolicy, QWidget

from widgets.base.accessible import address_of, offer
from widgets.base.look import Refreshing, look
from widgets.controls.number_field import show_number, steps_of
from widgets.controls.span import Span

__all__ = ["Slider"]

HANDLE = 18
ROW = 26
GROOVE = 4


class Slider(Refreshing, QWidget):
    """A value of `span` to drag. `changed` comes at every move of the user, `released` once at its end."""

    changed = Signal(float)
    released = Signal(float)
    default_requested = Signal()  # a double click: back to the value it started with

    def __init__(self, span: Span, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.span = span
        self._value = span.lo
        self._limit: tuple[float, str] | None = None
        self._grip: float | None = None  # while dragging: where the handle was taken, from its centre
        self._keyed = False  # keys have moved it and are still down
        self._compact = False
        self._frame: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    # -- value

    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        """Show `value`, clipped to the span, without a signal; ignored while the user holds the handle."""
        if self._grip is None:
            self._put(self.span.clip(value))

    def set_span(self, span: Span) -> None:
        """Another range; the value is clipped to it, without a signal."""
        self.span = span
        self._put(span.clip(self._value))
        self.update()

    def set_limit(self, value: float | None, text: str = "") -> None:
        """Mark `value` with a red line, `text` and a tinted zone beyond it; None takes the mark away."""
        new = None if value is None or value >= self.span.hi else (value, text)
        if new != self._limit:
            self._limit = new
            self.setAccessibleDescription(text if new else "")
            self.updateGeometry()
            self.update()

    def limit(self) -> float | None:
        """The limit shown, None if there is none or it lies beyond the end."""
        return None if self._limit is None else self._limit[0]

    def set_frame(self, frame: QWidget) -> None:
        """Let the focus ring go around `frame`, e.g. the row with the label, instead of the slider alone."""
        self._frame = frame

    def focus_rect(self) -> QRect:
        if self._frame is None:
            return self.rect()
        return QRect(self.mapFrom(self.window(), self._frame.mapTo(self.window(), QPoint(0, 0))), self._frame.size())

    def set_compact(self, compact: bool) -> None:
        """A row 2 px lower, for small screens."""
        self._compact = compact
        self.updateGeometry()

    def _put(self, value: float) -> bool:
        if value == self._value:
            return False
        self._value = value
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self, value))
        self.update()
        return True

    def _move(self, value: float) -> None:
        if self._put(value):
            self.changed.emit(value)

    # -- mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        offset = event.position().x() - self.x_of(self._value)
        on_handle = abs(offset) <= look().px(HANDLE) / 2
        self._grip = offset if on_handle else 0.0
        if not on_handle:
            self._drag(event.position().x())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._drag(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None and event.button() == Qt.MouseButton.LeftButton:
            self._grip = None
            self.update()
            self.released.emit(self._value)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.default_requested.emit()

    def _drag(self, x: float) -> None:
        x -= self._grip or 0.0  # taken beside its centre, the handle must not jump
        if abs(x - self.x_of(self._value)) >= 1:
            self._move(self.span.at(self._share(x)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        forward = Qt.Key.Key_Left if self._mirrored() else Qt.Key.Key_Right
        backward = Qt.Key.Key_Right if self._mirrored() else Qt.Key.Key_Left
        count = steps_of(event)
        if event.key() in (forward, backward):
            count = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            count = count if event.key() == forward else -count
        if count:
            value = self.span.stepped(self._value, count)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            value = self.span.lo if event.key() == Qt.Key.Key_Home else self.span.hi
        else:
            super().keyPressEvent(event)
            return
        self._keyed = True
        self._move(value)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._keyed and not event.isAutoRepeat():
            self._keyed = False
            self.released.emit(self._value)
        else:
            super().keyReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only when focused: a wheel that scrolls the page must not turn a knob it passes over."""
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self._move(self.span.stepped(self._value, event.angleDelta().y() / 120))
        self.released.emit(self._value)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._keyed:
            self._keyed = False
            self.released.emit(self._value)
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    # -- geometry and painting

    def sizeHint(self) -> QSize:
        return QSize(look().px(160), self._row() + (look().px(15) if self._limit else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(72), self.sizeHint().height())

    def _row(self) -> int:
        return look().px(ROW - 2 if self._compact else ROW)

    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _ends(self) -> tuple[float, float]:
        """Where the centre of the handle is at the lowest and the highest value."""
        radius = look().px(HANDLE) / 2
        left, right = radius, max(radius + 1, self.width() - radius)
        return (right, left) if self._mirrored() else (left, right)

    def x_of(self, value: float) -> float:
        """Where the centre of the handle is at a value, in pixels."""
        low, high = self._ends()
        return low + self.span.share(value) * (high - low)

    def _share(self, x: float) -> float:
        low, high = self._ends()
        return (x - low) / (high - low)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        middle = self._row() / 2
        if self._limit is not None:
            self._paint_zone(painter, middle, self._limit[0])
        self._paint_groove(painter, middle)
        if self._limit is not None:
            self._paint_limit(painter, middle, *self._limit)
        self._paint_handle(painter, QPointF(self.x_of(self._value), middle))

    def _paint_groove(self, painter: QPainter, middle: float) -> None:
        now, thick = look(), max(3.0, look().px(GROOVE) * look().line_weight)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.color("edge" if self.isEnabled() else "line"))
        groove = QRectF(0, middle - thick / 2, self.width(), thick)
        painter.drawRoundedRect(groove, thick / 2, thick / 2)
        if self.isEnabled():
            painter.setBrush(now.color("accent"))
            groove.setRight(self.x_of(self._value))
            if self._mirrored():
                groove = QRectF(self.x_of(self._value), groove.y(), self.width() - self.x_of(self._value), thick)
            painter.drawRoundedRect(groove, thick / 2, thick / 2)

    def _paint_zone(self, painter: QPainter, middle: float, limit: float) -> None:
        x, half = self.x_of(limit), look().px(7)
        zone = QRectF(x, middle - half, self.width() - x, 2 * half)
        if self._mirrored():
            zone = QRectF(0, middle - half, x, 2 * half)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().color("bad", 46))
        painter.drawRoundedRect(zone, look().px(3), look().px(3))

    def _paint_limit(self, painter: QPainter, middle: float, value: float, text: str) -> None:
        now, x = look(), self.x_of(value)
        painter.setPen(QPen(now.color("bad"), now.px(2), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x, middle - now.px(8)), QPointF(x, self._row() - now.px(2)))
        font = now.font("caption", 500)
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())
        width = metrics.horizontalAdvance(text)
        left = min(max(0.0, x - width / 2), self.width() - width)
        painter.setFont(font)
        painter.drawText(QPointF(left, self._row() + now.px(1) + metrics.ascent()), text)

    def _paint_handle(self, painter: QPainter, centre: QPointF) -> None:
        now, radius = look(), look().px(HANDLE) / 2
        lively = self.isEnabled() and (self.underMouse() or self._grip is not None)
        if lively:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("accent", 40))
            painter.drawEllipse(centre, radius + now.px(3), radius + now.px(3))
        ring = "accent" if self.isEnabled() else "edge"
        painter.setPen(QPen(now.color("accent_press" if self._grip is not None else ring), now.px(2)))
        painter.setBrush(now.color("surface" if self.isEnabled() else "sunken"))
        painter.drawEllipse(centre, radius - now.px(1), radius - now.px(1))


def _living(reference: weakref.ref[Slider]) -> Slider:
    """The slider that an interface stands for. Raises ReferenceError once it is gone."""
    slider = reference()
    if slider is None:
        raise ReferenceError("the slider is gone")
    return slider


class _Value(QAccessibleValueInterface):
    """The number a screen reader asks for. Qt's own slider interface knows whole numbers only."""

    def __init__(self, slider: Slider) -> None:
        super().__init__()
        self._slider = weakref.ref(slider)

    def currentValue(self) -> float:
        return _living(self._slider).value()

    def setCurrentValue(self, value: float) -> None:
        slider = _living(self._slider)
        slider._move(slider.span.clip(float(value)))
        slider.released.emit(slider.value())

    def minimumValue(self) -> float:
        return _living(self._slider).span.lo

    def maximumValue(self) -> float:
        return _living(self._slider).span.hi

    def minimumStepSize(self) -> float:
        return _living(self._slider).span.grain or 0.0


class _Interface(QAccessibleWidget):
    """A slider as a screen reader meets it: role Slider, and its value as a number and as text."""

    def __init__(self, slider: Slider) -> None:
        super().__init__(slider, QAccessible.Role.Slider)
        self._value = _Value(slider)
        self._slider = weakref.ref(slider)

    def text(self, what: QAccessible.Text) -> str:
        if what == QAccessible.Text.Value:
            slider = _living(self._slider)
            return show_number(slider.value(), slider.span.decimals)
        return super().text(what)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        if kind == QAccessible.InterfaceType.ValueInterface:
            return address_of(self._value)
        return address_of(super().interface_cast(kind))


offer(Slider, _Interface)
