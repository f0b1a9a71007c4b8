"""The picture of the training loop: the program with the line that has just run, the samples with the
present batch, the update as a table, and the curves. It draws the frame it is given, in any order."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.basics import table as tables
from lab.experiments.e06_training_loop.board import Board
from lab.experiments.e06_training_loop.curves import Curves
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.experiments.e06_training_loop.gestures import (
    AddSample,
    MoveSample,
    Order,
    Place,
    RemoveSample,
    SetSamples,
)
from lab.experiments.e06_training_loop.lines import lines_of
from lab.experiments.e06_training_loop.listing import Listing
from lab.experiments.e06_training_loop.own import changes, table_of
from lab.experiments.e06_training_loop.samples import LEAST
from lab.experiments.e06_training_loop.settings import Display
from lab.experiments.e06_training_loop.table_page import TablePage
from lab.experiments.e06_training_loop.update_table import UpdateTable
from lab.experiments.e06_training_loop.words import stop_sentence, where
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.controls.chips import Segmented
from widgets.pages.data_sheet import Chosen, DataSheet, Option, Role, Wanted
from widgets.text.tags import TagRow

__all__ = ["View"]

LOW, LOWEST, NARROW, ROOMY = 400, 288, 420, 520  # pixels at 100 % text, below which parts give way
READING_MS = 100  # between two updates of texts and curves while a run goes on
RUSH_MS = 120  # frames that follow each other faster cannot be read line by line: nothing may flicker


class View(Refreshing, QWidget):
    """`gesture` stays the same during one drag, so that undo takes the whole drag back."""

    acted = Signal(object)
    display_changed = Signal(str, object)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playing = False  # whether frames come in a stream; then texts and curves follow ten times a second
        self.gesture = ""
        self._drags = 0
        self._read, self._drawn = QElapsedTimer(), QElapsedTimer()
        self._frame: LoopFrame | None = None
        self._display = Display()
        self._compact = False
        self.title = QLabel()
        self.views = Segmented(("curves", "table"), (_("Curves"), _("Table")))
        self.own_button = Button(_("Own data…"), "plain", height=28)
        self.own, self.done = DataSheet(tables, _wanted()), TagRow()
        self.listing, self.board = Listing(), Board()
        self.update_table, self.curves, self.table = UpdateTable(), Curves(), TablePage()
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        kind(self.title, "strong")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.views.setAccessibleName(_("View"))
        self.listing.setAccessibleName(_("The loop: eight lines, five of them cards that can be moved"))
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.own_button)
        head.addWidget(self.views)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.curves)
        self._pages.addWidget(self.table)
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self.update_table)
        side.addWidget(self._pages, 1)
        self._side = QWidget()
        self._side.setLayout(side)
        self._bottom = QHBoxLayout()
        self._bottom.addWidget(self.board, 5)
        self._bottom.addWidget(self._side, 6)
        self._main, self._whole = QWidget(), QStackedWidget()
        for page in (self._main, self.own):
            self._whole.addWidget(page)
        room = QVBoxLayout(self)
        room.setContentsMargins(0, 0, 0, 0)
        room.addWidget(self._whole)
        self._column = QVBoxLayout(self._main)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self.done)
        self._column.addWidget(self.listing)
        self._column.addLayout(self._bottom, 1)

    def _connect(self) -> None:
        self.listing.ordered.connect(self._ordered)
        self.listing.asked.connect(self.asked)
        self.board.grabbed.connect(self._grabbed)
        self.board.placed.connect(self._dragged)
        self.board.moved.connect(self._sample_moved)
        self.board.added.connect(self._sample_added)
        self.board.removed.connect(self._sample_removed)
        self.board.typing_asked.connect(self._type_sample)
        self.table.typed.connect(self._sample_typed)
        self.table.noted.connect(self._note)
        self.own_button.clicked.connect(self._open_own)
        self.own.listen(self)
        self.own.opened.connect(self._own_opened)
        self.own.taken.connect(self._own_taken)
        self.own.closed.connect(self._own_closed)
        self.update_table.placed.connect(self._typed)
        self.update_table.asked.connect(self.asked)
        self.update_table.noted.connect(self._note)
        self.views.chosen.connect(self._choose_view)
        self.curves.log_chosen.connect(self._choose_log)

    # ---------------------------------------------------------------------------------------- drawing

    def show_frame(self, frame: LoopFrame) -> None:
        """Draw a frame."""
        self._frame = frame
        rushing = self.playing and self._drawn.isValid() and self._drawn.elapsed() < RUSH_MS
        self._drawn.start()
        self.board.show_frame(frame, self._display.sticks)
        if not rushing or not self._read.isValid() or self._read.elapsed() >= READING_MS:
            self._read.start()
            self.listing.set_lines(lines_of(frame, rushing))
            self._show_texts(frame)

    def _show_texts(self, frame: LoopFrame) -> None:
        self._say(frame)
        origin = frame.samples.origin
        self.done.set_words(changes(origin.left_out, origin.center, origin.spread, frame.samples.n))
        self.update_table.show_frame(frame)
        self.listing.set_description(frame.describe())
        self.board.set_description(frame.describe())
        if self._display.view == "curves":
            self.curves.show_frame(frame, self._display)
        else:
            self.table.show_frame(frame)

    def _say(self, frame: LoopFrame) -> None:
        stopped = stop_sentence(frame) if frame.crash is None else _("The loop broke off at the red line.")
        seen = _("{n} seen").format(n=frame.progress.seen)
        text = f"{where(frame)} · {stopped or seen}"
        if self.title.text() != text:
            self.title.setText(text)
            self.title.setToolTip(text)

    def _note(self, text: str) -> None:
        """Why an entry was not taken; the next frame replaces it."""
        if text:
            self.title.setText(text)
        elif self._frame is not None:
            self._say(self._frame)

    def show_display(self, display: Any) -> None:
        """Other view options; the run knows nothing of it."""
        self._display = display
        self._read.invalidate()
        self.views.set_chosen(display.view)
        self._pages.setCurrentWidget(self.curves if display.view == "curves" else self.table)
        if self._frame is not None:
            self.show_frame(self._frame)

    # ---------------------------------------------------------------------------------------- the hand

    def _do(self, action: object, gesture: str = "") -> None:
        self.gesture = gesture
        self.acted.emit(action)
        self.gesture = ""

    def _ordered(self, cards: tuple[str, ...]) -> None:
        self._do(Order(cards))

    def _grabbed(self, _name: str) -> None:
        self._drags += 1

    def _dragged(self, w: float, b: float) -> None:
        self._do(Place(round(w, 4), round(b, 4)), f"line#{self._drags}")

    def _typed(self, w: float, b: float) -> None:
        self._do(Place(w, b))

    def _data(self) -> str:
        return self._frame.params.data if self._frame is not None else ""

    def _sample_moved(self, number: int, x: float, y: float) -> None:
        self._do(MoveSample(self._data(), number, *self._rounded(x, y)), f"sample {number}#{self._drags}")

    def _sample_typed(self, number: int, x: float, y: float) -> None:
        self._do(MoveSample(self._data(), number, x, y))

    def _sample_added(self, x: float, y: float) -> None:
        self._do(AddSample(self._data(), *self._rounded(x, y)))

    def _sample_removed(self, number: int) -> None:
        if self._frame is not None and self._frame.samples.n <= LEAST:
            self._note(_("A line needs {n} samples; the last ones stay.").format(n=LEAST))
            return
        self._do(RemoveSample(self._data(), number))

    def _type_sample(self, number: int) -> None:
        self.display_changed.emit("view", "table")
        self.table.edit_sample(number)

    def _rounded(self, x: float, y: float) -> tuple[float, float]:
        """A place put by hand, to a thousandth of the picture: no digits that nobody chose."""
        assert self._frame is not None
        x0, x1, y0, y1 = self._frame.samples.extent
        grains = (-math.floor(math.log10((high - low) / 1000)) for low, high in ((x0, x1), (y0, y1)))
        return round(x, next(grains)), round(y, next(grains))

    def _choose_view(self, name: str) -> None:
        self.display_changed.emit("view", name)

    def _choose_log(self, on: bool) -> None:
        self.display_changed.emit("log_loss", on)

    # --------------------------------------------------------------------------------------- own data

    def _open_own(self) -> None:
        self.own.begin()

    def _own_opened(self) -> None:
        self._whole.setCurrentWidget(self.own)

    def _own_closed(self) -> None:
        self._whole.setCurrentWidget(self._main)

    def _own_taken(self, samples: SetSamples) -> None:
        if self._data() != "own":
            self._do(Set({"data": "own"}))
        self._do(samples)

    # -------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[Any]:
        """What is exported, each with `render_to`."""
        return [self.board, self.curves]

    def set_compact(self, compact: bool) -> None:
        """Closer together, for small screens."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    def relook(self) -> None:
        self._column.setSpacing(look().px(5 if self._compact else 8))
        self._bottom.setSpacing(look().px(8))
        self._fit()
        if self._frame is not None:
            self.show_frame(self._frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """For large text on a small screen the program and the samples keep most of the room."""
        px = look().px
        low, lowest, narrow = self.height() < px(LOW), self.height() < px(LOWEST), self.width() < px(NARROW)
        self.update_table.setVisible(not low)
        self.curves.set_heading(not low)
        self.listing.set_close(low)
        self._side.setVisible(not narrow and not lowest)
        self.board.setVisible(not lowest)
        self.title.setVisible(not narrow)
        self.own_button.setVisible(self.width() >= px(ROOMY))


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    return Wanted(
        (Role("x", "x"), Role("y", "y")),
        _take,
        _told,
        _("age, height\n10, 139\n11, 144"),
        Option(_("Scale x to mean 0 and spread 1, so that one learning rate suits it"), LEAST),
    )


def _take(chosen: Chosen) -> SetSamples:
    return table_of(chosen.table, chosen.columns["x"], chosen.columns["y"], chosen.option, chosen.title)


def _told(samples: SetSamples) -> tuple[str, ...]:
    return changes(samples.left_out, samples.center, samples.spread)
