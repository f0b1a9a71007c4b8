"""The hands on the board of samples: the two dots of the line, and the samples themselves, by mouse and by key.

A press on an empty place adds a sample, a drag moves one, the right button or Delete takes one away. Page Down
and Page Up go from sample to sample, the arrow keys move the one that is chosen, Insert adds one at the cross."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from lab.experiments.e06_training_loop.frame import LoopFrame
from widgets.base.look import look
from widgets.canvas.canvas import Canvas
from widgets.canvas.viewport import Viewport

__all__ = ["Interaction"]

INNER = (0.16, 0.84)  # where the two dots lie, as shares of the part of the line that is in sight
REACH, NEAR = 15.0, 9.0  # pixels within which a dot can be taken, and a sample


class Interaction(Canvas):
    """`placed` carries w and b on the way, `moved` a sample's number and place; `grabbed` comes before the first
    of each gesture."""

    grabbed = Signal(str)
    placed = Signal(float, float)
    moved = Signal(int, float, float)
    added = Signal(float, float)
    removed = Signal(int)
    typing_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: LoopFrame | None = None
        self._held = self._chosen = ""  # "left", "right" or "sample 3"
        self._moving = self._by_key = False
        self._anchor: tuple[float, float, float] | None = None  # x, y of the other dot, x of the held one
        self.clicked.connect(self.added)

    def chosen(self) -> str:
        """What the arrow keys move: "left", "right", "sample 3" or ""."""
        return self._chosen

    def held_sample(self) -> int:
        """The sample that is held or chosen, −1 for none."""
        name = self._held or (self._chosen if self.hasFocus() else "")
        return int(name[7:]) if name.startswith("sample ") else -1

    # ---- where things are

    def dots(self, view: Viewport | None = None) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """Where the two dots of the line lie; None when the line is out of sight."""
        frame, view = self._frame, view or self.view()
        if frame is None:
            return None
        w, b = frame.memory.w, frame.memory.b
        if not (math.isfinite(w) and math.isfinite(b) and abs(w) < 1e6 and abs(b) < 1e6):
            return None
        low, high = view.x0, view.x1
        if w:
            cuts = sorted(((view.y0 - b) / w, (view.y1 - b) / w))
            low, high = max(low, cuts[0]), min(high, cuts[1])
        if high - low < 0.03 * (view.x1 - view.x0) or (not w and not view.y0 <= b <= view.y1):
            return None
        left, right = (low + share * (high - low) for share in INNER)
        return (left, w * left + b), (right, w * right + b)

    def sample_at(self, at: QPointF) -> int:
        """The sample under a pixel, −1 for none."""
        if self._frame is None:
            return -1
        samples = self._frame.samples
        across, down = self.view().screen(samples.x, samples.y)
        away = np.hypot(across - at.x(), down - at.y())
        number = int(np.argmin(away))
        return number if away[number] <= look().px(NEAR) else -1

    def _under(self, at: QPointF) -> str:
        for name, dot in zip(("left", "right"), self.dots() or ()):
            x, y = self.view().screen(*dot)
            if math.hypot(at.x() - x, at.y() - y) <= look().px(REACH):
                return name
        sample = self.sample_at(at)
        return f"sample {sample}" if sample >= 0 else ""

    # ---- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        name = self._under(event.position()) if event.button() == Qt.MouseButton.LeftButton else ""
        if name:
            self._held = self._chosen = name
            self._moving, self._by_key = False, False
            self._anchor = self._anchored(name)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()

    def _anchored(self, name: str) -> tuple[float, float, float] | None:
        dots = self.dots()
        if dots is None or name not in ("left", "right"):
            return None
        held, other = dots if name == "left" else dots[::-1]
        return other[0], other[1], held[0]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        at = event.position()
        if not self._held:
            if event.buttons() == Qt.MouseButton.NoButton:
                near = self._under(at)
                self.setCursor(Qt.CursorShape.OpenHandCursor if near else Qt.CursorShape.ArrowCursor)
            return
        if not self._moving:
            if not self._dragging:
                return
            self._moving = True
            self.grabbed.emit(self._held)
        view = self.view()
        inside = QPointF(
            min(max(at.x(), view.left), view.left + view.width), min(max(at.y(), view.top), view.top + view.height)
        )
        self._put(*view.data(inside.x(), inside.y()))

    def _put(self, x: float, y: float) -> None:
        """The held thing to a place; of the line's dots only the height counts, and the other one stays."""
        if self._held.startswith("sample ") or (not self._held and self._chosen.startswith("sample ")):
            self.moved.emit(int((self._held or self._chosen)[7:]), x, y)
        elif self._anchor is not None:
            other_x, other_y, at = self._anchor
            w = (y - other_y) / (at - other_x)
            self.placed.emit(w, other_y - w * other_x)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held, self._moving = self._held, "", False
        sample = self.sample_at(event.position())
        if held:
            self._pressed = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self.update()
        elif event.button() == Qt.MouseButton.RightButton and not self._dragging and sample >= 0:
            self._pressed = None
            self._take_away(sample)
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        sample = self.sample_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else -1
        if sample >= 0:
            self.typing_requested.emit(sample)
        else:
            self.mousePressEvent(event)  # two samples put quickly, one after the other

    def _take_away(self, sample: int) -> None:
        self._chosen = ""
        self.removed.emit(sample)

    # ---- the keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, sample = event.key(), int(self._chosen[7:]) if self._chosen.startswith("sample ") else -1
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.dots() is not None:
            order = ["", "left", "right"]
            at = order.index(self._chosen) if self._chosen in order else 0
            self._choose(order[(at + 1) % 3])
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp) and self._frame is not None:
            on = 1 if key == Qt.Key.Key_PageDown else -1
            start = sample if sample >= 0 else (-1 if on > 0 else 0)
            self._choose(f"sample {(start + on) % self._frame.samples.n}")
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and sample >= 0:
            self._take_away(sample)
        elif key == Qt.Key.Key_F2 and sample >= 0:
            self.typing_requested.emit(sample)
        elif key == Qt.Key.Key_Insert:
            view = self.view()
            self.added.emit(*(self._cross or ((view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2)))
        elif key == Qt.Key.Key_Escape and self._chosen:
            self._choose("")
        else:
            super().keyPressEvent(event)

    def _choose(self, name: str) -> None:
        self._chosen, self._by_key = name, False
        self.update()

    def nudge(self, across: int, up: int, fine: bool) -> bool:
        place = self._place()
        if place is None:
            return super().nudge(across, up, fine)
        if not self._by_key:
            self._by_key = True
            self.grabbed.emit(self._chosen)
        self._anchor = self._anchored(self._chosen)
        self._put(*self.stepped(*place, across, up, fine))
        return True

    def _place(self) -> tuple[float, float] | None:
        """Where the chosen thing lies."""
        frame, dots = self._frame, self.dots()
        if frame is not None and self._chosen.startswith("sample "):
            number = int(self._chosen[7:])
            if number < frame.samples.n:
                return float(frame.samples.x[number]), float(frame.samples.y[number])
        if dots is not None and self._chosen in ("left", "right"):
            return dots[self._chosen == "right"]
        return None
