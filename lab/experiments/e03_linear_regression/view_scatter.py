"""The points and the lines through them, to take hold of: ends of the line, points, error bars. What is
painted comes as plain values; what the hand does goes out as signals, by mouse and by keys alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import QWidget

from lab.experiments.e03_linear_regression import view_ink
from lab.experiments.e03_linear_regression.view_ink import Cloud, Errors, PlainLine
from widgets.base.look import Look, look
from widgets.canvas.axes import rounded
from widgets.canvas.callouts import Box
from widgets.canvas.stage import Stage
from widgets.canvas.ticks import step_size
from widgets.canvas.viewport import Viewport

__all__ = ["Scatter"]

NEAR, NEAR_BAR = 13, 9  # pixels around a point, and around the end of a bar, that count as on it
_NOTHING = np.zeros(0)


class Scatter(Stage):
    """A cloud, lines, errors and handles."""

    point_dragged = Signal(int, float, float)
    point_dropped = Signal(int)
    point_clicked = Signal(int)  # −1: none
    point_hovered = Signal(int)
    bar_dragged = Signal(int, float)
    bar_dropped = Signal(int)
    point_opened = Signal(int)  # a double-click: its numbers are to be typed
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cloud = Cloud(_NOTHING, _NOTHING, _NOTHING.astype(int), _NOTHING.astype(bool))
        self._lines: tuple[PlainLine, ...] = ()
        self._errors = Errors()
        self._shade: tuple[float, float] | None = None
        self._words = self._empty = ""
        self._grabbed: tuple[str, int] | None = None  # "point" or "bar", and which
        self._moved_it = False
        self._keyed: tuple[str, int] | None = None
        self._hovering = -1
        self._taken_by_keys = False  # whether the arrow keys move the lit point

    # ---- what the caller says

    def set_cloud(self, cloud: Cloud) -> None:
        """Show these points. Many of them are painted into the kept picture, anew only when they change."""
        alike = cloud.looks_like(self._cloud)
        if max(len(cloud), len(self._cloud)) >= view_ink.MANY and not alike:
            self.refresh()
        self._cloud = cloud
        self._taken_by_keys &= cloud.highlighted >= 0
        if not alike:
            self.seldom_changed()

    def set_lines(self, lines: Sequence[PlainLine]) -> None:
        """Show these lines, the last on top."""
        before, self._lines = self._lines, tuple(lines)
        if self._lines != before:
            self.update()

    def set_errors(self, errors: Errors) -> None:
        """Show the errors of one line."""
        before, self._errors = self._errors, errors
        if not errors.looks_like(before):
            self.seldom_changed()

    def set_shade(self, span: tuple[float, float] | None, words: str = "") -> None:
        """Shade what lies outside these x, and say why."""
        if (span, words) != (self._shade, self._words):
            self._shade, self._words = span, words
            self.seldom_changed()

    def set_empty(self, text: str) -> None:
        """What is said in the middle of a picture without points; "" for nothing."""
        if text != self._empty:
            self._empty = text
            self.update()

    def lines(self) -> tuple[PlainLine, ...]:
        """The lines that are shown."""
        return self._lines

    def empty_text(self) -> str:
        """What is said in the middle of the picture."""
        return self._empty

    def cloud(self) -> Cloud:
        """What is shown now."""
        return self._cloud

    # ---- painting

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        view_ink.paint_paper(painter, view, look)
        if len(self._cloud) >= view_ink.MANY:
            painter.save()
            painter.setClipPath(rounded(view, look))
            view_ink.paint_points(painter, view, look, self._cloud, None)
            painter.restore()

    def paint_seldom(self, painter: QPainter, view: Viewport, look: Look) -> None:
        painter.save()
        painter.setClipPath(rounded(view, look))
        if self._shade is not None:
            view_ink.paint_shade(painter, view, look, self._shade, self._words)
        view_ink.paint_errors(painter, view, look, self._cloud, self._errors)
        view_ink.paint_bars(painter, view, look, self._cloud)
        painter.restore()

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        cloud = self._cloud
        stamps = self._stamps.use(look, self.devicePixelRatioF()) if live else None
        painter.save()
        painter.setClipPath(rounded(view, look))
        view_ink.paint_lines(painter, view, look, self._lines)
        if len(cloud) < view_ink.MANY:  # a handful of points lies on the lines, a cloud under them
            view_ink.paint_points(painter, view, look, cloud, stamps)
        view_ink.paint_highlighted(painter, view, look, cloud)
        if self._empty:
            view_ink.paint_message(painter, view, look, self._empty)
        painter.restore()
        super().paint_moving(painter, view, look, live)
        view_ink.paint_names(painter, view, look, self._lines, self._taken(view, look))

    def _taken(self, view: Viewport, look: Look) -> list[Box]:
        """The room that the handles need."""
        reach, found = look.px(11), []
        for name in self._handles:
            x, y, _hidden = self.spot(view, *self.handle_at(name))
            found.append((x - reach, y - reach, x + reach, y + reach))
        return found

    # ---- where things are

    def point_at(self, at: QPointF) -> int:
        """The number of the point under a pixel, −1 for none."""
        if not len(self._cloud):
            return -1
        pixels = self._cloud.pixels(self.view())
        far = np.hypot(pixels[:, 0] - at.x(), pixels[:, 1] - at.y())
        nearest = int(np.argmin(far))
        return nearest if far[nearest] <= look().px(NEAR) else -1

    def bar_at(self, at: QPointF) -> int:
        """The number of the point whose bar ends under a pixel, −1 for none."""
        bars, view = self._cloud.bars, self.view()
        if bars is None or not len(bars):
            return -1
        far = np.full(len(bars), np.inf)
        for sign in (1, -1):
            ends = view.points(np.stack([self._cloud.x, self._cloud.y + sign * bars], axis=1))
            far = np.minimum(far, np.hypot(ends[:, 0] - at.x(), ends[:, 1] - at.y()))
        nearest = int(np.argmin(far))
        return nearest if far[nearest] <= look().px(NEAR_BAR) else -1

    def _inside(self, at: QPointF) -> tuple[float, float]:
        """The data point under a pixel, or the nearest one in the picture."""
        view = self.view()
        across = min(max(at.x(), view.left), view.left + view.width)
        down = min(max(at.y(), view.top), view.top + view.height)
        return view.data(across, down)

    # ---- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._under(event.position()):
            for kind, number in (
                ("point", self.point_at(event.position())),
                ("bar", self.bar_at(event.position())),
            ):
                if number >= 0:
                    self._grabbed, self._moved_it = (kind, number), False
                    self.setCursor(Qt.CursorShape.ClosedHandCursor)
                    return
        self._taken_by_keys = False
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            kind, number = self._grabbed
            self._moved_it = True
            x, y = self._inside(event.position())
            self._drag(kind, number, x, y)
            return
        super().mouseMoveEvent(event)
        if event.buttons() == Qt.MouseButton.NoButton and not self._held:
            at = event.position()
            number = -1 if self._near else self.point_at(at)
            if not self._near:
                grip = number >= 0 or self.bar_at(at) >= 0
                self.setCursor(Qt.CursorShape.OpenHandCursor) if grip else self.unsetCursor()
            self._hover(number)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None and event.button() == Qt.MouseButton.LeftButton:
            (kind, number), self._grabbed = self._grabbed, None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self._let_go(kind, number)
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self.point_at(event.position())
        if number >= 0 and event.button() == Qt.MouseButton.LeftButton and not self._under(event.position()):
            self.point_opened.emit(number)
        else:
            super().mouseDoubleClickEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _drag(self, kind: str, number: int, x: float, y: float) -> None:
        if kind == "point":
            self.point_dragged.emit(number, x, y)
        elif number < len(self._cloud):
            least = 0.01 * (self.view().y1 - self.view().y0)
            self.bar_dragged.emit(number, max(abs(y - float(self._cloud.y[number])), least))

    def _let_go(self, kind: str, number: int) -> None:
        if kind == "bar":
            self.bar_dropped.emit(number)
        elif self._moved_it:
            self.point_dropped.emit(number)
        else:
            self._taken_by_keys = True
            self.point_clicked.emit(number)

    def _hover(self, number: int) -> None:
        if number != self._hovering:
            self._hovering = number
            self.point_hovered.emit(number)

    # ---- the keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, highlighted = event.key(), self._cloud.highlighted
        if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp) and len(self._cloud):
            self._taken_by_keys = True
            by = 1 if key == Qt.Key.Key_PageDown else -1
            start = highlighted if highlighted >= 0 else (-1 if by > 0 else 0)
            self.point_clicked.emit((start + by) % len(self._cloud))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and highlighted >= 0:
            self.removed.emit(highlighted)
        elif key == Qt.Key.Key_Insert:
            view = self.view()
            x, y = self._cross or ((view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2)
            self.clicked.emit(x, y)
        elif key == Qt.Key.Key_Escape and highlighted >= 0:
            self._taken_by_keys = False
            self.point_clicked.emit(-1)
        elif event.text() in ("[", "]") and highlighted >= 0 and self._cloud.bars is not None:
            factor = 1.1 if event.text() == "]" else 1 / 1.1
            self._keyed = ("bar", highlighted)
            self.bar_dragged.emit(highlighted, float(self._cloud.bars[highlighted]) * factor)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._taken_by_keys = False
            super().keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def nudge(self, across: int, up: int, fine: bool) -> bool:
        highlighted = self._cloud.highlighted
        if not (self._taken_by_keys and 0 <= highlighted < len(self._cloud)):
            return super().nudge(across, up, fine)
        view, share = self.view(), 0.1 if fine else 1.0
        x = float(self._cloud.x[highlighted]) + across * share * step_size(view.x1 - view.x0, 100)
        y = float(self._cloud.y[highlighted]) + up * share * step_size(view.y1 - view.y0, 100)
        self._keyed = ("point", highlighted)
        self.point_dragged.emit(highlighted, min(max(x, view.x0), view.x1), min(max(y, view.y0), view.y1))
        return True

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._keyed is not None and not event.isAutoRepeat():
            (kind, number), self._keyed = self._keyed, None
            (self.bar_dropped if kind == "bar" else self.point_dropped).emit(number)
        super().keyReleaseEvent(event)
