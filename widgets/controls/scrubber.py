"""The scrubber: the steps of a run on a line, to go back to any of them.

Small signs tell where the learner did something: a tick above the line for a gesture, a wedge below it for
a changed setting. The step under the pointer is named before it is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.words import _

__all__ = ["Scrubber"]

HANDLE = 14


class Scrubber(Refreshing, QAbstractSlider):
    """A step between the first and the last. `moved` and `released` come only from the user."""

    moved = Signal(int)
    released = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: tuple[tuple[int, str], ...] = ()
        self._names: tuple[str, ...] = ()
        self._hover: float | None = None
        self._keyed = False
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_span(0, 0)
        self.valueChanged.connect(self.moved)  # ours are set with signals blocked: what comes is the user's

    # -- from the program

    def set_span(self, first: int, last: int) -> None:
        """The steps there are. Raises ValueError if `last` is before `first`."""
        if last < first:
            raise ValueError(f"last must not be before first, got first={first} and last={last}")
        if (first, last) == (self.minimum(), self.maximum()):
            return
        with QSignalBlocker(self):
            self.setRange(first, last)
        self.update()

    def set_position(self, step: int) -> None:
        """Show `step` without a signal; ignored while the user holds the handle."""
        if step != self.value() and not self.isSliderDown():
            with QSignalBlocker(self):
                self.setValue(step)
            self.update()

    def set_marks(self, marks: Sequence[tuple[int, str]]) -> None:
        """Signs at steps: kind 'gesture' is a tick above the line, 'change' a wedge below it."""
        new = tuple(marks)
        if wrong := {kind for _step, kind in new} - {"gesture", "change"}:
            raise ValueError(f"marks must be of kind 'gesture' or 'change', got {sorted(wrong)}")
        if new != self._marks:
            self._marks = new
            self.update()

    def set_names(self, names: Sequence[str]) -> None:
        """What each place from the first on is called under the pointer, where it is not the step of its number."""
        self._names = tuple(names)

    def name_of(self, step: int) -> str:
        """What a place is called."""
        place = step - self.minimum()
        return self._names[place] if 0 <= place < len(self._names) else _("step {n}").format(n=step)

    def position(self) -> int:
        """The step shown."""
        return self.value()

    # -- from the user

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self.step_at(event.position().x()))
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position().x()
        if self.isSliderDown():
            self.setValue(self.step_at(self._hover))
        self._name_step(self.step_at(self._hover), event.globalPosition().toPoint())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.isSliderDown():
            self.setSliderDown(False)
            self.update()
            self.released.emit(self.value())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        mirrored = self._mirrored()
        counts: dict[int, int] = {
            Qt.Key.Key_Right: -1 if mirrored else 1,
            Qt.Key.Key_Left: 1 if mirrored else -1,
            Qt.Key.Key_PageUp: 10,
            Qt.Key.Key_PageDown: -10,
        }
        count = counts.get(event.key(), 0)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and abs(count) == 1:
            count *= 10
        if count:
            self.setValue(self.value() + count)
        elif event.key() == Qt.Key.Key_Home:
            self.setValue(self.minimum())
        elif event.key() == Qt.Key.Key_End:
            self.setValue(self.maximum())
        else:
            event.ignore()
            return
        self._keyed = True

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._keyed and not event.isAutoRepeat():
            self._keyed = False
            self.released.emit(self.value())
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self.setValue(self.value() + (1 if event.angleDelta().y() > 0 else -1))
        self.released.emit(self.value())

    def _name_step(self, step: int, place: QPoint) -> None:
        QToolTip.showText(place + QPoint(0, look().px(8)), self.name_of(step), self)

    # -- geometry and painting

    def sizeHint(self) -> QSize:
        return QSize(look().px(240), look().px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(80), look().px(28))

    def step_at(self, x: float) -> int:
        """The step at a horizontal place of the widget."""
        low, high = self._ends()
        share = min(max((x - low) / (high - low), 0.0), 1.0)
        return self.minimum() + round(share * (self.maximum() - self.minimum()))

    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _ends(self) -> tuple[float, float]:
        radius = look().px(HANDLE) / 2
        left, right = radius, max(radius + 1, self.width() - radius)
        return (right, left) if self._mirrored() else (left, right)

    def x_of(self, step: int) -> float:
        low, high = self._ends()
        return low + (high - low) * (step - self.minimum()) / max(1, self.maximum() - self.minimum())

    def paintEvent(self, event: QPaintEvent) -> None:
        now, painter, middle = look(), QPainter(self), self.height() / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick, usable = (
            max(3.0, now.px(4) * now.line_weight),
            self.isEnabled() and self.maximum() > self.minimum(),
        )
        x = self.x_of(self.value())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.color("edge" if usable else "line"))
        painter.drawRoundedRect(QRectF(0, middle - thick / 2, self.width(), thick), thick / 2, thick / 2)
        if usable:
            done = QRectF(0, middle - thick / 2, x, thick)
            if self._mirrored():
                done = QRectF(x, middle - thick / 2, self.width() - x, thick)
            painter.setBrush(now.color("accent"))
            painter.drawRoundedRect(done, thick / 2, thick / 2)
        self._paint_marks(painter, middle)
        if self._hover is not None and usable and not self.isSliderDown():
            painter.setPen(QPen(now.color("text2"), now.px(2)))
            ghost = self.x_of(self.step_at(self._hover))
            painter.drawLine(QPointF(ghost, middle - now.px(7)), QPointF(ghost, middle + now.px(7)))
        radius = now.px(HANDLE) / 2
        painter.setPen(QPen(now.color("accent" if usable else "edge"), now.px(2)))
        painter.setBrush(now.color("accent_soft" if self.isSliderDown() else "surface"))
        painter.drawEllipse(QPointF(x, middle), radius - now.px(1), radius - now.px(1))

    def _paint_marks(self, painter: QPainter, middle: float) -> None:
        now = look()
        for step, kind in self._marks:
            x = self.x_of(step)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("text2"))
            if kind == "gesture":
                tick = QRectF(x - now.px(1), middle - now.px(10), now.px(2), now.px(6))
                painter.drawRoundedRect(tick, now.px(1), now.px(1))
            else:
                top, wide = middle + now.px(4), now.px(3.5)
                wedge = [
                    QPointF(x, top),
                    QPointF(x + wide, top + now.px(6)),
                    QPointF(x - wide, top + now.px(6)),
                ]
                painter.drawPolygon(QPolygonF(wedge))
