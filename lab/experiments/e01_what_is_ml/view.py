"""The picture of this experiment: a board with points and a line to drag, two thermometers of the error,
the line as an equation, and below it one thing to do at a time: fit, guess, write a rule, or look at the
table."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.basics import table as tables
from lab.experiments.e01_what_is_ml.board import LineBoard
from lab.experiments.e01_what_is_ml.equation import Equation
from lab.experiments.e01_what_is_ml.examples import MAX_POINTS
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.experiments.e01_what_is_ml.gestures import (
    AddPoint,
    Guess,
    LockIn,
    MoveLine,
    MovePoint,
    RemovePoint,
    SetTable,
    WriteRule,
)
from lab.experiments.e01_what_is_ml.own_data import ENOUGH, changes, table_of
from lab.experiments.e01_what_is_ml.picture import things_of
from lab.experiments.e01_what_is_ml.settings import Display
from lab.experiments.e01_what_is_ml.side import Side
from lab.experiments.e01_what_is_ml.strips import FitStrip, GuessStrip, RuleStrip, TableStrip
from lab.experiments.e01_what_is_ml.table_page import TablePage
from lab.experiments.e01_what_is_ml.words import describe
from lab.kit_qt.outlines import Array, straight_line
from lab.kit_qt.places import rounded_place
from lab.kit_qt.view import ExperimentView
from widgets.base.layouts import fill, hbox, heading, stack, turn
from widgets.base.look import look
from widgets.canvas.canvas import Canvas
from widgets.controls.chips import Segmented
from widgets.pages.data_sheet import Chosen, DataSheet, Option, Role, Wanted
from widgets.text.tags import TagRow

__all__ = ["View"]

VIEWS = ("fit", "guess", "rule", "table")
LOW, LOWEST, NARROW = 310, 210, 480  # pixels at 100 % text, below which parts give way to the board, or stand below it


class View(ExperimentView[LineFrame, Display]):
    """Board, thermometers, equation, and a strip with what can be done."""

    CLOSE, WIDE = 6, 10

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Display(), parent)
        self._held = ""  # what is dragged
        self._draft: float | None = None
        self._drawn_for: object = None
        self.board = LineBoard()
        self.side = Side()
        self.seen, self.new, self.rule = self.side.seen, self.side.new, self.side.rule
        self.equation = Equation()
        self.table = TablePage()
        self.strips = (FitStrip(), GuessStrip(), RuleStrip(), TableStrip())
        self.fitting, self.guess, self.rules, self.source = self.strips
        self._lay_out()
        self._connect()
        self.relook()

    # ------------------------------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        self.title = heading()
        self.done = TagRow()
        self.views = Segmented(VIEWS, [_("Fit"), _("Guess"), _("Rule"), _("Table")])
        self._pages = stack(self.board, self.table)
        self._middle = hbox((self._pages, 1), self.side)
        self._foot = stack(*self.strips)
        self._foot.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        fill(self._column, hbox((self.title, 1), self.views), self.done, (self._middle, 1), self.equation, self._foot)

    def _connect(self) -> None:
        board = self.board
        board.grabbed.connect(self._grabbed)
        board.line_moved.connect(self._line_moved)
        board.point_added.connect(self._point_added)
        board.point_moved.connect(self._point_moved)
        board.point_removed.connect(self._point_removed)
        board.pin_moved.connect(self._pin_moved)
        board.point_under.connect(self._point_under)
        board.typing_requested.connect(self._type_numbers)
        self.views.chosen.connect(self._view_chosen)
        self.seen.clicked.connect(self._ask_seen)
        self.new.clicked.connect(self._press_new)
        self.equation.changed.connect(self._line_typed)
        self.equation.requested.connect(self.requested)
        self.equation.noted.connect(self._note)
        self.fitting.locked.connect(self._lock)
        self.fitting.revealed.connect(self._reveal)
        self.guess.drafted.connect(self._drafted)
        self.guess.guessed.connect(self._guessed)
        self.rules.raced.connect(self._race)
        self.rule.written.connect(self._rule_typed)
        self.source.own_requested.connect(self.open_own)
        self.fitting.own_requested.connect(self.open_own)
        self.table.point_moved.connect(self._point_moved_by_table)
        self.table.point_added.connect(self._point_added)
        self.table.point_removed.connect(self._point_removed)
        self.table.refused.connect(self._note)
        self.table.requested.connect(self.requested)
        self.lay_over(DataSheet(tables, _wanted()), self._pages)

    # --------------------------------------------------------------------------------- from the run

    def draw(self, frame: LineFrame, before: LineFrame | None) -> None:
        if before is None or frame.examples.ask != before.examples.ask:
            self._draft = None
        self._show_ground(frame)
        touched = self._drags > 0 or frame.mine is not None
        self.board.set_things(things_of(frame, self._display, self._draft, touched))
        self.side.show_frame(frame)
        self.equation.show_frame(frame)

    def write(self, frame: LineFrame) -> None:
        self.board.set_description(describe(frame))
        self._show_strip(frame)

    def _show_ground(self, frame: LineFrame) -> None:
        """Range and names, only when they change: zoom and pan are the reader's."""
        examples = frame.examples
        names = tuple(_(name) for name in examples.names)
        low = self.low(LOW)
        key = (examples.extent, names, _(examples.title), low, examples.left_out, examples.new_x.size)
        if key != self._drawn_for:
            self._drawn_for = key
            self.title.setText(_(examples.title))
            self.title.setToolTip(_(examples.source))
            kept = examples.kept_back if self._data() == "own" else 0
            self.done.set_words(changes(examples.left_out, kept))
            self.board.set_titles("" if low else names[0], names[1], _(examples.title))
            self.board.set_range(*examples.extent)

    def _show_strip(self, frame: LineFrame) -> None:
        match self._display.view:
            case "fit":
                self.fitting.show_frame(frame)
            case "guess":
                self.guess.show_frame(frame, self._draft)
            case "rule":
                self.rules.show_frame(frame)
                self.rule.show_frame(frame)
            case "table":
                self.source.show_frame(frame)
                self.table.show_frame(frame)

    def show_display(self, display: Any) -> None:
        """Other view options; the run knows nothing of it."""
        number = VIEWS.index(display.view)
        self.views.set_chosen(display.view)
        self._foot.setCurrentIndex(number)
        self.rule.setVisible(display.view == "rule")
        if not self._owning():
            self._pages.setCurrentWidget(self.table if display.view == "table" else self.board)
        super().show_display(display)

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.table if self._display.view == "table" else self.board,)

    def outlines(self, frame: LineFrame) -> list[tuple[Canvas, Array]]:
        """The line."""
        return [(self.board, straight_line(frame.line.slope, frame.line.intercept, *frame.examples.extent[:2]))]

    def pictures(self) -> list[Any]:
        """What can be saved as a picture."""
        return [self.board]

    # ----------------------------------------------------------------------------- from the learner

    def _data(self) -> str:
        return self._frame.params.data if self._frame is not None else ""

    def _grabbed(self, name: str) -> None:
        self.end_drag()
        self._held = name or "board"

    def _line_moved(self, slope: float, intercept: float) -> None:
        self.drag(self._held, MoveLine(slope, intercept))

    def _line_typed(self, slope: float, intercept: float) -> None:
        self.end_drag()
        self.act(MoveLine(slope, intercept))

    def _point_added(self, x: float, y: float) -> None:
        self.act(AddPoint(self._data(), *self._rounded(x, y)))

    def _point_moved(self, number: int, x: float, y: float) -> None:
        self.drag(self._held, MovePoint(self._data(), number, *self._rounded(x, y)))

    def _point_moved_by_table(self, number: int, x: float, y: float) -> None:
        self.act(MovePoint(self._data(), number, x, y))

    def _point_removed(self, number: int) -> None:
        self.act(RemovePoint(self._data(), number))

    def _rounded(self, x: float, y: float) -> tuple[float, float]:
        """A place put by hand, to a thousandth of the picture: no digits that nobody chose."""
        return (x, y) if self._frame is None else rounded_place(x, y, self._frame.examples.extent)

    def _pin_moved(self, name: str, y: float) -> None:
        frame = self._frame
        if frame is None:
            return
        _x, height = self._rounded(0.0, y)
        if name == "guess":
            self._drafted(height)
            return
        answers = list(frame.rule.answers)
        answers[int(name)] = height
        self.drag(self._held, WriteRule(self._data(), frame.rule.limits, tuple(answers)))

    def _rule_typed(self, limits: tuple[float, ...], answers: tuple[float, ...]) -> None:
        self.act(WriteRule(self._data(), limits, answers))

    def _drafted(self, value: float) -> None:
        """The guess is held, not locked: nothing but this view knows of it."""
        self._draft = value
        self._again()

    def _guessed(self, value: float) -> None:
        self.act(Guess(value))

    def _lock(self) -> None:
        if self._frame is not None:
            self.act(LockIn(self._frame.line.slope, self._frame.line.intercept))

    def _reveal(self, shown: bool) -> None:
        self.act(Set({"reveal": shown}))

    def _race(self) -> None:
        self._reveal(True)

    def _ask_seen(self) -> None:
        self.requested.emit("mse")

    def _press_new(self) -> None:
        """A press on the hidden thermometer shows the new points; on the open one it asks for the sum."""
        frame = self._frame
        if frame is None or not frame.examples.new_x.size:
            return
        if frame.revealed:
            self.requested.emit("new_mse")
        else:
            self._reveal(True)

    def _view_chosen(self, name: str) -> None:
        if self._owning():
            self._own_closed()
        self.display_changed.emit("view", name)

    def _point_under(self, number: int) -> None:
        frame = self._frame
        if frame is None or not 0 <= number < frame.n:
            self.board.set_readout("")
            return
        x, y = float(frame.examples.x[number]), float(frame.examples.y[number])
        self.board.set_readout(
            _("{x_name} {x}, {y_name} {y}: missed by {miss}").format(
                x_name=_(frame.examples.names[2]),
                y_name=_(frame.examples.names[3]),
                x=show_number(x, 3),
                y=show_number(y, 3),
                miss=show_number(float(frame.misses[number]), 3),
            )
        )

    def _type_numbers(self, name: str) -> None:
        """Double-clicked: the numbers of a point stand in the table, those of the line in the equation."""
        if name.startswith("point "):
            self.display_changed.emit("view", "table")
            self.table.edit_point(int(name[6:]))
        elif name.startswith("pin guess"):
            self.guess.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif name.startswith("pin "):
            self.rule.answers[int(name[4:])].setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.equation.slope.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _note(self, text: str) -> None:
        """Why an entry was not taken, where the sentence of the view stands; the next frame replaces it."""
        if text:
            self.strips[VIEWS.index(self._display.view)].say(text, "bad")
        elif self._frame is not None:
            strip = self.strips[VIEWS.index(self._display.view)]
            strip.say(strip.text.text())
            self._show_strip(self._frame)

    # ------------------------------------------------------------------------------------- own data

    def _own_opened(self) -> None:
        super()._own_opened()
        self.fit()

    def _owning(self) -> bool:
        return self._pages.currentWidget() is self.own

    def _own_closed(self) -> None:
        super()._own_closed()
        self.show_display(self._display)

    def _own_taken(self, table: SetTable) -> None:
        self.act(table)
        if self._data() != "own":
            self.act(Set({"data": "own"}))

    # ----------------------------------------------------------------------------------------- look

    def relook(self) -> None:
        px = look().px
        self._middle.setSpacing(px(10))
        self.side.setMinimumWidth(px(176))
        self._foot.setFixedHeight(px(58))
        super().relook()

    def fit(self) -> None:
        """Where there is little room, for large text on a small screen, the board keeps most of it."""
        lowest, narrow = self.low(LOWEST), self.narrow(NARROW)
        self.title.setVisible(not narrow)
        turn(self._middle, narrow)
        self.side.setMaximumWidth(16_777_215 if narrow else self.px(176))
        self.equation.set_narrow(narrow)
        self.side.heading.setVisible(not self.low(LOW))
        self.side.setVisible(not self._owning() and not lowest)
        self.equation.setVisible(not self._owning() and not self.low(LOW))
        self._foot.setVisible(not self._owning() and not lowest)
        if self._frame is not None:
            self._show_ground(self._frame)


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    return Wanted(
        (Role("x", _("known (x)")), Role("y", _("wanted (y)"))),
        _take,
        _summary,
        _("age, height\n10, 139\n11, 144"),
        Option(_("Keep every third row back as new points"), ENOUGH),
        MAX_POINTS,
    )


def _take(chosen: Chosen) -> SetTable:
    return table_of(chosen.table, chosen.columns["x"], chosen.columns["y"], chosen.option, chosen.title)


def _summary(table: SetTable) -> tuple[str, ...]:
    return changes(table.left_out, len(table.new_x))
