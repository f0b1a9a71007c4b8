"""The picture of the training loop: the samples with the present batch, beside them the program with the line that has
just run, the update as a table, and the curves. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtWidgets import QWidget

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
from lab.experiments.e06_training_loop.own_data import changes, table_of
from lab.experiments.e06_training_loop.program import REPORT, Result, lent, program, result_of, sentences
from lab.experiments.e06_training_loop.samples import LEAST, MOST
from lab.experiments.e06_training_loop.settings import Display
from lab.experiments.e06_training_loop.table_page import TablePage
from lab.experiments.e06_training_loop.update_table import UpdateTable
from lab.experiments.e06_training_loop.words import describe, stop_sentence, where
from lab.kit_qt.code_bench import CodeBench
from lab.kit_qt.outlines import Array, straight_line
from lab.kit_qt.places import rounded_place
from lab.kit_qt.view import ExperimentView
from widgets.base.layouts import fill, hbox, heading, stack, turn, vbox
from widgets.base.look import look
from widgets.canvas.canvas import Canvas
from widgets.controls.buttons import Button
from widgets.controls.chips import Segmented
from widgets.pages.data_sheet import Chosen, DataSheet, Option, Role, Wanted
from widgets.text.tags import TagRow

__all__ = ["View"]

LOW, NARROW = 400, 500  # pixels at 100 % text, below which parts give way, or stand below others
HEADED = 560  # below which the chart goes without its heading
BESIDE = 640  # from which width on the program has room beside the samples, rather than above them
RUSH_MS = 120  # frames that follow each other faster cannot be read line by line: nothing may flicker


class View(ExperimentView[LoopFrame, Display]):
    """The samples, and beside them the program, the update, and the curves or the table."""

    CLOSE, WIDE = 5, 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Display(), parent)
        self._drawn, self._rushing = QElapsedTimer(), False  # since the last frame; whether they come close together
        self.title = heading(style="strong")
        self.title.setWordWrap(True)  # why the loop stopped may take a second line, and is never cut
        self.views = Segmented(("curves", "table"), (_("Curves"), _("Table")))
        self.own_button = Button(_("Own data…"), "plain", height=28)
        self.copy_button = Button(_("Edit"), "plain", "pencil", height=28)
        self.done = TagRow()
        self.listing, self.board = Listing(), Board()
        there = _("np, data, batches and mse are there.")
        self.bench = CodeBench("copy-of-the-loop", _("A copy of the loop, to type into"), there)
        self._copied: tuple[Any, ...] | None = None  # what the copy was made of
        self._found: Result | None = None
        self.update_table, self.curves, self.table = UpdateTable(), Curves(), TablePage()
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.views.setAccessibleName(_("View"))
        self.listing.setAccessibleName(_("The loop: eight lines, five of them cards that can be moved"))
        self._pages, self._side = stack(self.curves, self.table), QWidget()
        self._beside = vbox(self.listing, self.update_table, (self._pages, 1), on=self._side)
        self._bottom = hbox((self.board, 13), (self._side, 11))
        self._head = hbox((self.title, 1), hbox(None, self.copy_button, self.own_button, self.views))
        fill(self._column, self._head, self.done, self.bench, (self._bottom, 1))

    def _connect(self) -> None:
        self.listing.ordered.connect(self._ordered)
        self.listing.requested.connect(self.requested)
        self.board.grabbed.connect(self.end_drag)
        self.board.placed.connect(self._dragged)
        self.board.moved.connect(self._sample_moved)
        self.board.added.connect(self._sample_added)
        self.board.removed.connect(self._sample_removed)
        self.board.typing_requested.connect(self._type_sample)
        self.table.typed.connect(self._sample_typed)
        self.table.noted.connect(self._note)
        self.own_button.clicked.connect(self.open_own)
        self.copy_button.clicked.connect(self._choose_copy)
        self.bench.changed.connect(self._forget_typed)
        self.bench.done.connect(self._typed_ran)
        self.lay_over(DataSheet(tables, _wanted()))
        self.update_table.placed.connect(self._typed)
        self.update_table.requested.connect(self.requested)
        self.update_table.noted.connect(self._note)
        self.views.chosen.connect(self._choose_view)
        self.curves.log_chosen.connect(self._choose_log)

    # ---------------------------------------------------------------------------------------- drawing

    def draw(self, frame: LoopFrame, before: LoopFrame | None) -> None:
        self._rushing = self.playing and self._drawn.isValid() and self._drawn.elapsed() < RUSH_MS
        self._drawn.start()
        self.board.show_frame(frame, self._display.sticks)

    def urgent(self, before: LoopFrame, frame: LoopFrame) -> bool:
        return not self._rushing

    def write(self, frame: LoopFrame) -> None:
        self.listing.set_lines(lines_of(frame, self._rushing))
        self._copy(frame)
        self._say(frame)
        origin = frame.samples.origin
        self.done.set_words(changes(origin.left_out, origin.center, origin.spread, frame.samples.n))
        self.update_table.show_frame(frame)
        self.listing.set_description(describe(frame))
        self.board.set_description(describe(frame))
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
        self.views.set_chosen(display.view)
        self._show_typed()
        self.copy_button.setText(_("Cards") if display.copy else _("Edit"))
        self._pages.setCurrentWidget(self.curves if display.view == "curves" else self.table)
        super().show_display(display)

    # ---------------------------------------------------------------------------------------- the hand

    def _ordered(self, cards: tuple[str, ...]) -> None:
        self.act(Order(cards))

    def _dragged(self, w: float, b: float) -> None:
        self.drag("line", Place(round(w, 4), round(b, 4)))

    def _typed(self, w: float, b: float) -> None:
        self.act(Place(w, b))

    def _data(self) -> str:
        return self._frame.params.data if self._frame is not None else ""

    def _sample_moved(self, number: int, x: float, y: float) -> None:
        self.drag(f"sample {number}", MoveSample(self._data(), number, *self._rounded(x, y)))

    def _sample_typed(self, number: int, x: float, y: float) -> None:
        self.act(MoveSample(self._data(), number, x, y))

    def _sample_added(self, x: float, y: float) -> None:
        self.act(AddSample(self._data(), *self._rounded(x, y)))

    def _sample_removed(self, number: int) -> None:
        if self._frame is not None and self._frame.samples.n <= LEAST:
            self._note(_("A line needs {n} samples; the last ones stay.").format(n=LEAST))
            return
        self.act(RemoveSample(self._data(), number))

    def _type_sample(self, number: int) -> None:
        self.display_changed.emit("view", "table")
        self.table.edit_sample(number)

    def _rounded(self, x: float, y: float) -> tuple[float, float]:
        """A place put by hand, to a thousandth of the picture: no digits that nobody chose."""
        assert self._frame is not None
        return rounded_place(x, y, self._frame.samples.extent)

    def _choose_view(self, name: str) -> None:
        self.display_changed.emit("view", name)

    # ------------------------------------------------------------------------------------ the typed copy

    def _choose_copy(self) -> None:
        self.display_changed.emit("copy", not self._display.copy)
        if self._display.copy:
            self.bench.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)  # it was opened to be typed into

    def _copy(self, frame: LoopFrame) -> None:
        """Keep the copy, and what it is lent, those of the loop on screen."""
        before, made_of = self._copied, (frame.samples, frame.params, frame.order, frame.random_start)
        if self._display.copy and made_of != before:
            self._copied = made_of
            if before is not None and not before[0].same(frame.samples):
                self._forget_typed()
            self.bench.set_source(program(frame))
            self.bench.set_lent(lent(frame), REPORT)
        self._compare(frame)

    def _typed_ran(self, printed: str) -> None:
        """The learner's program came to its end."""
        self._found = result_of(printed)
        if self._found is None:
            self.bench.say(_("It ran. At its end w and b are not both numbers."))
        self._show_typed()
        if self._frame is not None:
            self._compare(self._frame)

    def _forget_typed(self) -> None:
        """The code or the samples are others: what it found belongs to them no more."""
        self._found = None
        self._show_typed()

    def _show_typed(self) -> None:
        found = self._found if self._display.copy else None
        self.board.show_typed(None if found is None else (found.w, found.b))

    def _compare(self, frame: LoopFrame) -> None:
        if self._found is not None:
            words, same = sentences(self._found, frame)
            self.bench.say(words, "good" if same else "text2")

    def _choose_log(self, on: bool) -> None:
        self.display_changed.emit("log_loss", on)

    # -------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.board,)

    def outlines(self, frame: LoopFrame) -> list[tuple[Canvas, Array]]:
        """The line."""
        return [(self.board, straight_line(frame.memory.w, frame.memory.b, *frame.samples.extent[:2]))]

    def pictures(self) -> list[Any]:
        """What is exported, each with `render_to`."""
        return [self.board, self.curves]

    def relook(self) -> None:
        self._bottom.setSpacing(look().px(8))
        self._beside.setSpacing(look().px(5))
        super().relook()

    def fit(self) -> None:
        """For large text on a small screen the program and the samples keep most of the room."""
        self.listing.setVisible(not self._display.copy)
        self.bench.setVisible(self._display.copy)
        self.bench.fit(self.room().width())
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self._place_listing(above=low or self.narrow(BESIDE))
        self.update_table.setVisible(not low)
        self.curves.set_heading(not self.low(HEADED))
        self.listing.set_close(low)
        turn(self._bottom, narrow)
        turn(self._head, narrow)

    def _place_listing(self, above: bool) -> None:
        """Above all, or at the head of what stands beside the samples."""
        if above == (self._beside.indexOf(self.listing) < 0):
            return
        old, new = (self._beside, self._column) if above else (self._column, self._beside)
        old.removeWidget(self.listing)
        new.insertWidget(self._column.count() - 1 if above else 0, self.listing)
        self.listing.setVisible(not self._display.copy)  # whoever changes the parent is hidden


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    return Wanted(
        (Role("x", "x"), Role("y", "y")),
        _take,
        _summary,
        _("age, height\n10, 139\n11, 144"),
        Option(_("Scale x to mean 0 and spread 1, so that one learning rate suits it"), LEAST),
        MOST,
    )


def _take(chosen: Chosen) -> SetSamples:
    return table_of(chosen.table, chosen.columns["x"], chosen.columns["y"], chosen.option, chosen.title)


def _summary(samples: SetSamples) -> tuple[str, ...]:
    return changes(samples.left_out, samples.center, samples.spread)
