"""The picture of scaling: a card for each column with its scaler, and below, raw beside scaled, the race down
the error, the neighbours of a query, or the table. All of them show the same frame."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.engine import table as tables
from lab.experiments.e02_feature_scaling.cards import ColumnCard
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.experiments.e02_feature_scaling.gestures import MoveQuery, MoveRow, MoveStart, SetTable
from lab.experiments.e02_feature_scaling.metrics import METRICS
from lab.experiments.e02_feature_scaling.own_data import changes, chosen_columns, table_changes
from lab.experiments.e02_feature_scaling.pages import NeighbourPage, RacePage
from lab.experiments.e02_feature_scaling.settings import Display
from lab.experiments.e02_feature_scaling.table_page import TablePage
from lab.experiments.e02_feature_scaling.words import warnings
from widgets.buttons import Button
from widgets.chips import Segmented
from widgets.datasheet import Chosen, DataSheet, Role, Wanted
from widgets.look import Refreshing, look
from widgets.readout import ReadoutRow
from widgets.stylesheet import kind
from widgets.tags import TagRow

__all__ = ["View"]

READING_MS = 100  # between two updates of texts while a run goes on
LOW, TINY = 400, 330  # pixels at 100 % text, below which numbers and then whole cards give way
PAGES = ("race", "neighbours", "table")


class View(Refreshing, QWidget):
    """`gesture` stays the same during one drag, so that undo takes the whole drag back."""

    acted = Signal(object)
    display_changed = Signal(str, object)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playing = False
        self.gesture = ""
        self._drags = 0
        self._read = QElapsedTimer()
        self._frame: ScalingFrame | None = None
        self._display = Display()
        self._compact = False
        self.cards = ColumnCard(0), ColumnCard(1)
        self.race, self.near, self.table = RacePage(), NeighbourPage(), TablePage()
        self.own, self.done = DataSheet(tables, _wanted()), TagRow()
        self.chips = Segmented(PAGES, (_("Race"), _("Neighbours"), _("Table")))
        self.chips.setAccessibleName(_("Picture"))
        self.own_button = Button(_("Own data…"), "outline", height=28)
        names = ("accuracy_raw", "accuracy_train", "accuracy_all", "leak")
        words = (_("test accuracy: raw"), _("fitted on train"), _("on all"), _("difference"))
        self.scores = ReadoutRow(names, words)
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.said = kind(QLabel(), "small")
        self.said.setWordWrap(True)
        self.said.hide()
        self.shape = kind(QLabel(), "label")
        self.shape.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._top = QWidget()
        cards = QHBoxLayout(self._top)
        cards.setContentsMargins(0, 0, 0, 0)
        for card in self.cards:
            cards.addWidget(card, 1)
        head = QHBoxLayout()
        head.addWidget(self.chips)
        head.addWidget(self.shape, 1)
        head.addWidget(self.own_button)
        self._pictures = QStackedWidget()
        for page in (self.race, self.near, self.table):
            self._pictures.addWidget(page)
        self._main = QWidget()
        self._column = QVBoxLayout(self._main)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._top)
        self._column.addLayout(head)
        self._column.addWidget(self.done)
        self._column.addWidget(self.said)
        self._column.addWidget(self._pictures, 1)
        self._column.addWidget(self.scores)
        self._whole = QStackedWidget()
        self._whole.addWidget(self._main)
        self._whole.addWidget(self.own)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._whole)

    def _connect(self) -> None:
        for card in self.cards:
            card.chosen.connect(self._choose)
            card.asked.connect(self.asked)
        for picture in self.race.maps:
            picture.started.connect(self._start)
            picture.dropped.connect(self._dropped)
        self.race.start.started.connect(self._start)
        self.race.start.noted.connect(self._note)
        for plot in self.near.plots:
            plot.query_moved.connect(self._query)
            plot.row_moved.connect(self._row)
            plot.dropped.connect(self._dropped)
        self.table.rows.typed.connect(self._typed)
        self.table.rows.refused.connect(self._note)
        self.near.query.moved.connect(self._query)
        self.near.query.noted.connect(self._note)
        for part in (self.race, self.near, self.scores):
            part.asked.connect(self.asked)
        self.chips.chosen.connect(self._turn)
        self.own_button.clicked.connect(self._open_own)
        self.own.listen(self)
        self.own.opened.connect(self._own_opened)
        self.own.taken.connect(self._own_taken)
        self.own.closed.connect(self._own_closed)

    # ---------------------------------------------------------------------------------------- drawing

    def show_frame(self, frame: ScalingFrame) -> None:
        """Draw a frame, in any order."""
        before, self._frame = self._frame, frame
        slow = not self.playing or not self._read.isValid() or self._read.elapsed() >= READING_MS
        if slow:
            self._read.start()
        if before is None or before.prepared is not frame.prepared:
            self._show_table(frame)
        page = self._display.page
        if page == "race":
            self.race.show_frame(frame, slow)
        elif page == "neighbours":
            self.near.show_frame(frame, self._display.true_aspect)
        else:
            self.table.rows.show_frame(frame)

    def _show_table(self, frame: ScalingFrame) -> None:
        """What only another table or scaler changes."""
        for card in self.cards:
            card.show_frame(frame)
        metrics = METRICS.values(frame)
        self.scores.set_values(metrics)
        self.scores.setVisible(bool(frame.prepared.scores) and not self._low())
        words = _("shape {shape} · {title}").format(shape=metrics["shape"], title=_(frame.sheet.title))
        self.done.set_words(changes(frame.sheet.left_out, frame.missing, len(frame.sheet.y)))
        self.shape.setText(words)
        self.shape.setToolTip(words)
        self._note("")

    def _note(self, text: str) -> None:
        """Why an entry was not taken, or else what is wrong with a column."""
        text = text or " ".join(warnings(self._frame) if self._frame is not None else ())
        self.said.setText(text)
        self.said.setProperty("tone", "bad")
        kind(self.said, "small")
        self.said.setVisible(bool(text))

    def show_display(self, display: Any) -> None:
        """Draw with other options; the run knows nothing of it."""
        self._display = display
        self.chips.set_chosen(display.page)
        self._pictures.setCurrentIndex(PAGES.index(display.page))
        self._read.invalidate()
        if self._frame is not None:
            self.show_frame(self._frame)

    # --------------------------------------------------------------------------------------- the hand

    def _do(self, action: object, gesture: str = "") -> None:
        self.gesture = gesture
        self.acted.emit(action)
        self.gesture = ""

    def _choose(self, control: str, scaler: str) -> None:
        self._do(Set({control: scaler}))

    def _turn(self, page: str) -> None:
        self.display_changed.emit("page", page)

    def _start(self, across: float, up: float) -> None:
        self._do(MoveStart(across, up), f"start#{self._drags}")

    def _query(self, first: float, second: float) -> None:
        self._do(MoveQuery(first, second), f"query#{self._drags}")

    def _typed(self, number: int, first: float | None, second: float | None) -> None:
        if self._frame is not None:
            self._do(MoveRow(self._frame.params.data, number, first, second))

    def _row(self, number: int, first: float, second: float) -> None:
        if self._frame is not None:
            self._do(MoveRow(self._frame.params.data, number, first, second), f"row {number}#{self._drags}")

    def _dropped(self, _name: str, _x: float, _y: float) -> None:
        self._drags += 1
        if self._frame is not None:
            self.show_frame(self._frame)

    # --------------------------------------------------------------------------------------- own data

    def _open_own(self) -> None:
        self.own.begin()

    def _own_opened(self) -> None:
        self._whole.setCurrentWidget(self.own)

    def _own_closed(self) -> None:
        self._whole.setCurrentWidget(self._main)

    def _own_taken(self, table: SetTable) -> None:
        if self._frame is None or self._frame.params.data != "own":
            self._do(Set({"data": "own"}))
        self._do(table)

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[Any]:
        """What can be saved as a picture."""
        return list(self.near.plots if self._display.page == "neighbours" else self.race.maps)

    def set_compact(self, compact: bool) -> None:
        """Closer together, for small screens."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    def relook(self) -> None:
        self._column.setSpacing(look().px(5 if self._compact else 9))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _low(self) -> bool:
        return self.height() < look().px(LOW)

    def _fit(self) -> None:
        """Where there is little room, for large text on a small screen, the pictures keep most of it."""
        for card in self.cards:
            card.figures.setVisible(not self._low())
        tiny = self.height() < look().px(TINY)  # the scalers are then chosen among the controls, under More
        self._top.setVisible(not tiny)
        self.race.set_tight(tiny)
        self.near.query.setVisible(not self._low())
        has = self._frame is not None and bool(self._frame.prepared.scores)
        self.scores.setVisible(has and not self._low())


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    roles = (Role("first", "x₁", "also"), Role("second", "x₂", "also"), Role("y", "y", "also"))
    return Wanted(roles, _take, table_changes, _("area, rooms, rent\n62, 2, 710\n80, 3, 900"))


def _take(chosen: Chosen) -> SetTable:
    names = chosen.columns["first"], chosen.columns["second"], chosen.columns["y"]
    return chosen_columns(chosen.table, names, chosen.title)
