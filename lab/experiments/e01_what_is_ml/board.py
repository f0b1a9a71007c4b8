"""Points, and a straight line through them that can be taken in the hand: by two dots that lie on it, or by
its middle. Points can be added, moved and taken away; short sticks join them to the line.

The view says what to show with plain values and is told what the hand does. With the keyboard, Tab or Enter
goes from one thing to the next, the arrow keys move it, Delete takes a point away and Insert adds one.
"""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e01_what_is_ml.board_paint import Highlighted, Place, paint_things
from lab.experiments.e01_what_is_ml.things import Dots, Things, on_paper
from widgets.base.look import Look, look
from widgets.canvas.axes import paint_grid
from widgets.canvas.canvas import Canvas
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.canvas.spoken import place_words
from widgets.canvas.viewport import Viewport

__all__ = ["LineBoard"]

INNER = (0.13, 0.87)  # where the two dots lie, as shares of the part of the line that is in sight
REACH, POINT_REACH, BODY = 16.0, 11.0, 7.0  # pixels within which a dot, a point, and the line can be taken
CURSORS = {"": Qt.CursorShape.CrossCursor, "body": Qt.CursorShape.SizeVerCursor}


class LineBoard(Canvas):
    """The picture. `grabbed` comes before the first change of each gesture, with the name of what is
    moved."""

    grabbed = Signal(str)
    line_moved = Signal(float, float)  # slope, intercept
    point_added = Signal(float, float)
    point_moved = Signal(int, float, float)
    point_removed = Signal(int)
    pin_moved = Signal(str, float)
    typing_requested = Signal(str)  # a thing was double-clicked: its numbers are to be typed
    point_under = Signal(int)  # the movable point under the pointer or chosen by key; −1 for none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._things, self._stamps = Things(), PixmapCache()
        self._current = ""  # what the keys move: "left", "right", "pin …", "point 3"; "" for nothing
        self._held = ""
        self._moving = False  # whether the press has become a drag
        self._anchor: tuple[float, float, float, float] | None = None  # line and dots as the drag began
        self._near = ""
        self._ghost: QPointF | None = None
        self._by_key = ""
        self._sentence = -1

    def set_things(self, things: Things) -> None:
        """Show these and nothing else."""
        self._things = things
        if self._current and self._current not in self._names():
            self._current = ""
        self.update()

    def things(self) -> Things:
        """What is shown now."""
        return self._things

    def current(self) -> str:
        """What the arrow keys move now; "" for nothing."""
        return self._current

    # ---- what there is to take hold of

    def _movable(self) -> Dots | None:
        return next((group for group in self._things.dots if group.movable), None)

    def _names(self) -> list[str]:
        names = ["left", "right"] if self._things.line is not None else []
        names += [f"pin {pin.name}" for pin in self._things.pins if not pin.fixed]
        group = self._movable()
        return names + [f"point {i}" for i in range(len(group.x) if group else 0)]

    def dots_of_line(self, view: Viewport | None = None) -> tuple[Place, Place] | None:
        """Where the two dots lie: on the line, in the part of it that is in sight."""
        line, view = self._things.line, view or self.view()
        if line is None:
            return None
        ends = self._part_in_sight(line, view)
        low, high = (view.x0, view.x1) if ends is None else ends
        if self._held in ("left", "right") and self._anchor is not None:
            xs: tuple[float, ...] = self._anchor[2:]
        else:
            xs = tuple(low + share * (high - low) for share in INNER)
        left, right = ((x, min(max(line[0] * x + line[1], view.y0), view.y1)) for x in xs)
        return left, right

    @staticmethod
    def _part_in_sight(line: Place, view: Viewport) -> Place | None:
        """From which x to which x the line is in sight; None where hardly any of it is."""
        slope, intercept = line
        low, high = view.x0, view.x1
        if slope != 0:
            cuts = sorted(((view.y0 - intercept) / slope, (view.y1 - intercept) / slope))
            low, high = max(low, cuts[0]), min(high, cuts[1])
        elif not view.y0 <= intercept <= view.y1:
            return None
        return (low, high) if high - low > 0.04 * (view.x1 - view.x0) else None

    def _place(self, name: str) -> Place | None:
        """Where a thing is, in the data."""
        dots = self.dots_of_line()
        if name in ("left", "right") and dots is not None:
            return dots[name == "right"]
        if name.startswith("pin "):
            return next(((pin.x, pin.y) for pin in self._things.pins if f"pin {pin.name}" == name), None)
        group = self._movable()
        if name.startswith("point ") and group is not None and int(name[6:]) < len(group.x):
            number = int(name[6:])
            return float(group.x[number]), float(group.y[number])
        return None

    def _under(self, at: QPointF) -> str:
        """What is under a pixel: a dot of the line first, then a pin, then the nearest point, then the
        line."""
        best, least = "", math.inf
        for name in self._names():
            place = self._place(name)
            if place is None:
                continue
            x, y = self.view().screen(*place)
            away = math.hypot(at.x() - x, at.y() - y)
            reach = look().px(POINT_REACH if name.startswith("point") else REACH)
            if away <= reach and away < least:
                best, least = name, away
        return best or ("body" if self._on_line(at) else "")

    def _on_line(self, at: QPointF) -> bool:
        line, view = self._things.line, self.view()
        if line is None or not view.holds(at.x(), at.y()):
            return False
        slope = line[0] * (view.height / (view.y1 - view.y0)) / (view.width / (view.x1 - view.x0))
        x, _y = view.data(at.x(), at.y())
        _across, down = view.screen(x, line[0] * x + line[1])
        return abs(at.y() - down) / math.hypot(1.0, slope) <= look().px(BODY)

    # ---- mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_key = ""
        name = self._under(event.position()) if event.button() == Qt.MouseButton.LeftButton else ""
        super().mousePressEvent(event)
        if name:
            self._held, self._moving = name, False
            self._current = name if name != "body" else self._current
            self._anchor = self._anchored()
            self.update()

    def _anchored(self) -> tuple[float, float, float, float] | None:
        line, dots = self._things.line, self.dots_of_line()
        return None if line is None or dots is None else (*line, dots[0][0], dots[1][0])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        super().mouseMoveEvent(event)
        if self._held:
            self._drag(at)
            return
        if event.buttons() == Qt.MouseButton.NoButton:
            self._hover(at)

    def _hover(self, at: QPointF) -> None:
        near = self._under(at)
        free = self._things.adding and not near and self.view().holds(at.x(), at.y())
        self._ghost = at if free else None
        if near != self._near:
            self._near = near
            self.setCursor(CURSORS.get(near, Qt.CursorShape.OpenHandCursor))
        self._say_point(int(near[6:]) if near.startswith("point ") else -1)
        self.update()

    def _say_point(self, number: int) -> None:
        if number != self._sentence:
            self._sentence = number
            self.point_under.emit(number)

    def _drag(self, at: QPointF) -> None:
        view = self.view()
        across = min(max(at.x(), view.left), view.left + view.width)
        down = min(max(at.y(), view.top), view.top + view.height)
        if not self._moving:
            if not self._dragging:  # the hand trembles: that is no drag yet
                return
            self._moving = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.grabbed.emit(self._held)
        x, y = view.data(across, down)
        if self._held == "body":
            self._shift(at)
        else:
            self._move(self._held, x, y)

    def _shift(self, at: QPointF) -> None:
        """The whole line up or down with the pointer."""
        if self._anchor is not None and self._pressed is not None:
            _button, start, view = self._pressed
            slope, intercept = self._anchor[:2]
            lift = view.data(at.x(), at.y())[1] - view.data(start.x(), start.y())[1]
            self._take_line(slope, intercept + lift)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, moved = self._held, self._moving
        self._held, self._moving = "", False
        if held and moved:
            self._pressed = None
            self._hover(event.position())
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            return
        at, button = event.position(), event.button()
        still = self._pressed is not None and not self._dragging
        name = self._under(at)
        if still and button == Qt.MouseButton.RightButton and name.startswith("point "):
            self._pressed = None
            self._remove(int(name[6:]))
        elif held not in ("", "body"):  # a press on a thing chooses it, and adds no point
            self._pressed = None
            self.update()
        else:
            super().mouseReleaseEvent(event)
            if still and button == Qt.MouseButton.LeftButton and self._things.adding:
                self._add(at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        name = self._under(event.position()) if event.button() == Qt.MouseButton.LeftButton else ""
        if name:
            self.typing_requested.emit(name)
        elif self._things.adding:
            self.mousePressEvent(event)  # two points put quickly, one after the other
        else:
            super().mouseDoubleClickEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._ghost, self._near = None, ""
        self._say_point(-1)
        super().leaveEvent(event)

    def _add(self, at: QPointF) -> None:
        spot = self.data_at(at)
        if spot is not None:
            self.grabbed.emit("")
            self.point_added.emit(*spot)

    def _remove(self, number: int) -> None:
        self._current = ""
        self.grabbed.emit("")
        self.point_removed.emit(number)
        self._say_point(-1)

    def _move(self, name: str, x: float, y: float) -> None:
        """Put a thing at a place of the data."""
        if name in ("left", "right") and self._anchor is not None:
            slope, intercept, left, right = self._anchor
            here, there = (left, right) if name == "left" else (right, left)
            held = slope * there + intercept
            slope = (y - held) / (here - there)
            self._take_line(slope, held - slope * there)
        elif name.startswith("pin "):
            self.pin_moved.emit(name[4:], y)
        elif name.startswith("point "):
            self.point_moved.emit(int(name[6:]), x, y)
        self.update()

    def _take_line(self, slope: float, intercept: float) -> None:
        line = (slope, intercept)
        self._things = replace(self._things, line=line)  # at once; the view will say the same soon
        self.line_moved.emit(slope, intercept)
        self.update()

    # ---- keys

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from thing to thing, and then on to what stands beside the board."""
        if self.hasFocus() and self._choose(1 if forward else -1):
            return True
        return super().focusNextPrevChild(forward)

    def _choose(self, by: int) -> bool:
        """The next thing, or the one before; False beyond the last."""
        self._by_key = ""
        order = ["", *self._names()]
        number = order.index(self._current) + by if self._current in order else 0
        if not 0 <= number < len(order):
            self._current = ""
            self.update()
            return False
        self._current = order[number]
        self._say_point(int(self._current[6:]) if self._current.startswith("point ") else -1)
        self.update()
        if (place := self._place(self._current)) is not None:
            self._tell(self._current, *place)
        return bool(self._current) or by < 0

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        reason, names = event.reason(), self._names()
        if names and reason in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._current = names[0] if reason == Qt.FocusReason.TabFocusReason else names[-1]
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._by_key = ""
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self._choose(1):
                self._choose(1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._current.startswith("point "):
            self._remove(int(self._current[6:]))
        elif key == Qt.Key.Key_Insert and self._things.adding:
            view = self.view()
            x, y = self._cross or ((view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2)
            self.grabbed.emit("")
            self.point_added.emit(x, y)
        elif key == Qt.Key.Key_Escape and self._current:
            self._current = ""
            self.update()
        else:
            super().keyPressEvent(event)

    def nudge(self, across: int, up: int, fine: bool) -> bool:
        name, place = self._current, self._place(self._current)
        if place is None:
            return super().nudge(across, up, fine)
        if self._by_key != name:
            self._by_key = name
            self.grabbed.emit(name)
        self._held, self._anchor = name, self._anchored()
        x, y = self.stepped(*place, across, up, fine)
        if up or name.startswith("point "):
            self._move(name, x, y)
            self._tell(name, x, y)
        self._held = ""
        return True

    def _tell(self, name: str, x: float, y: float) -> None:
        """Say where the thing is that the keys move; points are counted from 1."""
        self.tell(f"{_spoken_name(name)}: {place_words(self._titles, x, y)}")

    # ---- painting

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        paint_grid(painter, view, look)

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        highlighted, stamps = Highlighted(), None
        if live:
            stamps = self._stamps.use(look, self.devicePixelRatioF())
            ghost = self._ghost if not self._held else None
            highlighted = Highlighted(self._held or self._near, self._current if self.hasFocus() else "", ghost)
        things = self._things if live else on_paper(self._things)
        paint_things(painter, things, self.dots_of_line(view) or (), view, look, highlighted, stamps)


def _spoken_name(name: str) -> str:
    """What a thing that the keys move is called aloud."""
    if name.startswith("point "):
        return _("point {n}").format(n=int(name[6:]) + 1)
    if name.startswith("pin "):
        piece = name[4:]
        return _("answer {n} of the rule").format(n=int(piece) + 1) if piece.isdigit() else _("your guess")
    return _("left dot of the line") if name == "left" else _("right dot of the line")
