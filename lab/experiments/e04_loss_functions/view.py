"""The picture of a loss: the board with points, line and squares; what a miss costs; the landscape of all
lines; and above them the bar that says who owns the loss. All four show the same frame, and a point that is
pointed at in one of them is lit in the others."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.engine import table as tables
from lab.engine.table import left_out_words
from lab.experiments.e04_loss_functions.board import Board
from lab.experiments.e04_loss_functions.cost import CostCurve
from lab.experiments.e04_loss_functions.equation import Equation
from lab.experiments.e04_loss_functions.frame import LossFrame
from lab.experiments.e04_loss_functions.gestures import AddPoint, MoveLine, MovePoint, Probe, RemovePoint, SetTable
from lab.experiments.e04_loss_functions.landscape import Landscape
from lab.experiments.e04_loss_functions.own_data import chosen_columns
from lab.experiments.e04_loss_functions.points import MAX_POINTS
from lab.experiments.e04_loss_functions.settings import Display
from lab.experiments.e04_loss_functions.share import ShareBar
from lab.experiments.e04_loss_functions.typed import TypedPoint
from lab.experiments.e04_loss_functions.words import describe
from widgets.chips import Segmented
from widgets.datasheet import Chosen, DataSheet, Role, Wanted
from widgets.look import Refreshing, look
from widgets.stylesheet import kind
from widgets.tags import TagRow

__all__ = ["View"]

LOW, NARROW = 330, 430  # pixels at 100 % text, below which parts give way to the board
READING_MS = 100  # between two updates of texts and curves while a run goes on
SURE = 1e-4  # how near to 0 and 1 a probability can be dragged


class View(Refreshing, QWidget):
    """`gesture` stays the same during one drag, so that undo takes the whole drag back."""

    acted = Signal(object)
    display_changed = Signal(str, object)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playing = False
        self.gesture = ""
        self._drags, self._lit = 0, -1
        self._read = QElapsedTimer()
        self._frame: LossFrame | None = None
        self._display = Display()
        self._drawn_for: object = None
        self._compact = False
        self.equation, self.board, self.cost = Equation(), Board(), CostCurve()
        self.landscape, self.bar = Landscape(), ShareBar()
        self.own, self.done = DataSheet(tables, _wanted()), TagRow()
        self.typed = TypedPoint()
        self.chips = Segmented(("map", "slice"), (_("Map"), _("Slice")))
        self.chips.setAccessibleName(_("Landscape"))
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.title, self._heading = kind(QLabel(), "h3"), kind(QLabel(_("Loss of every line")), "label")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._heading.setToolTip(_("The slope of the loss along w and b. For the sum it is n times that of the mean."))
        self._said = kind(QLabel(), "small")
        self._said.hide()
        self._side = QWidget()
        right = QVBoxLayout(self._side)
        right.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        head.addWidget(self._heading, 1)
        head.addWidget(self.chips)
        right.addWidget(self.cost, 4)
        right.addLayout(head)
        right.addWidget(self.landscape, 6)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        named = QHBoxLayout()
        named.addWidget(self.title, 1)
        named.addWidget(self.done)
        left.addLayout(named)
        left.addWidget(self.board, 1)
        self._main = QWidget()
        self._middle = QHBoxLayout(self._main)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._sides = left, right
        self._middle.addWidget(self._left, 11)
        self._middle.addWidget(self._side, 9)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._main)
        self._pages.addWidget(self.own)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.equation)
        self._column.addWidget(self.bar)  # above: what is told during a challenge lies over the lowest part
        self._column.addWidget(self.typed)
        self._column.addWidget(self._said)
        self._column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.board.dragged.connect(self._dragged)
        self.board.dropped.connect(self._dropped)
        self.board.clicked.connect(self._add)
        self.board.removed.connect(self._remove)
        self.board.typing_asked.connect(self._type)
        self.typed.changed.connect(self._point_typed)
        self.typed.noted.connect(self._note)
        self.landscape.moved.connect(self._line_moved)
        self.landscape.dropped.connect(self._next_drag)
        self.landscape.asked_for.connect(self._probe)
        self.chips.chosen.connect(self._choose_landscape)
        self.equation.changed.connect(self._line_typed)
        self.equation.asked.connect(self.asked)
        self.equation.noted.connect(self._note)
        self.equation.best_asked.connect(self._take_best)
        self.equation.own_asked.connect(self.open_own)
        self.bar.asked.connect(self.asked)
        for part in (self.board, self.cost, self.bar):
            part.lit_changed.connect(self._light)
        self.own.listen(self)
        self.own.opened.connect(self._own_opened)
        self.own.taken.connect(self._own_taken)
        self.own.closed.connect(self._own_closed)

    # ---------------------------------------------------------------------------------------- drawing

    def show_frame(self, frame: LossFrame) -> None:
        """Draw a frame, in any order."""
        turned = self._frame is None or self._frame.blind != frame.blind
        self._frame = frame
        self._fit() if turned else self._show_ground(frame)
        self._lit = self._lit if self._lit < frame.n and not frame.blind else -1
        best = self._display.best
        self.board.show_frame(frame, self._display.areas, best, self._lit)
        if not self.playing or not self._read.isValid() or self._read.elapsed() >= READING_MS:
            self._read.start()
            self.board.set_description(describe(frame))
            self.cost.set_description(describe(frame))
            self.equation.show_frame(frame)
            self.typed.show_frame(frame)
            self.cost.show_frame(frame, self._lit)
            self.landscape.show_frame(frame, best)
            self.bar.show_frame(frame, self._lit)
            self._show_heading(frame)

    def _show_heading(self, frame: LossFrame) -> None:
        """The gradient, which grows n times when the mean becomes a sum."""
        told = _("Loss of every line")
        if not frame.blind and frame.n:
            w, b = (show_number(part, 3) for part in frame.judged.gradient)
            told = _("∇L = ({w}, {b})").format(w=w, b=b)
        self._heading.setText(told)

    def _show_ground(self, frame: LossFrame) -> None:
        """Range and names, only when they change: zoom and pan are the reader's."""
        points = frame.points
        names, title = tuple(_(name) for name in points.names), _(points.title)
        key = (points.extent, names, title, self._low(), points.left_out)
        if key != self._drawn_for:
            self._drawn_for = key
            self.title.setText(title)
            self.title.setToolTip(title)
            full = MAX_POINTS if points.x.size == MAX_POINTS else 0
            self.done.set_words(left_out_words(points.left_out, full))
            self.board.set_titles("" if self._low() else names[0], names[1], title)
            self.board.set_range(*points.extent)

    def show_display(self, display: Any) -> None:
        """Draw with other options; the run knows nothing of it."""
        self._display = display
        self.chips.set_chosen(display.landscape)
        self.landscape.choose(display.landscape)
        self._read.invalidate()
        if self._frame is not None:
            self.show_frame(self._frame)

    def _light(self, number: int) -> None:
        self._lit = number
        self._read.invalidate()
        if self._frame is not None:
            self.show_frame(self._frame)

    # --------------------------------------------------------------------------------------- the hand

    def _do(self, action: object, gesture: str = "") -> None:
        self._said.hide()
        self.gesture = gesture
        self.acted.emit(action)
        self.gesture = ""

    def _data(self) -> str:
        return self._frame.params.data if self._frame is not None else ""

    def _dragged(self, name: str, x: float, y: float) -> None:
        """A handle of the board on its way: every place is a gesture, and all of one drag are one for undo."""
        drag = f"{name}#{self._drags}"
        if name.startswith("point "):
            self._lit = int(name[6:])
            self._do(MovePoint(self._data(), self._lit, *self._rounded(x, y)), drag)
        elif self._frame is not None:
            line = self._bent(name, y) if self._frame.loss.squash else self._turned(name, x, y)
            self._do(MoveLine(*line), drag)

    def _turned(self, name: str, x: float, y: float) -> tuple[float, float]:
        """The line through the held dot and the other one, which stays."""
        assert self._frame is not None
        self.board.hold()
        left, right = self.board.dots()
        there = (right if name == "left" else left)[0]
        here = (left if name == "left" else right)[0]
        w, b = self._frame.line
        held = w * there + b
        slope = (y - held) / (here - there)
        return slope, held - slope * there

    def _bent(self, name: str, y: float) -> tuple[float, float]:
        """The curve of probabilities through a new height of the held dot, the other staying."""
        assert self._frame is not None
        left, right = self.board.bends()
        w, b = self._frame.line
        here, there = (left[0], right[0]) if name == "left" else (right[0], left[0])
        p = min(max(y, SURE), 1 - SURE)
        held, new = w * there + b, math.log(p / (1 - p))
        slope = (new - held) / (here - there)
        return slope, held - slope * there

    def _dropped(self, _name: str, _x: float, _y: float) -> None:
        self.board.let_go()
        self._next_drag()
        if self._frame is not None:
            self.show_frame(self._frame)

    def _next_drag(self) -> None:
        self._drags += 1

    def _line_moved(self, w: float, b: float) -> None:
        self._do(MoveLine(w, b), f"landscape#{self._drags}")

    def _line_typed(self, w: float, b: float) -> None:
        self._do(MoveLine(w, b))

    def _take_best(self) -> None:
        if self._frame is not None and self._frame.best is not None:
            self._do(MoveLine(*self._frame.best))

    def _add(self, x: float, y: float) -> None:
        if self._frame is not None and not self._frame.blind:
            self._do(AddPoint(self._data(), *self._rounded(x, y)))

    def _remove(self, number: int) -> None:
        self._lit = -1
        self._do(RemovePoint(self._data(), number))

    def _type(self, name: str) -> None:
        """A point's numbers are typed above the board, those of the line in its equation."""
        if name.startswith("point ") and self._frame is not None:
            self.typed.open(int(name[6:]), self._frame)
        else:
            self.equation.slope.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _point_typed(self, number: int, x: float, y: float) -> None:
        self._do(MovePoint(self._data(), number, x, y))

    def _probe(self, w: float, b: float) -> None:
        self._do(Probe(w, b))

    def _rounded(self, x: float, y: float) -> tuple[float, float]:
        """A place put by hand, to a thousandth of the picture: no digits that nobody chose."""
        assert self._frame is not None
        x0, x1, y0, y1 = self._frame.points.extent
        return _to_grain(x, x1 - x0), _to_grain(y, y1 - y0)

    def _choose_landscape(self, which: str) -> None:
        self.display_changed.emit("landscape", which)

    def _note(self, text: str) -> None:
        """Why an entry was not taken."""
        self._said.setText(text)
        self._said.setVisible(bool(text))

    # --------------------------------------------------------------------------------------- own data

    def open_own(self) -> None:
        """Open the page for own data."""
        self.own.begin()

    def _own_opened(self) -> None:
        self._pages.setCurrentWidget(self.own)

    def _own_closed(self) -> None:
        self._pages.setCurrentWidget(self._main)

    def _own_taken(self, table: SetTable) -> None:
        if self._data() != "own":
            self._do(Set({"data": "own", "blind": False}))
        self._do(table)

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[Any]:
        """What can be saved as a picture."""
        return [self.board, self.cost, *self.landscape.pictures()]

    def set_compact(self, compact: bool) -> None:
        """Closer together, for small screens."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    def relook(self) -> None:
        px = look().px
        self._column.setSpacing(px(6 if self._compact else 10))
        self._middle.setSpacing(px(10))
        for column in self._sides:
            column.setSpacing(px(4))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _low(self) -> bool:
        return self.height() < look().px(LOW)

    def _fit(self) -> None:
        """Where there is little room, for large text on a small screen, the board keeps most of it."""
        low, narrow = self._low(), self.width() < look().px(NARROW)
        blind = self._frame is not None and self._frame.blind
        self._left.setVisible(not blind)  # in the dark there is only the landscape to look at
        self._side.setVisible(blind or not narrow)
        self.cost.setVisible(not low and not blind)
        self.title.setVisible(not low)
        self.equation.own.setVisible(not narrow)
        if self._frame is not None:
            self._show_ground(self._frame)


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    return Wanted((Role("x", "x"), Role("y", "y")), _take, _told, _("age, height\n10, 139\n11, 144"))


def _take(chosen: Chosen) -> SetTable:
    return chosen_columns(chosen.table, chosen.columns["x"], chosen.columns["y"], chosen.title)


def _told(table: SetTable) -> tuple[str, ...]:
    return left_out_words(table.left_out)


def _to_grain(value: float, span: float) -> float:
    """To the power of ten at or below a thousandth of the span."""
    return round(value, -math.floor(math.log10(span / 1000)))
