"""The picture of this experiment: a board with points and a line to drag, two thermometers of the error,
the line as an equation, and below it one thing to do at a time: fit, guess, write a rule, or look at the
table."""

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
from lab.experiments.e01_what_is_ml.board import LineBoard
from lab.experiments.e01_what_is_ml.equation import Equation
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
from widgets.chips import Segmented
from widgets.datasheet import Chosen, DataSheet, Option, Role, Wanted
from widgets.look import Refreshing, look
from widgets.stylesheet import kind
from widgets.tags import TagRow

__all__ = ["View"]

VIEWS = ("fit", "guess", "rule", "table")
LOW, LOWEST, NARROW = 310, 210, 400  # pixels at 100 % text, below which parts give way to the board
READING_MS = 100  # between two updates of the sentences while a run goes on


class View(Refreshing, QWidget):
    """`gesture` stays the same during one drag, so that undo takes the whole drag back."""

    acted = Signal(object)
    display_changed = Signal(str, object)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playing = False  # whether frames come in a stream; then the sentences follow ten times a second
        self.gesture = ""
        self._read = QElapsedTimer()
        self._drags = 0
        self._drag = ""
        self._frame: LineFrame | None = None
        self._display = Display()
        self._draft: float | None = None
        self._drawn_for: object = None
        self._compact = False
        self.board = LineBoard()
        self.side = Side()
        self.seen, self.new, self.rule = self.side.seen, self.side.new, self.side.rule
        self.equation = Equation()
        self.table, self.own = TablePage(), DataSheet(tables, _wanted())
        self.strips = (FitStrip(), GuessStrip(), RuleStrip(), TableStrip())
        self.fit, self.guess, self.rules, self.source = self.strips
        self._lay_out()
        self._connect()
        self.relook()

    # ------------------------------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        self.title = kind(QLabel(), "h3")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.done = TagRow()
        self.views = Segmented(VIEWS, [_("Fit"), _("Guess"), _("Rule"), _("Table")])
        self._head = QHBoxLayout()
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.views)
        self._pages = QStackedWidget()
        for page in (self.board, self.table, self.own):
            self._pages.addWidget(page)
        self._middle = QHBoxLayout()
        self._middle.addWidget(self._pages, 1)
        self._middle.addWidget(self.side)
        self._foot = QStackedWidget()
        self._foot.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for strip in self.strips:
            self._foot.addWidget(strip)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._head)
        self._column.addWidget(self.done)
        self._column.addLayout(self._middle, 1)
        self._column.addWidget(self.equation)
        self._column.addWidget(self._foot)

    def _connect(self) -> None:
        board = self.board
        board.grabbed.connect(self._grabbed)
        board.line_moved.connect(self._line_moved)
        board.point_added.connect(self._point_added)
        board.point_moved.connect(self._point_moved)
        board.point_removed.connect(self._point_removed)
        board.pin_moved.connect(self._pin_moved)
        board.point_under.connect(self._point_under)
        board.typing_asked.connect(self._type_numbers)
        self.views.chosen.connect(self._view_chosen)
        self.seen.clicked.connect(self._ask_seen)
        self.new.clicked.connect(self._press_new)
        self.equation.changed.connect(self._line_typed)
        self.equation.asked.connect(self.asked)
        self.equation.noted.connect(self._note)
        self.fit.locked.connect(self._lock)
        self.fit.revealed.connect(self._reveal)
        self.guess.drafted.connect(self._drafted)
        self.guess.guessed.connect(self._guessed)
        self.rules.raced.connect(self._race)
        self.rule.written.connect(self._rule_typed)
        self.source.own_asked.connect(self.open_own)
        self.fit.own_asked.connect(self.open_own)
        self.table.point_moved.connect(self._point_moved_by_table)
        self.table.point_added.connect(self._point_added)
        self.table.point_removed.connect(self._point_removed)
        self.table.refused.connect(self._note)
        self.table.asked.connect(self.asked)
        self.own.listen(self)
        self.own.opened.connect(self._own_opened)
        self.own.taken.connect(self._own_taken)
        self.own.closed.connect(self._own_closed)

    # --------------------------------------------------------------------------------- from the run

    def show_frame(self, frame: LineFrame) -> None:
        """Draw a frame, in any order."""
        if self._frame is None or frame.examples.ask != self._frame.examples.ask:
            self._draft = None
        self._frame = frame
        self._show_ground(frame)
        touched = self._drags > 0 or frame.mine is not None
        self.board.set_things(things_of(frame, self._display, self._draft, touched))
        self.side.show_frame(frame)
        self.equation.show_frame(frame)
        if not self.playing or not self._read.isValid() or self._read.elapsed() >= READING_MS:
            self._read.start()
            self.board.set_description(describe(frame))
            self._show_strip(frame)

    def _show_ground(self, frame: LineFrame) -> None:
        """Range and names, only when they change: zoom and pan are the reader's."""
        examples = frame.examples
        names = tuple(_(name) for name in examples.names)
        low = self._low()
        key = (examples.extent, names, _(examples.title), low, examples.left_out, examples.new_x.size)
        if key != self._drawn_for:
            self._drawn_for = key
            self.title.setText(_(examples.title))
            self.title.setToolTip(_(examples.source))
            own = self._data() == "own"
            self.done.set_words(changes(examples.left_out, examples.new_x.size if own else 0))
            self.board.set_titles("" if low else names[0], names[1], _(examples.title))
            self.board.set_range(*examples.extent)

    def _show_strip(self, frame: LineFrame) -> None:
        match self._display.view:
            case "fit":
                self.fit.show_frame(frame)
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
        self._display = display
        self._read.invalidate()
        number = VIEWS.index(display.view)
        self.views.set_chosen(display.view)
        self._foot.setCurrentIndex(number)
        self.rule.setVisible(display.view == "rule")
        if not self._owning():
            self._pages.setCurrentWidget(self.table if display.view == "table" else self.board)
        self._fit()
        if self._frame is not None:
            self.show_frame(self._frame)

    def pictures(self) -> list[Any]:
        """What can be saved as a picture."""
        return [self.board]

    def set_compact(self, compact: bool) -> None:
        """Closer together, for small screens."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    # ----------------------------------------------------------------------------- from the learner

    def _do(self, action: object, gesture: str = "") -> None:
        self.gesture = gesture
        self.acted.emit(action)

    def _data(self) -> str:
        return self._frame.params.data if self._frame is not None else ""

    def _grabbed(self, name: str) -> None:
        self._drags += 1
        self._drag = f"{name or 'board'}#{self._drags}"

    def _line_moved(self, slope: float, intercept: float) -> None:
        self._do(MoveLine(slope, intercept), self._drag)

    def _line_typed(self, slope: float, intercept: float) -> None:
        self._drags += 1
        self._do(MoveLine(slope, intercept))

    def _point_added(self, x: float, y: float) -> None:
        self._do(AddPoint(self._data(), *self._rounded(x, y)))

    def _point_moved(self, number: int, x: float, y: float) -> None:
        self._do(MovePoint(self._data(), number, *self._rounded(x, y)), self._drag)

    def _point_moved_by_table(self, number: int, x: float, y: float) -> None:
        self._do(MovePoint(self._data(), number, x, y))

    def _point_removed(self, number: int) -> None:
        self._do(RemovePoint(self._data(), number))

    def _rounded(self, x: float, y: float) -> tuple[float, float]:
        """A place put by hand, to a thousandth of the picture: no digits that nobody chose."""
        if self._frame is None:
            return x, y
        x0, x1, y0, y1 = self._frame.examples.extent
        return _to_grain(x, x1 - x0), _to_grain(y, y1 - y0)

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
        self._do(WriteRule(self._data(), frame.rule.limits, tuple(answers)), self._drag)

    def _rule_typed(self, limits: tuple[float, ...], answers: tuple[float, ...]) -> None:
        self._do(WriteRule(self._data(), limits, answers))

    def _drafted(self, value: float) -> None:
        """The guess is held, not locked: nothing but this view knows of it."""
        self._draft = value
        if self._frame is not None:
            self.show_frame(self._frame)

    def _guessed(self, value: float) -> None:
        self._do(Guess(value))

    def _lock(self) -> None:
        if self._frame is not None:
            self._do(LockIn(self._frame.line.slope, self._frame.line.intercept))

    def _reveal(self, shown: bool) -> None:
        self._do(Set({"reveal": shown}))

    def _race(self) -> None:
        self._reveal(True)

    def _ask_seen(self) -> None:
        self.asked.emit("mse")

    def _press_new(self) -> None:
        """A press on the hidden thermometer shows the new points; on the open one it asks for the sum."""
        frame = self._frame
        if frame is None or not frame.examples.new_x.size:
            return
        if frame.revealed:
            self.asked.emit("new_mse")
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

    def open_own(self) -> None:
        """Open the page for own data."""
        self.own.begin()

    def _own_opened(self) -> None:
        self._pages.setCurrentWidget(self.own)
        self._fit()

    def _owning(self) -> bool:
        return self._pages.currentWidget() is self.own

    def _own_closed(self) -> None:
        self._pages.setCurrentWidget(self.board)
        self.show_display(self._display)

    def _own_taken(self, table: SetTable) -> None:
        self._do(table)
        if self._data() != "own":
            self._do(Set({"data": "own"}))

    # ----------------------------------------------------------------------------------------- look

    def relook(self) -> None:
        px = look().px
        self._column.setSpacing(px(6 if self._compact else 10))
        self._middle.setSpacing(px(10))
        self.side.setFixedWidth(px(156))
        self._foot.setFixedHeight(px(58))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _low(self) -> bool:
        return self.height() < look().px(LOW)

    def _fit(self) -> None:
        """Where there is little room, for large text on a small screen, the board keeps most of it."""
        lowest, narrow = self.height() < look().px(LOWEST), self.width() < look().px(NARROW)
        self.title.setVisible(not narrow)
        self.side.heading.setVisible(not self._low())
        self.side.setVisible(not self._owning() and not lowest)
        self.equation.setVisible(not self._owning() and not self._low())
        self._foot.setVisible(not self._owning() and not lowest)
        if self._frame is not None:
            self._show_ground(self._frame)


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    return Wanted(
        (Role("x", _("known (x)")), Role("y", _("wanted (y)"))),
        _take,
        _told,
        _("age, height\n10, 139\n11, 144"),
        Option(_("Keep every third row back as new points"), ENOUGH),
    )


def _take(chosen: Chosen) -> SetTable:
    return table_of(chosen.table, chosen.columns["x"], chosen.columns["y"], chosen.option, chosen.title)


def _told(table: SetTable) -> tuple[str, ...]:
    return changes(table.left_out, len(table.new_x))


def _to_grain(value: float, span: float) -> float:
    """To the power of ten at or below a thousandth of the span."""
    return round(value, -math.floor(math.log10(span / 1000)))
