"""The picture of a loss: the board with points, line and squares; what a miss costs; the landscape of all
lines; and above them the bar that says who owns the loss. All four show the same frame, and a point that is
pointed at in one of them is lit in the others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.engine.basics import table as tables
from lab.engine.basics.table import left_out_words
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
from lab.experiments.e04_loss_functions.words import describe
from lab.kit_qt.outlines import Array
from lab.kit_qt.places import rounded_place
from lab.kit_qt.typed_point import TypedPoint
from lab.kit_qt.view import ExperimentView
from widgets.base.layouts import fill, hbox, heading, stack, turn, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.canvas.canvas import Canvas
from widgets.controls.chips import Segmented
from widgets.pages.data_sheet import Chosen, DataSheet, Role, Wanted
from widgets.text.tags import TagRow

__all__ = ["View"]

LOW, NARROW = 330, 560  # pixels at 100 % text, below which parts give way to the board, or stand below it
SURE = 1e-4  # how near to 0 and 1 a probability can be dragged


class View(ExperimentView[LossFrame, Display]):
    """The equation, the points, what an error costs, and the landscape of all lines."""

    CLOSE, WIDE = 6, 10
    OWN = {"data": "own", "blind": False}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Display(), parent)
        self._highlighted = -1
        self._drawn_for: object = None
        self.equation, self.board, self.cost = Equation(), Board(), CostCurve()
        self.landscape, self.bar = Landscape(), ShareBar()
        self.done = TagRow()
        self.typed = TypedPoint()
        self.chips = Segmented(("map", "slice"), (_("Map"), _("Slice")))
        self.chips.setAccessibleName(_("Landscape"))
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.title, self._heading = heading(), heading(_("Loss of every line"), "label")
        self._heading.setToolTip(_("The slope of the loss along w and b. For the sum it is n times that of the mean."))
        self._sentence = kind(QLabel(), "small")
        self._sentence.hide()
        self._left, self._side, self._main = QWidget(), QWidget(), QWidget()
        left = vbox(hbox((self.title, 1), self.done), (self.board, 1), on=self._left)
        head = hbox((self._heading, 1), self.chips)
        right = vbox((self.cost, 4), head, (self.landscape, 6), on=self._side)
        self._sides = left, right
        self._middle = hbox((self._left, 16), (self._side, 9), on=self._main)
        self._pages = stack(self._main)
        # the bar above: messages of a challenge lie over the lowest part
        fill(self._column, self.equation, self.bar, self.typed, self._sentence, (self._pages, 1))

    def _connect(self) -> None:
        self.board.dragged.connect(self._dragged)
        self.board.dropped.connect(self._dropped)
        self.board.clicked.connect(self._add)
        self.board.removed.connect(self._remove)
        self.board.typing_requested.connect(self._type)
        self.typed.changed.connect(self._point_typed)
        self.typed.noted.connect(self._note)
        self.landscape.moved.connect(self._line_moved)
        self.landscape.dropped.connect(self.end_drag)
        self.landscape.requested_for.connect(self._probe)
        self.chips.chosen.connect(self._choose_landscape)
        self.equation.changed.connect(self._line_typed)
        self.equation.requested.connect(self.requested)
        self.equation.noted.connect(self._note)
        self.equation.best_requested.connect(self._take_best)
        self.equation.own_requested.connect(self.open_own)
        self.bar.requested.connect(self.requested)
        for part in (self.board, self.cost, self.bar):
            part.highlighted_changed.connect(self._light)
        self.lay_over(DataSheet(tables, _wanted()), self._pages)

    # ---------------------------------------------------------------------------------------- drawing

    def draw(self, frame: LossFrame, before: LossFrame | None) -> None:
        turned = before is None or before.blind != frame.blind
        self.fit() if turned else self._show_ground(frame)
        if before is not None and _table(before) != _table(frame):
            self._highlighted = self.typed.number = -1  # a point of other data is another point
        self._highlighted = self._highlighted if self._highlighted < frame.n and not frame.blind else -1
        self.board.show_frame(frame, self._display.areas, self._display.best, self._highlighted)

    def write(self, frame: LossFrame) -> None:
        self.board.set_description(describe(frame))
        self.cost.set_description(describe(frame))
        self.equation.show_frame(frame)
        self.typed.show_points(*_seen(frame))
        self.cost.show_frame(frame, self._highlighted)
        self.landscape.show_frame(frame, self._display.best)
        self.bar.show_frame(frame, self._highlighted)
        self._show_heading(frame)

    def _show_heading(self, frame: LossFrame) -> None:
        """The gradient, which grows n times when the mean becomes a sum."""
        message = _("Loss of every line")
        if not frame.blind and frame.n:
            w, b = (show_number(part, 3) for part in frame.judged.gradient)
            message = _("∇L = ({w}, {b})").format(w=w, b=b)
        self._heading.setText(message)

    def _show_ground(self, frame: LossFrame) -> None:
        """Range and names, only when they change: zoom and pan are the reader's."""
        points = frame.points
        names, title = tuple(_(name) for name in points.names), _(points.title)
        key = (points.extent, names, title, self.low(LOW), points.left_out)
        if key != self._drawn_for:
            self._drawn_for = key
            self.title.setText(title)
            self.title.setToolTip(title)
            full = MAX_POINTS if points.x.size == MAX_POINTS else 0
            self.done.set_words(left_out_words(points.left_out, full))
            self.board.set_titles("" if self.low(LOW) else names[0], names[1], title)
            self.board.set_range(*points.extent)

    def show_display(self, display: Any) -> None:
        """Draw with other options; the run knows nothing of it."""
        self.chips.set_chosen(display.landscape)
        self.landscape.choose(display.landscape)
        super().show_display(display)

    def _light(self, number: int) -> None:
        self._highlighted = number
        self._again()

    # --------------------------------------------------------------------------------------- the hand

    def act(self, action: object, gesture: str = "") -> None:
        self._sentence.hide()
        super().act(action, gesture)

    def _data(self) -> str:
        return self._frame.params.data if self._frame is not None else ""

    def _dragged(self, name: str, x: float, y: float) -> None:
        """A handle of the board on its way: every place is a gesture, and all of one drag are one for undo."""
        if name.startswith("point "):
            self._highlighted = int(name[6:])
            self.drag(name, MovePoint(self._data(), self._highlighted, *self._rounded(x, y)))
        elif self._frame is not None:
            line = self._curved(name, y) if self._frame.loss.squash else self._turned(name, x, y)
            self.drag(name, MoveLine(*line))

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

    def _curved(self, name: str, y: float) -> tuple[float, float]:
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
        self.end_drag()
        self._again()

    def _line_moved(self, w: float, b: float) -> None:
        self.drag("landscape", MoveLine(w, b))

    def _line_typed(self, w: float, b: float) -> None:
        self.act(MoveLine(w, b))

    def _take_best(self) -> None:
        if self._frame is not None and self._frame.best is not None:
            self.act(MoveLine(*self._frame.best))

    def _add(self, x: float, y: float) -> None:
        if self._frame is not None and not self._frame.blind:
            self.act(AddPoint(self._data(), *self._rounded(x, y)))

    def _remove(self, number: int) -> None:
        self._highlighted = -1
        self.act(RemovePoint(self._data(), number))

    def _type(self, name: str) -> None:
        """A point's numbers are typed above the board, those of the line in its equation."""
        if name.startswith("point ") and self._frame is not None:
            self.typed.open(int(name[6:]), *_seen(self._frame))
        else:
            self.equation.slope.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _point_typed(self, number: int, x: float, y: float) -> None:
        self.act(MovePoint(self._data(), number, x, y))

    def _probe(self, w: float, b: float) -> None:
        self.act(Probe(w, b))

    def _rounded(self, x: float, y: float) -> tuple[float, float]:
        """A place put by hand, to a thousandth of the picture: no digits that nobody chose."""
        assert self._frame is not None
        return rounded_place(x, y, self._frame.points.extent)

    def _choose_landscape(self, which: str) -> None:
        self.display_changed.emit("landscape", which)

    def _note(self, text: str) -> None:
        """Why an entry was not taken."""
        self._sentence.setText(text)
        self._sentence.setVisible(bool(text))

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.landscape if self._left.isHidden() else self.board,)

    def outlines(self, frame: LossFrame) -> list[tuple[Canvas, Array]]:
        """The line, or the curve of probabilities."""
        if frame.blind:
            return []
        x0, x1 = frame.points.extent[:2]
        x = np.linspace(2 * x0 - x1, 2 * x1 - x0, 400)
        heights = np.asarray(frame.loss.predict(frame.line[0] * x + frame.line[1]), np.float64)
        return [(self.board, np.stack((x, heights), axis=1))]

    def pictures(self) -> list[Any]:
        """What can be saved as a picture."""
        return [self.board, self.cost, *self.landscape.pictures()]

    def relook(self) -> None:
        px = look().px
        self._middle.setSpacing(px(10))
        for side in self._sides:
            side.setSpacing(px(4))
        super().relook()

    def fit(self) -> None:
        """Where there is little room, for large text on a small screen, the board keeps most of it."""
        low, narrow = self.low(LOW), self.narrow(NARROW)
        blind = self._frame is not None and self._frame.blind
        self._left.setVisible(not blind)  # in the dark there is only the landscape to look at
        turn(self._middle, narrow)
        self.cost.setVisible(not low and not blind)
        self.title.setVisible(not low)
        self.equation.set_narrow(narrow)
        if self._frame is not None:
            self._show_ground(self._frame)


def _seen(frame: LossFrame) -> tuple[Array, Array]:
    """x and y of the points in sight: none of a hidden landscape. [N], [N]"""
    points, n = frame.points, 0 if frame.blind else frame.n
    return points.x[:n], points.y[:n]


def _table(frame: LossFrame) -> tuple[object, ...]:
    """Which data the points are from."""
    return frame.params.data, frame.points.title, frame.points.names


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    roles = Role("x", "x"), Role("y", "y")
    return Wanted(roles, _take, _summary, _("age, height\n10, 139\n11, 144"), most=MAX_POINTS)


def _take(chosen: Chosen) -> SetTable:
    return chosen_columns(chosen.table, chosen.columns["x"], chosen.columns["y"], chosen.title)


def _summary(table: SetTable) -> tuple[str, ...]:
    return left_out_words(table.left_out)
